import { exp } from '../../core/math.ts';
import type { Psp } from './psp.ts';

/** Chords of the table. */
const CHORDS = 64;
const HALVINGS = 60;

/**
 * How high p e^(-t/tauM) + e phi(t), e >= 0, will get: for p >= e tauM it only falls; else it is e F(p/e) with
 * F(q) = sup over t >= 0 of q e^(-t/tauM) + phi(t). As a supremum of straight lines F is convex, so that chords between
 * tabulated values lie above it, and it rises with q, so that its value at -tauM serves for all that is below.
 */
export class Ceiling {
  readonly #tauM: number;
  readonly #perWidth: number;
  readonly #values: Float64Array;

  constructor(rateM: number, psp: Psp) {
    this.#tauM = 1 / rateM;
    this.#perWidth = (CHORDS * rateM) / 2;
    // One value more than chords have ends, because p/e may round up to tauM.
    this.#values = Float64Array.from({ length: CHORDS + 2 }, (_, k) => {
      const q = k / this.#perWidth - this.#tauM;
      let low = 0;
      let high = 64 * Math.max(1 / rateM, 1 / psp.rate);
      const value = (t: number) => q * exp(-t * rateM) + psp.at(t, exp(-t * rateM), exp(-t * psp.rate));
      for (let n = 0; n < HALVINGS; n++) {
        const t = (low + high) / 2;
        const e = exp(-t * psp.rate);
        const m = exp(-t * rateM);
        if (psp.slope(psp.at(t, m, e), e) > q * rateM * m) low = t;
        else high = t;
      }
      return Math.max(value(low), 0);
    });
  }

  /** No less than the supremum, up to rounding. */
  of(p: number, drive: number): number {
    if (p >= drive * this.#tauM) return Math.max(p, 0);
    const q = p / drive;
    if (!(q > -this.#tauM)) return drive * this.#values[0]!;
    const x = (q + this.#tauM) * this.#perWidth;
    const k = Math.floor(x);
    const a = this.#values[k]!;
    return drive * (a + (x - k) * (this.#values[k + 1]! - a));
  }
}
