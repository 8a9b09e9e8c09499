/**
 * `pulse` for devices in dense rows that are alike and book energy, two at a time: the same operations in the same order, what
 * nobody pulses masked out.
 */
import { expPair } from './exp';

const LINEAR: i32 = 0;
const SOFT: i32 = 1;
const EXPONENTIAL: i32 = 2;

/** scale; aUp, bUp, aDown, bDown, wMin, wMax, joules; 1/range, range, 1: loaded, they stay in registers. */
const FIXED = memory.data(88, 16);

/** Neighbours in one row, or devices `step` bytes apart with a row each. */
@inline
function run(family: i32, inRow: bool, at: usize, step: usize, count: u32, trace: usize, sums: usize, totals: usize): void {
  const zero = f64x2.splat(0);
  const one = v128.load64_splat(FIXED, 80);
  const wMin = v128.load64_splat(FIXED, 40);
  const wMax = v128.load64_splat(FIXED, 48);
  const range = v128.load64_splat(FIXED, 72);
  let sum: f64 = inRow ? load<f64>(sums) : 0;
  let energy = load<f64>(totals, 16);
  let writes = i64x2.splat(0);
  let upward = i64x2.splat(0);
  const end = trace + (<usize>count << 3);
  for (let q = trace; q < end; q += 16, at += step << 1) {
    const strength = f64x2.mul(v128.load64_splat(FIXED), v128.load(q));
    const some = f64x2.ne(strength, zero);
    const up = f64x2.gt(strength, zero);
    const before = inRow ? v128.load(at) : v128.load_lane<f64>(at + step, v128.load_zero<f64>(at), 1);
    const g = f64x2.pmin(f64x2.pmax(f64x2.mul(f64x2.sub(before, wMin), v128.load64_splat(FIXED, 64)), zero), one);
    let amount = f64x2.mul(v128.bitselect(v128.load64_splat(FIXED, 8), v128.load64_splat(FIXED, 24), up), strength);
    if (family == SOFT) amount = f64x2.mul(amount, v128.bitselect(f64x2.sub(one, g), g, up));
    if (family == EXPONENTIAL) {
      const b = v128.bitselect(v128.load64_splat(FIXED, 16), v128.load64_splat(FIXED, 32), up);
      amount = f64x2.mul(amount, expPair(f64x2.mul(f64x2.neg(b), v128.bitselect(g, f64x2.sub(one, g), up))));
    }
    const share = f64x2.add(g, amount);
    let after = f64x2.pmin(f64x2.add(wMin, f64x2.mul(share, range)), wMax);
    after = v128.bitselect(wMin, after, f64x2.le(share, zero));
    after = v128.bitselect(wMax, after, f64x2.ge(share, one));
    after = v128.bitselect(after, before, some);
    if (inRow) {
      v128.store(at, after);
    } else {
      v128.store_lane<f64>(at, after, 0);
      v128.store_lane<f64>(at + step, after, 1);
    }
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
  store<f64>(totals, energy, 16);
  store<f64>(totals, load<f64>(totals) + <f64>(i64x2.extract_lane(writes, 0) + i64x2.extract_lane(writes, 1)));
  store<f64>(totals, load<f64>(totals, 24) + <f64>(i64x2.extract_lane(upward, 0) + i64x2.extract_lane(upward, 1)), 24);
}

// Functions of their own, or the optimiser makes one loop of them that asks in every turn.
function linearRow(at: usize, count: u32, trace: usize, sums: usize, totals: usize): void {
  run(LINEAR, true, at, 8, count, trace, sums, totals);
}
function softRow(at: usize, count: u32, trace: usize, sums: usize, totals: usize): void {
  run(SOFT, true, at, 8, count, trace, sums, totals);
}
function exponentialRow(at: usize, count: u32, trace: usize, sums: usize, totals: usize): void {
  run(EXPONENTIAL, true, at, 8, count, trace, sums, totals);
}
function linearColumn(at: usize, step: usize, count: u32, trace: usize, sums: usize, totals: usize): void {
  run(LINEAR, false, at, step, count, trace, sums, totals);
}
function softColumn(at: usize, step: usize, count: u32, trace: usize, sums: usize, totals: usize): void {
  run(SOFT, false, at, step, count, trace, sums, totals);
}
function exponentialColumn(at: usize, step: usize, count: u32, trace: usize, sums: usize, totals: usize): void {
  run(EXPONENTIAL, false, at, step, count, trace, sums, totals);
}

/** Whether the devices are such, and their exponents in the range of `expPair`. */
@inline
export function inPairs(others: usize, mu: i32, p: usize, wMaxs: usize, wMins: usize, rowSums: usize, pulses: usize): bool {
  return (
    others == 0 && mu == 0 && wMaxs == 0 && wMins == 0 && rowSums != 0 && pulses == 0 && load<f64>(p, 8) <= 700 &&
    load<f64>(p, 24) <= 700
  );
}

/** `count` is even; with `row` >= 0 they are neighbours in that row. Parameters as in `pulse`. */
export function pulsePairs(
  at: usize, step: usize, count: u32, row: i32, trace: usize, scale: f64, soft: bool, p: usize, rowSums: usize, totals: usize,
): void {
  const range = load<f64>(p, 40) - load<f64>(p, 32);
  store<f64>(FIXED, scale);
  memory.copy(FIXED + 8, p, 56);
  store<f64>(FIXED, 1 / range, 64);
  store<f64>(FIXED, range, 72);
  store<f64>(FIXED, 1, 80);
  const linear = load<f64>(p, 8) == 0 && load<f64>(p, 24) == 0;
  if (row >= 0) {
    const slot = rowSums + (<usize>row << 3);
    if (soft) softRow(at, count, trace, slot, totals);
    else if (linear) linearRow(at, count, trace, slot, totals);
    else exponentialRow(at, count, trace, slot, totals);
  } else if (soft) softColumn(at, step, count, trace, rowSums, totals);
  else if (linear) linearColumn(at, step, count, trace, rowSums, totals);
  else exponentialColumn(at, step, count, trace, rowSums, totals);
}
