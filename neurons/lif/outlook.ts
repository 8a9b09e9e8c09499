import { exp } from '../../core/math.ts';
import { snap, TICK } from '../../core/time.ts';
import type { Psp } from './psp.ts';

/** Ends of the segments, in units of an eighth of the shortest time constant; one more reaches to infinity. */
const ENDS = [0, 1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128, 192, 256];
/** Bounds are trusted only if they stay this far (mV) below threshold, much more than rounding can add up to. */
const GUARD = 1e-9;

/**
 * A quick look ahead: for how long the trajectory c + p e^(-t/tauM) + e phiE + i phiI - a e^(-t/tauA) (see `Trajectory`) is
 * sure to stay below 0, and by how much. On each of a few segments of the future the largest and smallest values of the
 * four functions are tabulated, so that a bound costs four multiply-adds and no exponential.
 */
export class Outlook {
  /** After `segments`: time in ms from now until which g stays below `-slack`; Infinity for ever. */
  until = 0;
  slack = 0;
  readonly #starts: Float64Array;
  readonly #membrane: Float64Array;
  readonly #above: Float64Array;
  readonly #exc: Float64Array;
  readonly #inh: Float64Array;

  constructor(rate: number, exc: Psp, inh: Psp, rateA: number) {
    const unit = 1 / (8 * Math.max(rate, exc.rate, inh.rate, rateA));
    this.#starts = Float64Array.from(ENDS, (k) => (k === 0 ? 0 : Math.max(snap(k * unit), k * TICK)));
    const starts = [...this.#starts, Number.POSITIVE_INFINITY];
    const decays = (r: number) => Float64Array.from(starts, (t) => (r === 0 ? 1 : exp(-t * r)));
    const response = (psp: Psp) => {
      const at = (t: number) => (t === Number.POSITIVE_INFINITY ? 0 : psp.at(t, exp(-t * rate), exp(-t * psp.rate)));
      return starts.map(at);
    };
    this.#membrane = decays(rate);
    this.#above = decays(rateA);
    const [phiE, phiI] = [response(exc), response(inh)];
    this.#exc = Float64Array.from(ENDS, (_, k) => exc.highest(starts[k]!, starts[k + 1]!, phiE[k]!, phiE[k + 1]!));
    this.#inh = Float64Array.from(ENDS, (_, k) => Math.min(phiI[k]!, phiI[k + 1]!));
  }

  /**
   * Sets `until` and `slack`; false if the trajectory may cross so soon that it has to be solved. Where it comes close to
   * threshold only later, the nearer future is taken in which it keeps half its present distance: further arrivals are
   * then unlikely to use up the slack.
   */
  look(c: number, p: number, drive: number, inhibition: number, above: number): boolean {
    const membrane = this.#membrane;
    const decay = this.#above;
    const near = p > 0 ? 0 : 1;
    const far = above > 0 ? 1 : 0;
    let half = 0;
    let worst = Number.NEGATIVE_INFINITY;
    let halfway = 0;
    let slack = 0;
    for (let k = 0; k < ENDS.length; k++) {
      const bound =
        c + p * membrane[k + near]! + drive * this.#exc[k]! + inhibition * this.#inh[k]! - above * decay[k + far]!;
      if (k === 0) half = Math.min(bound / 2, -GUARD);
      else if (bound > half && halfway === 0) {
        halfway = k;
        slack = worst;
      }
      if (bound > -GUARD) {
        if (k === 0) return false;
        this.until = this.#starts[halfway]!;
        this.slack = -slack;
        return true;
      }
      if (bound > worst) worst = bound;
    }
    this.until = Number.POSITIVE_INFINITY;
    this.slack = -worst;
    return true;
  }
}
