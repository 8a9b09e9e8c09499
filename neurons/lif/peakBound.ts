import type { Arena } from '../../core/kernels/arena.ts';
import { exp } from '../../core/math.ts';
import type { Psp } from './psp.ts';

/** Number of chords in the table. */
const CHORD_COUNT = 64;
const BISECTION_COUNT = 60;
/** Index of the first value in the table. */
const FIRST_VALUE = 2;

/**
 * Upper bound of p e^(-t/tauM) + e phi(t) over t >= 0, e >= 0. For p >= e tauM the sum only falls; otherwise its supremum is e F(p/e) with
 * F(q) = sup over t >= 0 of q e^(-t/tauM) + phi(t). F is convex (a supremum of straight lines), so chords between tabulated values lie
 * above it. F increases with q, so its value at -tauM bounds all smaller q.
 */
export class PeakBound {
  /** [tauM in ms, chords per ms, values at the ends of the chords …] */
  readonly table: Float64Array;

  constructor(rateM: number, psp: Psp, arena: Arena) {
    const tauM = 1 / rateM;
    const perWidth = (CHORD_COUNT * rateM) / 2;
    // One extra value, because p/e may round up to tauM.
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

  /** Upper bound for these p and e (`drive`), mV, up to rounding. */
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
