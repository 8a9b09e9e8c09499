import { nextSplitMix } from './splitMix.ts';

/** Number of parallel generators. */
export const LANES = 8;
/** Number of state words of all generators. */
export const LANES_STATE = 4 * LANES;

const rotl = (x: number, r: number): number => (x << r) | (x >>> (32 - r));

/** Seeds the generators with words of SplitMix64, as the authors of xoshiro recommend. */
export function seedLanes(state: Uint32Array, splitMix: Uint32Array): void {
  const word = { high: 0, low: 0 };
  for (let i = 0; i < LANES_STATE; i += 2) {
    nextSplitMix(splitMix, word);
    state[i] = word.low;
    state[i + 1] = word.high;
  }
  for (let l = 0; l < LANES; l++) {
    const any = state[l]! | state[LANES + l]! | state[2 * LANES + l]! | state[3 * LANES + l]!;
    if (any === 0) state[l] = 1; // the all-zero state is invalid
  }
}

/**
 * Draws one number from each of the parallel xoshiro128++ generators (Blackman & Vigna 2021, doi:10.1145/3460772), in the
 * layout of vector units: word w of generator l is state[w × LANES + l].
 */
export function drawLanes(state: Uint32Array, to: Uint32Array): void {
  for (let l = 0; l < LANES; l++) {
    const s0 = state[l]!;
    const s1 = state[LANES + l]!;
    const s3 = state[3 * LANES + l]!;
    to[l] = rotl((s0 + s3) | 0, 7) + s0;
    const x2 = state[2 * LANES + l]! ^ s0;
    const x3 = s3 ^ s1;
    state[l] = s0 ^ x3;
    state[LANES + l] = s1 ^ x2;
    state[2 * LANES + l] = x2 ^ (s1 << 9);
    state[3 * LANES + l] = rotl(x3, 11);
  }
}
