import { VoltagePlaces as AT } from '../../core/kernels/records.ts';
import { exp } from '../../core/math.ts';
import type { Psp } from './psp.ts';

/** Factors at one time, common to all neurons: scales of M, E and I, and their inverses that convert the state to V, Ie and Ii. */
export class SharedScales {
  /** Time of the scales, ms; NaN if they must be recomputed. */
  now = Number.NaN;
  m = 1;
  e = 1;
  i = 1;
  decayM = 1;
  decayE = 1;
  decayI = 1;
  shapeE = 1;
  shapeI = 1;
  #elapsed = 0;
  #hasDecays = false;
  readonly #rate: number;
  readonly #exc: Psp;
  readonly #inh: Psp;

  constructor(rate: number, exc: Psp, inh: Psp) {
    this.#rate = rate;
    this.#exc = exc;
    this.#inh = inh;
  }

  /** Sets the scales for t, `elapsed` ms after the reference time. */
  set(t: number, elapsed: number): void {
    this.now = t;
    this.#elapsed = elapsed;
    this.#hasDecays = false;
    this.m = exp(elapsed * this.#rate);
    this.e = exp(elapsed * this.#exc.rate);
    this.i = this.#exc.rate === this.#inh.rate ? this.e : exp(elapsed * this.#inh.rate);
  }

  /** Computes decays and shapes on demand. */
  computeDecays(): void {
    if (this.#hasDecays) return;
    this.decayM = 1 / this.m;
    this.decayE = 1 / this.e;
    this.decayI = 1 / this.i;
    this.shapeE = this.#exc.scaledResponse(this.#elapsed, this.decayM, this.decayE);
    this.shapeI = this.#inh.scaledResponse(this.#elapsed, this.decayM, this.decayI);
    this.#hasDecays = true;
  }

  /** Writes decays and shapes to the record of a kernel. */
  writeView(now: Float64Array): void {
    this.computeDecays();
    now[AT.decayM] = this.decayM;
    now[AT.shapeE] = this.shapeE;
    now[AT.shapeI] = this.shapeI;
    now[AT.decayE] = this.decayE;
    now[AT.decayI] = this.decayI;
  }

  /** Writes the state increments for an arrival of `drive` mV/ms with maximum response `response` (ms); see `Kernels.addCurrents`. */
  writeSteps(drive: number, response: number, steps: Float64Array): void {
    steps[0] = -drive * this.#exc.membraneStep(this.#elapsed, this.m, this.e);
    steps[1] = drive * this.e;
    steps[2] = -drive * this.#inh.membraneStep(this.#elapsed, this.m, this.i);
    steps[3] = drive * this.i;
    steps[4] = drive * response;
  }
}
