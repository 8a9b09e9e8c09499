import * as z from 'zod/mini';
import type { Params } from '../../../../core/declare/define.ts';
import { described, integer, number, object, optional } from '../../../../core/declare/params.ts';
import type { ModelChoice } from '../../../network/models.ts';

const positive = { min: 0, exclusiveMin: true } as const;

/** Grey value of white. */
export const WHITE = 255;

const retina = {
  centre: number({ default: 0.6, ...positive, unit: 'pixel', help: 'sd of receptive-field centres' }),
  surround: number({ default: 1.6, ...positive, unit: 'pixel', help: 'sd of receptive-field surrounds' }),
  least: number({ default: 0.04, min: 0, unit: '1', help: 'contrast threshold: smaller contrasts are 0' }),
  retinaRate: number({ default: 400, min: 0, unit: 'Hz', help: 'rate of a cell per unit of contrast' }),
};

const kernel = {
  patch: integer({ default: 5, min: 1, max: 15, help: 'side of the patches that the first stage sees, pixels, odd' }),
  kernels: integer({ default: 16, min: 1, max: 256, help: 'number of first-stage neurons (kernels) per position' }),
  patches: integer({ default: 100_000, min: 0, help: 'number of training patches of the first stage' }),
};

const pooling = {
  placeTau: number({ default: 1e5, ...positive, unit: 'ms', help: 'membrane time constant of first-stage neurons' }),
  grid: integer({ default: 10, min: 1, help: 'side of the pooled map' }),
  reach: number({ default: 1.3, ...positive, help: 'radius of pooling, in cells of the pooled map' }),
  poolWeight: number({
    default: 1,
    min: 0,
    unit: '1',
    help: 'pooling weight at distance 0, before the gain',
  }),
  poolRate: number({ default: 6400, ...positive, unit: 'Hz', help: 'target rate of the pooling population' }),
  poolStep: number({
    default: 0.02,
    ...positive,
    unit: '1',
    help: 'decrease of ln(gain) at each spike of the pooling population',
  }),
  poolAdaptation: number({
    default: 0.5,
    min: 0,
    unit: '1',
    help: 'increase of the threshold of a pooling neuron (1 at rest) at each of its spikes, which compresses strong features',
  }),
  poolTau: number({ default: 100, ...positive, unit: 'ms', help: 'time constant of thresholds in pooling' }),
  poolDelay: number({ default: 1, min: 0, unit: 'ms', help: 'delay from the first stage to the pooling population' }),
  duration: number({
    default: 100,
    ...positive,
    unit: 'ms',
    help: 'maximum presentation time of a training image in training and labelling',
  }),
};

const params = {
  ...retina,
  ...kernel,
  ...pooling,
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
export const getFirstDevice = ({
  device,
  features,
}: {
  readonly device: ModelChoice;
  readonly features?: FeatureConfig | undefined;
}): ModelChoice => ({
  ...device,
  ...features?.device,
});
