/** Building blocks of the MNIST job (`memspike/mnist`), for studies that add steps between training and test. */

export { type LabelledImages, loadMnist, type Mnist } from '../../data/mnist.ts';
export { type MnistConfig, mnistSchema } from './config.ts';
export { countOutputSpikes as countsOf, type Evaluation, evaluateReadouts as evaluate } from './evaluate.ts';
export { prepareImages as imagesOf } from './images.ts';
export {
  buildFrozenLayer as frozenLayer,
  buildLearningLayer as learningLayer,
  extractLearnedState as learnedBy,
  type Layer,
  type LearnedState as Learned,
} from './network.ts';
export { RateEncoder } from './present.ts';
export { Responder, type Responses, type ResponseTask as Task } from './respond.ts';
export type { PhaseOptions as StepOptions } from './steps.ts';
export { collectResponses as responsesOf, createMnistConfig as mnistConfig, testLayer, trainLayer } from './steps.ts';
export { Training } from './train.ts';
