import { UserError } from '../../../core/declare/errors.ts';
import { integer, number, object } from '../../../core/declare/params.ts';
import type { WinnerTakeAll } from '../../../core/graph/population.ts';
import { POLARITY_COUNT } from '../../data/recordings.ts';

/**
 * `layer`: all see the whole image. `windows`: groups on windows of it, each with winner-take-all of its own, vote together. `features`: the
 * same on the pooled spikes of a first stage that has learned local features.
 */
export const NETWORKS = ['layer', 'windows', 'features'] as const;

export const windowsSection = object(
  {
    across: integer({ default: 3, min: 1, max: 16, help: 'windows side by side, and as many below each other' }),
    share: number({
      default: 0.5,
      min: 0,
      exclusiveMin: true,
      max: 1,
      help: 'side of a window, of that of the image; with features 0.6 by default, of the pooled map',
    }),
  },
  'windows of the image, for network windows',
);

export type NetworkKind = (typeof NETWORKS)[number];

/** What settings say of the network. */
interface ArchitectureConfig {
  readonly network?: NetworkKind | undefined;
  readonly windows?: { readonly across: number; readonly share: number } | undefined;
  readonly neurons: number;
  readonly neuron?: { readonly hold: number };
  readonly stimulus?: { readonly duration: number; readonly speed?: number | undefined };
  readonly features?:
    | {
        readonly grid: number;
        readonly kernels: number;
        readonly duration: number;
        readonly handover?: 'spikes' | 'poisson' | undefined;
      }
    | undefined;
}

/** How long an image is shown at most, ms: spikes of a first stage are kept of training images, which is why those are shorter. */
export const getMaxDuration = (
  { features, stimulus }: Pick<ArchitectureConfig, 'features'> & Required<Pick<ArchitectureConfig, 'stimulus'>>,
  phase: 'train' | 'label' | 'test',
): number => (features && features.handover !== 'poisson' && phase !== 'test' ? features.duration : stimulus.duration);

/** Into how many groups the output neurons fall. */
export const countGroups = ({ network, windows }: ArchitectureConfig): number =>
  network === undefined || network === 'layer' ? 1 : windows!.across ** 2;

/** All output neurons: `neurons` of each group. */
export const countOutputs = (c: ArchitectureConfig): number => c.neurons * countGroups(c);

/** The windows of a map: as many along each side, evenly apart. @throws UserError where they do not fit so */
export function layOutWindows({ windows }: ArchitectureConfig, rows: number, columns: number) {
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

/** Inhibition of the output neurons, each group of which falls silent after `spikes`. */
export const getWinnerTakeAll = (
  c: ArchitectureConfig & Required<Pick<ArchitectureConfig, 'neuron'>>,
  spikes: number,
): WinnerTakeAll =>
  countGroups(c) === 1 ? { hold: c.neuron.hold } : { hold: c.neuron.hold, groups: countGroups(c), spikes };

/** Rows and columns of the map that the output neurons see, and neurons at each place of it. */
export const getInputShape = (
  {
    network,
    features,
    stimulus,
  }: Pick<ArchitectureConfig, 'network' | 'stimulus'> & {
    readonly features?: { grid: number; kernels: number } | undefined;
  },
  rows: number,
  columns: number,
) =>
  network === 'features'
    ? { rows: features!.grid, columns: features!.grid, channels: features!.kernels }
    : { rows, columns, channels: countPlanes({ stimulus }) };

/** How many maps of weights a neuron has of the image: one for each polarity of a recording. */
export const countPlanes = ({ stimulus }: Pick<ArchitectureConfig, 'stimulus'>): number =>
  stimulus?.speed === undefined ? 1 : POLARITY_COUNT;
