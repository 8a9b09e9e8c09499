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
/** Bits of the dots of a braille character, in the order in which a darker shade adds dots. */
const SHADING_ORDER = [0x01, 0x20, 0x04, 0x80, 0x10, 0x02, 0x40, 0x08] as const;

/**
 * Formats a raster plot as text: one block of lines per population, first neuron at the bottom. A braille dot stands
 * for a few neurons and a time interval; it is set if a neuron fired then. If this sets more than half of the dots of a
 * block, the number of dots of each character is proportional to its number of spikes instead.
 * @param width characters per line
 */
export function renderTextRaster(
  { times, neurons, population, populations, window: [from, to] }: LoadedSpikes,
  width: number,
): string {
  const columns = Math.max(MIN_WIDTH, width);
  const blocks = populations.map(({ size }) => createBrailleBlock(columns, Math.min(MAX_LINES, Math.ceil(size / 4))));
  for (let i = 0; i < times.length; i++) {
    const p = population[i]!;
    const { size, firstNeuron = 0 } = populations[p]!;
    blocks[p]!.addSpike((times[i]! - from) / (to - from), (neurons[i]! - firstNeuron) / size, size);
  }
  const text = populations.flatMap(({ name, size, firstNeuron: first = 0 }, p) => {
    const { isDense, lines } = blocks[p]!.formatBlock();
    return [`${name} (neurons ${first} to ${first + size - 1}${isDense ? '; more dots: more spikes' : ''})`, ...lines];
  });
  const [start, end] = [formatTime(from), formatTime(to)];
  return [...text, `${start.padEnd(columns - end.length)}${end}`].join('\n');
}

function createBrailleBlock(columns: number, height: number) {
  const dotMask = new Uint8Array(columns * height);
  const spikeCounts = new Float64Array(columns * height);
  return {
    /** Adds a spike. Time and neuron are relative to time window and population, from 0 to 1. */
    addSpike(relativeTime: number, relativeNeuron: number, size: number): void {
      const y = 4 * height - 1 - Math.floor(relativeNeuron * Math.min(4 * height, size));
      const x = Math.min(2 * columns - 1, Math.floor(relativeTime * 2 * columns));
      const k = (y >> 2) * columns + (x >> 1);
      dotMask[k]! |= BRAILLE_DOTS[x & 1]![y & 3]!;
      spikeCounts[k]!++;
    },
    formatBlock() {
      const dotCount = dotMask.reduce((n, bits) => n + SHADING_ORDER.filter((dot) => bits & dot).length, 0);
      const isDense = dotCount > 4 * dotMask.length;
      const densest = spikeCounts.reduce((a, b) => Math.max(a, b), 1);
      const shade = (spikes: number) =>
        SHADING_ORDER.slice(0, Math.ceil((8 * spikes) / densest)).reduce((a, b) => a | b, 0);
      const bits = isDense ? Uint8Array.from(spikeCounts, shade) : dotMask;
      const text = Array.from(bits, (dots) => String.fromCharCode(BLANK + dots)).join('');
      return { isDense, lines: text.match(new RegExp(`.{${columns}}`, 'g'))! };
    },
  };
}
