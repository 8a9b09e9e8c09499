/** Pulses as they begin: who gets one and how strong it is; twins in core/kernels/plainStages.ts say what each stage does. */
import { pairOf } from './memoryPairs';
import { edgeOf, otherOf } from './pulse';
import { DevicesRecord, PulsesRecord } from './records';

/** What the loop takes as a vector, in memory: loaded, it stays in a register; made there, it would be so anew in each turn. */
const SCALE = memory.data(16, 16);

/** Puts one device into the batch, `at` bytes behind the first; returns where the next one goes. */
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

/** Two neighbours in a row (`near`) or column at a time. */
@inline
function takeDense(near: bool, d: DevicesRecord, b: PulsesRecord, start: u32, stride: u32, from: u32, to: u32, trace: usize, scale: f64): u32 {
  const g = d.g;
  const pulses = d.pulses;
  const edges = b.edges;
  const others = b.others;
  const numbers = b.numbers;
  const amounts = b.amounts;
  const before = b.before;
  store<f64>(SCALE, scale);
  const scales = v128.load64_splat(SCALE);
  const zero = f64x2.splat(0);
  let at: usize = 0;
  let i = from;
  let k = start + from * stride;
  let pair = two(k, k + stride);
  let places = two(i, i + 1);
  const further = two(2 * stride, 2 * stride);
  for (; i + 1 < to; i += 2, k += 2 * stride, pair += further, places += TWO) {
    const strength = f64x2.mul(scales, v128.load(trace + (<usize>i << 3)));
    const l = k + stride;
    if (v128.any_true(f64x2.eq(strength, zero))) {
      at = takeOne(d, b, at, k, i, f64x2.extract_lane(strength, 0));
      at = takeOne(d, b, at, l, i + 1, f64x2.extract_lane(strength, 1));
      continue;
    }
    store<u64>(edges + at, pair);
    store<u64>(others + at, places);
    v128.store(amounts + (at << 1), strength);
    if (near) {
      store<u64>(numbers + at, load<u64>(pulses + (<usize>k << 2)));
      v128.store(before + (at << 1), v128.load(g + (<usize>k << 3)));
    } else {
      store<u64>(numbers + at, two(load<u32>(pulses + (<usize>k << 2)), load<u32>(pulses + (<usize>l << 2))));
      v128.store(before + (at << 1), pairOf(g, k, l));
    }
    at += 8;
  }
  if (i < to) at = takeOne(d, b, at, k, i, scale * load<f64>(trace + (<usize>i << 3)));
  return <u32>(at >> 2);
}

function takeNear(d: DevicesRecord, b: PulsesRecord, start: u32, from: u32, to: u32, trace: usize, scale: f64): u32 {
  return takeDense(true, d, b, start, 1, from, to, trace, scale);
}

function takeApart(d: DevicesRecord, b: PulsesRecord, start: u32, stride: u32, from: u32, to: u32, trace: usize, scale: f64): u32 {
  return takeDense(false, d, b, start, stride, from, to, trace, scale);
}

export function takePulses(
  d: DevicesRecord, b: PulsesRecord, edges: usize, others: usize, size: u32, start: u32, stride: u32, from: u32, to: u32,
  trace: usize, scale: f64,
): u32 {
  if (edges == 0 && others == 0)
    return stride == 1
      ? takeNear(d, b, start, from, to, trace, scale)
      : takeApart(d, b, start, stride, from, to, trace, scale);
  let at: usize = 0;
  for (let i = from; i < to; i++) {
    const other = otherOf(others, size, i);
    at = takeOne(d, b, at, edgeOf(edges, start, stride, i), other, scale * load<f64>(trace + (<usize>other << 3)));
  }
  return <u32>(at >> 2);
}

/** Where constants of the devices are looked for. */
@inline
export function placesOf(b: PulsesRecord): usize {
  return b.byColumn != 0 ? b.others : b.edges;
}

/** `ups` and `downs`: 32 bits each. */
export function scalePulses(b: PulsesRecord, ups: usize, downs: usize): void {
  const places = placesOf(b);
  const end = <usize>b.count << 2;
  for (let at: usize = 0; at < end; at += 4) {
    const amount = b.amounts + (at << 1);
    const strength = load<f64>(amount);
    const factors = downs + ((ups - downs) & -<usize>(strength > 0)); // a branch would be guessed wrong
    const factor = load<f32>(factors + (<usize>load<u32>(places + at) << 2));
    store<f64>(amount, strength * <f64>factor);
  }
}
