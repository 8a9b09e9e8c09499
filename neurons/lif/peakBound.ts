import type { Arena } from '../../core/kernels/arena.ts';
import { exp } from '../../core/math.ts';
import type { Psp } from './psp.ts';

/** Chords of the table. */
const CHORD_COUNT = 64;
const BISECTION_COUNT = 60;
/** Place of the first value in the table. */
const FIRST_VALUE = 2;

/**
 * How high p e^(-t/tauM) + e phi(t), e >= 0, will get: for p >= e tauM it only falls; else it is e F(p/e) with
 * F(q) = sup over t >= 0 of q e^(-t/tauM) + phi(t). As a supremum of straight lines F is convex, so that chords between
 * tabulated values lie above it, and it rises with q, so that its value at -tauM serves for all that is below.
 */
export class PeakBound {
  /** tauM, chords per ms, then the values at their ends. */
  readonly table: Float64Array;

  constructor(rateM: number, psp: Psp, arena: Arena) {
    const tauM = 1 / rateM;
    const perWidth = (CHORD_COUNT * rateM) / 2;
    // One value more than chords have ends, because p/e may round up to tauM.
    const values = Float64Array.from({ length: CHORD_COUNT + 2 }, (_, k) => {
      const q = k / perWidth - tauM;
      let low = 0;
      let high = 64 * Math.max(1 / rateM, 1 / psp.rate);
      const value = (t: number) => q * exp(-t * rateM) + psp.response(t, exp(-t * rateM), exp(-t * psp.rate));
      for (let n = 0; n < BISECTION_COUNT; n++) {
        const t = (low + high) / 2;
        const e = exp(-t * psp.rate);
        const m = exp(-t * rateM);
        if (psp.slope(psp.response(t, m, e), e) > q * rateM * m) low = t;
        else high = t;
      }
      return Math.max(value(low), 0);
    });
    this.table = arena.f64(FIRST_VALUE + values.length);
    this.table.set([tauM, perWidth, ...values]);
  }

  /** No less than the supremum, up to rounding. */
  at(p: number, drive: number): number {
    const { table } = this;
    const tauM = table[0]!;
    if (p >= drive * tauM) return Math.max(p, 0);
    const q = p / drive;
    if (!(q > -tauM)) return drive * table[FIRST_VALUE]!;
    const x = (q + tauM) * table[1]!;
    const k = Math.floor(x);
    const a = table[FIRST_VALUE + k]!;
    return drive * (a + (x - k) * (table[FIRST_VALUE + k + 1]! - a));
  }
}
