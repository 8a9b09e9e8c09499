/** Building blocks of supervised training on crossbars (`memspike/learn`), for studies with their own procedure. */

export { type NetConfig, netConfig, netSchema } from './config.ts';
export { CrossbarNet, type CrossbarNetOptions, crossbarNet } from './crossbarNet.ts';
export { FloatNet } from './floatNet.ts';
export { readNpz, type Tensor } from './import/tensors.ts';
export { classesOf, type InSitu, trainInSitu } from './inSitu.ts';
export type { Model } from './model.ts';
export { type Architecture, untrained } from './model.ts';
export { classesBy, type Descent, softmaxErrors, trainFloat } from './trainFloat.ts';
