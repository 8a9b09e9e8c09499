import { exp } from '../math.ts';
import { nextSplitMix, type Word64 } from '../random/splitMix.ts';
import { drawLanes, LANES, LANES_STATE, seedLanes } from '../random/xoshiroLanes.ts';
import { LAYERS } from '../random/ziggurat.ts';
import type { PoissonSource } from './kernels.ts';

/** A source's state: that of the lanes, then that of a SplitMix64. */
const SPLIT = LANES_STATE;
export const POISSON_STATE = SPLIT + 4;
/** Where the densities begin in the tables of core/random/ziggurat.ts. */
const DENSITIES = LAYERS + 1;
/** 1.5 × 2^26: x + GRID - GRID is x rounded to 2^-26, or to a coarser power of two from 2^25 on. */
const GRID = 100663296;

const word: Word64 = { high: 0, low: 0 };

/** The part of a source's state to be seeded; `seedPoisson` makes the rest of it. */
export const seedOf = (state: Uint32Array): Uint32Array => state.subarray(SPLIT);

export function seedPoisson(state: Uint32Array): void {
  const split = seedOf(state);
  split[2]! |= 1; // the increment must be odd
  seedLanes(state, split);
}

/** 53 bits on [0, 1). */
const fraction = (high: number, low: number): number => (high * 2097152 + (low >>> 11)) * 2 ** -53;

/**
 * Exponential with mean 1 by the ziggurat tables of core/random/ziggurat.ts: the layer and the upper 20 bits of the first try from
 * the word `first`, its lower bits from `rest`.
 */
function exponential(split: Uint32Array, table: Float64Array, first: number, rest: number): number {
  let sum = 0;
  let a = first;
  let b = rest;
  for (;;) {
    const layer = a & (LAYERS - 1);
    const x = ((a >>> 12) * 4294967296 + b) * 2 ** -52 * table[layer]!;
    if (x < table[layer + 1]!) return sum + x;
    if (layer === 0) {
      sum += table[1]!;
    } else {
      nextSplitMix(split, word);
      const under = table[DENSITIES + layer]!;
      if (under + fraction(word.high, word.low) * (table[DENSITIES + layer + 1]! - under) < exp(-x)) return sum + x;
    }
    nextSplitMix(split, word);
    a = word.low;
    b = word.high;
  }
}

/** An exponential draw by itself. */
export function zigguratExponential(state: Uint32Array, table: Float64Array): number {
  const split = seedOf(state);
  nextSplitMix(split, word);
  return exponential(split, table, word.low, word.high);
}

const words = new Uint32Array(LANES);

/**
 * See `Kernels.poissonBlock`. Two spikes have four words for their first tries: two for gaps, then two for indices. A draw of the
 * eight lanes is the words of four spikes, or of two and the fractions that their alias table asks for.
 */
export function poissonBlock(p: PoissonSource, times: Float64Array, neurons: Uint32Array, capacity: number): number {
  const { state, clock, ziggurat, slots, table, meanGap, stop } = p;
  const split = seedOf(state);
  let t = clock[0]!;
  let count = 0;
  for (; count < capacity && t < Infinity; count++) {
    if (count % (table === null ? 4 : 2) === 0) drawLanes(state, words);
    const at = table === null ? 2 * (count & 2) + (count & 1) : count & 1;
    let draw = words[at + 2]!;
    let neuron = 0;
    let rest = 0;
    for (;;) {
      // draw × slots in two halves, because the product may have 64 bits.
      const upper = (draw >>> 16) * slots + Math.floor(((draw & 65535) * slots) / 65536);
      neuron = Math.floor(upper / 65536);
      rest = Math.imul(draw, slots) >>> 0;
      if (rest >= slots || rest >= 4294967296 % slots) break; // Lemire 2019: no bias
      nextSplitMix(split, word);
      draw = word.high;
    }
    if (table !== null) {
      const keeps = fraction(words[2 * at + 5]!, words[2 * at + 4]!) < table.keep[neuron]!;
      neuron = (keeps ? table.own : table.other)[neuron]!;
    }
    let place = count;
    for (; place > 0 && times[place - 1] === t && neurons[place - 1]! > neuron; place--)
      neurons[place] = neurons[place - 1]!;
    times[count] = t;
    neurons[place] = neuron;
    // The gap is rounded to the grid by itself: t stays on it, and gaps do not depend on where the clock stands.
    t += exponential(split, ziggurat, words[at]!, rest) * meanGap + GRID - GRID;
    if (t > stop) t = Infinity;
  }
  clock[0] = t;
  return count;
}
