/** Moves devices along their pulse curve of given nonlinearity; see `PulseCurve` in core/kernels/devices.ts. */
import { expPair } from './exp';
import { log1pPair } from './log1p';
import { PulsesRecord } from './records';

/** Parameters of the pulse curves (see `setPulseCurve`), for upward, then for downward pulses. */
const WAYS = memory.data(80, 16);

/** Number of levels in the cache of pulse results, which is used if devices have few levels and pulses are equal. */
const LEVELS = 64;
/** Cache entries [state, strength, result, unused], one per direction and level. */
const KNOWN = memory.data(64 * LEVELS, 16);

/** Stores a curve parameter at address `at`; a new value empties the cache of results. */
function setParameter(at: usize, value: f64): void {
  if (load<f64>(at) != value) memory.fill(KNOWN, 255, 64 * LEVELS); // NaN: the cache is empty
  store<f64>(at, value);
}

/**
 * Sets the curve of direction `way`, 0 (upward) or 1. `back`, `whole`, `square`: `inverseFactor`, `normaliser` and
 * voltage² × duration of a `PulseCurve`.
 */
export function setPulseCurve(way: usize, a: f64, back: f64, whole: f64, pulses: f64, square: f64): void {
  const at = WAYS + way * 40;
  setParameter(at, a);
  setParameter(at + 8, back);
  setParameter(at + 16, whole);
  setParameter(at + 24, pulses);
  setParameter(at + 32, square);
}

@inline
function ofWay(at: usize, up: v128): v128 {
  return v128.bitselect(splat(WAYS + at), v128.load64_splat(WAYS + at, 40), up);
}

export function followPulseCurves(b: PulsesRecord, levels: f64): void {
  const before = b.statesBefore;
  const amounts = b.strengths;
  const after = b.statesAfter;
  const squares = b.joulesPerSiemens;
  const zero = f64x2.splat(0);
  const one = f64x2.splat(1);
  const few = levels > 1 && levels <= LEVELS;
  const last = f64x2.splat(levels - 1);
  for (let at: usize = 0; at < <usize>b.count << 3; at += 16) {
    const g = v128.load(before + at);
    const amount = v128.load(amounts + at);
    const up = f64x2.gt(amount, zero);
    if (squares != 0) v128.store(squares + at, f64x2.mul(ofWay(32, up), f64x2.abs(amount)));
    if (i64x2.all_true(v128.andnot(f64x2.eq(g, zero), up))) {
      v128.store(after + at, zero); // states that are at the end of the curve already
      continue;
    }
    let first: usize = 0;
    let second: usize = 0;
    const asked0 = firstLanes(g, amount);
    const asked1 = secondLanes(g, amount);
    if (few) {
      const level = i32x4.min_u(i32x4.trunc_sat_f64x2_s_zero(f64x2.nearest(f64x2.mul(g, last))), i32x4.splat(LEVELS - 1));
      const way = i64x2.bitmask(up);
      first = KNOWN + (<usize>(i32x4.extract_lane(level, 0) + (way & 1) * LEVELS) << 5);
      second = KNOWN + (<usize>(i32x4.extract_lane(level, 1) + (way >> 1) * LEVELS) << 5);
      if (i64x2.all_true(v128.and(f64x2.eq(v128.load(first), asked0), f64x2.eq(v128.load(second), asked1)))) {
        v128.store(after + at, loadTwo(first + 16, second + 16));
        continue;
      }
    }
    const scale = ofWay(0, up);
    const bend = ofWay(8, up);
    const straight = f64x2.eq(bend, zero);
    const curved = f64x2.mul(f64x2.neg(scale), log1pPair(f64x2.mul(g, bend)));
    let x = f64x2.add(v128.bitselect(g, curved, straight), f64x2.div(amount, ofWay(24, up)));
    x = f64x2.min(f64x2.max(x, zero), one);
    const state = f64x2.div(f64x2.sub(one, expPair(f64x2.div(f64x2.neg(x), scale))), ofWay(16, up));
    const found = v128.bitselect(x, state, straight);
    v128.store(after + at, found);
    if (!few) continue;
    v128.store(first, asked0);
    v128.store_lane<f64>(first + 16, found, 0);
    v128.store(second, asked1);
    v128.store_lane<f64>(second + 16, found, 1);
  }
}
