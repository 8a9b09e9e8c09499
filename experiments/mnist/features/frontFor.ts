import type { KernelChoice } from '../../../core/kernels/arena.ts';
import type { MnistConfig } from '../config.ts';
import type { LabelledImages } from '../idx.ts';
import { Front } from './front.ts';
import { learnKernel } from './learnKernel.ts';
import { frontSeed } from './seed.ts';

/** Learns the first stage of network features from the training images and freezes it; undefined for other networks. */
export function frontFor(c: MnistConfig, train: LabelledImages, kernels: KernelChoice): Front | undefined {
  if (c.network !== 'features') return undefined;
  const { kernel, wins, energy } = learnKernel(c, train, c.train, kernels);
  const seed = frontSeed(c.seed, 'train');
  return new Front(c.features!, kernel, train.rows, train.columns, seed, kernels).remember({ wins: [...wins], energy });
}
