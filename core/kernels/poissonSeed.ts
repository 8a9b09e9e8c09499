/** Generator state of a Poisson source: eight xoshiro128++, one SplitMix64; used by the kernel `drawPoissonBlock`. */
import { exp } from '../math.ts';
import { GENERATOR_STATE_LENGTH, nextSplitMix, seedGenerators, type Word64 } from '../random/generators.ts';
import { LAYER_COUNT } from '../random/ziggurat.ts';

export const POISSON_STATE_LENGTH = GENERATOR_STATE_LENGTH + 4;
/** Index of the first probability density in a ziggurat table; see core/random/ziggurat.ts. */
const DENSITIES = LAYER_COUNT + 1;

const word: Word64 = { high: 0, low: 0 };

/** Words of the SplitMix64 in the state of a Poisson source; `seedPoissonState` derives all other words from them. */
export const getSplitMixWords = (state: Uint32Array): Uint32Array => state.subarray(GENERATOR_STATE_LENGTH);

export function seedPoissonState(state: Uint32Array) {
  const split = getSplitMixWords(state);
  split[2]! |= 1; // SplitMix64 needs an odd increment
  seedGenerators(state, split);
}

/** Uniform number on [0, 1) with 53 random bits, from two 32-bit words. */
export const wordsToUniform = (high: number, low: number): number => (high * 2097152 + (low >>> 11)) * 2 ** -53;

/**
 * Exponentially distributed number with mean 1, by the ziggurat method. The first try uses `first` (layer and upper 20
 * bits) and `rest` (lower bits); further tries use the SplitMix64.
 */
export function drawExponentialFrom(split: Uint32Array, table: Float64Array, first: number, rest: number): number {
  let sum = 0;
  let a = first;
  let b = rest;
  for (;;) {
    const layer = a & (LAYER_COUNT - 1);
    const x = ((a >>> 12) * 4294967296 + b) * 2 ** -52 * table[layer]!;
    if (x < table[layer + 1]!) return sum + x;
    if (layer === 0) {
      sum += table[1]!;
    } else {
      nextSplitMix(split, word);
      const under = table[DENSITIES + layer]!;
      if (under + wordsToUniform(word.high, word.low) * (table[DENSITIES + layer + 1]! - under) < exp(-x))
        return sum + x;
    }
    nextSplitMix(split, word);
    a = word.low;
    b = word.high;
  }
}

export function drawExponential(state: Uint32Array, table: Float64Array): number {
  const split = getSplitMixWords(state);
  nextSplitMix(split, word);
  return drawExponentialFrom(split, table, word.low, word.high);
}
