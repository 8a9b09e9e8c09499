/**
 * Delivers arrivals along dense rows: u[j] += w[row][j] s(t), then tests u[j] >= bar[j] s(t).
 *
 * Up to twelve arrivals form a block (arrivalBlock.ts), which is added in one pass and tested once. Without negative
 * weights, the limit of the test is bar × s of the first arrival. It cannot miss a crossing, because u and s only grow
 * within the block. Weak negative weights lower the limit by the largest possible decrease of u. Neurons above the
 * limit are tested again after each arrival; if one crosses, the block is undone and ends at that arrival. With strong
 * negative weights (`peaks`), the peak of u after at most eight arrivals is compared. In a busy network, blocks start
 * with one arrival and grow, so that few arrivals are added in vain.
 */
import { addArrivalBlock, findCrossing, BLOCK_TEST_THRESHOLD, loadArrivalScale, storeArrival } from './arrivalBlock';
import { findFirstArrival } from './arrivals';
import { expPair, expSmallPair } from './exp';
import { DeltaRowsRecord } from './records';

const BLOCK = 12;
/** True if the last call ended at a threshold crossing, after fewer than `BLOCK` arrivals. */
let hasEndedEarly = true;
const ARRIVALS = memory.data(416, 16);

/**
 * Limit of the largest possible decrease of a potential within a block, as a fraction of the threshold. Below this limit,
 * one test per block suffices; above it, potentials are tested after each arrival.
 */
const MAX_BLOCK_DECREASE = 0.15;
const ROUNDING = 1e-4;

/** Lists `count` arrivals from index k of the queue on, each with the address of its weights and their scale e^((t - t0)/tau). */
@inline
function prepareBlock<F>(r: DeltaRowsRecord, k: i32, count: i32): void {
  const times = r.times + (<usize>k << 3);
  const start = f64x2.splat(r.t0);
  const rates = f64x2.splat(r.rate);
  const perMs = f64x2.splat(r.cells);
  const width = f64x2.splat(1 / r.cells);
  for (let i = 0; i < count; i += 2) {
    const at = times + (<usize>i << 3);
    const t = i + 1 < count ? v128.load(at) : splat(at); // memory behind the last arrival may be absent
    const dt = f64x2.sub(t, start);
    const cell = f64x2.mul(f64x2.floor(f64x2.mul(dt, perMs)), width);
    const base = expPair(f64x2.mul(cell, rates));
    const scale = f64x2.mul(base, expSmallPair(f64x2.mul(f64x2.sub(dt, cell), rates)));
    const place = ARRIVALS + (<usize>i << 5);
    v128.store(place, v128.splat<F>(<F>firstLane(scale)));
    v128.store(place, v128.splat<F>(<F>secondLane(scale)), 32);
  }
  for (let i = 0; i < count; i++) {
    const row = u32At(r.rows, k + i);
    storeArrival(ARRIVALS, i, r.weights + <usize>(row * r.size) * sizeof<F>(), i, f64At(times, i));
  }
  storeArrival(ARRIVALS, count, 0, count, k + count < <i32>r.to ? f64At(times, count) : Infinity);
}

/**
 * Sets `BLOCK_TEST_THRESHOLD` to the scale of the first arrival, minus the largest possible decrease of u and rounding
 * errors.
 */
@inline
function setThresholdLimit<F>(count: i32, drop: f64): void {
  let line = <f64>loadArrivalScale<F>(ARRIVALS, 0);
  if (drop > 0) line = line * (1 - ROUNDING) - <f64>loadArrivalScale<F>(ARRIVALS, count - 1) * <f64>(count - 1) * drop * (1 + ROUNDING); // the last scale is the largest
  v128.store(BLOCK_TEST_THRESHOLD, v128.splat<F>(<F>line));
}

@inline
function deliver<F>(r: DeltaRowsRecord): i32 {
  const u = r.u;
  const bar = r.bar;
  const saved = r.saved;
  const drop = r.drop;
  const from = <i32>r.from;
  const last = findFirstArrival(r.times, from, r.to, r.until);
  const bytes = <usize>r.size * sizeof<F>();
  let peaks = drop * BLOCK > MAX_BLOCK_DECREASE;
  for (let k = from; k < last; ) {
    const most = peaks ? 8 : BLOCK;
    const count = min(last - k, hasEndedEarly ? min(most, k - from + 1) : most);
    prepareBlock<F>(r, k, count);
    setThresholdLimit<F>(count, peaks ? 0 : drop);
    if (addArrivalBlock<F>(peaks, ARRIVALS, count, u, saved, bar, bytes)) {
      if (peaks) setThresholdLimit<F>(count, drop); // no neuron below this limit can have reached its bar
      const first = findCrossing<F>(drop == Infinity, ARRIVALS, count, u, saved, bar, bytes);
      if (first < count) {
        hasEndedEarly = k + first - from < BLOCK;
        if (first + 1 < count) {
          memory.copy(u, saved, bytes);
          addArrivalBlock<F>(peaks, ARRIVALS, first + 1, u, saved, bar, bytes);
        }
        return from - (k + first + 1);
      }
      peaks = drop > 0; // otherwise many neurons would exceed the limit without a crossing
    }
    k += count;
  }
  hasEndedEarly = false;
  return last - from;
}

export function deliverDense(r: DeltaRowsRecord): i32 {
  return r.isSingle ? deliver<f32>(r) : deliver<f64>(r);
}
