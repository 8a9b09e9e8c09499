/** Keyed random words, and the Poisson background of networks whose spikes are delivered in windows. */
import { WindowNetworkRecord } from './records';

export const GOLDEN: u64 = 0x9e3779b97f4a7c15;

@inline
export function keyOf(low: u32, high: u32): u64 {
  return (<u64>high << 32) | <u64>low;
}

/** Random word of a counter: the mixing function of SplitMix64, see core/random/generators.ts. */
@inline
export function mixWord(z: u64): u64 {
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
  z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
  return z ^ (z >> 31);
}

/** Number of arrivals whose times are in the first random word of a neuron. */
export const FIRST_TIMES: u32 = 4;

/** Random key of the background in the current window. */
@inline
export function windowKey(r: WindowNetworkRecord): u64 {
  return mixWord(keyOf(r.key0, r.key1) + (<u64>r.index + 1) * GOLDEN);
}

/** Random word of a neuron: number of arrivals (upper half), times of the first four arrivals (lower half). */
@inline
export function backgroundWord(key: u64, neuron: usize): u64 {
  return mixWord(key + (<u64>neuron + 1) * GOLDEN);
}

/** Number of arrivals: entries of the cumulative distribution `counts` below the upper half of a random word. */
export function countArrivals(counts: usize, word: u64): u32 {
  let n: u32 = 0;
  while (<u32>(word >> 32) > u32At(counts, n)) n++;
  return n;
}

/** Time of arrival k, in 256ths of a window; further random words hold the times of eight arrivals each. */
export function timeOfArrival(word: u64, k: u32): usize {
  if (k < FIRST_TIMES) return <usize>(word >> (k << 3)) & 255;
  const place = k - FIRST_TIMES;
  return <usize>(mixWord(word + (<u64>(place >> 3) + 1) * GOLDEN) >> ((place & 7) << 3)) & 255;
}

/** Mask of the first four arrivals of a neuron: -1 for each one that occurs, else 0. */
@inline
export function presentArrivals(counts: usize, word: u64): v128 {
  return i32x4.gt_u(i32x4.splat(<u32>(word >> 32)), v128.load(counts));
}

/** Sum of the decay factors of the background arrivals of a neuron; without branches for up to four arrivals. */
@inline
export function sumBackgroundArrivals(factors: usize, counts: usize, word: u64, present: v128): v128 {
  const times = i32x4.extend_low_i16x8_u(i16x8.extend_low_i8x16_u(i64x2.splat(word)));
  const places = i32x4.shl(v128.and(i32x4.sub(times, present), present), 4); // entry time + 1, or entry 0
  const first = v128.load(factors + <usize>i32x4.extract_lane(places, 0));
  const second = v128.load(factors + <usize>i32x4.extract_lane(places, 1));
  const third = v128.load(factors + <usize>i32x4.extract_lane(places, 2));
  const fourth = v128.load(factors + <usize>i32x4.extract_lane(places, 3));
  const sum = f64x2.add(f64x2.add(first, second), f64x2.add(third, fourth));
  return <u32>(word >> 32) <= u32At(counts, FIRST_TIMES) ? sum : addFurther(sum, factors, counts, word);
}

/** Number of background arrivals beyond the fourth of a neuron and window, in total so far. */
export let furtherCount: f64 = 0;

function addFurther(sum: v128, factors: usize, counts: usize, word: u64): v128 {
  const n = countArrivals(counts, word);
  furtherCount += <f64>(n - FIRST_TIMES);
  for (let k = FIRST_TIMES; k < n; k++) sum = f64x2.add(sum, v128.load(factors + (timeOfArrival(word, k) << 4), 16));
  return sum;
}
