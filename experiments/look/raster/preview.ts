import { timeText } from '../time.ts';
import type { LoadedSpikes } from './spikes.ts';

/** Dots of a braille character: two columns of four, with the bits of Unicode's pattern block. */
const DOTS = [
  [0x01, 0x02, 0x04, 0x40],
  [0x08, 0x10, 0x20, 0x80],
] as const;
const BLANK = 0x2800;
const LINES = 8;
/** The dots in the order in which a character fills up, evenly spread. */
const SHADES = [0x01, 0x20, 0x04, 0x80, 0x10, 0x02, 0x40, 0x08] as const;

/**
 * The raster as text, `width` characters wide: one block of lines a population, the first neuron at the bottom. Each braille
 * dot is a moment and a few neurons, set where one of them fired. Where that would set more than half of the dots, the number of
 * dots of a character tells how many spikes it stands for, eight in the densest.
 */
export function preview({ times, neurons, population, populations, window }: LoadedSpikes, width: number): string {
  const [from, to] = window;
  const columns = Math.max(20, width);
  const blocks = populations.map(({ size }) => new Block(columns, Math.min(LINES, Math.ceil(size / 4))));
  for (let i = 0; i < times.length; i++) {
    const p = population[i]!;
    const { size, first = 0 } = populations[p]!;
    blocks[p]!.add((times[i]! - from) / (to - from), (neurons[i]! - first) / size, size);
  }
  const text = populations.flatMap(({ name, size, first = 0 }, p) => [
    `${name} (neurons ${first} to ${first + size - 1}${blocks[p]!.dense ? '; more dots: more spikes' : ''})`,
    ...blocks[p]!.lines(),
  ]);
  const [start, end] = [timeText(from), timeText(to)];
  return [...text, `${start.padEnd(columns - end.length)}${end}`].join('\n');
}

/** The characters of one population. */
class Block {
  readonly #columns: number;
  readonly #height: number;
  readonly #dots: Uint8Array;
  readonly #spikes: Float64Array;

  constructor(columns: number, height: number) {
    this.#columns = columns;
    this.#height = height;
    this.#dots = new Uint8Array(columns * height);
    this.#spikes = new Float64Array(columns * height);
  }

  /** @param along 0 to 1 of the window; @param up 0 to 1 of the neurons. */
  add(along: number, up: number, size: number): void {
    const rows = Math.min(4 * this.#height, size);
    const y = 4 * this.#height - 1 - Math.floor(up * rows);
    const x = Math.min(2 * this.#columns - 1, Math.floor(along * 2 * this.#columns));
    const k = (y >> 2) * this.#columns + (x >> 1);
    this.#dots[k]! |= DOTS[x & 1]![y & 3]!;
    this.#spikes[k]!++;
  }

  /** Whether more than half of the dots would be set. */
  get dense(): boolean {
    const set = this.#dots.reduce((n, bits) => n + SHADES.filter((dot) => bits & dot).length, 0);
    return set > 4 * this.#dots.length;
  }

  lines(): string[] {
    const most = this.#spikes.reduce((a, b) => Math.max(a, b), 1);
    const bits = this.dense ? Uint8Array.from(this.#spikes, (n) => shade(Math.ceil((8 * n) / most))) : this.#dots;
    const text = Array.from(bits, (dots) => String.fromCharCode(BLANK + dots)).join('');
    return Array.from({ length: this.#height }, (_, y) => text.slice(y * this.#columns, (y + 1) * this.#columns));
  }
}

const shade = (dots: number): number => SHADES.slice(0, dots).reduce((bits, dot) => bits | dot, 0);
