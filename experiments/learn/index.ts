/** Nets with labels on crossbars in their parts (`memspike/learn`), for studies that do something in between. */
export { type Architecture, untrained } from './architectures.ts';
export { type NetConfig, netSchema } from './config.ts';
export type { CrossbarNet } from './crossbarNet.ts';
export { classesOf, type InSitu, trainInSitu } from './inSitu.ts';
export type { Model } from './model.ts';
export { crossbarNet, netConfig } from './steps.ts';
export { classesBy, type Descent, trainFloat } from './trainFloat.ts';
