import { renderDensity } from '../../look/plots/density.ts';
import type { Band, SpikeColumns } from './data.ts';

/** Band with its position in pixels from the top of the raster. */
export interface PlacedBand extends Band {
  readonly top: number;
  readonly height: number;
}

/** Index of the first spike at or after `tick`. */
export function lowerBound(ticks: Uint32Array, tick: number): number {
  let [low, high] = [0, ticks.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ticks[middle]! < tick) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Middle of the row of a neuron; the first neuron is at the bottom of its band. */
export const neuronY = (band: PlacedBand, neuron: number): number =>
  band.top + band.height - ((neuron - band.first + 0.5) / band.size) * band.height;

/** Below this number, spikes are drawn larger. */
const FEW_SPIKES = 4000;
const LARGE_SPIKE = { width: 2, height: 6 };

/** Image of the spikes from `start` to `end` (ticks), `width` × `height` pixels. */
export function renderSpikes(
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
  const rgba = renderDensity(spikes, bands, width, height, to - from < FEW_SPIKES ? LARGE_SPIKE : undefined);
  return new ImageData(rgba, width, height);
}
