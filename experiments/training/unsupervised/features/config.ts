import * as z from 'zod/mini';
import type { Params } from '../../../../core/declare/define.ts';
import { choice, described, integer, number, object, optional } from '../../../../core/declare/params.ts';
import type { ModelChoice } from '../../../network/models.ts';

const positive = { min: 0, exclusiveMin: true } as const;

/** Grey value of white. */
export const WHITE = 255;

const retina = {
  centre: number({ default: 0.6, ...positive, unit: 'pixel', help: 'sd of the centre of on- and off-cells' }),
  surround: number({ default: 1.6, ...positive, unit: 'pixel', help: 'sd of their surround' }),
  least: number({ default: 0.04, min: 0, unit: '1', help: 'contrasts up to this are none' }),
  retinaRate: number({ default: 400, min: 0, unit: 'Hz', help: 'rate of a cell per unit of contrast' }),
};

const kernel = {
  patch: integer({ default: 5, min: 1, max: 15, help: 'side of the patches that the first stage sees, odd' }),
  kernels: integer({ default: 16, min: 1, max: 256, help: 'neurons of the first stage at each place' }),
  patches: integer({ default: 100_000, min: 0, help: 'patches that it learns from' }),
};

const HANDOVERS = ['spikes', 'poisson'] as const;

/** Of network features, also as a flag. */
export const handoverOption = optional(
  choice(HANDOVERS, {
    help: 'how the stages of network features meet; spikes (the default): those of the pooling population reach the second stage; poisson: counts of the places, pooled, are drawn anew as Poisson spikes in every presentation, to be reported apart',
  }),
);

const pooling = {
  handover: handoverOption,
  exponent: optional(
    number({ ...positive, help: 'with handover poisson rates go with (count)^exponent; default 0.8' }),
  ),
  placeTau: number({ default: 1e5, ...positive, unit: 'ms', help: 'membrane time constant at the places' }),
  grid: integer({ default: 10, min: 1, help: 'side of the map that is pooled to' }),
  reach: number({ default: 1.3, ...positive, help: 'how far pooling reaches, in cells of that map' }),
  poolWeight: number({
    default: 1,
    min: 0,
    unit: '1',
    help: 'what a spike adds to a pooling neuron at distance 0, before the gain',
  }),
  poolRate: number({ default: 6400, ...positive, unit: 'Hz', help: 'rate that the pooling population keeps' }),
  poolStep: number({
    default: 0.02,
    ...positive,
    unit: '1',
    help: 'by how much each of its spikes lowers ln of its gain',
  }),
  poolAdaptation: number({
    default: 0.5,
    min: 0,
    unit: '1',
    help: 'by how much a spike of a pooling neuron raises its threshold, which is 1: strong features are passed on less than in proportion',
  }),
  poolTau: number({ default: 100, ...positive, unit: 'ms', help: 'time constant with which that decays' }),
  poolDelay: number({ default: 1, min: 0, unit: 'ms', help: 'delay from the places to the pooling population' }),
  duration: number({
    default: 100,
    ...positive,
    unit: 'ms',
    help: 'how long a training image is shown at most, in learning and labelling',
  }),
};

const params = {
  ...retina,
  ...kernel,
  ...pooling,
  device: optional(
    described(z.looseObject({}), {
      description: 'what the devices of the first stage have over those of the job, such as deviceToDevice',
    }),
  ),
};

/** First stage of network features. */
export const featuresSection = object(params, 'first stage, for network features');

export type FeatureConfig = Params<typeof params>;

/** The devices of the first stage: those of the job but for what the section says. */
export const getFirstStageDevice = ({
  device,
  features,
}: {
  readonly device: ModelChoice;
  readonly features?: FeatureConfig | undefined;
}): ModelChoice => ({
  ...device,
  ...features?.device,
});
