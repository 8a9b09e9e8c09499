/** Density images of raster plots. This module imports nothing, because scripts of report pages use it, too. */

export interface PopulationSize {
  readonly name: string;
  readonly size: number;
  /** Index of the first neuron of the population that is shown. Default: 0. */
  readonly firstNeuron?: number;
}

export interface SpikeArrays {
  /** Spike times, ms; `neurons` and `population` hold the indices of the neuron and population of each spike. */
  readonly times: ArrayLike<number>;
  readonly neurons: ArrayLike<number>;
  readonly population: ArrayLike<number>;
}

/** Strip of a population in the raster plot, px from the top; the first neuron is at the bottom. */
export interface PopulationStrip {
  readonly firstNeuron: number;
  readonly size: number;
  readonly top: number;
  readonly height: number;
  /** Colour of the spikes, as `#rrggbb`. */
  readonly colour: string;
}

/** Spikes to draw: array indices from `firstSpikeIndex` to `endSpikeIndex` - 1. */
interface PixelSpikes {
  readonly firstSpikeIndex: number;
  readonly endSpikeIndex: number;
  readonly getPixelColumn: (spikeIndex: number) => number;
  readonly neurons: ArrayLike<number>;
  readonly populationIndices: ArrayLike<number>;
}

/**
 * Opacity, 0 to 1, of a pixel with one spike if spikes fill half of the strip or more; in emptier strips it is higher.
 */
const MIN_OPACITY = 0.15;
/** Minimum row height at which empty pixels separate the rows, px. */
const MIN_SEPARATED_HEIGHT = 4;
const MAX_SPIKE_HEIGHT = 18;

/**
 * Lays out the pixel rows of a population's strip, from the first neurons on. All rows represent the same number of
 * neurons; otherwise, uniform activity would look striped. `bounds`: first pixel of the spike marks of each row, and
 * first pixel after them.
 */
export function layOutPixelRows({ size, top, height }: PopulationStrip, minMarkHeight: number, imageHeight: number) {
  const neuronsPerRow = Math.ceil(size / Math.max(1, Math.floor(height)));
  const rows = Math.ceil(size / neuronsPerRow);
  const bounds = new Int32Array(2 * rows);
  for (let k = 0; k < rows; k++) {
    const [from, to] = [k + 1, k].map((edge) => Math.round(top + height - (edge * height) / rows)) as [number, number];
    const gap = to - from >= MIN_SEPARATED_HEIGHT ? 1 : 0;
    const tall = Math.max(minMarkHeight, Math.min(MAX_SPIKE_HEIGHT, to - from - gap));
    const start = Math.round((from + gap + to - tall) / 2);
    bounds[2 * k] = Math.max(0, Math.min(imageHeight - tall, start));
    bounds[2 * k + 1] = Math.min(imageHeight, bounds[2 * k]! + tall);
  }
  return { neuronsPerRow, bounds };
}

/** Renders spikes as RGBA. Opacity: logarithm of the spikes per pixel, relative to the population's densest pixel. */
export function renderSpikeDensityPixels(
  { firstSpikeIndex: from, endSpikeIndex: to, getPixelColumn, neurons, populationIndices }: PixelSpikes,
  bands: readonly (PopulationStrip | null)[],
  width: number,
  height: number,
  minMarkSize = { width: 1, height: 1 }, // px
): Uint8ClampedArray<ArrayBuffer> {
  const counts = new Uint32Array(width * height);
  const rows = bands.map((band) => band && layOutPixelRows(band, minMarkSize.height, height));
  for (let i = from; i < to; i++) {
    const p = populationIndices[i]!;
    const placed = rows[p];
    if (!placed) continue;
    const row = 2 * Math.floor((neurons[i]! - bands[p]!.firstNeuron) / placed.neuronsPerRow);
    const x = Math.min(width - minMarkSize.width, getPixelColumn(i));
    for (let y = placed.bounds[row]!; y < placed.bounds[row + 1]!; y++) {
      for (let k = y * width + x; k < y * width + x + minMarkSize.width; k++) counts[k]!++;
    }
  }
  const rgba = new Uint8ClampedArray(4 * counts.length);
  for (const band of bands) if (band) ink(rgba, counts, band, width);
  return rgba;
}

export const parseColour = (colour: string): number[] =>
  [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16));

function ink(
  rgba: Uint8ClampedArray,
  counts: Uint32Array,
  { top, height, colour }: PopulationStrip,
  width: number,
): void {
  const rgb = parseColour(colour);
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
