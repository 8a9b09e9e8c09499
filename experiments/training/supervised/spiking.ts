import type * as z from 'zod/mini';
import { UserError } from '../../../core/declare/errors.ts';
import { integer, number, object } from '../../../core/declare/params.ts';
import type { CrossbarNet } from './crossbarNet.ts';
import type { Scaling } from './images.ts';
import { isWeighted } from './model.ts';

/** Settings of the spiking version of a net. */
export const spikingParams = object(
  {
    rate: number({ default: 200, min: 0, exclusiveMin: true, max: 1e5, unit: 'Hz', help: 'rate of a white pixel' }),
    duration: number({ default: 200, min: 1, max: 1e5, unit: 'ms', help: 'time per image' }),
    readings: integer({
      default: 8,
      min: 1,
      max: 100,
      help: 'number of readout times; each is twice the previous one',
    }),
    percentile: number({
      default: 99.9,
      min: 50,
      max: 100,
      unit: '%',
      help: 'percentile of the activations of a layer on training images that counts as a white pixel',
    }),
    images: integer({ default: 1000, min: 1, help: 'number of test images' }),
  },
  'test of the trained net as integrate-and-fire neurons',
);
export type SpikingConfig = z.output<typeof spikingParams>;

/** Settings that restrict the spiking version of a net. */
interface Restrictions {
  readonly pixels: Pick<Scaling, 'mean'>;
  readonly lines?: { readonly word: number; readonly bit: number } | undefined;
}

/** Checks that a net has a spiking version. @throws UserError */
export function requireSpiking({ model: { stages }, layers }: CrossbarNet, { pixels, lines }: Restrictions): void {
  if (pixels.mean !== 0)
    throw new UserError(`learn: spiking needs pixels.mean 0, since spikes are not negative, but it is ${pixels.mean}.`);
  if (stages.some(({ kind }) => kind === 'maxPooling'))
    throw new UserError('learn: spiking does not support max pooling; train a cnn with --set pooling=average.');
  const bareStage = stages.slice(0, -1).findIndex((stage, n) => isWeighted(stage) && stages[n + 1]!.kind !== 'relu');
  if (bareStage >= 0)
    throw new UserError(
      `learn: spiking needs a rectifier after every layer but the last, because spikes are not negative, but stage ${bareStage + 1} has none.`,
    );
  if (lines && lines.word + lines.bit > 0)
    throw new UserError('learn: spiking does not support lines (IR drop); leave out lines or spiking.');
  if (layers.some(({ devices }) => !devices.isSteady))
    throw new UserError(
      'learn: spiking needs devices with constant weights, but these change (read noise, retention, drift); leave out these effects or spiking.',
    );
}
