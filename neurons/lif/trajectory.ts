import { exp } from '../../core/math.ts';
import { LONGEST } from '../../core/time.ts';
import type { Psp } from './psp.ts';

/** The trajectory at one time: its exponentials, its two responses, value and slope. */
class Point {
  t = 0;
  m = 1;
  e = 1;
  i = 1;
  a = 1;
  phiE = 0;
  phiI = 0;
  value = 0;
  slope = 0;
}

/** A margin (mV) below what rounding leaves of a sum: where g fades towards a c this near to 0 there is nothing to find. */
export const NEGLIGIBLE = 1e-13;
/** Narrower intervals than this (ms, below the time grid) are not split. */
const NARROW = 2 ** -30;

/**
 * When the potential first reaches threshold if nothing more arrives: the first zero from below of
 * g(t) = c + p e^(-t/tauM) + e phiE(t) + i phiI(t) - a e^(-t/tauA), e >= 0 >= i the drives in mV/ms, a the decaying part of
 * the threshold. A sum of up to four exponentials has up to three extrema, so g, its slope and its curvature are bounded
 * on intervals: each term is monotone or has one known peak. An interval is done when g stays below 0, or when it is
 * monotone or concave there (then its top decides, and brackets the crossing); else it is halved, left half first.
 * No crossing is missed and none comes early, up to rounding. Interval bounds for several time constants:
 * after D'Haene et al. 2009, Neural Computation 21.
 */
export class Trajectory {
  #c = 0;
  #negligible = 0;
  #p = 0;
  #drive = 0;
  #inhibition = 0;
  #above = 0;
  readonly #rate: number;
  readonly #rateA: number;
  readonly #exc: Psp;
  readonly #inh: Psp;
  readonly #step: number;
  readonly #probe = new Point();
  readonly #ends = [new Point(), new Point()];
  readonly #middles = Array.from({ length: 64 }, () => new Point());

  constructor(rate: number, exc: Psp, inh: Psp, rateA: number) {
    this.#rate = rate;
    this.#rateA = rateA;
    this.#exc = exc;
    this.#inh = inh;
    this.#step = 0.5 / Math.max(rate, exc.rate, inh.rate, rateA);
  }

  /** First t > 0 with g(t) >= 0, 0 if g(0) >= 0, Infinity if never. */
  firstCrossing(c: number, p: number, drive: number, inhibition: number, above: number): number {
    this.#c = c;
    this.#negligible = c < -NEGLIGIBLE ? 0 : NEGLIGIBLE;
    this.#p = p;
    this.#drive = drive;
    this.#inhibition = inhibition;
    this.#above = above;
    let [a, b] = this.#ends as [Point, Point];
    this.#begin(a);
    if (a.value >= 0) return 0;
    for (let width = this.#step; a.t < LONGEST; width *= 2) {
      if (!(this.#supremum(a) > 0)) return Number.POSITIVE_INFINITY;
      this.#evaluate(b, a.t + width);
      const t = this.#first(a, b, 0);
      if (t < Number.POSITIVE_INFINITY) return t;
      [a, b] = [b, a];
    }
    return Number.POSITIVE_INFINITY;
  }

  /** `#evaluate` at 0, where all exponentials are 1. */
  #begin(x: Point): void {
    x.t = x.phiE = x.phiI = 0;
    x.m = x.e = x.i = x.a = 1;
    x.value = this.#c + this.#p - this.#above;
    x.slope = this.#drive + this.#inhibition - this.#p * this.#rate + this.#above * this.#rateA;
  }

  #evaluate(x: Point, t: number): void {
    const { rate: rateE } = this.#exc;
    const { rate: rateI } = this.#inh;
    x.t = t;
    x.m = exp(-t * this.#rate);
    x.e = exp(-t * rateE);
    x.phiE = this.#exc.at(t, x.m, x.e);
    x.value = this.#c + this.#p * x.m + this.#drive * x.phiE;
    x.slope = -this.#p * this.#rate * x.m + this.#drive * this.#exc.slope(x.phiE, x.e);
    if (this.#inhibition !== 0) {
      x.i = rateI === rateE ? x.e : exp(-t * rateI);
      x.phiI = this.#inh.at(t, x.m, x.i);
      x.value += this.#inhibition * x.phiI;
      x.slope += this.#inhibition * this.#inh.slope(x.phiI, x.i);
    }
    if (this.#above !== 0) {
      x.a = exp(-t * this.#rateA);
      x.value -= this.#above * x.a;
      x.slope += this.#above * this.#rateA * x.a;
    }
  }

  /** No less than g anywhere from x on. */
  #supremum(x: Point): number {
    const response = x.t < this.#exc.peakTime ? this.#exc.peak : x.phiE;
    return this.#c + Math.max(this.#p, 0) * x.m + this.#drive * response - Math.min(this.#above, 0) * x.a;
  }

  /** First crossing in (a, b], g(a) < 0. */
  #first(a: Point, b: Point, depth: number): number {
    const highE = this.#exc.highest(a.t, b.t, a.phiE, b.phiE);
    const lowE = Math.min(a.phiE, b.phiE);
    const highI = this.#inhibition === 0 ? 0 : this.#inh.highest(a.t, b.t, a.phiI, b.phiI);
    const lowI = this.#inhibition === 0 ? 0 : Math.min(a.phiI, b.phiI);
    const p = this.#p;
    const drive = this.#drive;
    const inhibition = this.#inhibition;
    const above = this.#above;
    // The decaying terms are largest at one end, smallest at the other; which one depends on their sign.
    const pHigh = p * (p > 0 ? a.m : b.m);
    const pLow = p * (p > 0 ? b.m : a.m);
    const aHigh = above * (above > 0 ? a.a : b.a);
    const aLow = above * (above > 0 ? b.a : a.a);
    if (this.#c + pHigh + drive * highE + inhibition * lowI - aLow < this.#negligible) return Number.POSITIVE_INFINITY;

    const slopeHighE = this.#exc.slope(lowE, a.e);
    const slopeLowE = this.#exc.slope(highE, b.e);
    const slopeHighI = this.#inh.slope(lowI, a.i);
    const slopeLowI = this.#inh.slope(highI, b.i);
    const rate = this.#rate;
    const rateA = this.#rateA;
    if (drive * slopeLowE + inhibition * slopeHighI - rate * pHigh + rateA * aLow >= 0) return this.#rising(a, b);
    if (drive * slopeHighE + inhibition * slopeLowI - rate * pLow + rateA * aHigh <= 0) return Number.POSITIVE_INFINITY;

    // phi'' = -e^(-t/tau)/tau - phi'/tauM
    const bendE = -b.e * this.#exc.rate - slopeLowE * rate;
    const bendI = -a.i * this.#inh.rate - slopeHighI * rate;
    if (drive * bendE + inhibition * bendI + rate * rate * pHigh - rateA * rateA * aLow <= 0) {
      if (b.value >= 0) return this.#root(a, b.t);
      if (a.slope <= 0 || b.slope >= 0) return Number.POSITIVE_INFINITY;
      const top = this.#top(a.t, b.t);
      return top === Number.POSITIVE_INFINITY ? top : this.#root(a, top);
    }
    if (b.t - a.t < NARROW || depth === this.#middles.length) return b.value >= 0 ? b.t : Number.POSITIVE_INFINITY;
    const middle = this.#middles[depth]!;
    this.#evaluate(middle, (a.t + b.t) / 2);
    const t = this.#first(a, middle, depth + 1);
    return t < Number.POSITIVE_INFINITY ? t : this.#first(middle, b, depth + 1);
  }

  #rising(a: Point, b: Point): number {
    return b.value >= 0 ? this.#root(a, b.t) : Number.POSITIVE_INFINITY;
  }

  /**
   * The one crossing in a bracket with g(a) < 0 <= g(to), by Chebyshev's method: Newton's step d, corrected for curvature by
   * -q d; halving where that leaves the bracket. What is left after it is of the order of q^2 d or d^3 over the square of a
   * time constant, so that no further evaluation is needed to see that the crossing is known.
   */
  #root(a: Point, to: number): number {
    let x = a;
    let low = a.t;
    let high = to;
    for (let n = 0; n < 100; n++) {
      const d = -x.value / x.slope;
      const q = (d * this.#bend(x)) / (2 * x.slope);
      let next = x.t + (Math.abs(q) < 0.5 ? d * (1 - q) : d);
      const inside = next >= low && next <= high;
      if (!inside) next = (low + high) / 2;
      const left = inside ? (q * q + (d / this.#step) ** 2) * Math.abs(d) : Number.POSITIVE_INFINITY;
      if (left <= NARROW / 16 || Math.abs(next - x.t) <= NARROW || next === low || next === high) return next;
      x = this.#probe;
      this.#evaluate(x, next);
      if (x.value < 0) low = next;
      else high = next;
    }
    return x.t;
  }

  /** The second derivative of g, with phi'' = -e^(-t/tau)/tau - phi'/tauM. */
  #bend(x: Point): number {
    const rate = this.#rate;
    let bend = this.#p * rate * rate * x.m;
    bend -= this.#drive * (x.e * this.#exc.rate + this.#exc.slope(x.phiE, x.e) * rate);
    if (this.#inhibition !== 0) {
      bend -= this.#inhibition * (x.i * this.#inh.rate + this.#inh.slope(x.phiI, x.i) * rate);
    }
    return this.#above === 0 ? bend : bend - this.#above * this.#rateA * this.#rateA * x.a;
  }

  /** A time at or near the top of a concave stretch where g >= 0, Infinity if the top lies below 0. */
  #top(from: number, to: number): number {
    const x = this.#probe;
    let low = from;
    let high = to;
    while (high - low > 1e-12 * high) {
      const t = (low + high) / 2;
      if (t === low || t === high) break;
      this.#evaluate(x, t);
      if (x.value >= 0) return t;
      // A concave function lies below its tangent.
      if (x.value + Math.max(x.slope * (high - t), x.slope * (low - t)) < 0) return Number.POSITIVE_INFINITY;
      if (x.slope > 0) low = t;
      else high = t;
    }
    return Number.POSITIVE_INFINITY;
  }
}
