import { HALF_ADDRESS, ONE_ADDRESS } from './exp';
import { storePair } from './vectors';
import { PAIR_OF_ONES } from './pulse';
import { DevicesRecord, PulseBatchRecord, DeviceTotalsRecord } from './records';
import { computeStates } from './computeStates';
import { getDeviceConstantIndices, scalePulses } from './collectPulses';

const RANGE = memory.data(16, 16);
const STAMP: usize = RANGE + 8;

@inline
function addTo(at: usize, more: f64): void {
  store<f64>(at, load<f64>(at) + more);
}

/** Device layout of a batch: anywhere, adjacent in a row, or adjacent in a column. */
const ANYWHERE: i32 = 0;
const ROW: i32 = 1;
const COLUMN: i32 = 2;

/** Address of the weight ranges (weights in states 0 and 1) of the devices of a batch; 0 if all devices are equal. */
@inline
function findWeightRanges(b: PulseBatchRecord): usize {
  return b.weightRanges == 0 ? 0 : b.weightRanges + (<usize>b.firstConstant << 4);
}

@inline
function pairAt(near: bool, at: usize, k: usize, l: usize): v128 {
  return near ? v128.load(at + (k << 3)) : gatherPair(at, k, l);
}

@inline
function storePairAt(near: bool, at: usize, k: usize, l: usize, pair: v128): void {
  if (near) {
    v128.store(at + (k << 3), pair);
  } else {
    v128.store_lane<f64>(at + (k << 3), pair, 0);
    v128.store_lane<f64>(at + (l << 3), pair, 1);
  }
}

/**
 * Conductances of two devices, S. `inside`: weights minus the lower ends of the weight ranges; `alike`: true if all
 * ranges are equal.
 */
@inline
function conductance(alike: bool, gMin: v128, perWeight: v128, offset: v128, inside: v128, beside: v128): v128 {
  const weight = alike ? inside : f64x2.add(f64x2.add(offset, inside), beside);
  return f64x2.add(gMin, f64x2.mul(weight, perWeight));
}

/**
 * Stores the new states of devices `from` … n - 1. `alike`: true if all devices have the same weight range and no
 * apparent weight offset. For a row or column, n must be even and all devices need conductances.
 */
@inline
function storeDevices(alike: bool, layout: i32, d: DevicesRecord, b: PulseBatchRecord, from: usize, n: usize): void {
  const self = changetype<usize>(d);
  const row = b.row;
  const edges = b.edgeIndices;
  const others = b.traceIndices;
  const numbers = b.pulseNumbers;
  const amounts = b.strengths;
  const before = b.statesBefore;
  const after = b.statesAfter;
  const squares = b.joulesPerSiemens;
  const atEdges = b.firstStateIndex < 0;
  const first = atEdges ? 0 : <usize>b.firstStateIndex << 2;
  const states = atEdges ? edges : others;
  const g = d.g + 2 * first;
  const programmed = d.timeStamps;
  const weights = d.weights;
  const single = d.isSingle != 0;
  const fades = d.isRelaxing != 0;
  const pulses = d.pulseCounts + first;
  const totals = changetype<DeviceTotalsRecord>(d.totals);
  const rows = d.rowSums;
  const columns = d.columnSums;
  const whole = d.arraySum;
  const joules = d.writeEnergies;
  const places = getDeviceConstantIndices(b);
  const ends = findWeightRanges(b);
  const apart = d.apparentOffsets != 0 ? d.apparentOffsets + 2 * first : 0;
  const strays = b.apparentNoiseDraws;
  const electrical = layout != ANYWHERE || rows != 0;
  const inRow = layout == ROW || (layout == ANYWHERE && row >= 0);
  let low: v128;
  let top: v128;
  let range: v128;
  let energy = totals.writeEnergy;
  const crossings = inRow ? columns : rows; // sums of the lines that cross the pulsed line; 0: not kept
  const line = inRow ? rows + (<usize>row << 3) : columns != 0 ? columns + (<usize>b.column << 3) : whole;
  let sum = f64x2.splat(0); // sums of all devices and of the line in one vector: the engine would spill one of them in each iteration
  if (electrical) sum = loadTwo(whole, line);
  let downward: u32 = 0;
  let beside = f64x2.splat(0); // apparent offsets before and after the pulses
  let besideNow = f64x2.splat(0);
  let k = <usize>load<u32>(edges);
  let s = <usize>load<u32>(states);
  const stride = layout == ROW ? 1 : <usize>load<u32>(edges, 4) - k;
  const further = layout == ROW ? 1 : <usize>load<u32>(states, 4) - s;
  const sums = crossings + (<usize>load<u32>(others) << 3);
  for (let i = from; i < n; i += 2) {
    const two = layout != ANYWHERE || i + 1 < n;
    if (layout == ANYWHERE) {
      k = <usize>u32At(edges, i);
      s = <usize>u32At(states, i);
    }
    const l = layout == ANYWHERE ? <usize>u32At(edges, i + 1) : k + stride;
    const z = layout == ANYWHERE ? <usize>u32At(states, i + 1) : s + further;
    const amount = v128.load(amounts + (i << 3));
    const was = v128.load(before + (i << 3));
    const x = v128.load(after + (i << 3));
    if (alike || ends == 0) {
      low = v128.load64_splat(self, offsetof<DevicesRecord>('lowWeight'));
      top = v128.load64_splat(self, offsetof<DevicesRecord>('topWeight'));
      range = splat(RANGE);
    } else {
      const a = v128.load(ends + (<usize>u32At(places, i) << 4));
      const c = v128.load(ends + (<usize>u32At(places, i + 1) << 4));
      low = firstLanes(a, c);
      top = secondLanes(a, c);
      range = f64x2.sub(top, low);
    }
    const weight = v128.bitselect(top, f64x2.pmin(f64x2.add(low, f64x2.mul(x, range)), top), f64x2.ge(x, splat(ONE_ADDRESS)));
    if (!alike && apart != 0) {
      const least = f64x2.sub(v128.load64_splat(self, offsetof<DevicesRecord>('minReadWeight')), weight);
      beside = pairAt(layout == ROW, apart, s, z);
      besideNow = f64x2.pmax(f64x2.mul(v128.load64_splat(self, offsetof<DevicesRecord>('apparentSd')), v128.load(strays + (i << 3))), least);
      storePairAt(layout == ROW, apart, s, z, besideNow);
    }
    const signs = i64x2.bitmask(amount);
    downward += popcnt(two ? signs : signs & 1);
    if (layout == ROW) {
      const counted = i32x4.add(v128.load_zero<u64>(numbers + (i << 2)), splat(PAIR_OF_ONES));
      v128.store_lane<u64>(pulses + (s << 2), counted, 0);
    } else {
      setU32(pulses, s, u32At(numbers, i) + 1);
      setU32(pulses, z, u32At(numbers, i + 1) + 1);
    }
    if (electrical) {
      const gMin = v128.load64_splat(self, offsetof<DevicesRecord>('gMin'));
      const perWeight = v128.load64_splat(self, offsetof<DevicesRecord>('siemensPerWeight'));
      const offset = alike ? low : f64x2.sub(low, v128.load64_splat(self, offsetof<DevicesRecord>('lowWeight')));
      const now = conductance(alike, gMin, perWeight, offset, f64x2.mul(x, range), besideNow);
      const found = conductance(alike, gMin, perWeight, offset, f64x2.mul(was, range), beside);
      let stored = found;
      if (fades) stored = conductance(alike, gMin, perWeight, offset, f64x2.mul(pairAt(layout == ROW, g, s, z), range), beside);
      const square = squares != 0 ? v128.load(squares + (i << 3)) : v128.load64_splat(self, offsetof<DevicesRecord>('joulesPerSiemens'));
      const spent = f64x2.mul(square, f64x2.mul(f64x2.add(found, now), splat(HALF_ADDRESS)));
      const more = f64x2.sub(now, stored);
      energy += firstLane(spent);
      sum = f64x2.add(sum, v128.shuffle<f64>(more, more, 0, 0));
      if (two) {
        energy += secondLane(spent);
        sum = f64x2.add(sum, v128.shuffle<f64>(more, more, 1, 1));
      }
      if (layout == COLUMN || (layout == ROW && crossings != 0)) {
        v128.store(sums + (i << 3), f64x2.add(v128.load(sums + (i << 3)), more));
      } else if (layout == ANYWHERE && crossings != 0) {
        addTo(crossings + (<usize>u32At(others, i) << 3), firstLane(more));
        if (two) addTo(crossings + (<usize>u32At(others, i + 1) << 3), secondLane(more));
      }
      if (joules != 0) {
        addTo(joules + (k << 3), firstLane(spent));
        if (two) addTo(joules + (l << 3), secondLane(spent));
      }
    }
    if (programmed != 0) storePairAt(layout == ROW, programmed, k, l, splat(STAMP));
    const shown = alike ? weight : f64x2.add(weight, besideNow);
    storePairAt(layout == ROW, g, s, z, x);
    if (single) storePair<f32>(weights + (k << 2), (l - k) << 2, shown, layout == ROW);
    else storePairAt(layout == ROW, weights, k, l, shown);
    if (layout != ANYWHERE) {
      k += 2 * stride;
      s += 2 * further;
    }
  }
  totals.writes += <f64>(n - from);
  totals.upward += <f64>(<u32>(n - from) - downward);
  if (!electrical) return;
  totals.writeEnergy = energy;
  v128.store_lane<f64>(line, sum, 1);
  v128.store_lane<f64>(whole, sum, 0);
}

function storeInRow(d: DevicesRecord, b: PulseBatchRecord, n: usize): void {
  storeDevices(true, ROW, d, b, 0, n);
}

function storeInColumn(d: DevicesRecord, b: PulseBatchRecord, n: usize): void {
  storeDevices(true, COLUMN, d, b, 0, n);
}

/** Stores the states after pulses; see `Kernels.storePulses`. `computes`: true to compute the states first. */
export function storePulses(d: DevicesRecord, b: PulseBatchRecord, stamp: f64, computes: bool): void {
  const n = <usize>b.count;
  const joined = n > 1 && b.near == b.count && d.rowSums != 0 && b.weightRanges == 0 && d.apparentOffsets == 0 ? n & ~1 : 0;
  if (computes) {
    if (d.family != 0 && b.upFactors != 0) scalePulses(b);
    computeStates(d, b);
  }
  store<f64>(RANGE, d.topWeight - d.lowWeight);
  store<f64>(STAMP, stamp);
  const at = <usize>b.count << 2;
  if (b.count & 1) {
    store<u32>(b.edgeIndices + at, load<u32>(b.edgeIndices + at - 4));
    store<u32>(b.traceIndices + at, load<u32>(b.traceIndices + at - 4));
    store<u32>(b.pulseNumbers + at, load<u32>(b.pulseNumbers + at - 4));
    store<f64>(b.statesAfter + 2 * at, load<f64>(b.statesAfter + 2 * at - 8));
    store<f64>(b.apparentNoiseDraws + 2 * at, load<f64>(b.apparentNoiseDraws + 2 * at - 8));
  }
  if (joined > 0 && b.row >= 0) storeInRow(d, b, joined);
  else if (joined > 0) storeInColumn(d, b, joined);
  if (joined < n) storeDevices(false, ANYWHERE, d, b, joined, n);
}
