export interface Word64 {
  high: number;
  low: number;
}

/** Writes the low 64 bits of the product of a 64-bit number and a 64-bit constant into `out`. */
function multiply(high: number, low: number, constantHigh: number, constantLow: number, out: Word64) {
  const a = low & 0xffff;
  const b = low >>> 16;
  const c = constantLow & 0xffff;
  const d = constantLow >>> 16;
  const middle = a * d + ((a * c) >>> 16);
  const upper = b * c + (middle & 0xffff);
  out.low = Math.imul(low, constantLow) >>> 0;
  out.high =
    (b * d +
      Math.floor(middle / 65536) +
      Math.floor(upper / 65536) +
      Math.imul(high, constantLow) +
      Math.imul(low, constantHigh)) >>>
    0;
}

/**
 * SplitMix64 (Steele, Lea & Flood 2014, doi:10.1145/2660193.2660195): a counter s += gamma and a mixing function. The state
 * has 32-bit halves: s low, s high, gamma low, gamma high. Kernels draw the same numbers.
 */
export function nextSplitMix(s: Uint32Array, out: Word64) {
  const sum = s[0]! + s[2]!;
  s[1] = s[1]! + s[3]! + (sum > 4294967295 ? 1 : 0);
  s[0] = sum;
  let low = s[0]!;
  let high = s[1]!;
  multiply(high ^ (high >>> 30), low ^ ((low >>> 30) | (high << 2)), 0xbf58476d, 0x1ce4e5b9, out);
  ({ low, high } = out);
  multiply(high ^ (high >>> 27), low ^ ((low >>> 27) | (high << 5)), 0x94d049bb, 0x133111eb, out);
  ({ low, high } = out);
  out.low = (low ^ ((low >>> 31) | (high << 1))) >>> 0;
  out.high = (high ^ (high >>> 31)) >>> 0;
}

/** xoshiro128++ (Blackman & Vigna 2021, doi:10.1145/3460772) with a state of four 32-bit words. Kernels draw the same numbers. */
export function nextUint32(s: Uint32Array): number {
  const s0 = s[0]!;
  const s1 = s[1]!;
  const s3 = s[3]!;
  const sum = (s0 + s3) | 0;
  const result = (((sum << 7) | (sum >>> 25)) + s0) >>> 0;
  const x2 = s[2]! ^ s0;
  const x3 = s3 ^ s1;
  s[1] = s1 ^ x2;
  s[0] = s0 ^ x3;
  s[2] = x2 ^ (s1 << 9);
  s[3] = (x3 << 11) | (x3 >>> 21);
  return result;
}

export const GENERATOR_COUNT = 8;
export const GENERATOR_STATE_LENGTH = 4 * GENERATOR_COUNT;

/** Seeds xoshiro128++ generators with words of SplitMix64, as the authors of xoshiro recommend. */
export function seedGenerators(state: Uint32Array, splitMix: Uint32Array) {
  const word = { high: 0, low: 0 };
  for (let i = 0; i < GENERATOR_STATE_LENGTH; i += 2) {
    nextSplitMix(splitMix, word);
    state[i] = word.low;
    state[i + 1] = word.high;
  }
  for (let l = 0; l < GENERATOR_COUNT; l++) {
    const allBits =
      state[l]! | state[GENERATOR_COUNT + l]! | state[2 * GENERATOR_COUNT + l]! | state[3 * GENERATOR_COUNT + l]!;
    if (allBits === 0) state[l] = 1; // xoshiro needs at least one bit that is not 0
  }
}
