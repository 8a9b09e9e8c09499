import { ElementParameter } from '../../core/declare/elementParameter.ts';
import { UserError } from '../../core/declare/errors.ts';
import type { Arena, Floats, Precision } from '../../core/kernels/arena.ts';
import type { Kernels } from '../../core/kernels/kernels.ts';
import { lowerScalar } from '../../core/kernels/scalarRows.ts';
import { exp } from '../../core/math.ts';
import { firstCrossing } from './crossing.ts';

/** Scaled thresholds are brought back to scale 1 before their scale overflows. */
const MIN_DECAY = 2 ** -60;

interface ThresholdParams {
  readonly size: number;
  readonly precision: Precision;
  readonly adaptive?: { readonly increment: number; readonly tau: number } | undefined;
  readonly homeostasis?: { readonly gain: number; readonly minimum: number } | undefined;
}

/**
 * Thresholds theta_j(t) = theta0_j + h_j + a_j(t) with da_j/dt = -a_j/tau. A spike of neuron j adds `increment` to a_j. Under
 * homeostasis with gain g it also adds g (1 - 1/N) to h_j and -g/N to h_i of all other neurons, but leaves
 * theta0_i + h_i at `minimum` or above: neurons that win too often become harder to excite (equal shares). h does not decay.
 * N neurons are a population, or one of its groups. Stored as b with theta_j = origin_j + b_j e^(-(t - t0)/tau): without decay
 * the origin is the potential that the neuron tends to, so that b alone is what a kernel compares with, and b holds h and a;
 * with decay the origin is theta0_j + h_j, and b holds a.
 * Sources: Diehl & Cook 2015, doi:10.3389/fncom.2015.00099 (increment); Querlioz et al. 2013, doi:10.1109/TNANO.2013.2250995
 * (homeostasis).
 */
export class AdaptiveThreshold {
  readonly b: Floats;
  /** 1/tau; 0 when nothing decays. */
  readonly rate: number;
  readonly origin: ElementParameter;
  /** No element of b lies below it, so that a kernel need not load the b of a neuron that is below this. */
  least: number;
  readonly #increment: number;
  /** Neurons that share alike. */
  readonly #groupSize: number;
  /** No homeostasis takes a threshold below it; -Infinity without homeostasis. */
  readonly minThreshold: number;
  /** [reference time, homeostasis gain] */
  readonly #clock: Float64Array;
  /** Origins that homeostasis moves, because b decays; null if it moves b. State. */
  readonly #movingOrigin: ElementParameter | null;
  readonly #lowerKernel: Kernels['lowerThresholds'];
  readonly state;

  constructor(p: ThresholdParams, threshold: ElementParameter, vInf: ElementParameter, arena: Arena, groups = 1) {
    this.#groupSize = p.size / groups;
    this.#increment = p.adaptive?.increment ?? 0;
    this.rate = 1 / (p.adaptive?.tau ?? Infinity);
    this.minThreshold = p.homeostasis?.minimum ?? -Infinity;
    const shifted = this.rate > 0 && p.homeostasis !== undefined;
    this.#movingOrigin = shifted ? new ElementParameter(arena.f64(p.size)).set((j) => threshold.at(j)) : null;
    this.origin = this.#movingOrigin ?? (this.rate === 0 ? vInf : threshold);
    this.#lowerKernel = this.origin.shared ? arena.kernels.lowerThresholds : lowerScalar; // calls for one neuron each
    this.b = arena.floats(p.precision, p.size);
    for (let j = 0; j < p.size; j++) this.b[j] = threshold.at(j) - this.origin.at(j);
    this.least = 0;
    this.restored();
    this.#clock = arena.f64(2);
    this.#clock[1] = p.homeostasis?.gain ?? 0;
    this.state = {
      ...{ thresholds: this.b, thresholdClock: this.#clock },
      ...(this.#movingOrigin && { thresholdOrigins: this.#movingOrigin.values }),
    };
  }

  /** Homeostasis gain in mV, changeable at run time; 0 switches it off. */
  get gain(): number {
    return this.#clock[1]!;
  }
  set gain(mV: number) {
    if (this.rate > 0 && this.#movingOrigin === null && mV !== 0)
      throw new UserError(`thresholds.gain is ${mV}, but beside adaptive.tau it needs a population with homeostasis.`);
    this.#clock[1] = mV;
  }

  /** Threshold above the origin, mV: the part that decays, if any does. */
  aboveOrigin(neuron: number, t: number): number {
    return this.b[neuron]! * this.decay(t);
  }

  at(neuron: number, t: number): number {
    return this.origin.at(neuron) + this.aboveOrigin(neuron, t);
  }

  /** How long after t a neuron at v crosses its threshold if nothing arrives, ms; vInf is what V tends to with tau. */
  timeToCrossing(neuron: number, t: number, v: number, vInf: number, tau: number): number {
    const above = this.aboveOrigin(neuron, t);
    const origin = this.origin.at(neuron);
    return this.rate === 0
      ? firstCrossing(vInf - origin - above, v - vInf, tau, 0, 1)
      : firstCrossing(vInf - origin, v - vInf, tau, -above, 1 / this.rate);
  }

  /** Whether no spike and no time changes them. */
  get isFixed(): boolean {
    return this.rate === 0 && this.gain === 0 && this.#increment === 0;
  }

  set(neuron: number, t: number, mV: number): void {
    if (this.decay(t) < MIN_DECAY) this.rebase(t);
    this.b[neuron] = (mV - this.origin.at(neuron)) / this.decay(t);
    this.least = Math.min(this.least, this.b[neuron]!);
  }

  /** e^(-(t - t0)/tau): factor from b to a. */
  decay(t: number): number {
    return this.rate === 0 ? 1 : exp((this.#clock[0]! - t) * this.rate);
  }

  postSpike(winner: number, t: number): void {
    if (this.decay(t) < MIN_DECAY) this.rebase(t);
    const { b } = this;
    if (this.#increment > 0) b[winner]! += this.#increment * (1 / this.decay(t));
    if (this.gain === 0) return;
    const group = this.#groupSize;
    const first = winner - (winner % group);
    const share = this.gain / group;
    if (this.#movingOrigin !== null) {
      this.#movingOrigin.values[winner]! += this.gain;
      this.#lowerKernel(this.#movingOrigin.values, first, group, share, this.minThreshold);
      return;
    }
    b[winner]! += this.gain;
    let least = group === b.length ? Infinity : this.least; // of the others it is at most what it was
    const one = this.origin.shared ? group : 1; // that have one lowest
    for (let j = first; j < first + group; j += one)
      least = Math.min(least, this.#lowerKernel(b, j, one, share, this.minThreshold - this.origin.at(j)));
    this.least = least;
  }

  /** The potentials that neurons tend to have fallen by so much. */
  shiftOrigin(by: ElementParameter): void {
    if (this.rate > 0) return;
    for (let j = 0; j < this.b.length; j++) this.b[j]! += by.at(j);
    this.restored();
  }

  /** Moves the reference time to t. */
  rebase(t: number): void {
    if (this.rate > 0) {
      const decay = this.decay(t);
      for (let j = 0; j < this.b.length; j++) this.b[j]! *= decay;
      this.restored();
    }
    this.#clock[0] = t;
  }

  /** To be called when b has changed from outside. */
  restored(): void {
    this.least = Infinity;
    for (let j = 0; j < this.b.length; j++) if (this.b[j]! < this.least) this.least = this.b[j]!;
  }
}
