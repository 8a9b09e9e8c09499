import type { LoadedSpikes } from './spikes.ts';

/** Dots of a braille character: two columns of four, with the bits of Unicode's pattern block. */
const DOTS = [
  [0x01, 0x02, 0x04, 0x40],
  [0x08, 0x10, 0x20, 0x80],
] as const;
const BLANK = 0x2800;
const LINES = 8;

/**
 * The raster as text, `width` characters wide: one block of lines a population, in which each braille dot is a moment and a
 * few neurons, set where one of them fired. The first neuron is at the bottom.
 */
export function preview({ times, neurons, population, populations, window }: LoadedSpikes, width: number): string {
  const [from, to] = window;
  const columns = Math.max(20, width);
  const blocks = populations.map(({ size }) => {
    const lines = Math.min(LINES, Math.ceil(size / 4));
    return Array.from({ length: lines }, () => new Uint8Array(columns));
  });
  for (let i = 0; i < times.length; i++) {
    const p = population[i]!;
    const block = blocks[p]!;
    const { size, first = 0 } = populations[p]!;
    const rows = Math.min(4 * block.length, size);
    const up = Math.floor(((neurons[i]! - first) / size) * rows);
    const y = 4 * block.length - 1 - up;
    const x = Math.min(2 * columns - 1, Math.floor(((times[i]! - from) / (to - from)) * 2 * columns));
    block[y >> 2]![x >> 1]! |= DOTS[x & 1]![y & 3]!;
  }
  const text = populations.flatMap(({ name, size, first = 0 }, p) => [
    `${name} (neurons ${first} to ${first + size - 1})`,
    ...blocks[p]!.map((line) => Array.from(line, (bits) => String.fromCharCode(BLANK + bits)).join('')),
  ]);
  const end = `${to} ms`;
  return [...text, `${`${from} ms`.padEnd(columns - end.length)}${end}`].join('\n');
}
