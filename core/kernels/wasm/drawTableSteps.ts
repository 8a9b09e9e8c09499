import { PulseBatchRecord } from './records';

/**
 * Constants as vectors: 2^52 + index of the first table cell, and index of the last quantile, for upward and downward
 * steps; number of cells, 1, 2^52. Numbers near 2^52 hold an integer in their low bits.
 */
const UP: usize = memory.data(56, 16);
const DOWN: usize = UP + 8;
const LAST_UP: usize = UP + 16;
const LAST_DOWN: usize = UP + 24;
const CELLS: usize = UP + 32;
const ONE: usize = UP + 40;
const TWO_POW_52_ADDRESS: usize = UP + 48;
const TWO_POW_52: f64 = 4503599627370496;

const MEAN_CHANGE_OFFSET: usize = 16;
const FIRST_QUANTILE_OFFSET: usize = 32;
const NEXT_STATE_OFFSET: usize = 40;
const ROW_BYTES: usize = 48;

@inline
function rowOf(rows: usize, first: usize, cell: u32, g: f64): usize {
  let row = rows + (<usize>u32At(first, cell) << 3);
  while (g > load<f64>(row, NEXT_STATE_OFFSET)) row += ROW_BYTES;
  return row;
}

/** Steps drawn from the table row of a state and from the next row, each interpolated between two quantiles. */
@inline
function quantiles(values: usize, row: usize, level: u32, share: v128): v128 {
  const at = values + (<usize>(load<u32>(row, FIRST_QUANTILE_OFFSET) + level) << 4);
  const here = v128.load(at);
  return f64x2.add(here, f64x2.mul(share, f64x2.sub(v128.load(at, 16), here)));
}

/**
 * Computes states after steps of a `StepTable`: quantiles at the random levels `cycleDraws`. Works on pairs of pulses:
 * an odd batch needs a further pulse of any device after its end.
 */
export function drawTableSteps(
  b: PulseBatchRecord, rows: usize, values: usize, first: usize, cells: f64, lastUp: f64, lastDown: f64,
): void {
  store<f64>(UP, TWO_POW_52);
  store<f64>(DOWN, TWO_POW_52 + cells + 1);
  store<f64>(LAST_UP, lastUp);
  store<f64>(LAST_DOWN, lastDown);
  store<f64>(CELLS, cells);
  store<f64>(ONE, 1);
  store<f64>(TWO_POW_52_ADDRESS, TWO_POW_52);
  const before = b.statesBefore;
  const amounts = b.strengths;
  const after = b.statesAfter;
  const levels = b.cycleDraws;
  const end = <usize>b.count << 3;
  for (let at: usize = 0; at < end; at += 16) {
    const g = v128.load(before + at);
    const strength = v128.load(amounts + at);
    const up = f64x2.gt(strength, f64x2.splat(0));
    const cell = f64x2.add(f64x2.floor(f64x2.mul(g, splat(CELLS))), v128.bitselect(splat(UP), splat(DOWN), up));
    const row = rowOf(rows, first, i32x4.extract_lane(cell, 0), firstLane(g));
    const next = rowOf(rows, first, i32x4.extract_lane(cell, 2), secondLane(g));
    const level = f64x2.mul(v128.load(levels + at), v128.bitselect(splat(LAST_UP), splat(LAST_DOWN), up));
    const place = f64x2.floor(level);
    const rest = f64x2.sub(level, place);
    const bits = f64x2.add(place, splat(TWO_POW_52_ADDRESS));
    const x = quantiles(values, row, i32x4.extract_lane(bits, 0), firstLanes(rest, rest));
    const y = quantiles(values, next, i32x4.extract_lane(bits, 2), secondLanes(rest, rest));
    let a = v128.load(row);
    let c = v128.load(next);
    const beyond = f64x2.div(f64x2.sub(g, firstLanes(a, c)), secondLanes(a, c));
    const share = f64x2.pmin(f64x2.pmax(beyond, f64x2.splat(0)), splat(ONE));
    const lower = firstLanes(x, y);
    const single = f64x2.add(lower, f64x2.mul(share, f64x2.sub(secondLanes(x, y), lower)));
    a = v128.load(row, MEAN_CHANGE_OFFSET);
    c = v128.load(next, MEAN_CHANGE_OFFSET);
    const mean = f64x2.add(firstLanes(a, c), f64x2.mul(share, secondLanes(a, c)));
    const pulses = f64x2.abs(strength);
    const several = f64x2.add(f64x2.mul(pulses, mean), f64x2.mul(f64x2.sqrt(pulses), f64x2.sub(single, mean)));
    v128.store(after + at, f64x2.add(g, v128.bitselect(single, several, f64x2.eq(pulses, splat(ONE)))));
  }
}
