/**
 * `pulse` for devices in dense rows that are alike and book energy, two at a time: the same operations in the same order, what
 * nobody pulses masked out.
 */
import { expPair } from './exp';
import { loadPair, storePair } from './memoryPairs';
import { TotalsRecord, WeightsRecord } from './records';

const LINEAR: i32 = 0;
const SOFT: i32 = 1;
const EXPONENTIAL: i32 = 2;

/** scale; the eight numbers that a `WeightsRecord` begins with; 1/range, range, 1: loaded, they stay in registers. */
const FIXED = memory.data(96, 16);

/** Neighbours in one row, or devices `step` bytes apart with a row each; `draws` for the noise of steps, or 0. */
@inline
function run<F>(
  family: i32, inRow: bool, at: usize, step: usize, count: u32, trace: usize, sums: usize, totals: TotalsRecord, draws: usize,
): void {
  const zero = f64x2.splat(0);
  const one = v128.load64_splat(FIXED, 88);
  const wMin = v128.load64_splat(FIXED, 40);
  const wMax = v128.load64_splat(FIXED, 48);
  const range = v128.load64_splat(FIXED, 80);
  let sum: f64 = inRow ? load<f64>(sums) : 0;
  let energy = totals.writeEnergy;
  let writes = i64x2.splat(0);
  let upward = i64x2.splat(0);
  const end = trace + (<usize>count << 3);
  for (let q = trace; q < end; q += 16, at += step << 1) {
    const strength = f64x2.mul(v128.load64_splat(FIXED), v128.load(q));
    const some = f64x2.ne(strength, zero);
    const up = f64x2.gt(strength, zero);
    const before = loadPair<F>(at, step, inRow);
    const g = f64x2.pmin(f64x2.pmax(f64x2.mul(f64x2.sub(before, wMin), v128.load64_splat(FIXED, 72)), zero), one);
    let amount = f64x2.mul(v128.bitselect(v128.load64_splat(FIXED, 8), v128.load64_splat(FIXED, 24), up), strength);
    if (family == SOFT) amount = f64x2.mul(amount, v128.bitselect(f64x2.sub(one, g), g, up));
    if (family == EXPONENTIAL) {
      const b = v128.bitselect(v128.load64_splat(FIXED, 16), v128.load64_splat(FIXED, 32), up);
      if (v128.any_true(b)) // e^-0 is 1
        amount = f64x2.mul(amount, expPair(f64x2.mul(f64x2.neg(b), v128.bitselect(g, f64x2.sub(one, g), up))));
    }
    let share = f64x2.add(g, amount);
    if (draws != 0) {
      const factor = f64x2.add(one, f64x2.mul(v128.load64_splat(FIXED, 64), v128.load(draws)));
      share = f64x2.add(g, f64x2.mul(f64x2.sub(share, g), factor));
      draws += 16;
    }
    let after = f64x2.pmin(f64x2.add(wMin, f64x2.mul(f64x2.pmax(share, zero), range)), wMax); // wMin at and below 0
    after = v128.bitselect(wMax, after, f64x2.ge(share, one));
    after = v128.bitselect(after, before, some);
    if (sizeof<F>() == 4) after = f64x2.promote_low_f32x4(f32x4.demote_f64x2_zero(after)); // as it is stored
    storePair<F>(at, step, after, inRow);
    const change = f64x2.sub(after, before);
    const joules = v128.and(f64x2.mul(f64x2.add(before, after), v128.load64_splat(FIXED, 56)), some);
    energy = energy + f64x2.extract_lane(joules, 0) + f64x2.extract_lane(joules, 1);
    if (inRow) {
      sum = sum + f64x2.extract_lane(change, 0) + f64x2.extract_lane(change, 1);
    } else {
      v128.store(sums, f64x2.add(v128.load(sums), change));
      sums += 16;
    }
    writes = i64x2.sub(writes, some); // true is -1
    upward = i64x2.sub(upward, up);
  }
  if (inRow) store<f64>(sums, sum);
  totals.writeEnergy = energy;
  totals.writes += <f64>(i64x2.extract_lane(writes, 0) + i64x2.extract_lane(writes, 1));
  totals.upward += <f64>(i64x2.extract_lane(upward, 0) + i64x2.extract_lane(upward, 1));
}

// Functions of their own, or the optimiser makes one loop of them that asks in every turn.
function linearRow<F>(at: usize, count: u32, trace: usize, sums: usize, totals: TotalsRecord, draws: usize): void {
  run<F>(LINEAR, true, at, sizeof<F>(), count, trace, sums, totals, draws);
}
function softRow<F>(at: usize, count: u32, trace: usize, sums: usize, totals: TotalsRecord, draws: usize): void {
  run<F>(SOFT, true, at, sizeof<F>(), count, trace, sums, totals, draws);
}
function exponentialRow<F>(at: usize, count: u32, trace: usize, sums: usize, totals: TotalsRecord, draws: usize): void {
  run<F>(EXPONENTIAL, true, at, sizeof<F>(), count, trace, sums, totals, draws);
}
function linearColumn<F>(at: usize, step: usize, count: u32, trace: usize, sums: usize, totals: TotalsRecord, draws: usize): void {
  run<F>(LINEAR, false, at, step, count, trace, sums, totals, draws);
}
function softColumn<F>(at: usize, step: usize, count: u32, trace: usize, sums: usize, totals: TotalsRecord, draws: usize): void {
  run<F>(SOFT, false, at, step, count, trace, sums, totals, draws);
}
function exponentialColumn<F>(at: usize, step: usize, count: u32, trace: usize, sums: usize, totals: TotalsRecord, draws: usize): void {
  run<F>(EXPONENTIAL, false, at, step, count, trace, sums, totals, draws);
}

/** Whether the devices are such, and their exponents in the range of `expPair`. */
@inline
export function inPairs(d: WeightsRecord, others: usize, mu: i32): bool {
  return (
    others == 0 && mu == 0 && d.wMaxs == 0 && d.wMins == 0 && d.rowSums != 0 && d.joules == 0 &&
    (d.pulses == 0 || d.scatter > 0) && d.bUp <= 700 && d.bDown <= 700
  );
}

/** `count` is even; with `row` >= 0 they are neighbours in that row. */
export function pulsePairs<F>(
  d: WeightsRecord, start: u32, stride: u32, count: u32, row: i32, trace: usize, scale: f64, draws: usize,
): void {
  const at = d.weights + <usize>start * sizeof<F>();
  const step = <usize>stride * sizeof<F>();
  const totals = changetype<TotalsRecord>(d.totals);
  const range = d.wMax - d.wMin;
  store<f64>(FIXED, scale);
  memory.copy(FIXED + 8, changetype<usize>(d), 64); // up to the scatter
  store<f64>(FIXED, 1 / range, 72);
  store<f64>(FIXED, range, 80);
  store<f64>(FIXED, 1, 88);
  const soft = d.soft != 0;
  const linear = d.bUp == 0 && d.bDown == 0;
  if (row >= 0) {
    const slot = d.rowSums + (<usize>row << 3);
    if (soft) softRow<F>(at, count, trace, slot, totals, draws);
    else if (linear) linearRow<F>(at, count, trace, slot, totals, draws);
    else exponentialRow<F>(at, count, trace, slot, totals, draws);
  } else if (soft) softColumn<F>(at, step, count, trace, d.rowSums, totals, draws);
  else if (linear) linearColumn<F>(at, step, count, trace, d.rowSums, totals, draws);
  else exponentialColumn<F>(at, step, count, trace, d.rowSums, totals, draws);
}
