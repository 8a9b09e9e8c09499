/** Moves devices along their pulse curve of given nonlinearity; see `PulseCurve` in core/kernels/devices.ts. */
import { expPair } from './exp';
import { log1pPair } from './log1p';
import { PulseBatchRecord } from './records';

const CURVE_PARAMETERS = memory.data(80, 16);

const MAX_CACHED_LEVELS = 64;
/** Cache of pulse results: [state, strength, result, unused] per direction and level. */
const RESULT_CACHE = memory.data(64 * MAX_CACHED_LEVELS, 16);

function setCurveParameter(at: usize, value: f64): void {
  if (load<f64>(at) != value) memory.fill(RESULT_CACHE, 255, 64 * MAX_CACHED_LEVELS); // NaN: the cache is empty
  store<f64>(at, value);
}

/** Sets the parameters of a `PulseCurve`; `direction`: 0 for upward, 1 for downward pulses. */
export function setPulseCurve(direction: usize, a: f64, inverseFactor: f64, normaliser: f64, pulses: f64, joulesPerSiemens: f64): void {
  const at = CURVE_PARAMETERS + direction * 40;
  setCurveParameter(at, a);
  setCurveParameter(at + 8, inverseFactor);
  setCurveParameter(at + 16, normaliser);
  setCurveParameter(at + 24, pulses);
  setCurveParameter(at + 32, joulesPerSiemens);
}

@inline
function selectByDirection(at: usize, up: v128): v128 {
  return v128.bitselect(splat(CURVE_PARAMETERS + at), v128.load64_splat(CURVE_PARAMETERS + at, 40), up);
}

export function followPulseCurves(b: PulseBatchRecord, levels: f64): void {
  const before = b.statesBefore;
  const amounts = b.strengths;
  const after = b.statesAfter;
  const squares = b.joulesPerSiemens;
  const zero = f64x2.splat(0);
  const one = f64x2.splat(1);
  const few = levels > 1 && levels <= MAX_CACHED_LEVELS;
  const last = f64x2.splat(levels - 1);
  for (let at: usize = 0; at < <usize>b.count << 3; at += 16) {
    const g = v128.load(before + at);
    const amount = v128.load(amounts + at);
    const up = f64x2.gt(amount, zero);
    if (squares != 0) v128.store(squares + at, f64x2.mul(selectByDirection(32, up), f64x2.abs(amount)));
    if (i64x2.all_true(v128.andnot(f64x2.eq(g, zero), up))) {
      v128.store(after + at, zero); // states that are at the end of the curve already
      continue;
    }
    let first: usize = 0;
    let second: usize = 0;
    const asked0 = firstLanes(g, amount);
    const asked1 = secondLanes(g, amount);
    if (few) {
      const level = i32x4.min_u(i32x4.trunc_sat_f64x2_s_zero(f64x2.nearest(f64x2.mul(g, last))), i32x4.splat(MAX_CACHED_LEVELS - 1));
      const direction = i64x2.bitmask(up);
      first = RESULT_CACHE + (<usize>(i32x4.extract_lane(level, 0) + (direction & 1) * MAX_CACHED_LEVELS) << 5);
      second = RESULT_CACHE + (<usize>(i32x4.extract_lane(level, 1) + (direction >> 1) * MAX_CACHED_LEVELS) << 5);
      if (i64x2.all_true(v128.and(f64x2.eq(v128.load(first), asked0), f64x2.eq(v128.load(second), asked1)))) {
        v128.store(after + at, loadTwo(first + 16, second + 16));
        continue;
      }
    }
    const scale = selectByDirection(0, up);
    const bend = selectByDirection(8, up);
    const straight = f64x2.eq(bend, zero);
    const curved = f64x2.mul(f64x2.neg(scale), log1pPair(f64x2.mul(g, bend)));
    let x = f64x2.add(v128.bitselect(g, curved, straight), f64x2.div(amount, selectByDirection(24, up)));
    x = f64x2.min(f64x2.max(x, zero), one);
    const state = f64x2.div(f64x2.sub(one, expPair(f64x2.div(f64x2.neg(x), scale))), selectByDirection(16, up));
    const found = v128.bitselect(x, state, straight);
    v128.store(after + at, found);
    if (!few) continue;
    v128.store(first, asked0);
    v128.store_lane<f64>(first + 16, found, 0);
    v128.store(second, asked1);
    v128.store_lane<f64>(second + 16, found, 1);
  }
}
