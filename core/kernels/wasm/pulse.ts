/**
 * Pulses devices of one row or column: g = clip(g + amount). Exponential family: amount = strength × a e^(-b x); soft
 * bounds: strength × a (1 - x); x = g for upward and 1 - g for downward pulses. Counts writes, row sums and energy.
 */
import { drawNoise } from './draws';
import { exp, ONE_ADDRESS } from './exp';
import { pow } from './imports';
import { loadPair, storePair } from './vectors';
import { canPulsePairs, pulseDevicePairs } from './pulsePairs';
import { fillRowTargets, findEdgeList, findTraceIndexList, getEdge, getTraceIndex } from './pulseTargets';
import { DeviceTotalsRecord, PulseTargetsRecord, WeightsRecord } from './records';

export const PAIR_OF_ONES = memory.data<u32>([1, 1], 8);

/** Counts pulses of a dense row or column, two at a time, up to the first strength of 0; returns their number. */
function countPulsesOfPairs(d: WeightsRecord, start: u32, stride: u32, count: u32, trace: usize, scale: f64): u32 {
  const zero = f64x2.splat(0);
  const factor = f64x2.splat(scale);
  const another = splat(PAIR_OF_ONES);
  const edges = d.edges;
  const step = <usize>stride << 2;
  const further = <u64>(2 * stride) * 0x100000001;
  let pair = <u64>start | (<u64>(start + stride) << 32);
  let numbers = d.numbers;
  let at = d.pulses + (<usize>start << 2);
  for (let i: u32 = 0; i < count; i += 2, pair += further, numbers += 8, at += 2 * step) {
    if (v128.any_true(f64x2.eq(f64x2.mul(factor, v128.load(trace + (<usize>i << 3))), zero))) return i;
    store<u64>(edges + (<usize>i << 2), pair);
    const found = v128.load_lane<u32>(at + step, v128.load_zero<u32>(at), 1);
    const left = i32x4.add(found, another);
    v128.store_lane<u64>(numbers, found, 0);
    v128.store_lane<u32>(at, left, 0);
    v128.store_lane<u32>(at + step, left, 1);
  }
  return count;
}

function drawStepNoise(d: WeightsRecord, p: PulseTargetsRecord, trace: usize, scale: f64): u32 {
  const pulses = d.pulses;
  const edges = findEdgeList(p);
  const others = findTraceIndexList(p);
  const start = p.firstEdge;
  const stride = p.edgeStride;
  const count = p.deviceCount;
  let n: u32 = 0;
  if (edges == 0 && others == 0) n = countPulsesOfPairs(d, start, stride, count & ~1, trace, scale);
  for (let i = n; i < count; i++) {
    if (scale * f64At(trace, getTraceIndex(others, p.hasWideIndices, i)) == 0) continue;
    const edge = getEdge(edges, start, stride, i);
    setU32(d.edges, n, edge);
    const number = u32At(pulses, edge);
    setU32(d.numbers, n, number);
    setU32(pulses, edge, number + 1);
    n++;
  }
  drawNoise(d.key0, d.key1, d.edges, d.numbers, n, d.draws, 0);
  return n;
}

/** Pulses the devices from index `from` on; see `Kernels.pulse`. `draws`: noise of the steps, or 0. */
function pulseOneByOne<F>(d: WeightsRecord, p: PulseTargetsRecord, from: u32, trace: usize, scale: f64, mu: f64, draws: usize): void {
  const edges = findEdgeList(p);
  const others = findTraceIndexList(p);
  const wide = p.hasWideIndices;
  const start = p.firstEdge;
  const stride = p.edgeStride;
  const count = p.deviceCount;
  const row = p.row;
  const weights = d.weights;
  const soft = d.soft != 0;
  const wMaxs = d.wMaxs;
  const wMins = d.wMins;
  const ups = d.ups;
  const downs = d.downs;
  const rowSums = d.rowSums;
  const booked = d.joules;
  const pulses = draws != 0 ? 0 : d.pulses;
  const totals = changetype<DeviceTotalsRecord>(d.totals);
  let wMin = d.wMin;
  let wMax = d.wMax;
  const joules = d.perWeight;
  const sd = d.scatter;
  let draw = draws;
  let writes = totals.writes;
  let energy = totals.writeEnergy;
  let upward = totals.upward;
  for (let i = from; i < count; i++) {
    const other = getTraceIndex(others, wide, i);
    const strength = scale * f64At(trace, other);
    if (strength == 0) continue;
    const edge = getEdge(edges, start, stride, i);
    const at = weights + <usize>edge * sizeof<F>();
    const before = <f64>load<F>(at);
    if (wMaxs != 0) wMax = <f64>load<F>(wMaxs + <usize>edge * sizeof<F>());
    if (wMins != 0) wMin = f64At(wMins, edge);
    const g = min(max((before - wMin) * (1 / (wMax - wMin)), 0), 1);
    const up = strength > 0;
    let amount = strength;
    if (mu == 1) amount *= up ? 1 - g : g;
    else if (mu != 0) amount *= pow(up ? 1 - g : g, mu);
    if (ups != 0) amount *= <f64>load<f32>((up ? ups : downs) + (<usize>edge << 2));
    const a = up ? d.aUp : d.aDown;
    const b = up ? d.bUp : d.bDown;
    let after: f64;
    if (soft) after = g + a * amount * (up ? 1 - g : g);
    else after = g + a * amount * (b == 0 ? 1 : exp(-b * (up ? g : 1 - g)));
    if (draw != 0) {
      after = g + (after - g) * (1 + sd * load<f64>(draw));
      draw += 8;
    }
    if (pulses != 0) {
      const number = pulses + (<usize>edge << 2);
      store<u32>(number, load<u32>(number) + 1);
    }
    after = after <= 0 ? wMin : after >= 1 ? wMax : min(wMin + after * (wMax - wMin), wMax);
    store<F>(at, <F>after);
    writes += 1;
    upward += up ? 1 : 0;
    if (rowSums != 0) {
      const stored = <f64>load<F>(at);
      const sum = rowSums + (<usize>(row >= 0 ? <u32>row : other) << 3);
      store<f64>(sum, load<f64>(sum) + (stored - before));
      const spent = (before + stored) * joules;
      energy += spent;
      if (booked != 0) {
        const own = booked + (<usize>edge << 3);
        store<f64>(own, load<f64>(own) + spent);
      }
    }
  }
  totals.writes = writes;
  totals.writeEnergy = energy;
  totals.upward = upward;
}

/** Maximum number of pulses per call of `drawNoiseAhead`; capacity of its arrays. */
export const NOISE_BATCH_SIZE: u32 = 64;

/** Draws the noise of the next pulses of listed devices, without counting the pulses; a device may occur repeatedly. */
export function drawNoiseAhead(d: WeightsRecord, edges: usize, n: u32): void {
  const pulses = d.pulses;
  for (let i: u32 = 0; i < n; i++) {
    const edge = u32At(edges, i);
    const number = pulses + (<usize>edge << 2);
    setU32(d.edges, i, edge);
    setU32(d.numbers, i, load<u32>(number));
    store<u32>(number, load<u32>(number) + 1);
  }
  drawNoise(d.key0, d.key1, d.edges, d.numbers, n, d.draws, 0);
  for (let i: u32 = 0; i < n; i++) {
    const number = pulses + (<usize>u32At(edges, i) << 2);
    store<u32>(number, load<u32>(number) - 1);
  }
}

/** Pulses the only device of a row, using the i-th random number of `drawNoiseAhead`. */
export function pulseWithDrawnNoise(d: WeightsRecord, edge: u32, i: u32, trace: usize, scale: f64): void {
  if (scale * load<f64>(trace) == 0) return;
  const number = d.pulses + (<usize>edge << 2);
  store<u32>(number, load<u32>(number) + 1);
  pulseOneByOne<f64>(d, fillRowTargets(edge, edge, 1), 0, trace, scale, 0, d.draws + (<usize>i << 3));
}

/** Parameters of linear devices: strength scale, step a, wMin, 1/range, range. */
const LINEAR_PARAMETERS = memory.data(40, 8);

let linearPulseCount: u32 = 0;
let upward: u32 = 0;

/** Prepares pulses of equal linear devices without energy: computes all constants outside the loop. */
export function prepareLinearPulses(d: WeightsRecord): void {
  const wMin = d.wMin;
  const range = d.wMax - wMin;
  store<f64>(LINEAR_PARAMETERS, d.aUp, 8);
  store<f64>(LINEAR_PARAMETERS, wMin, 16);
  store<f64>(LINEAR_PARAMETERS, 1 / range, 24);
  store<f64>(LINEAR_PARAMETERS, range, 32);
  linearPulseCount = upward = 0;
}

@inline
export function pulseLinearDevice<F>(weights: usize, start: u32, stride: u32, count: u32, trace: usize, scale: f64): void {
  store<f64>(LINEAR_PARAMETERS, scale);
  const at = weights + <usize>start * sizeof<F>();
  const step = <usize>stride * sizeof<F>();
  const pairs = count & ~1;
  if (pairs > 0) linearPulseCount += stride == 1 ? pulseAdjacent<F>(at, pairs, trace) : pulseStrided<F>(at, step, pairs, trace);
  if (count != pairs) linearPulseCount += pulseOneLinear<F>(at + <usize>pairs * step, f64At(trace, pairs));
}

export function countLinearPulses(d: WeightsRecord): void {
  const totals = changetype<DeviceTotalsRecord>(d.totals);
  totals.writes += <f64>linearPulseCount;
  totals.upward += <f64>upward;
}

function pulseOneLinear<F>(at: usize, trace: f64): u32 {
  const strength = load<f64>(LINEAR_PARAMETERS) * trace;
  if (strength == 0) return 0;
  if (strength > 0) upward++;
  const wMin = load<f64>(LINEAR_PARAMETERS, 16);
  const g = min(max((<f64>load<F>(at) - wMin) * load<f64>(LINEAR_PARAMETERS, 24), 0), 1);
  const after = min(max(g + load<f64>(LINEAR_PARAMETERS, 8) * strength, 0), 1);
  store<F>(at, <F>(wMin + after * load<f64>(LINEAR_PARAMETERS, 32)));
  return 1;
}

/** Pulses linear devices in pairs, adjacent (`near`) or `step` bytes apart; a strength of 0 keeps the weight. */
@inline
function pulseLinearPairs<F>(near: bool, at: usize, step: usize, count: u32, trace: usize): u32 {
  const scale = splat(LINEAR_PARAMETERS);
  const a = splat(LINEAR_PARAMETERS + 8);
  const wMin = splat(LINEAR_PARAMETERS + 16);
  const inverse = splat(LINEAR_PARAMETERS + 24);
  const range = splat(LINEAR_PARAMETERS + 32);
  const zero = f64x2.splat(0);
  const one = splat(ONE_ADDRESS);
  let writes: u32 = 0;
  let ups = i64x2.splat(0);
  const end = trace + (<usize>count << 3);
  for (let q = trace; q < end; q += 16, at += step << 1) {
    const strength = f64x2.mul(scale, v128.load(q));
    if (i64x2.bitmask(f64x2.eq(strength, zero)) != 0) {
      writes += pulseOneLinear<F>(at, load<f64>(q));
      writes += pulseOneLinear<F>(at + step, load<f64>(q, 8));
      continue;
    }
    const g = f64x2.pmin(f64x2.pmax(f64x2.mul(f64x2.sub(loadPair<F>(at, step, near), wMin), inverse), zero), one);
    const after = f64x2.pmin(f64x2.pmax(f64x2.add(g, f64x2.mul(a, strength)), zero), one);
    storePair<F>(at, step, f64x2.add(wMin, f64x2.mul(after, range)), near);
    ups = i64x2.sub(ups, f64x2.gt(strength, zero)); // adds 1: a lane that is true holds -1
    writes += 2;
  }
  upward += <u32>i64x2.extract_lane(ups, 0) + <u32>i64x2.extract_lane(ups, 1);
  return writes;
}

// Send pulses to devices that are adjacent in memory, or `step` bytes apart. One function for both cases would have a
// branch in every iteration of its loop.
function pulseAdjacent<F>(at: usize, count: u32, trace: usize): u32 {
  return pulseLinearPairs<F>(true, at, sizeof<F>(), count, trace);
}

function pulseStrided<F>(at: usize, step: usize, count: u32, trace: usize): u32 {
  return pulseLinearPairs<F>(false, at, step, count, trace);
}

/**
 * True if devices are equal and linear in both directions, and only weights are stored. wMin + range must equal wMax
 * exactly, so that clipping the state clips the weight.
 */
@inline
export function hasOnlyLinearSteps(d: WeightsRecord, others: usize, mu: f64): bool {
  return (
    others == 0 && mu == 0 && d.soft == 0 && d.ups == 0 && d.rowSums == 0 && d.pulses == 0 && d.bUp == 0 && d.bDown == 0 &&
    d.aUp == d.aDown && d.wMin + (d.wMax - d.wMin) == d.wMax
  );
}

@inline
function run<F>(d: WeightsRecord, p: PulseTargetsRecord, trace: usize, scale: f64, mu: f64): void {
  const count = p.deviceCount;
  if (hasOnlyLinearSteps(d, p.traceIndices, mu)) {
    prepareLinearPulses(d);
    pulseLinearDevice<F>(d.weights, p.firstEdge, p.edgeStride, count, trace, scale);
    countLinearPulses(d);
    return;
  }
  let draws: usize = 0;
  let n = count;
  if (d.scatter > 0) {
    n = drawStepNoise(d, p, trace, scale);
    draws = d.draws;
  }
  let from: u32 = 0;
  if (count > 1 && n == count && canPulsePairs(d, p, mu)) {
    from = count & ~1; // if the number is odd, the last device is pulsed alone
    pulseDevicePairs<F>(d, p, from, trace, scale, draws);
    if (from == count) return;
    if (draws != 0) draws += <usize>from << 3;
  }
  pulseOneByOne<F>(d, p, from, trace, scale, mu, draws);
}

export function pulseDevices(d: WeightsRecord, p: PulseTargetsRecord, trace: usize, scale: f64, mu: f64): void {
  if (d.single) run<f32>(d, p, trace, scale, mu);
  else run<f64>(d, p, trace, scale, mu);
}
