/**
 * Delivers arrivals along sparse rows. Potentials u are stored times s(t) = e^(t/tau) and need no decay: u[j] += w s(t)
 * for each target j of the row; then u[j] >= bar[j] s(t) is tested. All
 * arrivals of a tick are added first. A row reaches a target at most once.
 */
import { findFirstArrival } from './arrivals';
import { expCached, expSmall } from './exp';
import { deliverOneToOne } from './oneToOne';
import { DeltaRowsRecord } from './records';
import { addRowWithoutTest, addRowAndMark, addRowAndTest, listLength, setListLength, testTargets, testMarkedNeurons } from './sparseRow';

/** Number of rows prefetched together, small enough for the cache. */
const PREFETCHED_ROW_COUNT: i32 = 8;
const MAX_PREFETCHED_BYTES: usize = 4096;
let touched: u32 = 0;

/**
 * Prefetches the targets of rows, one word per cache line; the first word of each row comes first, because page
 * look-ups take longest.
 */
function prefetchTargets<I>(starts: usize, targets: usize, rows: usize, from: i32, to: i32): void {
  let sum: u32 = 0;
  for (let i = from; i < to; i++) {
    const row = starts + (<usize>u32At(rows, i) << 2);
    const a = <usize>load<u32>(row);
    if (a < <usize>load<u32>(row, 4)) sum ^= load<I>(targets + a * sizeof<I>());
  }
  for (let i = from; i < to; i++) {
    const row = starts + (<usize>u32At(rows, i) << 2);
    let at = targets + <usize>load<u32>(row) * sizeof<I>();
    const end = min(at + MAX_PREFETCHED_BYTES, targets + <usize>load<u32>(row, 4) * sizeof<I>());
    for (; at < end; at += 64) sum ^= load<I>(at);
  }
  touched = sum; // otherwise the compiler would drop the loads
}

/**
 * Delivers arrivals before `until` and returns their number, negative if neurons reached threshold at the last tick.
 * `fired`: number of these neurons and their indices.
 */
export function deliverRows<F, I>(
  u: usize, bar: usize, least: f64, starts: usize, targets: usize, weights: usize, weight: f64, times: usize, rows: usize,
  from: i32, to: i32, t0: f64, rate: f64, cells: f64, until: f64, marks: usize, fired: usize,
): i32 {
  setListLength(0);
  if (targets == 0) {
    const end = findFirstArrival(times, from, to, until);
    return weights == 0
      ? deliverOneToOne<F>(true, u, bar, least, 0, <F>weight, times, rows, from, end, t0, rate, cells, fired)
      : deliverOneToOne<F>(false, u, bar, least, weights, <F>weight, times, rows, from, end, t0, rate, cells, fired);
  }
  const width = 1 / cells;
  let cell: f64 = -1;
  let base: f64 = 0;
  for (let k = from; k < to; ) {
    const t = f64At(times, k);
    if (t >= until) return k - from;
    const dt = t - t0;
    const c = floor(dt * cells);
    if (c != cell) {
      cell = c;
      base = expCached(c * width * rate);
    }
    const s = <F>(base * expSmall((dt - c * width) * rate));
    const jump = <F>weight * s;
    const low = <F>least * s;
    const first = k;
    while (k + 1 < to && load<f64>(times + (<usize>k << 3), 8) == t) k++;
    k++;
    for (let i = first; i < k; i++) {
      const row = <usize>u32At(rows, i) << 2;
      const a = <usize>load<u32>(starts + row);
      const b = <usize>load<u32>(starts + row, 4);
      const at = targets + a * sizeof<I>();
      const end = targets + b * sizeof<I>();
      const w: usize = weights == 0 ? 0 : weights + a * sizeof<F>();
      if ((i & (PREFETCHED_ROW_COUNT - 1)) == 0) prefetchTargets<I>(starts, targets, rows, i + 1, min(to, i + 1 + PREFETCHED_ROW_COUNT));
      if (k > first + 1) addRowAndMark<F, I>(u, low, at, end, w, jump, s, marks, fired);
      else addRowAndTest<F, I>(u, bar, low, at, end, w, jump, s, fired);
    }
    if (k > first + 1 && listLength > 0) testMarkedNeurons<F>(u, bar, s, marks, fired);
    if (listLength > 0) {
      store<u32>(fired, listLength);
      return from - k;
    }
  }
  return to - from;
}

@inline
function deliverOf<F, I>(r: DeltaRowsRecord): i32 {
  const targets: usize = r.isOneToOne ? 0 : r.targets;
  return deliverRows<F, I>(
    r.u, r.bar, r.minBar, r.starts, targets, r.weights, r.weight, r.times, r.rows, r.from, r.to, r.t0, r.rate, r.cells, r.until, r.marks,
    r.fired,
  );
}

@inline
function addOf<F, I>(r: DeltaRowsRecord, row: u32, factor: f64): void {
  const a = <usize>u32At(r.starts, row);
  const b = <usize>u32At(r.starts, row + 1);
  const s = <F>factor;
  const w: usize = r.weights == 0 ? 0 : r.weights + a * sizeof<F>();
  addRowWithoutTest<F, I>(r.u, r.targets + a * sizeof<I>(), r.targets + b * sizeof<I>(), w, <F>r.weight * s, s);
}

@inline
function testOf<F, I>(r: DeltaRowsRecord, row: u32, scale: f64, found: u32): u32 {
  const a = <usize>u32At(r.starts, row);
  const b = <usize>u32At(r.starts, row + 1);
  const s = <F>scale;
  setListLength(found);
  testTargets<F, I>(r.u, r.bar, <F>r.minBar * s, r.targets + a * sizeof<I>(), r.targets + b * sizeof<I>(), s, r.marks, r.fired);
  return listLength;
}

export function deliverSparse(r: DeltaRowsRecord): i32 {
  if (r.isSingle) return r.hasWideTargets ? deliverOf<f32, u32>(r) : deliverOf<f32, u16>(r);
  return r.hasWideTargets ? deliverOf<f64, u32>(r) : deliverOf<f64, u16>(r);
}

export function addRow(r: DeltaRowsRecord, row: u32, factor: f64): void {
  if (r.isSingle) {
    if (r.hasWideTargets) addOf<f32, u32>(r, row, factor);
    else addOf<f32, u16>(r, row, factor);
  } else if (r.hasWideTargets) addOf<f64, u32>(r, row, factor);
  else addOf<f64, u16>(r, row, factor);
}

export function testRow(r: DeltaRowsRecord, row: u32, scale: f64, found: u32): u32 {
  if (r.isSingle) return r.hasWideTargets ? testOf<f32, u32>(r, row, scale, found) : testOf<f32, u16>(r, row, scale, found);
  return r.hasWideTargets ? testOf<f64, u32>(r, row, scale, found) : testOf<f64, u16>(r, row, scale, found);
}
