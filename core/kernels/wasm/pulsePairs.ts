/**
 * Pulses equal devices of dense rows or of columns, two at a time, with the operations and order of `pulse`. A strength
 * of 0 leaves a device unchanged. Used if energy is counted or devices are listed.
 */
import { expPair } from './exp';
import { PREFETCH_SUM } from './splitRefractory';
import { loadPair, storePair } from './vectors';
import { DeviceTotalsRecord, PulseTargetsRecord, WeightsRecord } from './records';
import { findEdgeList, findTraceIndexList } from './pulseTargets';

/**
 * Device layouts: adjacent in one row; in one column, `step` bytes apart; or given by a list of row indices and,
 * `edges` bytes further, a list of device indices.
 */
const ROW: i32 = 0;
const COLUMN: i32 = 1;
const LISTED: i32 = 2;

/** Vector constants: strength scale, first eight fields of `WeightsRecord`, 1/range, range, 1. */
const CONSTANTS = memory.data(96, 16);

@inline
function run<F>(
  layout: i32, soft: bool, weights: usize, step: usize, count: u32, trace: usize, sums: usize, totals: DeviceTotalsRecord, draws: usize,
  list: usize, edges: usize,
): void {
  const near = layout == ROW;
  const zero = f64x2.splat(0);
  const one = splat(CONSTANTS + 88);
  const wMin = splat(CONSTANTS + 40);
  const wMax = splat(CONSTANTS + 48);
  const range = splat(CONSTANTS + 80);
  let sum: f64 = near ? load<f64>(sums) : 0;
  let energy = totals.writeEnergy;
  let writes = i64x2.splat(0);
  let upward = i64x2.splat(0);
  const size: usize = layout == LISTED ? 4 : 8;
  const begin = layout == LISTED ? list : trace;
  const end = begin + <usize>count * size;
  for (let q = begin; q < end; q += 2 * size) {
    let at = weights;
    let first: usize = 0;
    let second: usize = 0;
    if (layout == LISTED) {
      first = <usize>load<u32>(q);
      second = <usize>load<u32>(q, 4);
      at += <usize>load<u32>(q + edges) * sizeof<F>();
      step = weights + <usize>load<u32>(q + edges, 4) * sizeof<F>() - at;
    } else {
      weights += step << 1;
    }
    const strength = f64x2.mul(splat(CONSTANTS), layout == LISTED ? gatherPair(trace, first, second) : v128.load(q));
    const some = f64x2.ne(strength, zero);
    const up = f64x2.gt(strength, zero);
    const before = loadPair<F>(at, step, near);
    const g = f64x2.pmin(f64x2.pmax(f64x2.mul(f64x2.sub(before, wMin), splat(CONSTANTS + 72)), zero), one);
    let amount = f64x2.mul(v128.bitselect(splat(CONSTANTS + 8), splat(CONSTANTS + 24), up), strength);
    if (soft) {
      amount = f64x2.mul(amount, v128.bitselect(f64x2.sub(one, g), g, up));
    } else {
      const b = v128.bitselect(splat(CONSTANTS + 16), splat(CONSTANTS + 32), up);
      if (v128.any_true(b)) // skipped if all exponents are 0: e^-0 is 1
        amount = f64x2.mul(amount, expPair(f64x2.mul(f64x2.neg(b), v128.bitselect(g, f64x2.sub(one, g), up))));
    }
    let share = f64x2.add(g, amount);
    if (draws != 0) {
      const factor = f64x2.add(one, f64x2.mul(splat(CONSTANTS + 64), v128.load(draws)));
      share = f64x2.add(g, f64x2.mul(f64x2.sub(share, g), factor));
      draws += 16;
    }
    let after = f64x2.pmin(f64x2.add(wMin, f64x2.mul(f64x2.pmax(share, zero), range)), wMax); // wMin if the state is at or below 0
    after = v128.bitselect(wMax, after, f64x2.ge(share, one));
    after = v128.bitselect(after, before, some);
    if (sizeof<F>() == 4) after = f64x2.promote_low_f32x4(f32x4.demote_f64x2_zero(after)); // rounded as the stored weight
    storePair<F>(at, step, after, near);
    writes = i64x2.sub(writes, some); // adds 1: a lane that is true holds -1
    upward = i64x2.sub(upward, up);
    if (layout == LISTED && sums == 0) continue;
    const change = f64x2.sub(after, before);
    const joules = v128.and(f64x2.mul(f64x2.add(before, after), splat(CONSTANTS + 56)), some);
    energy = energy + firstLane(joules) + secondLane(joules);
    if (near) {
      sum = sum + firstLane(change) + secondLane(change);
    } else if (layout == COLUMN) {
      v128.store(sums, f64x2.add(v128.load(sums), change));
      sums += 16;
    } else {
      const sum0 = sums + (first << 3);
      const sum1 = sums + (second << 3);
      store<f64>(sum0, load<f64>(sum0) + firstLane(change));
      store<f64>(sum1, load<f64>(sum1) + secondLane(change));
    }
  }
  if (near) store<f64>(sums, sum);
  if (sums != 0) totals.writeEnergy = energy;
  totals.writes += <f64>(i64x2.extract_lane(writes, 0) + i64x2.extract_lane(writes, 1));
  totals.upward += <f64>(i64x2.extract_lane(upward, 0) + i64x2.extract_lane(upward, 1));
}

// Send pulses to the devices of a row, a column or a list. One function for the three cases would have a branch in
// every iteration of its loop.
function pulseInRow<F>(soft: bool, at: usize, count: u32, trace: usize, sums: usize, totals: DeviceTotalsRecord, draws: usize): void {
  run<F>(ROW, soft, at, sizeof<F>(), count, trace, sums, totals, draws, 0, 0);
}
function pulseInColumn<F>(
  soft: bool, at: usize, step: usize, count: u32, trace: usize, sums: usize, totals: DeviceTotalsRecord, draws: usize,
): void {
  run<F>(COLUMN, soft, at, step, count, trace, sums, totals, draws, 0, 0);
}
function pulseListed<F>(
  soft: bool, at: usize, count: u32, trace: usize, sums: usize, totals: DeviceTotalsRecord, draws: usize, list: usize, edges: usize,
): void {
  // Reads a byte of each listed device first, so that the processor loads all of them into its cache in parallel.
  let touched: u32 = 0;
  for (let q = list, end = q + (<usize>count << 2); q < end; q += 4)
    touched += load<u8>(q) + load<u8>(at + <usize>load<u32>(q + edges) * sizeof<F>());
  store<u32>(PREFETCH_SUM, touched);
  run<F>(LISTED, soft, at, 0, count, trace, sums, totals, draws, list, edges);
}

/** True if the devices are equal and all exponents lie in the range of `expPair`, so that `pulseDevicePairs` can be used. */
@inline
export function canPulsePairs(d: WeightsRecord, p: PulseTargetsRecord, mu: f64): bool {
  return (
    (p.traceIndices == 0 ? d.rowSums != 0 : p.edges != 0 && p.hasWideIndices != 0 && p.row < 0) && mu == 0 && d.wMaxs == 0 && d.wMins == 0 &&
    d.joules == 0 && (d.pulses == 0 || d.scatter > 0) && d.bUp <= 700 && d.bDown <= 700
  );
}

/** Pulses the first `count` devices, an even number: adjacent in a row, `edgeStride` apart in a column, or listed. */
export function pulseDevicePairs<F>(d: WeightsRecord, p: PulseTargetsRecord, count: u32, trace: usize, scale: f64, draws: usize): void {
  const at = d.weights + <usize>p.firstEdge * sizeof<F>();
  const step = <usize>p.edgeStride * sizeof<F>();
  const others = findTraceIndexList(p);
  const totals = changetype<DeviceTotalsRecord>(d.totals);
  const range = d.wMax - d.wMin;
  store<f64>(CONSTANTS, scale);
  memory.copy(CONSTANTS + 8, changetype<usize>(d), 64); // the fields of the record up to `scatter`
  store<f64>(CONSTANTS, 1 / range, 72);
  store<f64>(CONSTANTS, range, 80);
  store<f64>(CONSTANTS, 1, 88);
  const soft = d.soft != 0;
  const sums = d.rowSums;
  if (others != 0) pulseListed<F>(soft, d.weights, count, trace, sums, totals, draws, others, findEdgeList(p) - others);
  else if (p.row >= 0) pulseInRow<F>(soft, at, count, trace, sums + (<usize>p.row << 3), totals, draws);
  else pulseInColumn<F>(soft, at, step, count, trace, sums, totals, draws);
}
