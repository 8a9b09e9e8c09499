import { exp } from '../math.ts';
import { nextSplitMix, type Word64 } from '../splitMix.ts';
import { GRID } from '../time.ts';
import { TAIL } from '../ziggurat.ts';
import type { PoissonSource } from './kernels.ts';

const word: Word64 = { high: 0, low: 0 };

const uniform = (state: Uint32Array): number => {
  nextSplitMix(state, word);
  return (word.high * 2097152 + (word.low >>> 11)) * 2 ** -53;
};

/**
 * Exponential with mean 1 by the ziggurat tables of core/ziggurat.ts: the layer and the upper bits of the first try from
 * the word `first`, its lower bits from `rest`.
 */
function exponential(state: Uint32Array, table: Float64Array, first: number, rest: number): number {
  let sum = 0;
  let a = first;
  let b = rest;
  for (;;) {
    const layer = a & 255;
    const x = ((a >>> 8) * 536870912 + (b >>> 3)) * table[layer]!;
    if (x < table[256 + layer]!) return sum + x;
    if (layer === 0) {
      sum += TAIL;
    } else {
      const under = table[512 + layer]!;
      if (under + uniform(state) * (table[513 + layer]! - under) < exp(-x)) return sum + x;
    }
    nextSplitMix(state, word);
    a = word.low;
    b = word.high;
  }
}

/** An exponential draw by itself. */
export function zigguratExponential(state: Uint32Array, table: Float64Array): number {
  nextSplitMix(state, word);
  return exponential(state, table, word.low, word.high);
}

/** See `Kernels.poissonBlock`. One 64-bit word a spike: the upper half for the index, the lower for the gap. */
export function poissonBlock(p: PoissonSource, times: Float64Array, neurons: Uint32Array, capacity: number): number {
  const { state, clock, ziggurat, slots, table, meanGap, stop } = p;
  const ticks = meanGap * GRID;
  let t = clock[0]!;
  let count = 0;
  for (; count < capacity && t < Number.POSITIVE_INFINITY; count++) {
    let neuron = 0;
    let rest = 0;
    do {
      nextSplitMix(state, word);
      // word.high × slots in two halves, because the product may have 64 bits.
      const upper = (word.high >>> 16) * slots + Math.floor(((word.high & 65535) * slots) / 65536);
      neuron = Math.floor(upper / 65536);
      rest = Math.imul(word.high, slots) >>> 0;
    } while (rest < slots && rest < 4294967296 % slots); // Lemire 2019: no bias
    const low = word.low;
    if (table !== null) neuron = (uniform(state) < table.keep[neuron]! ? table.own : table.other)[neuron]!;
    let place = count;
    for (; place > 0 && times[place - 1] === t && neurons[place - 1]! > neuron; place--)
      neurons[place] = neurons[place - 1]!;
    times[count] = t;
    neurons[place] = neuron;
    // The gap is rounded to the grid by itself: t stays on it, and gaps do not depend on where the clock stands.
    t += Math.floor(exponential(state, ziggurat, low, rest) * ticks + 0.5) / GRID;
    if (t > stop) t = Number.POSITIVE_INFINITY;
  }
  clock[0] = t;
  return count;
}
