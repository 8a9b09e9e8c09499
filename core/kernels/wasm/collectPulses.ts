import { findEdgeList, findTraceIndexList, getEdge, getTraceIndex } from './pulseTargets';
import { DevicesRecord, PulseBatchRecord, PulseTargetsRecord } from './records';

const SCALE = memory.data(16, 16);
const FURTHER: usize = SCALE + 8;

/** Adds a device to the batch at byte offset `at` unless its strength is 0; returns the offset of the next device. */
@inline
function appendPulse(d: DevicesRecord, b: PulseBatchRecord, at: usize, edge: u32, state: u32, other: u32, strength: f64): usize {
  if (strength == 0) return at;
  store<u32>(b.edgeIndices + at, edge);
  store<u32>(b.traceIndices + at, other);
  store<u32>(b.pulseNumbers + at, u32At(d.pulseCounts, state));
  store<f64>(b.strengths + (at << 1), strength);
  store<f64>(b.statesBefore + (at << 1), f64At(d.g, state));
  return at + 4;
}

@inline
function packPair(first: u32, second: u32): u64 {
  return <u64>first | (<u64>second << 32);
}

const TWO: u64 = 0x200000002;

/**
 * Adds the devices of a row or column to the batch, two at a time. Returns the end of the batch. `near`: true if device
 * states are adjacent from index `first` on, false if they are indexed by edge.
 */
@inline
function appendDensePulses(
  near: bool, d: DevicesRecord, b: PulseBatchRecord, start: u32, stride: u32, first: u32, from: u32, to: u32, trace: usize, scale: f64,
): u32 {
  const g = d.g;
  const pulses = d.pulseCounts;
  const edges = b.edgeIndices;
  const others = b.traceIndices;
  const numbers = b.pulseNumbers;
  const amounts = b.strengths;
  const before = b.statesBefore;
  store<f64>(SCALE, scale);
  store<u64>(FURTHER, packPair(2 * stride, 2 * stride));
  const scales = splat(SCALE);
  const zero = f64x2.splat(0);
  let at: usize = 0;
  let i = from;
  let k = start + from * stride;
  let pair = packPair(k, k + stride);
  let places = packPair(i, i + 1);
  for (; i + 1 < to; i += 2, k += 2 * stride, pair += load<u64>(FURTHER), places += TWO) {
    const strength = f64x2.mul(scales, v128.load(trace + (<usize>i << 3)));
    const state = near ? first + i : k;
    const l = near ? state + 1 : k + stride;
    if (v128.any_true(f64x2.eq(strength, zero))) {
      at = appendPulse(d, b, at, k, state, i, firstLane(strength));
      at = appendPulse(d, b, at, k + stride, l, i + 1, secondLane(strength));
      continue;
    }
    store<u64>(edges + at, pair);
    v128.store(amounts + (at << 1), strength);
    store<u64>(others + at, places);
    if (near) {
      store<u64>(numbers + at, load<u64>(pulses + (<usize>state << 2)));
      v128.store(before + (at << 1), v128.load(g + (<usize>state << 3)));
    } else {
      store<u64>(numbers + at, packPair(u32At(pulses, k), u32At(pulses, l)));
      v128.store(before + (at << 1), gatherPair(g, k, l));
    }
    at += 8;
  }
  if (i < to) at = appendPulse(d, b, at, k, near ? first + i : k, i, scale * f64At(trace, i));
  return <u32>(at >> 2);
}

function appendAdjacentPulses(
  d: DevicesRecord, b: PulseBatchRecord, start: u32, stride: u32, first: u32, from: u32, to: u32, trace: usize, scale: f64,
): u32 {
  return appendDensePulses(true, d, b, start, stride, first, from, to, trace, scale);
}

function appendStridedPulses(d: DevicesRecord, b: PulseBatchRecord, start: u32, stride: u32, from: u32, to: u32, trace: usize, scale: f64): u32 {
  return appendDensePulses(false, d, b, start, stride, 0, from, to, trace, scale);
}

export function collectPulses(d: DevicesRecord, b: PulseBatchRecord, p: PulseTargetsRecord, from: u32, to: u32, trace: usize, scale: f64): void {
  const edges = findEdgeList(p);
  const others = findTraceIndexList(p);
  const start = p.firstEdge;
  const stride = p.edgeStride;
  if (edges == 0 && others == 0) {
    let n: u32;
    if (stride == 1) {
      n = appendAdjacentPulses(d, b, start, 1, start, from, to, trace, scale);
    } else if (b.firstStateIndex < 0) {
      n = appendStridedPulses(d, b, start, stride, from, to, trace, scale);
    } else {
      n = appendAdjacentPulses(d, b, start, stride, b.firstStateIndex, from, to, trace, scale);
    }
    b.near = n == to - from ? n : 0;
    b.count = n;
    return;
  }
  b.near = 0;
  let at: usize = 0;
  for (let i = from; i < to; i++) {
    const other = getTraceIndex(others, p.hasWideIndices, i);
    const edge = getEdge(edges, start, stride, i);
    at = appendPulse(d, b, at, edge, edge, other, scale * f64At(trace, other));
  }
  b.count = <u32>(at >> 2);
}

@inline
export function getDeviceConstantIndices(b: PulseBatchRecord): usize {
  return b.hasColumnOrder != 0 ? b.traceIndices : b.edgeIndices;
}

/** Multiplies pulse strengths by the step factors of their devices. */
export function scalePulses(b: PulseBatchRecord): void {
  const places = getDeviceConstantIndices(b);
  const ups = b.upFactors + (<usize>b.firstConstant << 2);
  const downs = b.downFactors + (<usize>b.firstConstant << 2);
  const end = <usize>b.count << 2;
  let at: usize = 0;
  if (b.near == b.count && (b.hasColumnOrder != 0 || b.row >= 0)) {
    const first = <usize>load<u32>(places) << 2; // the step factors of all devices are adjacent, from this one on
    for (; at + 8 <= end; at += 8) {
      const strengths = v128.load(b.strengths + (at << 1));
      const up = f64x2.promote_low_f32x4(v128.load_zero<u64>(ups + first + at));
      const down = f64x2.promote_low_f32x4(v128.load_zero<u64>(downs + first + at));
      const factors = v128.bitselect(up, down, f64x2.gt(strengths, f64x2.splat(0)));
      v128.store(b.strengths + (at << 1), f64x2.mul(strengths, factors));
    }
  }
  for (; at < end; at += 4) {
    const amount = b.strengths + (at << 1);
    const strength = load<f64>(amount);
    const factors = downs + ((ups - downs) & -<usize>(strength > 0)); // without a branch, which the processor would mispredict
    const factor = load<f32>(factors + (<usize>load<u32>(places + at) << 2));
    store<f64>(amount, strength * <f64>factor);
  }
}
