import type { ModelContext } from '../../core/factories.ts';
import type { StateArrays } from '../../core/kernels/arena.ts';
import { TICK } from '../../core/time.ts';
import { AdaptiveThreshold } from '../parts/adaptiveThreshold.ts';
import { createInitialPotentialSampler } from '../parts/params.ts';
import { type NeuronDynamics, PerNeuronPopulation } from '../parts/perNeuron.ts';
import { MembraneNoise } from './membraneNoise.ts';
import type { MembraneParameters } from './membraneParameters.ts';
import type { LifParams } from './params.ts';

/** Result of the search for a spike in a noise cell: no spike, a spike, or a spike that later inhibition has delayed. */
const [NO_SPIKE, SPIKE, DELAYED_SPIKE] = [0, 1, 2];

export class PerNeuronLif extends PerNeuronPopulation<ClampedDynamics> {
  get thresholds(): AdaptiveThreshold {
    return this.dynamics.thresholds;
  }

  setThreshold(neuron: number, t: number, mV: number) {
    this.thresholds.setThreshold(neuron, t, mV);
    this.predict(neuron, t);
  }

  override onCheckpointLoaded() {
    this.thresholds.onCheckpointLoaded();
    super.onCheckpointLoaded();
  }

  override postSpikeReset(neuron: number, t: number) {
    this.thresholds.adaptToSpike(neuron, t);
    super.postSpikeReset(neuron, t);
    if (this.thresholds.gain !== 0) this.predictAllNextSpikes(t); // homeostasis changes all thresholds
  }
}

/** Base class of LIF dynamics. Refractoriness clamps the potential, unless `refractoryPotential` is free; synaptic currents continue to decay. */
export abstract class ClampedDynamics implements NeuronDynamics {
  readonly thresholds;
  abstract readonly state: StateArrays;
  protected readonly membranes: MembraneParameters;
  protected readonly v;
  protected readonly vTimes;
  protected readonly membraneState: StateArrays;
  readonly #noise: MembraneNoise | null;
  readonly #foundSpikes;
  /** Time of the spike that the last search has found, or else the end of the searched interval, ms. */
  readonly #searchEnds;
  readonly #arrivalTimes;
  /** Neuron whose spike was found for this tick but may come later, due to inhibition; -1 if there is none. */
  #dueNeuron = -1;
  /** With noise: 1 if arrivals have raised the potential without noise since the last search for a spike. */
  protected readonly isRaised;
  protected readonly releaseTimes;
  /** End of refractoriness of each neuron, ms; the same array as `releaseTimes` if refractoriness clamps the potential. */
  readonly #refractoryEnds;

  constructor(p: LifParams, membranes: MembraneParameters, context: ModelContext, synapseBytes: number) {
    const { arena, name, inhibition } = context;
    const n = p.size;
    arena.requireSpaceFor(n * (48 + synapseBytes), `${name} with ${n} neurons`);
    this.membranes = membranes;
    this.thresholds = new AdaptiveThreshold(p, membranes.threshold, membranes.vInf, arena, inhibition?.groupCount);
    this.v = arena.f64(n);
    this.vTimes = arena.f64(n);
    this.#noise = p.noise ? new MembraneNoise(p.noise, membranes.tau, n, context) : null;
    this.#foundSpikes = arena.u8(this.#noise ? n : 0);
    this.#searchEnds = arena.f64(this.#foundSpikes.length);
    this.#arrivalTimes = arena.f64(this.#foundSpikes.length).fill(-Infinity);
    this.isRaised = new Uint8Array(this.#foundSpikes.length);
    this.releaseTimes = arena.f64(n);
    this.#refractoryEnds = p.refractoryPotential === 'free' ? arena.f64(n) : this.releaseTimes;
    const draw = createInitialPotentialSampler(p, n, context);
    for (let j = 0; j < n; j++) this.v[j] = draw();
    this.membraneState = {
      v: this.v,
      since: this.vTimes,
      release: this.releaseTimes,
      ...(p.refractoryPotential === 'free' && { refractoryEnds: this.#refractoryEnds }),
      ...this.#noise?.state,
      ...(this.#noise && {
        foundSpikes: this.#foundSpikes,
        searchEnds: this.#searchEnds,
        arrivalTimes: this.#arrivalTimes,
      }),
      ...this.thresholds.state,
      ...membranes.currentSteps?.state,
    };
  }

  abstract receiveArrival(j: number, weight: number, receptor: number | undefined, t: number): void;
  /** Time of the next threshold crossing without noise, or of the next search for it, ms; Infinity if never. */
  protected abstract predictCrossing(j: number, t: number, arrived: boolean): number;
  /** Potential at t, mV, of a neuron with potential `begin` at `from`, without arrivals. */
  protected abstract potentialAfter(j: number, begin: number, from: number, t: number): number;
  protected abstract decaySynapticState(j: number, t: number): void;
  protected abstract clearSynapticState(j: number): void;
  /** Curvature bound of `MembraneNoise`: |D'' - (D - vInf)/tau^2| after t is at most this, mV/ms^2; D: V without noise. */
  protected boundCurvature(_j: number, _t: number): number {
    return 0;
  }

  predictSpike(j: number, t: number, arrived: boolean): number {
    const noise = this.#noise;
    if (noise === null) return this.predictCrossing(j, t, arrived);
    if (arrived) this.#arrivalTimes[j] = t;
    if (arrived && this.isRaised[j] === 0 && t < this.#searchEnds[j]!) {
      if (this.#foundSpikes[j] === SPIKE) this.#foundSpikes[j] = DELAYED_SPIKE;
      return this.#searchEnds[j]!;
    }
    const from = this.#dueNeuron === j ? t - TICK : t;
    this.#dueNeuron = -1;
    this.isRaised[j] = 0;
    this.advanceTo(j, t); // needs the noise of the present cell
    let crossing = from < noise.getCellEnd(j) ? this.#findNoisyCrossing(j, from, t, noise) : Infinity;
    if (crossing === Infinity && t >= noise.getCellEnd(j)) {
      noise.startNextCell(j);
      crossing = this.#findNoisyCrossing(j, t, t, noise);
    }
    this.#foundSpikes[j] = crossing < Infinity ? SPIKE : NO_SPIKE;
    this.#searchEnds[j] = Math.max(t, Math.min(crossing, this.#findSearchEnd(j, t, noise)));
    return this.#searchEnds[j]!;
  }

  /** End of the half noise cell that contains t, ms; end of the cell if the last arrival is longer ago than a cell's length. */
  #findSearchEnd(j: number, t: number, noise: MembraneNoise): number {
    const [end, length] = [noise.getCellEnd(j), noise.getCellLength(j)];
    return t - this.#arrivalTimes[j]! > length || end - t <= length / 2 ? end : end - length / 2;
  }

  /** Time at which V crosses the threshold between `from` and the end of a search at t, ms; Infinity if it does not. */
  #findNoisyCrossing(j: number, from: number, t: number, noise: MembraneNoise): number {
    const start = this.findClampEnd(j, from);
    const end = this.#findSearchEnd(j, t, noise);
    if (start >= end) return Infinity;
    const tau = this.membranes.tau.getValue(j);
    const threshold = this.thresholds.thresholdAt(j, start);
    const begin = this.#computeNoiselessPotential(j, start);
    const distance = (time: number) => threshold - this.potentialAfter(j, begin, start, time);
    const relaxation = Math.abs(threshold - this.membranes.vInf.getValue(j)) / (tau * tau);
    return noise.findCrossing(j, start, end, distance, relaxation + this.boundCurvature(j, start));
  }

  protected get hasNoise(): boolean {
    return this.#noise !== null;
  }

  confirmsSpike(j: number): boolean {
    if (this.#noise === null || this.#foundSpikes[j] === SPIKE) return true;
    if (this.#foundSpikes[j] === DELAYED_SPIKE) this.#dueNeuron = j;
    return false;
  }

  get nextChange() {
    return this.membranes.nextChange;
  }

  applyChange(t: number) {
    for (let j = 0; j < this.v.length; j++) this.advanceTo(j, t);
    this.membranes.applyCurrentStep();
    this.thresholds.shiftOffsets(this.membranes.vInfDrop);
  }

  onCheckpointLoaded() {
    this.membranes.onCheckpointLoaded();
  }

  postSpikeReset(j: number, t: number) {
    const end = t + this.membranes.refractoryTime.getValue(j);
    const isFree = this.#refractoryEnds !== this.releaseTimes;
    if (isFree) this.#refractoryEnds[j] = end;
    this.inhibit(j, t, isFree ? t : end);
  }

  inhibit(j: number, t: number, until: number) {
    this.advanceTo(j, t);
    this.vTimes[j] = t;
    this.releaseTimes[j] = Math.max(this.releaseTimes[j]!, until);
    this.v[j] = this.#computeReset(j, t);
  }

  resetDynamicState(j: number, t: number) {
    this.clearSynapticState(j);
    this.v[j] = 0;
    this.vTimes[j] = this.releaseTimes[j] = this.#refractoryEnds[j] = t;
  }

  potential(j: number, t: number): number {
    const v = this.#computeNoiselessPotential(j, t);
    return this.#noise === null || t < this.releaseTimes[j]! ? v : v + this.#noise.getValue(j, t);
  }

  #computeNoiselessPotential(j: number, t: number): number {
    const [since, release] = [this.vTimes[j]!, this.releaseTimes[j]!];
    if (t < release) return this.membranes.reset.getValue(j);
    const from = Math.max(since, release);
    const begin = release > since ? this.#computeReset(j, release) : this.v[j]!;
    return t === from ? begin : this.potentialAfter(j, begin, from, t);
  }

  /** Potential without noise for which V, with noise, is the reset potential at t. */
  #computeReset(j: number, t: number): number {
    const reset = this.membranes.reset.getValue(j);
    return this.#noise === null || t < this.releaseTimes[j]! ? reset : reset - this.#noise.getValue(j, t);
  }

  overshoot(j: number, t: number): number {
    return this.potential(j, t) - this.thresholds.thresholdAt(j, t);
  }

  /** End of refractoriness or inhibition of a neuron, ms: the earliest time of its next spike. */
  protected findClampEnd(neuron: number, t: number): number {
    return Math.max(t, this.releaseTimes[neuron]!, this.#refractoryEnds[neuron]!);
  }

  protected advanceTo(j: number, t: number) {
    if (t <= this.vTimes[j]!) return;
    this.v[j] = this.#computeNoiselessPotential(j, t);
    this.decaySynapticState(j, t);
    this.vTimes[j] = t;
  }
}
