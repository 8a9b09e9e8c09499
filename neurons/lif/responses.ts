import { exp } from '../../core/math.ts';
import { LONGEST } from '../../core/time.ts';
import type { Psp } from './psp.ts';
import { NEGLIGIBLE } from './trajectory.ts';

/** Narrower intervals than this (ms, below the time grid) are not split. */
const NARROW = 2 ** -30;
const DEEPEST = 64;

/** The trajectory at one time: its exponentials and responses, value and slope. */
class Point {
  t = 0;
  m = 1;
  a = 1;
  value = 0;
  slope = 0;
  readonly decays: Float64Array;
  readonly phis: Float64Array;

  constructor(n: number) {
    this.decays = new Float64Array(n);
    this.phis = new Float64Array(n);
  }
}

/**
 * `Trajectory` for any number of synaptic time constants: when g(t) = c + p e^(-t/tauM) + sum drive_k phi_k(t) - a e^(-t/tauA)
 * first reaches 0 from below, the drives in mV/ms and of either sign. Value, slope and curvature of g are bounded on
 * intervals, each term being monotone or having one known peak; an interval is done when g stays below 0 there, or is
 * monotone or concave; else it is halved, left half first. No crossing is missed and none comes early, up to rounding.
 * Interval bounds for several time constants: after D'Haene et al. 2009, Neural Computation 21.
 */
export class Responses {
  /** Set before `firstCrossing`. */
  readonly drives: Float64Array;
  #c = 0;
  #negligible = 0;
  #p = 0;
  #above = 0;
  readonly #rate: number;
  readonly #rateA: number;
  readonly #psps: readonly Psp[];
  readonly #step: number;
  readonly #probe: Point;
  readonly #ends: readonly [Point, Point];
  readonly #middles: readonly Point[];

  constructor(rate: number, psps: readonly Psp[], rateA: number) {
    this.#rate = rate;
    this.#rateA = rateA;
    this.#psps = psps;
    this.drives = new Float64Array(psps.length);
    this.#step = 0.5 / Math.max(rate, rateA, ...psps.map((psp) => psp.rate));
    const point = () => new Point(psps.length);
    this.#probe = point();
    this.#ends = [point(), point()];
    this.#middles = Array.from({ length: DEEPEST }, point);
  }

  /** First t > 0 with g(t) >= 0, 0 if g(0) >= 0, Infinity if never. */
  firstCrossing(c: number, p: number, above: number): number {
    this.#c = c;
    this.#negligible = c < -NEGLIGIBLE ? 0 : NEGLIGIBLE;
    this.#p = p;
    this.#above = above;
    if (c + p - above >= 0) return 0;
    let highest = c + Math.max(p, 0) - Math.min(above, 0);
    for (let k = 0; k < this.drives.length; k++) highest += Math.max(this.drives[k]!, 0) * this.#psps[k]!.peak;
    if (highest < 0) return Number.POSITIVE_INFINITY;
    let [a, b] = this.#ends;
    this.#evaluate(a, 0);
    for (let width = this.#step; a.t < LONGEST; width *= 2) {
      if (!(this.#supremum(a) > 0)) return Number.POSITIVE_INFINITY;
      this.#evaluate(b, a.t + width);
      const t = this.#first(a, b, 0);
      if (t < Number.POSITIVE_INFINITY) return t;
      [a, b] = [b, a];
    }
    return Number.POSITIVE_INFINITY;
  }

  #evaluate(x: Point, t: number): void {
    x.t = t;
    x.m = exp(-t * this.#rate);
    x.a = this.#above === 0 ? 0 : exp(-t * this.#rateA);
    x.value = this.#c + this.#p * x.m - this.#above * x.a;
    x.slope = -this.#p * this.#rate * x.m + this.#above * this.#rateA * x.a;
    for (let k = 0; k < this.drives.length; k++) {
      const psp = this.#psps[k]!;
      x.decays[k] = exp(-t * psp.rate);
      x.phis[k] = psp.at(t, x.m, x.decays[k]!);
      x.value += this.drives[k]! * x.phis[k]!;
      x.slope += this.drives[k]! * psp.slope(x.phis[k]!, x.decays[k]!);
    }
  }

  /** No less than g anywhere from x on. */
  #supremum(x: Point): number {
    let sum = this.#c + Math.max(this.#p, 0) * x.m - Math.min(this.#above, 0) * x.a;
    for (let k = 0; k < this.drives.length; k++) {
      const psp = this.#psps[k]!;
      sum += Math.max(this.drives[k]!, 0) * (x.t < psp.peakTime ? psp.peak : x.phis[k]!);
    }
    return sum;
  }

  /** First crossing in (a, b], g(a) < 0. */
  #first(a: Point, b: Point, depth: number): number {
    const rate = this.#rate;
    const rateA = this.#rateA;
    // The decaying terms are largest at one end, smallest at the other; which one depends on their sign.
    const pHigh = this.#p * (this.#p > 0 ? a.m : b.m);
    const pLow = this.#p * (this.#p > 0 ? b.m : a.m);
    const aHigh = this.#above * (this.#above > 0 ? a.a : b.a);
    const aLow = this.#above * (this.#above > 0 ? b.a : a.a);
    let value = this.#c + pHigh - aLow;
    let slopeLow = rateA * aLow - rate * pHigh;
    let slopeHigh = rateA * aHigh - rate * pLow;
    let bend = rate * rate * pHigh - rateA * rateA * aLow;
    for (let k = 0; k < this.drives.length; k++) {
      const drive = this.drives[k]!;
      if (drive === 0) continue;
      const psp = this.#psps[k]!;
      const high = psp.highest(a.t, b.t, a.phis[k]!, b.phis[k]!);
      const low = Math.min(a.phis[k]!, b.phis[k]!);
      const steepest = psp.slope(low, a.decays[k]!);
      const flattest = psp.slope(high, b.decays[k]!);
      const up = drive > 0;
      value += drive * (up ? high : low);
      slopeLow += drive * (up ? flattest : steepest);
      slopeHigh += drive * (up ? steepest : flattest);
      // phi'' = -e^(-t/tau)/tau - phi'/tauM
      bend += drive * (up ? -b.decays[k]! * psp.rate - flattest * rate : -a.decays[k]! * psp.rate - steepest * rate);
    }
    if (value < this.#negligible) return Number.POSITIVE_INFINITY;
    if (slopeLow >= 0) return b.value >= 0 ? this.#root(a.t, b.t) : Number.POSITIVE_INFINITY;
    if (slopeHigh <= 0) return Number.POSITIVE_INFINITY;
    if (bend <= 0) {
      if (b.value >= 0) return this.#root(a.t, b.t);
      if (a.slope <= 0 || b.slope >= 0) return Number.POSITIVE_INFINITY;
      const top = this.#top(a.t, b.t);
      return top === Number.POSITIVE_INFINITY ? top : this.#root(a.t, top);
    }
    if (b.t - a.t < NARROW || depth === DEEPEST) return b.value >= 0 ? b.t : Number.POSITIVE_INFINITY;
    const middle = this.#middles[depth]!;
    this.#evaluate(middle, (a.t + b.t) / 2);
    const t = this.#first(a, middle, depth + 1);
    return t < Number.POSITIVE_INFINITY ? t : this.#first(middle, b, depth + 1);
  }

  /** The one crossing in a bracket with g(low) < 0 <= g(high): Newton's method, halving where it leaves the bracket. */
  #root(from: number, to: number): number {
    const x = this.#probe;
    let low = from;
    let high = to;
    let t = low;
    for (let n = 0; n < 100; n++) {
      this.#evaluate(x, t);
      if (x.value < 0) low = t;
      else high = t;
      let next = t - x.value / x.slope;
      if (!(next >= low && next <= high)) next = (low + high) / 2;
      if (Math.abs(next - t) <= NARROW || next === low || next === high) return next;
      t = next;
    }
    return t;
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
