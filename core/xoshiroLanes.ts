import { nextSplitMix } from './splitMix.ts';

/**
 * Four xoshiro128++ side by side (see core/xoshiro.ts), as a vector unit draws from them: word w of lane l is state[4 w + l].
 */
export const LANES = 4;

const rotl = (x: number, r: number): number => (x << r) | (x >>> (32 - r));

/** Seeds the lanes with words of a SplitMix64, the state that xoshiro's authors recommend for it. */
export function seedLanes(state: Uint32Array, splitMix: Uint32Array): void {
  const word = { high: 0, low: 0 };
  for (let i = 0; i < 4 * LANES; i += 2) {
    nextSplitMix(splitMix, word);
    state[i] = word.low;
    state[i + 1] = word.high;
  }
  for (let l = 0; l < LANES; l++) {
    if (!(state[l]! | state[4 + l]! | state[8 + l]! | state[12 + l]!)) state[l] = 1; // xoshiro's one forbidden state
  }
}

/** The word that lane l draws; `advanceLanes` moves all on. */
export function laneWord(state: Uint32Array, l: number): number {
  const s0 = state[l]!;
  return (rotl((s0 + state[12 + l]!) | 0, 7) + s0) >>> 0;
}

export function advanceLanes(state: Uint32Array): void {
  for (let l = 0; l < LANES; l++) {
    const s1 = state[4 + l]!;
    const x2 = state[8 + l]! ^ state[l]!;
    const x3 = state[12 + l]! ^ s1;
    state[l]! ^= x3;
    state[4 + l] = s1 ^ x2;
    state[8 + l] = x2 ^ (s1 << 9);
    state[12 + l] = rotl(x3, 11);
  }
}
