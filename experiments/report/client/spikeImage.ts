import { type PopulationStrip, renderSpikeDensityPixels } from '../../look/plots/density.ts';
import type { RasterStrip, SpikeColumns } from './data.ts';

export type StripPlacement = RasterStrip & PopulationStrip;

export function findFirstSpike(ticks: Uint32Array, tick: number): number {
  let [low, high] = [0, ticks.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ticks[middle]! < tick) low = middle + 1;
    else high = middle;
  }
  return low;
}

export const computeRowCentre = (band: StripPlacement, neuron: number): number =>
  band.top + band.height - ((neuron - band.firstNeuron + 0.5) / band.size) * band.height;

const MIN_SMALL_SPIKES = 4000; // if fewer spikes are visible, they are drawn larger
const LARGE_SPIKE = { width: 2, height: 6 };

export function renderSpikes(
  { ticks, neurons, populationIndices }: SpikeColumns,
  bands: readonly (StripPlacement | null)[],
  [start, end]: readonly [number, number],
  width: number,
  height: number,
): ImageData {
  const perTick = width / (end - start);
  const [firstSpikeIndex, endSpikeIndex] = [findFirstSpike(ticks, Math.ceil(start)), findFirstSpike(ticks, end + 1)];
  const getPixelColumn = (i: number): number => Math.floor((ticks[i]! - start) * perTick);
  const spikes = { firstSpikeIndex, endSpikeIndex, getPixelColumn, neurons, populationIndices };
  const rgba = renderSpikeDensityPixels(
    spikes,
    bands,
    width,
    height,
    endSpikeIndex - firstSpikeIndex < MIN_SMALL_SPIKES ? LARGE_SPIKE : undefined,
  );
  return new ImageData(rgba, width, height);
}
