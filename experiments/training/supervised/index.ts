/** Building blocks of supervised training on crossbars (`memspike/learn`), for studies with their own procedure. */
export { type Architecture, untrained } from './architectures.ts';
export { type NetConfig, netConfig, netSchema } from './config.ts';
export { CrossbarNet, type CrossbarNetOptions, crossbarNet } from './crossbarNet.ts';
export { FloatNet } from './floatNet.ts';
export { readNpz } from './import/npz.ts';
export type { Tensor } from './import/tensors.ts';
export { classesOf, type InSitu, trainInSitu } from './inSitu.ts';
export type { Model } from './model.ts';
export { softmaxErrors } from './softmax.ts';
export { classesBy, type Descent, trainFloat } from './trainFloat.ts';
