import { UserError } from '../../../core/declare/errors.ts';
import { integer, number, object } from '../../../core/declare/params.ts';
import type { WinnerTakeAll } from '../../../core/graph/schema.ts';
import { POLARITY_COUNT } from '../../data/recordings.ts';
import type { FeatureConfig } from './features/config.ts';

/**
 * Kinds of network. `layer`: neurons receive the whole image. `windows`: groups of neurons, each with winner-take-all,
 * receive image windows and vote. `features`: windows on pooled spikes of a first stage that learns local features.
 */
export const NETWORKS = ['layer', 'windows', 'features'] as const;

export const windowsSection = object(
  {
    across: integer({ default: 3, min: 1, max: 16, help: 'number of windows along each side of the image' }),
    share: number({
      default: 0.5,
      min: 0,
      exclusiveMin: true,
      max: 1,
      help: 'side of a window, relative to the image (default 0.5) or, with features, to the pooled map (default 0.6)',
    }),
  },
  'windows of the image, for network windows',
);

export type NetworkKind = (typeof NETWORKS)[number];

interface LayerConfig {
  readonly network?: NetworkKind | undefined;
  readonly windows?: { readonly across: number; readonly share: number } | undefined;
  readonly neurons: number;
  readonly neuron?: { readonly hold: number };
  readonly stimulus?: { readonly duration: number; readonly speed?: number | undefined };
  readonly features?: Pick<FeatureConfig, 'grid' | 'kernels' | 'duration' | 'handover'> | undefined;
}

/** Maximum presentation time of an image, ms. Training images with cached first-stage spikes have a shorter one. */
export const getMaxDuration = (
  { features, stimulus }: Pick<LayerConfig, 'features'> & Required<Pick<LayerConfig, 'stimulus'>>,
  phase: 'train' | 'label' | 'test',
): number => (features && features.handover !== 'poisson' && phase !== 'test' ? features.duration : stimulus.duration);

/** Number of groups of output neurons. */
export const countGroups = ({ network, windows }: LayerConfig): number =>
  network === undefined || network === 'layer' ? 1 : windows!.across ** 2;

export const countOutputs = (c: LayerConfig): number => c.neurons * countGroups(c);

/** Size and stride of the windows, evenly spaced over a map. @throws UserError if they do not fit */
export function layOutWindows({ windows }: LayerConfig, rows: number, columns: number) {
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

/** Winner-take-all inhibition of output neurons; with several groups, each is disabled after `spikes` spikes. */
export const getInhibition = (c: LayerConfig & Required<Pick<LayerConfig, 'neuron'>>, spikes: number): WinnerTakeAll =>
  countGroups(c) === 1 ? { hold: c.neuron.hold } : { hold: c.neuron.hold, groups: countGroups(c), spikes };

/** Size of the input map of the output neurons (rows, columns), and number of input neurons per position. */
export const getInputShape = (
  {
    network,
    features,
    stimulus,
  }: Pick<LayerConfig, 'network' | 'stimulus'> & {
    readonly features?: { grid: number; kernels: number } | undefined;
  },
  rows: number,
  columns: number,
) =>
  network === 'features'
    ? { rows: features!.grid, columns: features!.grid, channels: features!.kernels }
    : { rows, columns, channels: countPlanes({ stimulus }) };

/** Number of weight maps per neuron: one for images, one per polarity for recordings. */
export const countPlanes = ({ stimulus }: Pick<LayerConfig, 'stimulus'>): number =>
  stimulus?.speed === undefined ? 1 : POLARITY_COUNT;
