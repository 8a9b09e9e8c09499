/**
 * Bound on the potential of neurons with exponential currents: operations of `VoltageBound` in neurons/lif/, without
 * decaying thresholds.
 */
import { BoundRecord, BoundRecord_BYTES } from './records';

/**
 * Upper bound of the future potential relative to Vinf; see `createPeakBound`. `ceiling`: address of the bound's table.
 */
@inline
function boundPeak(ceiling: usize, p: f64, drive: f64): f64 {
  const tauM = load<f64>(ceiling);
  if (p >= drive * tauM) return max<f64>(p, 0);
  const q = p / drive;
  if (!(q > -tauM)) return drive * load<f64>(ceiling, 16);
  const x = (q + tauM) * load<f64>(ceiling, 8);
  const k = floor(x);
  const at = ceiling + (<usize>(<i32>k) << 3);
  const a = load<f64>(at, 16);
  return drive * (a + (x - k) * (load<f64>(at, 24) - a));
}

/** Lower bound of the time to threshold, ms; -1 if the crossing must be computed. Stores the margin at `slot`. */
export function boundTimeBelowThreshold(
  c: f64, p: f64, drive: f64, inhibition: f64, table: usize, last: usize, starts: usize, ceiling: usize, guard: f64,
  share: f64, slot: usize, within: f64,
): f64 {
  if (c < 0) {
    const highest = c + boundPeak(ceiling, p, drive);
    if (highest < -guard && (inhibition == 0 || highest < share * (c + p))) {
      store<f64>(slot, -highest);
      return Infinity;
    }
  }
  const slope: usize = p > 0 ? offsetof<BoundRecord>('mFromB') : offsetof<BoundRecord>('mFromA');
  const lasting = max<f64>(p, 0);
  let worst: f64 = -Infinity;
  let limit: f64 = 0;
  let kept: usize = 0;
  let slack: f64 = 0;
  let start = starts;
  for (let row = table; ; row += BoundRecord_BYTES, start += 8) {
    const s = changetype<BoundRecord>(row);
    if (c < 0) {
      const tail = c + lasting * s.m + drive * s.tailE;
      if (tail <= worst || (row == last && tail < -guard)) {
        store<f64>(slot, -max<f64>(worst, tail));
        return Infinity;
      }
    }
    if (kept == 0 && load<f64>(start) >= within) {
      store<f64>(slot, -worst);
      return Infinity;
    }
    const value = c + p * s.m + drive * s.phiE + inhibition * s.phiI;
    const rise = p * load<f64>(row + slope) + drive * s.riseE + inhibition * s.riseI;
    const bound = rise > 0 ? value + rise : value;
    if (row == table) {
      limit = min<f64>(bound * share, -guard);
    } else if (kept == 0 && (bound > limit || row == last)) {
      kept = start;
      slack = worst;
    }
    if (bound > -guard || row == last || (kept > 0 && c >= 0)) {
      if (row == table) return -1;
      store<f64>(slot, -slack);
      return load<f64>(kept);
    }
    if (bound > worst) worst = bound;
  }
  return -1; // never reached
}
