import * as z from 'zod/mini';
import type { Params } from '../../../../core/declare/define.ts';
import { choice, described, integer, number, object, optional } from '../../../../core/declare/params.ts';
import type { ModelChoice } from '../../../network/models.ts';

const positive = { min: 0, exclusiveMin: true } as const;

/** Grey value of a white pixel. */
export const WHITE_GREY_VALUE = 255;
/** Retina: standard deviations of the centre and the surround of a receptive field, pixels, and contrast below which a cell is silent. */
export const RETINA = { centre: 0.6, surround: 1.6, least: 0.04 } as const;

/** Setting `handover` of `features` networks, also a command-line flag. */
export const handoverOption = optional(
  choice(['spikes', 'poisson'] as const, {
    help: 'second-stage input; spikes (default): pooling spikes; poisson: new Poisson spikes from pooled counts',
  }),
);

const params = {
  retinaRate: number({ default: 400, min: 0, unit: 'Hz', help: 'firing rate of a retina cell per unit of contrast' }),
  patch: integer({ default: 5, min: 1, max: 15, help: 'side of the image patches of the first stage, pixels; odd' }),
  kernels: integer({ default: 16, min: 1, max: 256, help: 'number of first-stage neurons (kernels) per position' }),
  patches: integer({ default: 100_000, min: 0, help: 'number of training patches of the first stage' }),
  handover: handoverOption,
  exponent: optional(
    number({ ...positive, help: 'exponent of the spike count in the rates of handover poisson; default 0.8' }),
  ),
  grid: integer({ default: 10, min: 1, help: 'number of rows and columns of the pooled map' }),
  poolRate: number({ default: 6400, ...positive, unit: 'Hz', help: 'target rate, summed over pooling neurons' }),
  poolAdaptation: number({
    default: 0.5,
    min: 0,
    unit: '1',
    help: 'threshold increase of a pooling neuron per own spike (threshold at rest: 1); compresses strong features',
  }),
  poolTau: number({ default: 100, ...positive, unit: 'ms', help: 'time constant of pooling-neuron thresholds' }),
  duration: number({
    default: 100,
    ...positive,
    unit: 'ms',
    help: 'maximum presentation time of an image in training and labelling',
  }),
  device: optional(
    described(z.looseObject({}), {
      description: 'parameters of first-stage devices, such as deviceToDevice; default: those of the second stage',
    }),
  ),
};

/** Configuration section for the first stage of `features` networks. */
export const featuresSection = object(params, 'first stage, for network features');

export type FeatureConfig = Params<typeof params>;

/** Device model of the first stage: the device of the job, with the overrides of the section. */
export const getFirstDevice = (c: { readonly device: ModelChoice; readonly features?: FeatureConfig | undefined }) => ({
  ...c.device,
  ...c.features?.device,
});
