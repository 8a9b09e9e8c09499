/** Start of pulses: selection of devices and strengths; see `Kernels.takePulses` and `Kernels.scalePulses`. */
import { pairOf } from './vectors';
import { edgeOf, otherOf } from './pulse';
import { DevicesRecord, PulsesRecord } from './records';

/** Vector constants and increments of two edges, in memory: built in the loop they would be rebuilt in each iteration. */
const SCALE = memory.data(16, 16);
const FURTHER: usize = SCALE + 8;

/** Puts one device into the batch, `at` bytes behind the first; returns the offset of the next device. */
@inline
function takeOne(d: DevicesRecord, b: PulsesRecord, at: usize, edge: u32, other: u32, strength: f64): usize {
  if (strength == 0) return at;
  store<u32>(b.edges + at, edge);
  store<u32>(b.others + at, other);
  store<u32>(b.numbers + at, load<u32>(d.pulses + (<usize>edge << 2)));
  store<f64>(b.amounts + (at << 1), strength);
  store<f64>(b.before + (at << 1), load<f64>(d.g + (<usize>edge << 3)));
  return at + 4;
}

@inline
function two(first: u32, second: u32): u64 {
  return <u64>first | (<u64>second << 32);
}

const TWO: u64 = 0x200000002;

/** Puts two devices of a row or column at a time into the batch. */
function takeDense(d: DevicesRecord, b: PulsesRecord, start: u32, stride: u32, from: u32, to: u32, trace: usize, scale: f64): u32 {
  const g = d.g;
  const pulses = d.pulses;
  const edges = b.edges;
  const others = b.others;
  const numbers = b.numbers;
  const amounts = b.amounts;
  const before = b.before;
  store<f64>(SCALE, scale);
  store<u64>(FURTHER, two(2 * stride, 2 * stride));
  const scales = v128.load64_splat(SCALE);
  const zero = f64x2.splat(0);
  let at: usize = 0;
  let i = from;
  let k = start + from * stride;
  let pair = two(k, k + stride);
  let places = two(i, i + 1);
  for (; i + 1 < to; i += 2, k += 2 * stride, pair += load<u64>(FURTHER), places += TWO) {
    const strength = f64x2.mul(scales, v128.load(trace + (<usize>i << 3)));
    const l = k + stride;
    if (v128.any_true(f64x2.eq(strength, zero))) {
      at = takeOne(d, b, at, k, i, f64x2.extract_lane(strength, 0));
      at = takeOne(d, b, at, l, i + 1, f64x2.extract_lane(strength, 1));
      continue;
    }
    store<u64>(edges + at, pair);
    v128.store(amounts + (at << 1), strength);
    store<u64>(others + at, places);
    store<u64>(numbers + at, two(load<u32>(pulses + (<usize>k << 2)), load<u32>(pulses + (<usize>l << 2))));
    v128.store(before + (at << 1), pairOf(g, k, l));
    at += 8;
  }
  if (i < to) at = takeOne(d, b, at, k, i, scale * load<f64>(trace + (<usize>i << 3)));
  return <u32>(at >> 2);
}

/** Number of devices of a projection from which on a column is usually outside the cache. */
const MANY: u32 = 65536;
let touched: u32 = 0;

@inline
function touch(at: usize, step: usize, count: u32): u32 {
  let sum: u32 = 0;
  for (const end = at + step * <usize>count; at < end; at += step) sum ^= load<u32>(at);
  return sum;
}

/**
 * Prefetches the data of a column whose devices lie far apart: many requests take hardly longer than one if nothing else runs between
 * them. Weights are only written, which does not wait.
 */
function touchColumn(d: DevicesRecord, start: u32, stride: u32, count: u32): void {
  const first = <usize>start << 2;
  const step = <usize>stride << 2;
  const words: usize = d.single != 0 ? 1 : 2;
  let sum = touch(d.weights + words * first, words * step, count) ^ touch(d.pulses + first, step, count);
  sum ^= touch(d.g + 2 * first, 2 * step, count);
  if (d.apart != 0) sum ^= touch(d.apart + 2 * first, 2 * step, count);
  if (d.ends != 0) sum ^= touch(d.ends + 4 * first, 4 * step, count);
  touched = sum; // otherwise the compiler would drop the loads
}

export function takePulses(
  d: DevicesRecord, b: PulsesRecord, edges: usize, others: usize, size: u32, start: u32, stride: u32, from: u32, to: u32,
  trace: usize, scale: f64,
): u32 {
  if (edges == 0 && others == 0) {
    if (stride > 1 && stride * (to - from) >= MANY) touchColumn(d, start, stride, to - from);
    return takeDense(d, b, start, stride, from, to, trace, scale);
  }
  let at: usize = 0;
  for (let i = from; i < to; i++) {
    const other = otherOf(others, size, i);
    at = takeOne(d, b, at, edgeOf(edges, start, stride, i), other, scale * load<f64>(trace + (<usize>other << 3)));
  }
  return <u32>(at >> 2);
}

/** Multiplies strengths by the factor of each device; `ups` and `downs`: factors of 32 bits each. */
export function scalePulses(b: PulsesRecord, ups: usize, downs: usize): void {
  const end = <usize>b.count << 2;
  for (let at: usize = 0; at < end; at += 4) {
    const amount = b.amounts + (at << 1);
    const strength = load<f64>(amount);
    const factors = downs + ((ups - downs) & -<usize>(strength > 0)); // without a branch, which the processor would mispredict
    store<f64>(amount, strength * <f64>load<f32>(factors + (<usize>load<u32>(b.edges + at) << 2)));
  }
}
