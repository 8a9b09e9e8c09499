/** Spikes as an image. Shared by pictures and by the scripts of a page, so it imports nothing. */

/** A population's band: first neuron at the bottom, places in pixels from the top. */
export interface PixelBand {
  readonly first: number;
  readonly size: number;
  readonly top: number;
  readonly height: number;
  /** `#rrggbb` */
  readonly colour: string;
}

/** Spikes `from` to `to` (not included) of parallel arrays; `column` is where a spike lies across. */
interface PixelSpikes {
  readonly from: number;
  readonly to: number;
  readonly column: (spike: number) => number;
  readonly neurons: ArrayLike<number>;
  readonly population: ArrayLike<number>;
}

/** Opacity of a pixel with one spike where half of a band or more is filled; of a sparser one it is higher. */
const LEAST_INK = 0.15;
/** Rows as tall as this have one clear pixel between them. */
const TALL = 4;
/** Rows of few neurons are taller than their spikes. */
const TALLEST = 18;

/**
 * Rows of pixels of a band. Where there are more neurons than pixels, equally many share a row: with one more here and there,
 * an even activity would show stripes.
 */
interface PixelRows {
  /** Neurons that share a row. */
  readonly together: number;
  /** First row of pixels and the one behind the last, from the first neurons on. */
  readonly bounds: Int32Array;
}

/** @param least how tall a row is at least. */
export function layOutRows({ size, top, height }: PixelBand, least: number, imageHeight: number): PixelRows {
  const together = Math.ceil(size / Math.max(1, Math.floor(height)));
  const rows = Math.ceil(size / together);
  const bounds = new Int32Array(2 * rows);
  for (let k = 0; k < rows; k++) {
    const [from, to] = [k + 1, k].map((edge) => Math.round(top + height - (edge * height) / rows)) as [number, number];
    const gap = to - from >= TALL ? 1 : 0;
    const tall = Math.max(least, Math.min(TALLEST, to - from - gap));
    const start = Math.round((from + gap + to - tall) / 2);
    bounds[2 * k] = Math.max(0, Math.min(imageHeight - tall, start));
    bounds[2 * k + 1] = Math.min(imageHeight, bounds[2 * k]! + tall);
  }
  return { together, bounds };
}

/**
 * An RGBA image: the more spikes fall on a pixel, the more opaque it is, on a logarithmic scale up to the densest pixel of its
 * band. One pass over the spikes, one over the pixels.
 * @param least what a spike covers at least, in pixels: few spikes should be found.
 */
export function renderDensity(
  { from, to, column, neurons, population }: PixelSpikes,
  bands: readonly (PixelBand | null)[],
  width: number,
  height: number,
  least = { width: 1, height: 1 },
): Uint8ClampedArray<ArrayBuffer> {
  const counts = new Uint32Array(width * height);
  const rows = bands.map((band) => band && layOutRows(band, least.height, height));
  for (let i = from; i < to; i++) {
    const p = population[i]!;
    const placed = rows[p];
    if (!placed) continue;
    const row = 2 * Math.floor((neurons[i]! - bands[p]!.first) / placed.together);
    const x = Math.min(width - least.width, column(i));
    for (let y = placed.bounds[row]!; y < placed.bounds[row + 1]!; y++) {
      for (let k = y * width + x; k < y * width + x + least.width; k++) counts[k]!++;
    }
  }
  const rgba = new Uint8ClampedArray(4 * counts.length);
  for (const band of bands) if (band) ink(rgba, counts, band, width);
  return rgba;
}

function ink(rgba: Uint8ClampedArray, counts: Uint32Array, { top, height, colour }: PixelBand, width: number): void {
  const rgb = [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16));
  const first = Math.max(0, Math.floor(top)) * width;
  const last = Math.min(counts.length, Math.floor(top + height) * width);
  let [most, filled] = [2, 0];
  for (let k = first; k < last; k++) {
    if (counts[k]! > most) most = counts[k]!;
    if (counts[k]! > 0) filled++;
  }
  const base = 1 - (1 - LEAST_INK) * Math.min(1, (2 * filled) / (last - first));
  for (let k = first; k < last; k++) {
    if (counts[k] === 0) continue;
    rgba.set(rgb, 4 * k);
    rgba[4 * k + 3] = 255 * (base + ((1 - base) * Math.log(counts[k]!)) / Math.log(most));
  }
}
