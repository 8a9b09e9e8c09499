import type { Params } from '../../../core/declare/define.ts';
import { integer, number, object } from '../../../core/declare/params.ts';

const positive = { min: 0, exclusiveMin: true } as const;

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

const pooling = {
  placeTau: number({ default: 1e5, ...positive, unit: 'ms', help: 'membrane time constant at the places' }),
  grid: integer({ default: 10, min: 1, help: 'side of the map that is pooled to' }),
  reach: number({ default: 1.3, ...positive, help: 'how far pooling reaches, in cells of that map' }),
  poolWeight: number({
    default: 1,
    min: 0,
    unit: '1',
    help: 'probability that a spike is passed on at distance 0, before the gain',
  }),
  poolRate: number({ default: 6400, ...positive, unit: 'Hz', help: 'rate that the pooling population keeps' }),
  poolStep: number({
    default: 0.02,
    ...positive,
    unit: '1',
    help: 'by how much each of its spikes lowers ln of its gain',
  }),
  poolDelay: number({ default: 1, min: 0, unit: 'ms', help: 'delay from the places to the pooling population' }),
  duration: number({
    default: 100,
    ...positive,
    unit: 'ms',
    help: 'how long a training image is shown at most, in learning and labelling',
  }),
};

const params = { ...retina, ...kernel, ...pooling };

/** First stage of network features. */
export const featuresSection = object(params, 'first stage, for network features');

export type FeatureConfig = Params<typeof params>;
