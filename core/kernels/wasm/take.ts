/** Pulses as they begin: who gets one and how strong it is; twins in core/kernels/plainStages.ts say what each stage does. */
import { pairOf } from './memoryPairs';
import { edgeOf, otherOf } from './pulse';
import { DevicesRecord, PulsesRecord } from './records';

/** What the loop takes as a vector, and two edges at a time, in memory: made there, they would be so anew in each turn. */
const SCALE = memory.data(16, 16);
const FURTHER: usize = SCALE + 8;

/** No place of states: they lie at edges. */
export const AT_EDGES: u32 = 0xffffffff;

/** Puts one device into the batch, `at` bytes behind the first; returns where the next one goes. */
@inline
function takeOne(d: DevicesRecord, b: PulsesRecord, at: usize, edge: u32, state: u32, other: u32, strength: f64): usize {
  if (strength == 0) return at;
  store<u32>(b.edges + at, edge);
  store<u32>(b.others + at, other);
  store<u32>(b.numbers + at, load<u32>(d.pulses + (<usize>state << 2)));
  store<f64>(b.amounts + (at << 1), strength);
  store<f64>(b.before + (at << 1), load<f64>(d.g + (<usize>state << 3)));
  return at + 4;
}

@inline
function two(first: u32, second: u32): u64 {
  return <u64>first | (<u64>second << 32);
}

const TWO: u64 = 0x200000002;

/**
 * Two of a row or column at a time, whose states are neighbours from `first` on (`near`) or as far apart as their edges. `lean`: strengths and
 * edges only, and none where one is left out.
 */
@inline
function takeDense(
  near: bool, lean: bool, d: DevicesRecord, b: PulsesRecord, start: u32, stride: u32, first: u32, from: u32, to: u32, trace: usize, scale: f64,
): u32 {
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
    const state = near ? first + i : k;
    const l = near ? state + 1 : k + stride;
    if (v128.any_true(f64x2.eq(strength, zero))) {
      if (lean) return 0;
      at = takeOne(d, b, at, k, state, i, f64x2.extract_lane(strength, 0));
      at = takeOne(d, b, at, k + stride, l, i + 1, f64x2.extract_lane(strength, 1));
      continue;
    }
    store<u64>(edges + at, pair);
    v128.store(amounts + (at << 1), strength);
    if (!lean) {
      store<u64>(others + at, places);
      if (near) {
        store<u64>(numbers + at, load<u64>(pulses + (<usize>state << 2)));
        v128.store(before + (at << 1), v128.load(g + (<usize>state << 3)));
      } else {
        store<u64>(numbers + at, two(load<u32>(pulses + (<usize>k << 2)), load<u32>(pulses + (<usize>l << 2))));
        v128.store(before + (at << 1), pairOf(g, k, l));
      }
    }
    at += 8;
  }
  if (i < to) at = takeOne(d, b, at, k, near ? first + i : k, i, scale * load<f64>(trace + (<usize>i << 3)));
  return <u32>(at >> 2);
}

/** Devices of a projection from which on a column of them is not found in the cache. */
const MANY: u32 = 65536;
let touched: u32 = 0;

@inline
function touch(at: usize, step: usize, count: u32): u32 {
  let sum: u32 = 0;
  for (const end = at + step * <usize>count; at < end; at += step) sum ^= load<u32>(at);
  return sum;
}

/**
 * Loads what the pulses of a column are going to need where it lies far apart: waiting for many takes hardly longer than for one, where
 * nothing else is done in between. Weights alone are only written, for which nothing waits.
 */
function touchColumn(d: DevicesRecord, start: u32, stride: u32, count: u32): void {
  const first = <usize>start << 2;
  const step = <usize>stride << 2;
  const words: usize = d.single != 0 ? 1 : 2;
  let sum = touch(d.weights + words * first, words * step, count) ^ touch(d.pulses + first, step, count);
  sum ^= touch(d.g + 2 * first, 2 * step, count);
  if (d.apart != 0) sum ^= touch(d.apart + 2 * first, 2 * step, count);
  touched = sum; // or the loads would be left out
}

export function takeNear(
  lean: bool, d: DevicesRecord, b: PulsesRecord, start: u32, stride: u32, first: u32, from: u32, to: u32, trace: usize, scale: f64,
): u32 {
  return takeDense(true, lean, d, b, start, stride, first, from, to, trace, scale);
}

function takeApart(d: DevicesRecord, b: PulsesRecord, start: u32, stride: u32, from: u32, to: u32, trace: usize, scale: f64): u32 {
  return takeDense(false, false, d, b, start, stride, 0, from, to, trace, scale);
}

export function takePulses(
  d: DevicesRecord, b: PulsesRecord, edges: usize, others: usize, size: u32, start: u32, stride: u32, from: u32, to: u32,
  trace: usize, scale: f64,
): u32 {
  if (edges == 0 && others == 0) {
    let n: u32;
    if (stride == 1) {
      n = takeNear(false, d, b, start, 1, start, from, to, trace, scale);
    } else if (b.statesFrom == AT_EDGES) {
      if (stride * (to - from) >= MANY) touchColumn(d, start, stride, to - from);
      n = takeApart(d, b, start, stride, from, to, trace, scale);
    } else {
      n = takeNear(false, d, b, start, stride, b.statesFrom, from, to, trace, scale);
    }
    b.near = n == to - from ? n : 0;
    return n;
  }
  b.near = 0;
  let at: usize = 0;
  for (let i = from; i < to; i++) {
    const other = otherOf(others, size, i);
    const edge = edgeOf(edges, start, stride, i);
    at = takeOne(d, b, at, edge, edge, other, scale * load<f64>(trace + (<usize>other << 3)));
  }
  return <u32>(at >> 2);
}

/** Where constants of the devices are looked for. */
@inline
export function placesOf(b: PulsesRecord): usize {
  return b.byColumn != 0 ? b.others : b.edges;
}

/** Whether what devices differ in lies one after the other. */
@inline
export function sideBySide(b: PulsesRecord): bool {
  return b.near == b.count && (b.byColumn != 0 || <i32>b.row >= 0);
}

/** Two amounts times their factors, of 32 bits each. */
@inline
export function scaled(amount: v128, ups: usize, downs: usize): v128 {
  const up = f64x2.promote_low_f32x4(v128.load_zero<u64>(ups));
  const down = f64x2.promote_low_f32x4(v128.load_zero<u64>(downs));
  return f64x2.mul(amount, v128.bitselect(up, down, f64x2.gt(amount, f64x2.splat(0))));
}

/** `ups` and `downs`: 32 bits each. Two at a time where they lie side by side. */
export function scalePulses(b: PulsesRecord, ups: usize, downs: usize): void {
  const places = placesOf(b);
  const end = <usize>b.count << 2;
  let at: usize = 0;
  if (sideBySide(b)) {
    const first = <usize>load<u32>(places) << 2; // and one after the other from there
    for (; at + 8 <= end; at += 8) {
      const amount = b.amounts + (at << 1);
      v128.store(amount, scaled(v128.load(amount), ups + first + at, downs + first + at));
    }
  }
  for (; at < end; at += 4) {
    const amount = b.amounts + (at << 1);
    const strength = load<f64>(amount);
    const factors = downs + ((ups - downs) & -<usize>(strength > 0)); // a branch would be guessed wrong
    const factor = load<f32>(factors + (<usize>load<u32>(places + at) << 2));
    store<f64>(amount, strength * <f64>factor);
  }
}
