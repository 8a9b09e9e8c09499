/** Building blocks of supervised training on crossbars (`memspike/learn`), for studies with their own procedure. */

export { gradients, type NetworkGradients } from '../eventprop/gradients.ts';
export { createNetConfig as netConfig, type NetConfig, netSchema } from './config.ts';
export { CrossbarNet, type CrossbarNetOptions, createCrossbarNet as crossbarNet } from './crossbarNet.ts';
export { FloatNet } from './floatNet.ts';
export { readNpz, type Tensor } from './import/tensors.ts';
export { classifyOnCrossbars as classesOf, type InSituOptions as InSitu, trainInSitu } from './inSitu.ts';
export { type Architecture, createUntrainedModel as untrained, type Model } from './model.ts';
export type { DescentOptions as Descent } from './trainFloatNet.ts';
export {
  classifyWithFloatNet as classesBy,
  computeSoftmaxErrors as softmaxErrors,
  trainFloatNet as trainFloat,
} from './trainFloatNet.ts';
