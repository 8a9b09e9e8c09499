import { renderDensity } from '../../look/plots/density.ts';
import type { RasterStrip, SpikeColumns } from './data.ts';

/** Strip of a population with its position, px from the top of the plot. */
export interface PlacedStrip extends RasterStrip {
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

/** Centre of a neuron's row, px; the first neuron is at the bottom of the strip. */
export const computeRowCentre = (band: PlacedStrip, neuron: number): number =>
  band.top + band.height - ((neuron - band.firstNeuron + 0.5) / band.size) * band.height;

/** Number of visible spikes below which spikes are drawn larger. */
const FEW_SPIKES = 4000;
const LARGE_SPIKE = { width: 2, height: 6 };

/** Renders spikes from `start` to `end`, ticks. */
export function renderSpikes(
  { ticks, neurons, populations }: SpikeColumns,
  bands: readonly (PlacedStrip | null)[],
  [start, end]: readonly [number, number],
  width: number,
  height: number,
): ImageData {
  const perTick = width / (end - start);
  const [firstSpike, endSpike] = [lowerBound(ticks, Math.ceil(start)), lowerBound(ticks, end + 1)];
  const columnOf = (i: number): number => Math.floor((ticks[i]! - start) * perTick);
  const spikes = { firstSpike, endSpike, columnOf, neurons, population: populations };
  const rgba = renderDensity(
    spikes,
    bands,
    width,
    height,
    endSpike - firstSpike < FEW_SPIKES ? LARGE_SPIKE : undefined,
  );
  return new ImageData(rgba, width, height);
}
