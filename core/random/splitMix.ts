/**
 * SplitMix64 (Steele, Lea & Flood 2014, doi:10.1145/2660193.2660195) in 32-bit halves: a counter s += gamma and a mixing
 * function. The state is [s low, s high, gamma low, gamma high], gamma odd. It seeds the generators of Poisson sources and
 * makes the draws after a rejection. The kernel draws the same numbers.
 */
export interface Word64 {
  high: number;
  low: number;
}

/** Writes the low 64 bits of the product with a 64-bit constant into `out`. */
function multiply(high: number, low: number, constantHigh: number, constantLow: number, out: Word64): void {
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

/** Advances the state and writes 64 random bits into `out`. */
export function nextSplitMix(s: Uint32Array, out: Word64): void {
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
