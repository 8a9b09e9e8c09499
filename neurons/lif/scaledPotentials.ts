import type { ElementParameter } from '../../core/declare/elementParameter.ts';
import type { Arena, Floats, Precision } from '../../core/kernels/arena.ts';
import type { DeltaState } from '../../core/kernels/kernelInputs.ts';
import { exp, scaleAt, scaleCellsPerMs } from '../../core/math.ts';
import type { AdaptiveThreshold } from '../parts/adaptiveThreshold.ts';
import { RefractoryQueue } from '../parts/refractoryQueue.ts';
import type { MembraneParameters } from './membraneParameters.ts';

/** Indices in `clock`: reference time t0 of u, and end of the inhibition of the whole population, ms. */
const T0 = 0;
const INHIBITED_UNTIL = 1;

/** Maximum age of the reference time, in units of the shortest tau; the scale is 2.4e17 at that age. */
const REBASE = 40;

/** Rounding function for the element type of `u`. */
export const createRounding = (u: Floats): ((x: number) => number) =>
  u instanceof Float32Array ? Math.fround : (x) => x;

/** Scales s = e^((t - t0)/tau) of stored potentials u = (V - Vinf) s; neurons with the same tau share a scale. */
export class DeltaScales {
  readonly clock: Float64Array;
  /** True if all neurons have the same tau, as kernels require. */
  readonly shared: boolean;
  /** Maximum age of the reference time, ms. */
  readonly span: number;
  /** Decay rate of the neurons with the shortest tau, 1/ms. */
  readonly rate: number;
  /** Number of cells per ms in the time grid of `scaleAt`. */
  readonly cells: number;
  /** Index of each neuron's tau; for each tau: decay rate (1/ms), cached scale, and time of the cached scale. */
  readonly #tauIndex: Uint32Array;
  readonly #rates: Float64Array;
  readonly #cachedScales: Float64Array;
  readonly #cachedTimes: Float64Array;

  constructor(tau: ElementParameter, arena: Arena) {
    const taus = [...new Set(tau.values)];
    this.shared = taus.length === 1;
    this.#rates = Float64Array.from(taus, (ms) => 1 / ms);
    const place = new Map(taus.map((ms, k) => [ms, k]));
    this.#tauIndex = Uint32Array.from(this.shared ? [] : tau.values, (ms) => place.get(ms)!);
    this.#cachedScales = new Float64Array(taus.length);
    this.#cachedTimes = new Float64Array(taus.length).fill(Number.NaN);
    this.rate = Math.max(...this.#rates);
    this.cells = scaleCellsPerMs(this.rate);
    this.span = REBASE / this.rate;
    this.clock = arena.f64(2);
    this.clock[INHIBITED_UNTIL] = -Infinity;
  }

  get t0(): number {
    return this.clock[T0]!;
  }
  set t0(t: number) {
    this.clock[T0] = t;
    if (!this.shared) this.#cachedTimes.fill(Number.NaN);
  }

  get inhibitedUntil(): number {
    return this.clock[INHIBITED_UNTIL]!;
  }
  set inhibitedUntil(t: number) {
    this.clock[INHIBITED_UNTIL] = t;
  }

  /** Recomputes derived values after `state` was loaded. */
  onRestore(): void {
    this.#cachedTimes.fill(Number.NaN);
  }

  /** Moves the reference time of potentials and thresholds to t if the scale at t would be too large. */
  keepInRange(u: Floats, thresholds: AdaptiveThreshold, t: number): void {
    if ((t - this.t0) * this.rate < REBASE) return;
    const all = this.decayTo(0, t);
    for (let j = 0; j < u.length; j++) if (u[j] !== -Infinity) u[j]! *= this.shared ? all : this.decayTo(j, t);
    this.t0 = t;
    thresholds.rebase(t);
  }

  /** Scale of a neuron at t; a common scale is computed with the same operations as in kernels. */
  at(neuron: number, t: number): number {
    if (this.shared) return scaleAt(t, this.t0, this.rate, this.cells);
    const k = this.#tauIndex[neuron]!;
    if (this.#cachedTimes[k] === t) return this.#cachedScales[k]!;
    this.#cachedTimes[k] = t;
    return (this.#cachedScales[k] = exp((t - this.t0) * this.#rates[k]!));
  }

  /** Scale of a neuron at t by direct exponentiation, for any t. */
  exactAt(neuron: number, t: number): number {
    return exp((t - this.t0) * this.#rateOf(neuron));
  }

  /** Decay factor from t0 to t, the inverse of the scale. */
  decayTo(neuron: number, t: number): number {
    return exp((this.t0 - t) * this.#rateOf(neuron));
  }

  /** Decay factor over a duration in ms. */
  decayOver(neuron: number, ms: number): number {
    return exp(-ms * this.#rateOf(neuron));
  }

  #rateOf(neuron: number): number {
    return this.#rates[this.shared ? 0 : this.#tauIndex[neuron]!]!;
  }
}

const REFRACTORY = -Infinity;

/** Scaled potentials u with their thresholds, scales and membrane parameters; see `LifDelta`. */
export interface ScaledPotentials {
  readonly u: Floats;
  readonly precision: Precision;
  readonly thresholds: AdaptiveThreshold;
  readonly scales: DeltaScales;
  readonly membranes: MembraneParameters;
}

/**
 * Refractory neurons of a `LifDelta` population, encoded in u and bar so that inner loops need no test. If input is
 * discarded, u = -Infinity. If input is integrated, u is the scaled potential at the release, and bar = Infinity:
 * stored values do not decay, so an arrival adds the part of its weight that will remain at the release.
 */
export class RefractoryState {
  readonly queue: RefractoryQueue;
  /** True if input during refractoriness takes effect at the release (`refractoryInput: integrate`). */
  readonly keepsInput: boolean;
  /** Threshold above Vinf of each neuron, mV: a neuron spikes at u >= bar × scale. */
  readonly bar: Floats;
  readonly state;
  readonly #scaled: ScaledPotentials;

  constructor(s: ScaledPotentials, keeps: boolean, arena: Arena) {
    const n = s.u.length;
    this.#scaled = s;
    const some = s.membranes.hasRefractoriness;
    this.keepsInput = keeps && some;
    this.queue = new RefractoryQueue(some ? n : 0, arena);
    this.bar = this.keepsInput ? arena.floats(s.precision, n) : s.thresholds.b;
    this.state = this.queue.state;
    this.updateBars();
  }

  isRefractory(neuron: number): boolean {
    return this.#scaled.u[neuron] === REFRACTORY || this.bar[neuron] === Infinity;
  }

  /** Clamps a neuron until `release`. */
  clampNeuron(neuron: number, releaseNext: number): void {
    this.#scaled.u[neuron] = this.keepsInput ? this.#atReset(neuron, releaseNext) : REFRACTORY;
    if (this.keepsInput) this.bar[neuron] = Infinity;
  }

  /** Clamps those neurons of `from` … `to - 1` that are still refractory, after their potentials were set. */
  clampRefractory(from: number, to: number): void {
    for (let k = 0; k < this.queue.length; k++) {
      const neuron = this.queue.neuron(k);
      if (neuron >= from && neuron < to) this.clampNeuron(neuron, this.queue.release(k));
    }
  }

  /** Releases the neuron with the earliest release time; returns the neuron. */
  release(): number {
    const release = this.queue.next;
    const neuron = this.queue.shift();
    if (this.keepsInput) this.bar[neuron] = this.#scaled.thresholds.b[neuron]!;
    else this.#scaled.u[neuron] = this.#atReset(neuron, release);
    return neuron;
  }

  /** Potential (mV) of a refractory neuron at its release without further arrivals. */
  potential(neuron: number, release: number): number {
    const { u, scales, membranes } = this.#scaled;
    if (u[neuron] === REFRACTORY) return membranes.reset.at(neuron);
    return membranes.vInf.at(neuron) + u[neuron]! * scales.decayTo(neuron, release);
  }

  /** Copies the thresholds to the bars; bars of refractory neurons become Infinity. */
  updateBars(): void {
    if (!this.keepsInput) return;
    this.bar.set(this.#scaled.thresholds.b);
    for (let k = 0; k < this.queue.length; k++) this.bar[this.queue.neuron(k)] = Infinity;
  }

  /** Recomputes derived values after `state` was loaded. */
  onRestore(): void {
    this.queue.onRestore();
    this.updateBars();
  }

  /** Applies a current step to refractory neurons: shifts their stored input so that V at the release is unchanged. */
  applyCurrentChange(): void {
    for (let k = 0; this.keepsInput && k < this.queue.length; k++) {
      const neuron = this.queue.neuron(k);
      this.#scaled.u[neuron]! +=
        this.#scaled.membranes.vInfDrop.at(neuron) * this.#scaled.scales.exactAt(neuron, this.queue.release(k));
    }
  }

  /** Creates the kernel input for the population. `marks` is work space; `hits` receives the spiking neurons. */
  createDeltaState(marks: Uint8Array, hits: Uint32Array): DeltaState {
    const { u, thresholds, scales, membranes } = this.#scaled;
    return {
      u,
      bar: this.bar,
      thresholds,
      keeps: this.keepsInput,
      scale: scales,
      refractory: membranes.refractory.values,
      floor: membranes.resetOffset.values,
      marks,
      hits,
      validUntil: 0,
      ...this.queue.state,
    };
  }

  /** Scaled potential u of a neuron at its reset potential at t. */
  #atReset(neuron: number, t: number): number {
    const { reset, vInf } = this.#scaled.membranes;
    return (reset.at(neuron) - vInf.at(neuron)) * this.#scaled.scales.exactAt(neuron, t);
  }
}
