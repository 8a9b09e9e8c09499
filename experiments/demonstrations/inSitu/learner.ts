import { type Learned, type Mnist, type MnistConfig, mnistConfig } from '../../mnist/index.ts';

/** Images to train on, to label neurons with, and to test on. */
export interface Given {
  readonly neurons: number;
  readonly train: number;
  readonly label: number;
  readonly test: number;
  readonly seed: number;
  readonly split: 'test' | 'validation';
  /** Homeostasis of thresholds. */
  readonly gain: number;
  readonly anneal: number;
}

/** Both rules learn on the layer and the devices of the MNIST recipe. */
export const layerOf = ({ gain, anneal, ...given }: Given, initial?: readonly [number, number]): MnistConfig =>
  mnistConfig({
    ...given,
    epochs: 1,
    homeostasis: { gain, anneal, increment: given.neurons / 8000 },
    ...(initial && { weight: { initial } }),
  });

export interface Trained {
  readonly learned: Learned;
  /** When training ended, ms of the clock of the network. */
  readonly end: number;
}

/** A way to learn, to be compared on ideal and flawed devices. */
export interface Learner {
  /** Settings of the layer that learns. */
  config(given: Given): MnistConfig;
  /** @throws Interrupted */
  train(config: MnistConfig, images: Mnist['train'], signal: AbortSignal): Promise<Trained>;
  /** Percent of the test images. @throws Interrupted */
  accuracy(config: MnistConfig, learned: Learned, images: Mnist, signal: AbortSignal): Promise<number>;
}
