import { log1p } from '../../core/elementary.ts';
import { exp } from '../../core/math.ts';

/** (e^x - 1)/x without cancellation near 0. */
export function growth(x: number): number {
  if (Math.abs(x) > 0.3) return (exp(x) - 1) / x;
  let sum = 1;
  for (let n = 13; n > 1; n--) sum = 1 + (sum * x) / n;
  return sum;
}

/**
 * How many time constants the reference time of scaled states may lie back: e^300 = 2e130 is far from overflow. Where V is
 * not a sum of eigenmodes its rounding error grows with that time.
 */
const SPAN = 300;
const SPAN_CLOSE = 30;

/** Time constants closer than this share of the membrane's are handled without dividing by their difference. */
const CLOSE = 0.01;

/**
 * The response of a membrane (tauM) to a drive of 1 mV/ms that decays with tau: phi' = -phi/tauM + e^(-t/tau), phi(0) = 0,
 * so phi = (e^(-t/tau) - e^(-t/tauM)) / delta with delta = 1/tauM - 1/tau, or t e^(-t/tauM) where tau = tauM.
 *
 * A population's potential is V = Vinf + M e^(-t/tauM) + E shape(t), E being the drive scaled by e^(t/tau): `shape` is
 * e^(-t/tau)/delta (an eigenmode), or phi itself where the time constants are close and eigenmodes would cancel each other.
 */
export class Psp {
  readonly rate: number;
  /** How long the reference time of scaled states may stay, ms. */
  readonly span: number;
  /** Time and height of the maximum. */
  readonly peakTime: number;
  readonly peak: number;
  readonly #rateM: number;
  readonly #delta: number;
  readonly perDelta: number;
  /** Whether eigenmodes would cancel each other. */
  readonly close: boolean;

  constructor(tau: number, tauM: number) {
    this.rate = 1 / tau;
    this.#rateM = 1 / tauM;
    const difference = (tau - tauM) / tauM;
    this.#delta = difference / tau;
    this.perDelta = 1 / this.#delta;
    this.close = Math.abs(difference) < CLOSE;
    this.span = Math.min(tau, tauM) * (this.close ? SPAN_CLOSE : SPAN);
    this.peakTime = difference === 0 ? tau : (tau * log1p(difference)) / difference;
    this.peak = this.at(this.peakTime, exp(-this.peakTime / tauM), exp(-this.peakTime / tau));
  }

  /** phi(t), given e^(-t/tauM) and e^(-t/tau). */
  at(t: number, decayM: number, decay: number): number {
    if (!this.close) return (decay - decayM) * this.perDelta;
    return decayM === 0 ? 0 : decayM * t * growth(t * this.#delta);
  }

  /** The potential per unit of scaled drive E. */
  shape(t: number, decayM: number, decay: number): number {
    return this.close ? this.at(t, decayM, decay) : decay * this.perDelta;
  }

  /** What M loses when the drive rises by 1 at t, so that V does not jump: shape(t) e^(t/tau) e^(t/tauM). */
  offset(t: number, scaleM: number, scale: number): number {
    return this.close ? scale * t * growth(t * this.#delta) : scaleM * this.perDelta;
  }

  /** phi'(t), given phi(t) and e^(-t/tau). */
  slope(phi: number, decay: number): number {
    return decay - phi * this.#rateM;
  }

  /** Largest phi on [a, b], given phi(a) and phi(b): it rises up to its peak and falls after it. */
  highest(a: number, b: number, atA: number, atB: number): number {
    return a < this.peakTime && b > this.peakTime ? this.peak : Math.max(atA, atB);
  }
}
