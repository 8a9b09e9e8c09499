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

const RGB = (colour: string): number[] => [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16));

/**
 * The spikes from `start` to `end` (ticks) on `width` × `height` pixels: as strokes where rows are tall, as a density where
 * many fall on one pixel. One pass over the spikes in view, one over the pixels.
 */
export function spikeImage(
  { ticks, neurons, populations }: SpikeColumns,
  bands: readonly (PlacedBand | null)[],
  [start, end]: readonly [number, number],
  width: number,
  height: number,
): ImageData {
  const counts = new Uint16Array(width * height);
  const perTick = width / (end - start);
  const first = lowerBound(ticks, Math.ceil(start));
  const last = lowerBound(ticks, end + 1);
  const few = last - first < FEW;
  const lengths = bands.map((band) =>
    band === null ? 0 : Math.max(few ? 6 : 1, Math.min(18, Math.round((0.8 * band.height) / band.size))),
  );
  const thickness = few ? 2 : 1;
  for (let i = first; i < last; i++) {
    const p = populations[i]!;
    const band = bands[p];
    if (!band) continue;
    const x = Math.min(width - thickness, Math.floor((ticks[i]! - start) * perTick));
    const length = lengths[p]!;
    const top = Math.max(0, Math.min(height - length, Math.round(rowOf(band, neurons[i]!) - length / 2)));
    for (let y = top; y < top + length; y++) {
      for (let k = y * width + x; k < y * width + x + thickness; k++) if (counts[k]! < 65535) counts[k]!++;
    }
  }
  const image = new ImageData(width, height);
  for (const band of bands) {
    if (band === null) continue;
    const [r, g, b] = RGB(band.colour) as [number, number, number];
    const from = Math.max(0, Math.floor(band.top)) * width;
    const to = Math.min(counts.length, Math.ceil(band.top + band.height) * width);
    let most = 2;
    for (let k = from; k < to; k++) if (counts[k]! > most) most = counts[k]!;
    const opacity = (n: number) => Math.round(255 * (0.45 + (0.55 * Math.log(n)) / Math.log(most)));
    for (let k = from; k < to; k++) {
      if (counts[k] === 0) continue;
      image.data[4 * k] = r;
      image.data[4 * k + 1] = g;
      image.data[4 * k + 2] = b;
      image.data[4 * k + 3] = opacity(counts[k]!);
    }
  }
  return image;
}
