import * as z from 'zod/mini';
import type { Params } from '../../../../core/declare/define.ts';
import { choice, described, integer, number, object, optional } from '../../../../core/declare/params.ts';
import type { ModelChoice } from '../../../network/models.ts';

const positive = { min: 0, exclusiveMin: true } as const;

/** Grey value of white. */
export const WHITE = 255;
/** Retina: standard deviations of the centre and the surround of a receptive field, pixels, and contrast below which a cell is silent. */
export const RETINA = { centre: 0.6, surround: 1.6, least: 0.04 } as const;

/** Option `handover` of network features, also a flag. */
export const handoverOption = optional(
  choice(['spikes', 'poisson'] as const, {
    help: 'input of the second stage of network features; spikes (default): spikes of the pooling population; poisson: pooled spike counts as rates of new Poisson spikes in each presentation (report accuracies separately)',
  }),
);

const params = {
  retinaRate: number({ default: 400, min: 0, unit: 'Hz', help: 'rate of a cell per unit of contrast' }),
  patch: integer({ default: 5, min: 1, max: 15, help: 'side of the patches that the first stage sees, pixels, odd' }),
  kernels: integer({ default: 16, min: 1, max: 256, help: 'number of first-stage neurons (kernels) per position' }),
  patches: integer({ default: 100_000, min: 0, help: 'number of training patches of the first stage' }),
  handover: handoverOption,
  exponent: optional(
    number({ ...positive, help: 'exponent of spike counts in the rates of handover poisson; default 0.8' }),
  ),
  grid: integer({ default: 10, min: 1, help: 'side of the pooled map' }),
  poolRate: number({ default: 6400, ...positive, unit: 'Hz', help: 'target rate of the pooling population' }),
  poolAdaptation: number({
    default: 0.5,
    min: 0,
    unit: '1',
    help: 'increase of the threshold of a pooling neuron (1 at rest) at each of its spikes, which compresses strong features',
  }),
  poolTau: number({ default: 100, ...positive, unit: 'ms', help: 'time constant of thresholds in pooling' }),
  duration: number({
    default: 100,
    ...positive,
    unit: 'ms',
    help: 'maximum presentation time of a training image in training and labelling',
  }),
  device: optional(
    described(z.looseObject({}), {
      description: 'parameters of first-stage devices that override the devices of the job, such as deviceToDevice',
    }),
  ),
};

/** Section of the first stage of network features. */
export const featuresSection = object(params, 'first stage, for network features');

export type FeatureConfig = Params<typeof params>;

/** Device of the first stage: the device of the job, overridden by the section. */
export const getFirstDevice = (c: { readonly device: ModelChoice; readonly features?: FeatureConfig | undefined }) => ({
  ...c.device,
  ...c.features?.device,
});
