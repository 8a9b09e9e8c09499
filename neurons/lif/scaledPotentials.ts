import type { ElementParameter } from '../../core/declare/elementParameter.ts';
import type { Arena, Floats, Precision } from '../../core/kernels/arena.ts';
import type { DeltaSynapseState } from '../../core/kernels/kernelInputs.ts';
import { computeGridCellsPerMs, exp, exponentialScaleAt } from '../../core/math.ts';
import type { AdaptiveThreshold } from '../parts/adaptiveThreshold.ts';
import { RefractoryQueue } from '../parts/refractoryQueue.ts';
import type { MembraneParameters } from './membraneParameters.ts';
import type { LifParams } from './params.ts';

/** Indices in `timeState`: reference time t0, and end of the inhibition of the whole population, ms. */
const T0 = 0;
const INHIBITED_UNTIL = 1;

/** Maximum time since the reference time of scaled potentials, in units of the shortest tau; the scale is then 2.4e17. */
const MAX_REFERENCE_AGE = 40;

/** Scales s = e^((t - t0)/tau) of stored potentials u = (V - Vinf) s, t0: reference time. Neurons with the same tau share a scale. */
export class PotentialScales {
  readonly timeState;
  readonly hasCommonTau: boolean;
  readonly maxTimeSinceReference: number;
  readonly maxDecayRate: number;
  readonly cellsPerMs: number;
  readonly #tauIndex;
  readonly #decayRates;
  /** Scale of potentials for each time constant, at the time in `#cachedTimes`. */
  readonly #cachedScales;
  readonly #cachedTimes;

  constructor(tau: ElementParameter, arena: Arena) {
    const taus = [...new Set(tau.values)];
    this.hasCommonTau = taus.length === 1;
    this.#decayRates = Float64Array.from(taus, (ms) => 1 / ms);
    const place = new Map(taus.map((ms, k) => [ms, k]));
    this.#tauIndex = Uint32Array.from(this.hasCommonTau ? [] : tau.values, (ms) => place.get(ms)!);
    this.#cachedScales = new Float64Array(taus.length);
    this.#cachedTimes = new Float64Array(taus.length).fill(Number.NaN);
    this.maxDecayRate = Math.max(...this.#decayRates);
    this.cellsPerMs = computeGridCellsPerMs(this.maxDecayRate);
    this.maxTimeSinceReference = MAX_REFERENCE_AGE / this.maxDecayRate;
    this.timeState = arena.f64(2);
    this.timeState[INHIBITED_UNTIL] = -Infinity;
  }

  get t0() {
    return this.timeState[T0]!;
  }
  set t0(t: number) {
    this.timeState[T0] = t;
    if (!this.hasCommonTau) this.#cachedTimes.fill(Number.NaN);
  }

  get inhibitedUntil() {
    return this.timeState[INHIBITED_UNTIL]!;
  }
  set inhibitedUntil(t: number) {
    this.timeState[INHIBITED_UNTIL] = t;
  }

  onCheckpointLoaded() {
    this.#cachedTimes.fill(Number.NaN);
  }

  /** Moves the reference time t0 of potentials and thresholds to t if the scale e^((t - t0)/tau) would be too large. */
  keepScaleInRange(u: Floats, thresholds: AdaptiveThreshold, t: number) {
    if ((t - this.t0) * this.maxDecayRate < MAX_REFERENCE_AGE) return;
    const all = this.decayFactorTo(0, t);
    for (let j = 0; j < u.length; j++)
      if (u[j] !== -Infinity) u[j]! *= this.hasCommonTau ? all : this.decayFactorTo(j, t);
    this.t0 = t;
    thresholds.moveReferenceTime(t);
  }

  /** Scale of a neuron's stored potential at t; a scale shared by all neurons has the same bits as in kernels. */
  scaleAt(neuron: number, t: number): number {
    if (this.hasCommonTau) return exponentialScaleAt(t, this.t0, this.maxDecayRate, this.cellsPerMs);
    const k = this.#tauIndex[neuron]!;
    if (this.#cachedTimes[k] === t) return this.#cachedScales[k]!;
    this.#cachedTimes[k] = t;
    return (this.#cachedScales[k] = exp((t - this.t0) * this.#decayRates[k]!));
  }

  /** Scale of a neuron's stored potential by direct exponentiation, for any t. */
  exactScaleAt(neuron: number, t: number): number {
    return exp((t - this.t0) * this.#decayRateOf(neuron));
  }

  decayFactorTo(neuron: number, t: number): number {
    return exp((this.t0 - t) * this.#decayRateOf(neuron));
  }

  decayFactorOver(neuron: number, ms: number): number {
    return exp(-ms * this.#decayRateOf(neuron));
  }

  #decayRateOf(neuron: number): number {
    return this.#decayRates[this.hasCommonTau ? 0 : this.#tauIndex[neuron]!]!;
  }
}

const REFRACTORY = -Infinity;

export interface ScaledPotentials {
  readonly scaledV: Floats;
  readonly precision: Precision;
  readonly thresholds: AdaptiveThreshold;
  readonly scales: PotentialScales;
  readonly membranes: MembraneParameters;
}

/**
 * Refractory neurons of a `LifDelta` population, marked in the stored potentials u and thresholds theta, so that inner loops need no test.
 * If input is discarded, u = -Infinity. If input is integrated, theta = Infinity and u is scaled to the release, so that an arrival adds
 * the part of its weight that remains at the release. If potentials are free, theta = Infinity and u follows its equation.
 */
export class RefractoryState {
  readonly queue;
  /** True if refractory neurons store input (`refractoryInput: integrate` or `refractoryPotential: free`). */
  readonly canStoreInput: boolean;
  /** True if potentials are not clamped during refractoriness (`refractoryPotential: free`). */
  readonly isFree: boolean;
  /** Threshold above Vinf of each neuron, mV; Infinity for refractory neurons with stored input. */
  readonly activeThresholds: Floats;
  readonly state;
  readonly #potentials;

  constructor(s: ScaledPotentials, { refractoryInput, refractoryPotential }: LifParams, arena: Arena) {
    const n = s.scaledV.length;
    this.#potentials = s;
    const some = s.membranes.hasRefractoriness;
    this.isFree = refractoryPotential === 'free' && some;
    this.canStoreInput = (refractoryInput === 'integrate' && some) || this.isFree;
    this.queue = new RefractoryQueue(some ? n : 0, arena);
    this.activeThresholds = this.canStoreInput ? arena.floats(s.precision, n) : s.thresholds.offsets;
    this.state = this.queue.state;
    this.updateActiveThresholds();
  }

  isRefractory(neuron: number): boolean {
    return this.#potentials.scaledV[neuron] === REFRACTORY || this.activeThresholds[neuron] === Infinity;
  }

  isClamped(neuron: number): boolean {
    return !this.isFree && this.isRefractory(neuron);
  }

  /** Resets a neuron that is refractory from t to `release`. */
  clampNeuron(neuron: number, t: number, release: number) {
    const start = this.isFree ? t : release;
    this.#potentials.scaledV[neuron] = this.canStoreInput ? this.#computeScaledReset(neuron, start) : REFRACTORY;
    if (this.canStoreInput) this.activeThresholds[neuron] = Infinity;
  }

  /** Clamps those neurons of `from` … `to - 1` that are still refractory, after their potentials were set. */
  clampRefractoryNeurons(from: number, to: number, t: number) {
    for (let k = 0; k < this.queue.length; k++) {
      const neuron = this.queue.neuronAt(k);
      if (neuron >= from && neuron < to) this.clampNeuron(neuron, t, this.queue.releaseTimeAt(k));
    }
  }

  releaseNextNeuron(): number {
    const release = this.queue.nextReleaseTime;
    const neuron = this.queue.shift();
    if (this.canStoreInput) this.activeThresholds[neuron] = this.#potentials.thresholds.offsets[neuron]!;
    else this.#potentials.scaledV[neuron] = this.#computeScaledReset(neuron, release);
    return neuron;
  }

  /** Potential (mV) of a refractory neuron at its release without further arrivals. */
  potentialAtRelease(neuron: number, release: number): number {
    const { scaledV: u, scales, membranes } = this.#potentials;
    if (u[neuron] === REFRACTORY) return membranes.reset.getValue(neuron);
    return membranes.vInf.getValue(neuron) + u[neuron]! * scales.decayFactorTo(neuron, release);
  }

  updateActiveThresholds() {
    if (!this.canStoreInput) return;
    this.activeThresholds.set(this.#potentials.thresholds.offsets);
    for (let k = 0; k < this.queue.length; k++) this.activeThresholds[this.queue.neuronAt(k)] = Infinity;
  }

  onCheckpointLoaded() {
    this.queue.onCheckpointLoaded();
    this.updateActiveThresholds();
  }

  /** Shifts the stored input of clamped neurons at a current step, so that V at the release does not change. */
  applyCurrentChange() {
    for (let k = 0; this.canStoreInput && !this.isFree && k < this.queue.length; k++) {
      const neuron = this.queue.neuronAt(k);
      this.#potentials.scaledV[neuron]! +=
        this.#potentials.membranes.vInfDrop.getValue(neuron) *
        this.#potentials.scales.exactScaleAt(neuron, this.queue.releaseTimeAt(k));
    }
  }

  createDeltaState(marks: Uint8Array, hits: Uint32Array): DeltaSynapseState {
    const { scaledV: u, thresholds, scales, membranes } = this.#potentials;
    return {
      potentials: u,
      activeThresholds: this.activeThresholds,
      thresholds,
      keepsPotential: this.canStoreInput,
      isFree: this.isFree,
      potentialScale: scales,
      refractoryPeriods: membranes.refractoryTime.values,
      resetOffsets: membranes.resetOffset.values,
      isListed: marks,
      neuronsAtThreshold: hits,
      validUntil: 0,
      ...this.queue.state,
    };
  }

  #computeScaledReset(neuron: number, t: number): number {
    const { reset, vInf } = this.#potentials.membranes;
    return (reset.getValue(neuron) - vInf.getValue(neuron)) * this.#potentials.scales.exactScaleAt(neuron, t);
  }
}
