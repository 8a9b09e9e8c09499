import { densityImage } from '../../plots/density.ts';
import type { Band, SpikeColumns } from './data.ts';

/** A band with its place, in device pixels from the top of the plot. */
export interface PlacedBand extends Band {
  readonly top: number;
  readonly height: number;
}

/** First index whose time is not before `tick`. */
export function lowerBound(ticks: Uint32Array, tick: number): number {
  let [low, high] = [0, ticks.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ticks[middle]! < tick) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Middle of a neuron's row; the first neuron is at the bottom of its band. */
export const rowOf = (band: PlacedBand, neuron: number): number =>
  band.top + band.height - ((neuron - band.first + 0.5) / band.size) * band.height;

/** Few spikes are drawn large enough to be found. */
const FEW = 4000;
const LARGE = { width: 2, height: 6 };

/** The spikes from `start` to `end` (ticks) on `width` × `height` pixels. */
export function spikeImage(
  { ticks, neurons, populations }: SpikeColumns,
  bands: readonly (PlacedBand | null)[],
  [start, end]: readonly [number, number],
  width: number,
  height: number,
): ImageData {
  const perTick = width / (end - start);
  const [from, to] = [lowerBound(ticks, Math.ceil(start)), lowerBound(ticks, end + 1)];
  const column = (i: number): number => Math.floor((ticks[i]! - start) * perTick);
  const spikes = { from, to, column, neurons, population: populations };
  const rgba = densityImage(spikes, bands, width, height, to - from < FEW ? LARGE : undefined);
  return new ImageData(rgba, width, height);
}
