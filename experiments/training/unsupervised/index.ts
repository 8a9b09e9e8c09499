/** Building blocks of the MNIST job (`memspike/mnist`), for studies that add steps between training and test. */

export { type LabelledImages, loadMnist, type Mnist } from '../../data/mnist.ts';
export { type MnistConfig, mnistSchema } from './config.ts';
export {
  countOutputSpikes as countsOf,
  evaluateReadouts as evaluate,
  type ReadoutEvaluation as Evaluation,
} from './evaluate.ts';
export { prepareImages as imagesOf } from './images.ts';
export {
  buildFrozenLayer as frozenLayer,
  buildLearningLayer as learningLayer,
  extractLearnedState as learnedBy,
  type LearnedState as Learned,
  type SingleLayerNetwork as Layer,
} from './network.ts';
export { RateEncoder } from './present.ts';
export { Responder, type ResponseTask as Task, type SpikeResponses as Responses } from './respond.ts';
export type { PhaseOptions as StepOptions } from './steps.ts';
export { collectResponses as responsesOf, createMnistConfig as mnistConfig, testLayer, trainLayer } from './steps.ts';
export { TrainingLoop as Training } from './train.ts';
