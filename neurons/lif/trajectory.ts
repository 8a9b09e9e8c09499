import { exp } from '../../core/math.ts';
import { MAX_TIME } from '../../core/time.ts';
import type { Psp } from './psp.ts';

/** Values at one time of a trajectory with n PSPs: distance from threshold (mV), its slope, decay factors and PSPs. */
const createPoint = (n: number) => ({
  t: 0,
  membraneDecay: 1,
  thresholdDecay: 1,
  value: 0,
  slope: 0,
  decayFactors: new Float64Array(n),
  pspValues: new Float64Array(n),
});

type TrajectoryPoint = ReturnType<typeof createPoint>;

/** Bound of rounding errors of the distance from threshold, mV; smaller distances count as no crossing. */
const ROUNDING_BOUND = 1e-13;
/** Minimum width of search intervals, ms; below the time grid. */
const MIN_WIDTH = 2 ** -30;
const MAX_DEPTH = 64;

/**
 * Time of the threshold crossing without further arrivals: first upward zero of the distance from threshold, g(t) = c + p e^(-t/tauM) + sum
 * drive_k phi_k(t) - a e^(-t/tauA), with drives in mV/ms, PSPs phi_k and the decaying part a of the threshold. g has up to n - 1 extrema
 * for n exponentials, so g, its slope and its curvature are bounded on intervals on which each term is monotone or has one known peak. An
 * interval is finished if g stays below 0, or is monotone or concave (its maximum then brackets the crossing); otherwise it is halved. No
 * crossing is missed or early, up to rounding. Interval bounds for several time constants: after D'Haene et al. 2009, Neural Computation
 * 21.
 */
export class Trajectory {
  /** Drive of each PSP, mV/ms; must be set before `findCrossing` is called. */
  readonly drives;
  /** Time up to which the last call of `findCrossing` found no crossing, ms, and lower bound of the distance to threshold until then, mV. */
  searchedTime = 0;
  margin = 0;
  #constantTerm = 0;
  #crossingTolerance = 0;
  #membraneTerm = 0;
  #decayingThreshold = 0;
  readonly #membraneRate;
  readonly #thresholdRate;
  readonly #psps;
  readonly #initialWidth;
  readonly #probePoint;
  readonly #endPoints: readonly [TrajectoryPoint, TrajectoryPoint];
  readonly #midpoints;

  constructor(rate: number, psps: readonly Psp[], rateA: number) {
    this.#membraneRate = rate;
    this.#thresholdRate = rateA;
    this.#psps = psps;
    this.drives = new Float64Array(psps.length);
    this.#initialWidth = 0.5 / Math.max(rate, rateA, ...psps.map((psp) => psp.decayRate));
    const point = () => createPoint(psps.length);
    this.#probePoint = point();
    this.#endPoints = [point(), point()];
    this.#midpoints = Array.from({ length: MAX_DEPTH }, point);
  }

  /**
   * Time of the threshold crossing, ms; 0 if at or above threshold at t = 0, Infinity if there is none up to `searchedTime`, which is at
   * least `horizon`. Arguments: terms c, p and a (`above`) of the distance from threshold, mV; see `Trajectory`.
   */
  findCrossing(c: number, p: number, above: number, horizon = Infinity): number {
    this.#constantTerm = c;
    this.#crossingTolerance = c < -ROUNDING_BOUND ? 0 : ROUNDING_BOUND;
    this.#membraneTerm = p;
    this.#decayingThreshold = above;
    let [a, b] = this.#endPoints;
    this.#evaluateAtZero(a);
    if (a.value >= 0) return 0;
    this.searchedTime = this.margin = Infinity;
    for (let width = this.#initialWidth; a.t < MAX_TIME; width *= 2) {
      const bound = this.#computeUpperBound(a);
      if (!(bound > 0)) {
        this.margin = Math.min(this.margin, -bound);
        return Infinity;
      }
      this.#evaluateAt(b, a.t + width);
      const t = this.#findFirstCrossing(a, b, 0);
      if (t < Infinity) return t;
      if (b.t >= horizon) {
        this.searchedTime = b.t;
        return Infinity;
      }
      [a, b] = [b, a];
    }
    return Infinity;
  }

  #evaluateAtZero(x: TrajectoryPoint) {
    x.t = 0;
    x.membraneDecay = x.thresholdDecay = 1;
    x.value = this.#constantTerm + this.#membraneTerm - this.#decayingThreshold;
    let slope = 0;
    for (let k = 0; k < this.drives.length; k++) {
      slope += this.drives[k]! * this.#psps[k]!.drive(0, 1);
      x.decayFactors[k] = 1;
      x.pspValues[k] = 0;
    }
    x.slope = slope - this.#membraneTerm * this.#membraneRate + this.#decayingThreshold * this.#thresholdRate;
  }

  #evaluateAt(x: TrajectoryPoint, t: number) {
    x.t = t;
    x.membraneDecay = exp(-t * this.#membraneRate);
    x.value = this.#constantTerm + this.#membraneTerm * x.membraneDecay;
    x.slope = -this.#membraneTerm * this.#membraneRate * x.membraneDecay;
    for (let k = 0; k < this.drives.length; k++) {
      const drive = this.drives[k]!;
      if (drive === 0) continue;
      const psp = this.#psps[k]!;
      const decay = exp(-t * psp.decayRate);
      const phi = psp.response(t, x.membraneDecay, decay);
      x.decayFactors[k] = decay;
      x.pspValues[k] = phi;
      x.value += drive * phi;
      x.slope += drive * psp.slope(phi, psp.drive(t, decay));
    }
    if (this.#decayingThreshold === 0) return;
    x.thresholdDecay = exp(-t * this.#thresholdRate);
    x.value -= this.#decayingThreshold * x.thresholdDecay;
    x.slope += this.#decayingThreshold * this.#thresholdRate * x.thresholdDecay;
  }

  #computeUpperBound(x: TrajectoryPoint): number {
    let sum = this.#constantTerm + Math.max(this.#membraneTerm, 0) * x.membraneDecay;
    for (let k = 0; k < this.drives.length; k++) {
      const psp = this.#psps[k]!;
      if (this.drives[k]! > 0) sum += this.drives[k]! * (x.t < psp.peakTime ? psp.peak : x.pspValues[k]!);
    }
    return sum - Math.min(this.#decayingThreshold, 0) * x.thresholdDecay;
  }

  #findFirstCrossing(a: TrajectoryPoint, b: TrajectoryPoint, depth: number): number {
    const rate = this.#membraneRate;
    const rateA = this.#thresholdRate;
    // Bounds of each decaying term: the larger and the smaller of its values at the ends of the interval.
    const pHigh = this.#membraneTerm * (this.#membraneTerm > 0 ? a.membraneDecay : b.membraneDecay);
    const pLow = this.#membraneTerm * (this.#membraneTerm > 0 ? b.membraneDecay : a.membraneDecay);
    const aHigh = this.#decayingThreshold * (this.#decayingThreshold > 0 ? a.thresholdDecay : b.thresholdDecay);
    const aLow = this.#decayingThreshold * (this.#decayingThreshold > 0 ? b.thresholdDecay : a.thresholdDecay);
    let value = this.#constantTerm + pHigh;
    let slopeLow = 0;
    let slopeHigh = 0;
    let bend = 0;
    for (let k = 0; k < this.drives.length; k++) {
      const drive = this.drives[k]!;
      if (drive === 0) continue;
      const psp = this.#psps[k]!;
      const high = psp.maxResponse(a.t, b.t, a.pspValues[k]!, b.pspValues[k]!);
      const low = Math.min(a.pspValues[k]!, b.pspValues[k]!);
      const decayA = a.decayFactors[k]!;
      const decayB = b.decayFactors[k]!;
      const inputA = psp.drive(a.t, decayA);
      const inputB = psp.drive(b.t, decayB);
      const steepest = psp.slope(low, psp.maxDrive(a.t, b.t, inputA, inputB));
      const flattest = psp.slope(high, Math.min(inputA, inputB));
      const up = drive > 0;
      value += drive * (up ? high : low);
      slopeLow += drive * (up ? flattest : steepest);
      slopeHigh += drive * (up ? steepest : flattest);
      // Second derivative of the PSP phi: phi'' = slope of the synaptic drive - phi'/tauM.
      const slopeA = psp.driveSlope(a.t, decayA);
      const slopeB = psp.driveSlope(b.t, decayB);
      const most = up ? Math.max(slopeA, slopeB) : psp.minDriveSlope(a.t, b.t, slopeA, slopeB);
      bend += drive * (most - (up ? flattest : steepest) * rate);
    }
    if (value - aLow < this.#crossingTolerance) return this.#excludeCrossing(aLow - value);
    if (slopeLow - rate * pHigh + rateA * aLow >= 0)
      return b.value >= 0 ? this.#refineRoot(a, b.t) : this.#excludeCrossing(-b.value);
    if (slopeHigh - rate * pLow + rateA * aHigh <= 0) return this.#excludeCrossing(-a.value);
    if (bend + rate * rate * pHigh - rateA * rateA * aLow <= 0) {
      if (b.value >= 0) return this.#refineRoot(a, b.t);
      if (a.slope <= 0 || b.slope >= 0) return this.#excludeCrossing(-Math.max(a.value, b.value));
      const top = this.#findTimeAboveThreshold(a.t, b.t);
      return top === Infinity ? this.#excludeCrossing(0) : this.#refineRoot(a, top);
    }
    if (b.t - a.t < MIN_WIDTH || depth === MAX_DEPTH) return b.value >= 0 ? b.t : this.#excludeCrossing(0);
    const middle = this.#midpoints[depth]!;
    this.#evaluateAt(middle, (a.t + b.t) / 2);
    const t = this.#findFirstCrossing(a, middle, depth + 1);
    return t < Infinity ? t : this.#findFirstCrossing(middle, b, depth + 1);
  }

  /** Result for an interval without crossing, on which the distance to threshold is at least `margin`, mV. */
  #excludeCrossing(margin: number): number {
    this.margin = Math.min(this.margin, margin);
    return Infinity;
  }

  /**
   * Time of the only crossing between point a (below threshold) and time `to` (at or above), by Chebyshev's method:
   * Newton step d times 1 - q, where q is a correction for curvature. Bisection follows if a step leaves the bracket.
   * The remaining error is of order q^2 d or d^3 / (time constant)^2.
   */
  #refineRoot(a: TrajectoryPoint, to: number): number {
    let x = a;
    let low = a.t;
    let high = to;
    for (let n = 0; n < 100; n++) {
      const d = -x.value / x.slope;
      const q = (d * this.#computeCurvature(x)) / (2 * x.slope);
      let next = x.t + (Math.abs(q) < 0.5 ? d * (1 - q) : d);
      const inside = next >= low && next <= high;
      if (!inside) next = (low + high) / 2;
      const left = inside ? (q * q + (d / this.#initialWidth) * (d / this.#initialWidth)) * Math.abs(d) : Infinity;
      if (left <= MIN_WIDTH / 16 || Math.abs(next - x.t) <= MIN_WIDTH || next === low || next === high) return next;
      x = this.#probePoint;
      this.#evaluateAt(x, next);
      if (x.value < 0) low = next;
      else high = next;
    }
    return x.t;
  }

  #computeCurvature(x: TrajectoryPoint): number {
    const rate = this.#membraneRate;
    let bend = this.#membraneTerm * rate * rate * x.membraneDecay;
    for (let k = 0; k < this.drives.length; k++) {
      const drive = this.drives[k]!;
      const psp = this.#psps[k]!;
      if (drive === 0) continue;
      const decay = x.decayFactors[k]!;
      bend += drive * (psp.driveSlope(x.t, decay) - psp.slope(x.pspValues[k]!, psp.drive(x.t, decay)) * rate);
    }
    return this.#decayingThreshold === 0
      ? bend
      : bend - this.#decayingThreshold * this.#thresholdRate * this.#thresholdRate * x.thresholdDecay;
  }

  /** Finds a time above threshold near the maximum of a concave piece of the trajectory; Infinity if the maximum is below threshold. */
  #findTimeAboveThreshold(from: number, to: number): number {
    const x = this.#probePoint;
    let low = from;
    let high = to;
    while (high - low > 1e-12 * high) {
      const t = (low + high) / 2;
      if (t === low || t === high) break;
      this.#evaluateAt(x, t);
      if (x.value >= 0) return t;
      // The distance from threshold is concave, so its tangent at t is an upper bound on the whole interval.
      if (x.value + Math.max(x.slope * (high - t), x.slope * (low - t)) < 0) return Infinity;
      if (x.slope > 0) low = t;
      else high = t;
    }
    return Infinity;
  }
}
