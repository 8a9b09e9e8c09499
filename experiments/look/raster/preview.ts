import { formatTime } from '../time.ts';
import type { LoadedSpikes } from './spikes.ts';

/** Bits of the dots in a Unicode braille character, by column and row. */
const BRAILLE_DOTS = [
  [0x01, 0x02, 0x04, 0x40],
  [0x08, 0x10, 0x20, 0x80],
] as const;
const BLANK = 0x2800;
const MAX_LINES = 8;
const MIN_WIDTH = 20;
/** Bits of the dots of a braille character, in the order in which dots are added for even shading. */
const SHADING_ORDER = [0x01, 0x20, 0x04, 0x80, 0x10, 0x02, 0x40, 0x08] as const;

/**
 * Formats a raster plot as text: one block of lines per population, first neuron at the bottom. A braille dot stands
 * for a few neurons and a time interval; it is set if one of them fired. In blocks with more than half of the dots set,
 * the number of dots per character is instead proportional to its spike count.
 * @param width characters per line
 */
export function renderTextRaster(
  { times, neurons, population, populations, window: [from, to] }: LoadedSpikes,
  width: number,
): string {
  const columns = Math.max(MIN_WIDTH, width);
  const blocks = populations.map(({ size }) => new BrailleBlock(columns, Math.min(MAX_LINES, Math.ceil(size / 4))));
  for (let i = 0; i < times.length; i++) {
    const p = population[i]!;
    const { size, firstNeuron = 0 } = populations[p]!;
    blocks[p]!.addSpike((times[i]! - from) / (to - from), (neurons[i]! - firstNeuron) / size, size);
  }
  const text = populations.flatMap(({ name, size, firstNeuron: first = 0 }, p) => [
    `${name} (neurons ${first} to ${first + size - 1}${blocks[p]!.isDense ? '; more dots: more spikes' : ''})`,
    ...blocks[p]!.formatLines(),
  ]);
  const [start, end] = [formatTime(from), formatTime(to)];
  return [...text, `${start.padEnd(columns - end.length)}${end}`].join('\n');
}

class BrailleBlock {
  readonly #columnCount: number;
  readonly #dotMask: Uint8Array;
  readonly #spikeCounts: Float64Array;

  constructor(columns: number, height: number) {
    this.#columnCount = columns;
    this.#dotMask = new Uint8Array(columns * height);
    this.#spikeCounts = new Float64Array(columns * height);
  }

  /** Adds a spike. Time and neuron are relative to time window and population, from 0 to 1. */
  addSpike(relativeTime: number, relativeNeuron: number, size: number): void {
    const rows = (4 * this.#dotMask.length) / this.#columnCount;
    const y = rows - 1 - Math.floor(relativeNeuron * Math.min(rows, size));
    const x = Math.min(2 * this.#columnCount - 1, Math.floor(relativeTime * 2 * this.#columnCount));
    const k = (y >> 2) * this.#columnCount + (x >> 1);
    this.#dotMask[k]! |= BRAILLE_DOTS[x & 1]![y & 3]!;
    this.#spikeCounts[k]!++;
  }

  get isDense(): boolean {
    const dotCount = this.#dotMask.reduce((n, bits) => n + SHADING_ORDER.filter((dot) => bits & dot).length, 0);
    return dotCount > 4 * this.#dotMask.length;
  }

  formatLines(): string[] {
    const densest = this.#spikeCounts.reduce((a, b) => Math.max(a, b), 1);
    const shade = (spikes: number) =>
      SHADING_ORDER.slice(0, Math.ceil((8 * spikes) / densest)).reduce((a, b) => a | b, 0);
    const bits = this.isDense ? Uint8Array.from(this.#spikeCounts, shade) : this.#dotMask;
    const text = Array.from(bits, (dots) => String.fromCharCode(BLANK + dots)).join('');
    return text.match(new RegExp(`.{${this.#columnCount}}`, 'g'))!;
  }
}
