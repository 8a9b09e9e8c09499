import { expm1, log1p, pow } from '../../core/elementary.ts';
import { exp, log } from '../../core/math.ts';

const MAX_STEPS = 60;

/**
 * Closed forms of a LIF neuron with an exponential current: tauM dV/dt = -V + I, tauS dI/dt = -I, V and I in mV. With the rise
 * r(x) = (x/tauM) e^(-x/tauM) (1 - e^(-a))/a, a = x (1/tauS - 1/tauM): V(x) = V0 e^(-x/tauM) + I0 r(x). One formula holds for tauM below,
 * equal to and above tauS: r is symmetric in the two rates, so that the slower rate is factored out.
 */
export class ExactResponse {
  readonly tauM: number;
  readonly tauS: number;
  /** Largest potential that a current of 1 evokes from rest. */
  readonly peakGain: number;
  readonly #slowRate;
  readonly #rateDifference;

  /** @param tauM membrane time constant, ms @param tauS time constant of the current, ms */
  constructor(tauM: number, tauS: number) {
    this.tauM = tauM;
    this.tauS = tauS;
    this.#slowRate = 1 / Math.max(tauM, tauS);
    this.#rateDifference = Math.abs(1 / tauS - 1 / tauM);
    this.peakGain = this.computePotential(0, 1, this.findMaximum(0, 1));
  }

  /** Factors of an interval of x ms: V(x) = V0 decayM + I0 rise, I(x) = I0 decayS. */
  computeFactors(x: number) {
    const a = x * this.#rateDifference;
    const difference = expm1(-a);
    const slow = exp(-x * this.#slowRate);
    const fast = slow + slow * difference;
    const rise = (x / this.tauM) * slow * (a === 0 ? 1 : -difference / a);
    return this.tauM >= this.tauS ? { decayM: slow, decayS: fast, rise } : { decayM: fast, decayS: slow, rise };
  }

  /** Potential x ms after a state with potential v and current `current`, mV. */
  computePotential(v: number, current: number, x: number): number {
    const { decayM, rise } = this.computeFactors(x);
    return v * decayM + current * rise;
  }

  /** Time from a state (potential v, `current`) to the maximum of V, ms; 0 if V does not rise at first; Infinity without maximum. */
  findMaximum(v: number, current: number): number {
    if (current <= v) return 0;
    const difference = 1 / this.tauS - 1 / this.tauM;
    const ratio = v / current;
    if (difference === 0) return current > 0 ? this.tauM * (1 - ratio) : Infinity;
    const s = this.tauM * difference;
    const q = (s * (1 - ratio)) / (1 + ratio * s);
    const x = q > -1 ? log1p(q) / difference : Infinity;
    return x > 0 ? x : Infinity;
  }

  /**
   * Solves V(x) = threshold from the estimate x, by steps to the crossing of the parabola through V, V' and V'' (Newton's if it has none).
   */
  refineCrossing(v: number, current: number, threshold: number, x: number): number {
    const { tauM, tauS } = this;
    for (let n = 0; n < MAX_STEPS; n++) {
      const { decayM, decayS, rise } = this.computeFactors(x);
      const potential = v * decayM + current * rise;
      const later = current * decayS;
      const missing = threshold - potential;
      const slope = (later - potential) / tauM;
      const curvature = (-later / tauS - slope) / tauM;
      const square = slope * slope + 2 * curvature * missing;
      const step = square > 0 ? (2 * missing) / (slope + Math.sqrt(square)) : missing / slope;
      if (!(Math.abs(step) < 1e3 * tauM)) return x;
      x += step;
      if (Math.abs(step) < 1e-6 * tauM) return x; // convergence is cubic
    }
    return x;
  }
}

const CHORDS = 32;

/**
 * Lower bound of the potential V*(I) from which a neuron with current I reaches the threshold without further input (Brette 2007,
 * doi:10.1162/neco.2007.19.10.2604): V(x) = threshold where I(x) = threshold. V* is concave, so that its chords lie below it.
 */
export class FiringBound {
  readonly #threshold: number;
  readonly #cellsPerMv: number;
  readonly #bounds = new Float64Array(CHORDS + 1);

  constructor({ tauM, tauS, peakGain }: ExactResponse, threshold: number) {
    this.#threshold = threshold;
    this.#cellsPerMv = CHORDS / (threshold / peakGain - threshold); // a current of threshold / peakGain suffices at rest
    const p = tauS / tauM;
    for (let n = 0; n <= CHORDS; n++) {
      const ratio = 1 + (n / CHORDS) * (1 / peakGain - 1);
      const bound = p === 1 ? ratio * (1 - log(ratio)) : (pow(ratio, p) - p * ratio) / (1 - p);
      this.#bounds[n] = threshold * (bound - 1e-12); // V* is rounded
    }
  }

  /** Bound for a current of at least the threshold, mV; -Infinity above the currents that suffice at rest. */
  at(current: number): number {
    const x = (current - this.#threshold) * this.#cellsPerMv;
    if (x >= CHORDS) return -Infinity;
    const n = Math.trunc(x);
    const low = this.#bounds[n]!;
    return low + (this.#bounds[n + 1]! - low) * (x - n);
  }
}
