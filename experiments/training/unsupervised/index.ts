/** Building blocks of the MNIST job (`memspike/mnist`), for studies that add steps between training and test. */

export { type LabelledImages, loadMnist, type Mnist } from '../../data/mnist.ts';
export { type MnistConfig, mnistSchema } from './config.ts';
export { countsOf, type Evaluation, evaluate } from './evaluate.ts';
export { imagesOf } from './images.ts';
export { frozenLayer, type Layer, type Learned, learnedBy, learningLayer } from './network.ts';
export { RateEncoder } from './present.ts';
export { Responder, type Responses, type Task } from './respond.ts';
export { mnistConfig, responsesOf, type StepOptions, testLayer, trainLayer } from './steps.ts';
export { Training } from './train.ts';
