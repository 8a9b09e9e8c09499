import * as z from 'zod/mini';
import type { Params } from '../../../core/declare/define.ts';
import { POSITIVE_RANGE } from '../../../core/declare/elementParameter.ts';
import { UserError } from '../../../core/declare/errors.ts';
import {
  choice,
  described,
  integer,
  nonNegative,
  number,
  object,
  optional,
  positive,
} from '../../../core/declare/params.ts';
import { POLARITY_COUNT } from '../../data/recordings.ts';
import type { ModelChoice } from '../../network/models.ts';

export const NETWORK_KINDS = ['layer', 'windows', 'features'] as const;

export const windowsSection = object(
  {
    across: integer({ default: 3, min: 1, max: 16, help: 'number of windows along each side of the image' }),
    share: number({
      default: 0.5,
      ...POSITIVE_RANGE,
      max: 1,
      help: 'side of a window, relative to the image (default 0.5) or, with features, to the pooled map (default 0.6)',
    }),
  },
  'size and number of the image windows, for network windows',
);

export type NetworkKind = (typeof NETWORK_KINDS)[number];

export const WHITE_GREY_VALUE = 255;
/** Retina: standard deviations of centre and surround, pixels; contrast below which a cell is silent. */
export const RETINA_PARAMS = { centre: 0.6, surround: 1.6, least: 0.04 } as const;

export const secondStageInputOption = optional(
  choice(['spikes', 'poisson'] as const, {
    help: 'second-stage input; spikes (default): pooling spikes; poisson: new Poisson spikes from pooled counts',
  }),
);

const params = {
  retinaRate: nonNegative(400, 'Hz', 'firing rate of a retina cell per unit of contrast'),
  patch: integer({ default: 5, min: 1, max: 15, help: 'side of the image patches of the first stage, pixels; odd' }),
  kernels: integer({ default: 16, min: 1, max: 256, help: 'number of first-stage neurons (kernels) per position' }),
  patches: integer({ default: 100_000, min: 0, help: 'number of training patches of the first stage' }),
  handover: secondStageInputOption,
  exponent: optional(
    number({
      ...POSITIVE_RANGE,
      help: 'with handover poisson: firing rates are proportional to the pooled spike counts to this power; default 0.8',
    }),
  ),
  grid: integer({ default: 10, min: 1, help: 'number of rows and columns of the pooled map' }),
  poolRate: positive(6400, 'Hz', 'target rate, summed over pooling neurons'),
  poolAdaptation: nonNegative(0.5, '1', 'threshold increase of a pooling neuron per own spike (threshold at rest: 1)'),
  poolTau: positive(100, 'ms', 'time constant of pooling-neuron thresholds'),
  duration: positive(100, 'ms', 'maximum presentation time of an image in training and labelling'),
  device: optional(
    described(z.looseObject({}), {
      description: 'parameters of first-stage devices, such as deviceToDevice; default: as in the second stage',
    }),
  ),
};

export const featuresSection = object(params, 'first stage, for network features');

export type FeatureConfig = Params<typeof params>;

/** Device parameters of the feature-extraction stage: `device` of the job, overridden by `features.device`. */
export const getFirstStageDevice = (device: ModelChoice, features: FeatureConfig) => ({
  ...device,
  ...features.device,
});

interface LayerConfig {
  readonly network?: NetworkKind | undefined;
  readonly windows?: { readonly across: number; readonly share: number } | undefined;
  readonly neurons: number;
  readonly stimulus?: { readonly speed?: number | undefined };
  readonly features?: Pick<FeatureConfig, 'grid' | 'kernels'> | undefined;
}

export const countNeuronGroups = ({ network, windows }: LayerConfig) =>
  network === undefined || network === 'layer' ? 1 : windows!.across ** 2;

export const countOutputNeurons = (c: LayerConfig) => c.neurons * countNeuronGroups(c);

export function placeWindows({ windows }: LayerConfig, rows: number, columns: number) {
  const { across, share } = windows!;
  const along = (side: number) => {
    const size = Math.max(1, Math.round(share * side));
    const stride = across > 1 ? Math.max(1, Math.floor((side - size) / (across - 1))) : side;
    if (Math.floor((side - size) / stride) + 1 === across) return [size, stride] as const;
    throw new UserError(
      `mnist: windows.across is ${across}, but ${across} windows of ${size} pixels do not lie evenly along the ${side} of an image; change windows.across or windows.share.`,
    );
  };
  const [[down, strideDown], [right, strideRight]] = [along(rows), along(columns)];
  return { size: [down, right] as const, stride: [strideDown, strideRight] as const };
}

/** Input map of the output neurons: rows, columns, and input neurons per position. */
export const getInputShape = (
  { network, features, stimulus }: Pick<LayerConfig, 'network' | 'stimulus' | 'features'>,
  rows: number,
  columns: number,
) =>
  network === 'features'
    ? { rows: features!.grid, columns: features!.grid, channels: features!.kernels }
    : { rows, columns, channels: countWeightMaps({ stimulus }) };

/** Number of weight maps per neuron: one for images and pooled features, one per polarity for recordings. */
export const countWeightMaps = ({ network, stimulus }: Pick<LayerConfig, 'network' | 'stimulus'>) =>
  stimulus?.speed === undefined || network === 'features' ? 1 : POLARITY_COUNT;

export type WeightMaps = ReturnType<typeof arrangeReceptiveFields>;

/**
 * Arranges weights as images, the receptive fields of neurons in the image or their window; weights of on-events lie above
 * weights of off-events. Input neurons at one position are averaged. Returned weights: `(rows × columns) x neurons`,
 * row-major, mV.
 */
export function arrangeReceptiveFields(c: LayerConfig, weights: Float32Array, rows: number, columns: number) {
  const map = getInputShape(c, rows, columns);
  if (countNeuronGroups(c) === 1 && map.channels === 1) return { weights, rows, columns };
  const planes = countWeightMaps(c);
  const across = Math.sqrt(countNeuronGroups(c));
  const fullMap = { size: [map.rows, map.columns], stride: [map.rows, map.columns] } as const;
  const { size, stride } = across > 1 || c.network === 'features' ? placeWindows(c, map.rows, map.columns) : fullMap;
  const neurons = across * across * c.neurons;
  const fields = new Float32Array(planes * size[0] * size[1] * neurons);
  let k = 0;
  for (let inputIndex = 0; inputIndex < map.rows * map.columns * map.channels; inputIndex++) {
    const x = Math.floor(inputIndex / map.channels) % map.columns;
    const y = Math.floor(inputIndex / (map.channels * map.columns));
    const planeRow = (inputIndex % planes) * size[0];
    for (let g = 0; g < across * across; g++) {
      const [row, column] = [y - Math.floor(g / across) * stride[0], x - (g % across) * stride[1]];
      if (row < 0 || row >= size[0] || column < 0 || column >= size[1]) continue;
      const offset = ((planeRow + row) * size[1] + column) * neurons + g * c.neurons;
      for (let j = 0; j < c.neurons; j++) fields[offset + j]! += (weights[k++]! * planes) / map.channels;
    }
  }
  return { weights: fields, rows: planes * size[0], columns: size[1] };
}
