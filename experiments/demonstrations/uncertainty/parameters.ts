import type * as z from 'zod';
import { integer, number, object, optional } from '../../index.ts';
import { mnistSchema } from '../../mnist/index.ts';
import { REPEATED } from '../demonstration.ts';

/** Scatter and spikes were chosen on the validation split (50,000/10,000): the largest scatter tried that costs no accuracy. */
export const parameters = object({
  ...REPEATED,
  neurons: integer({ default: 400, min: 10, max: 10000, help: 'output neurons' }),
  epochs: integer({ default: 4, min: 1, max: 100, help: 'times that the training images are shown' }),
  train: optional(integer({ min: 1, help: 'training images; default: all of the split' })),
  label: integer({ default: 20000, min: 1, help: 'training images shown again to learn the readout' }),
  test: integer({ default: 10000, min: 10, help: 'test images' }),
  passes: integer({ default: 10, min: 2, max: 1000, help: 'votes: times that each test image is shown' }),
  spikes: integer({ default: 2, min: 1, max: 100, help: 'output spikes a vote' }),
  sd: number({ default: 0.05, min: 0, exclusiveMin: true, max: 1, help: 'relative sd of the thresholds' }),
  split: mnistSchema.shape.split,
});

export type Settings = z.output<typeof parameters>;
