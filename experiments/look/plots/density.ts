/** Density images of spikes. Shared by pictures and by the script of report pages, so it imports nothing. */

/** Band of a population, first neuron at the bottom, in pixels from the top. */
export interface PixelBand {
  readonly first: number;
  readonly size: number;
  readonly top: number;
  readonly height: number;
  /** `#rrggbb` */
  readonly colour: string;
}

/** Spikes `from` to `to` - 1 of parallel arrays. `column` gives the horizontal pixel of a spike. */
interface PixelSpikes {
  readonly from: number;
  readonly to: number;
  readonly column: (spike: number) => number;
  readonly neurons: ArrayLike<number>;
  readonly population: ArrayLike<number>;
}

/** Opacity of a pixel with one spike if at least half of the band is filled; higher in sparser bands. */
const MIN_OPACITY = 0.15;
/** Rows of at least this height are separated by an empty pixel. */
const MIN_SEPARATED_HEIGHT = 4;
/** Largest height of a spike, if rows are taller. */
const MAX_SPIKE_HEIGHT = 18;

/**
 * Rows of pixels of a band. If there are more neurons than pixels, all rows have the same number of neurons: unequal numbers
 * would show even activity as stripes.
 */
interface PixelRows {
  /** Number of neurons per row. */
  readonly neuronsPerRow: number;
  /** First pixel of each row and the pixel after its last, starting with the first neurons. */
  readonly bounds: Int32Array;
}

/** @param least smallest height of a row, px */
export function layOutRows({ size, top, height }: PixelBand, least: number, imageHeight: number): PixelRows {
  const neuronsPerRow = Math.ceil(size / Math.max(1, Math.floor(height)));
  const rows = Math.ceil(size / neuronsPerRow);
  const bounds = new Int32Array(2 * rows);
  for (let k = 0; k < rows; k++) {
    const [from, to] = [k + 1, k].map((edge) => Math.round(top + height - (edge * height) / rows)) as [number, number];
    const gap = to - from >= MIN_SEPARATED_HEIGHT ? 1 : 0;
    const tall = Math.max(least, Math.min(MAX_SPIKE_HEIGHT, to - from - gap));
    const start = Math.round((from + gap + to - tall) / 2);
    bounds[2 * k] = Math.max(0, Math.min(imageHeight - tall, start));
    bounds[2 * k + 1] = Math.min(imageHeight, bounds[2 * k]! + tall);
  }
  return { neuronsPerRow, bounds };
}

/**
 * RGBA image: opacity grows with the logarithm of the number of spikes on a pixel, up to the densest pixel of the band.
 * @param least smallest size of a spike, px
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
    const row = 2 * Math.floor((neurons[i]! - bands[p]!.first) / placed.neuronsPerRow);
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
  const base = 1 - (1 - MIN_OPACITY) * Math.min(1, (2 * filled) / (last - first));
  for (let k = first; k < last; k++) {
    if (counts[k] === 0) continue;
    rgba.set(rgb, 4 * k);
    rgba[4 * k + 3] = 255 * (base + ((1 - base) * Math.log(counts[k]!)) / Math.log(most));
  }
}
