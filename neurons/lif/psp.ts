import { log1p } from '../../core/elementary.ts';
import { VoltagePlaces as AT } from '../../core/kernels/records.ts';
import { exp } from '../../core/math.ts';

/** (e^x - 1)/x, computed without cancellation near 0. */
export function exprel(x: number) {
  if (Math.abs(x) > 0.3) return (exp(x) - 1) / x;
  let sum = 1;
  for (let n = 13; n > 1; n--) sum = 1 + (sum * x) / n;
  return sum;
}

/**
 * Maximum time since the reference time of scaled states, in time constants: e^300 is far from overflow. If time
 * constants are nearly equal, rounding errors grow with this time.
 */
const MAX_REFERENCE_AGE = 300;
const MAX_CLOSE_REFERENCE_AGE = 30;

/** Relative difference of time constants below which formulas avoid division by the difference. */
const CLOSE_TAU_TOLERANCE = 0.01;

/**
 * Postsynaptic potential: response of a membrane (tauM) to a drive of 1 mV/ms that decays with tau. phi' = -phi/tauM + e^(-t/tau),
 * phi(0) = 0, so phi = (e^(-t/tau) - e^(-t/tauM)) / delta with delta = 1/tauM - 1/tau, or t e^(-t/tauM) if tau = tauM.
 *
 * The potential of a population is V = Vinf + M e^(-t/tauM) + E shape(t), where E is the drive scaled by e^(t/tau). The shape
 * (`scaledResponse`) is the eigenmode e^(-t/tau)/delta, or phi if the time constants are nearly equal and eigenmodes would cancel.
 */
export class Psp {
  readonly decayRate: number;
  readonly maxTimeSinceReference: number;
  readonly peakTime: number;
  /** Maximum of the PSP for a drive of 1 mV/ms, mV. */
  readonly peak: number;
  protected readonly membraneRate: number;
  protected readonly rateDifference: number;
  readonly amplitude: number;
  readonly hasCloseTaus: boolean;

  constructor(tau: number, tauM: number) {
    this.decayRate = 1 / tau;
    this.membraneRate = 1 / tauM;
    const difference = (tau - tauM) / tauM;
    this.rateDifference = difference / tau;
    this.amplitude = 1 / this.rateDifference;
    this.hasCloseTaus = Math.abs(difference) < CLOSE_TAU_TOLERANCE;
    this.maxTimeSinceReference =
      Math.min(tau, tauM) * (this.hasCloseTaus ? MAX_CLOSE_REFERENCE_AGE : MAX_REFERENCE_AGE);
    this.peakTime = this.computePeakTime(tau, difference);
    this.peak = this.response(this.peakTime, exp(-this.peakTime / tauM), exp(-this.peakTime / tau));
  }

  protected computePeakTime(tau: number, difference: number): number {
    return difference === 0 ? tau : (tau * log1p(difference)) / difference;
  }

  /** PSP at t, given the decay factors e^(-t/tauM) and e^(-t/tau). */
  response(t: number, decayM: number, decay: number): number {
    if (!this.hasCloseTaus) return (decay - decayM) * this.amplitude;
    return decayM === 0 ? 0 : decayM * t * exprel(t * this.rateDifference);
  }

  /** Potential at t per unit of scaled drive, drive × e^(t/tau), given the decay factors e^(-t/tauM) and e^(-t/tau). */
  scaledResponse(t: number, decayM: number, decay: number): number {
    return this.hasCloseTaus ? this.response(t, decayM, decay) : decay * this.amplitude;
  }

  /** Decrease of the membrane term M that keeps V continuous when a unit drive is added at t. */
  membraneTermDecrease(t: number, scaleM: number, scale: number): number {
    return this.hasCloseTaus ? scale * t * exprel(t * this.rateDifference) : scaleM * this.amplitude;
  }

  /** Drive at t for a scaled drive, drive × e^(t/tau), of 1, given the decay factor e^(-t/tau). */
  drive(_t: number, decay: number): number {
    return decay;
  }
  driveSlope(_t: number, decay: number): number {
    return -decay * this.decayRate;
  }

  slope(phi: number, input: number): number {
    return input - phi * this.membraneRate;
  }

  /** Maximum of the drive on the interval [a, b], mV/ms. */
  maxDrive(_a: number, _b: number, valueA: number, _valueB: number): number {
    return valueA;
  }
  minDriveSlope(_a: number, _b: number, valueA: number, _valueB: number): number {
    return valueA;
  }

  maxResponse(a: number, b: number, valueA: number, valueB: number): number {
    return a < this.peakTime && b > this.peakTime ? this.peak : Math.max(valueA, valueB);
  }
}

/** Coefficients 1/(n! (n + 2)) of `evaluateRampSeries`. */
const RAMP_COEFFICIENTS = [1 / 2];
for (let n = 1; n <= 16; n++) RAMP_COEFFICIENTS.push((RAMP_COEFFICIENTS[n - 1]! * (n + 1)) / (n * (n + 2)));

/** (e^x (x - 1) + 1)/x^2 by its series, for small x. */
function evaluateRampSeries(x: number) {
  let sum = 0;
  for (let n = 16; n >= 0; n--) sum = RAMP_COEFFICIENTS[n]! + sum * x;
  return sum;
}

/**
 * Postsynaptic potential phi for a drive of t e^(-t/tau) mV/ms, t in ms: phi = (t e^(-t/tau) - (e^(-t/tau) -
 * e^(-t/tauM))/delta)/delta with delta = 1/tauM - 1/tau.
 */
export class RampPsp extends Psp {
  protected override computePeakTime(tau: number): number {
    // Searches the peak of the PSP after the peak of its drive, where the slope of the PSP changes sign exactly once.
    const rising = (t: number) => {
      const decay = exp(-t * this.decayRate);
      return this.slope(this.response(t, exp(-t * this.membraneRate), decay), this.drive(t, decay)) > 0;
    };
    let low = tau;
    let high = 2 * tau;
    for (; rising(high); high *= 2) low = high;
    for (let middle = (low + high) / 2; middle > low && middle < high; middle = (low + high) / 2)
      if (rising(middle)) low = middle;
      else high = middle;
    return high;
  }

  override response(t: number, decayM: number, decay: number): number {
    const x = t * this.rateDifference;
    if (Math.abs(x) < 0.5) return decayM * t * t * evaluateRampSeries(x);
    return (t * decay - (decay - decayM) * this.amplitude) * this.amplitude;
  }

  override drive(t: number, decay: number): number {
    return t * decay;
  }
  override driveSlope(t: number, decay: number): number {
    return decay * (1 - t * this.decayRate);
  }

  override maxDrive(a: number, b: number, valueA: number, valueB: number): number {
    const top = 1 / this.decayRate;
    return a < top && b > top ? top * exp(-1) : Math.max(valueA, valueB);
  }
  override minDriveSlope(a: number, b: number, valueA: number, valueB: number): number {
    const turn = 2 / this.decayRate;
    return a < turn && b > turn ? -exp(-2) : Math.min(valueA, valueB);
  }
}

/** Factors that convert the scaled state (membrane M, excitation E, inhibition I) of all neurons to V and currents at one time. */
export class StateScales {
  /** Time of the present scales, ms; NaN if none were computed. */
  scaleTime = Number.NaN;
  scaleM = 1;
  scaleE = 1;
  scaleI = 1;
  decayM = 1;
  decayE = 1;
  decayI = 1;
  shapeE = 1;
  shapeI = 1;
  #elapsed = 0;
  #hasDecays = false;
  readonly #membraneRate;
  readonly #exc;
  readonly #inh;

  constructor(rate: number, exc: Psp, inh: Psp) {
    this.#membraneRate = rate;
    this.#exc = exc;
    this.#inh = inh;
  }

  /** Computes the scales e^(elapsed/tau) of the state at t, `elapsed` ms after its reference time. */
  computeScales(t: number, elapsed: number) {
    this.scaleTime = t;
    this.#elapsed = elapsed;
    this.#hasDecays = false;
    this.scaleM = exp(elapsed * this.#membraneRate);
    this.scaleE = exp(elapsed * this.#exc.decayRate);
    this.scaleI = this.#exc.decayRate === this.#inh.decayRate ? this.scaleE : exp(elapsed * this.#inh.decayRate);
  }

  computeDecayFactors() {
    if (this.#hasDecays) return;
    this.decayM = 1 / this.scaleM;
    this.decayE = 1 / this.scaleE;
    this.decayI = 1 / this.scaleI;
    this.shapeE = this.#exc.scaledResponse(this.#elapsed, this.decayM, this.decayE);
    this.shapeI = this.#inh.scaledResponse(this.#elapsed, this.decayM, this.decayI);
    this.#hasDecays = true;
  }

  writeVoltageRecord(now: Float64Array) {
    this.computeDecayFactors();
    now[AT.decayM] = this.decayM;
    now[AT.shapeE] = this.shapeE;
    now[AT.shapeI] = this.shapeI;
    now[AT.decayE] = this.decayE;
    now[AT.decayI] = this.decayI;
  }

  /** Writes the state increments of an arrival that adds `drive` (mV/ms), and its largest PSP, drive × `response`. */
  writeArrivalIncrements(drive: number, response: number, steps: Float64Array) {
    steps[0] = -drive * this.#exc.membraneTermDecrease(this.#elapsed, this.scaleM, this.scaleE);
    steps[1] = drive * this.scaleE;
    steps[2] = -drive * this.#inh.membraneTermDecrease(this.#elapsed, this.scaleM, this.scaleI);
    steps[3] = drive * this.scaleI;
    steps[4] = drive * response;
  }
}
