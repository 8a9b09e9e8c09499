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
    this.predictNextSpike(neuron, t);
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
    for (let neuron = 0; neuron < n; neuron++) this.v[neuron] = draw();
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

  abstract receiveArrival(neuron: number, weight: number, receptor: number | undefined, t: number): void;
  /** Time of the next threshold crossing without noise, or of the next search for it, ms; Infinity if never. */
  protected abstract predictCrossing(neuron: number, t: number, arrived: boolean): number;
  /** Potential at t, mV, of a neuron with potential `begin` at `from`, without arrivals. */
  protected abstract potentialAfter(neuron: number, begin: number, from: number, t: number): number;
  protected abstract decaySynapticState(neuron: number, t: number): void;
  protected abstract clearSynapticState(neuron: number): void;
  /** Curvature bound of `MembraneNoise`: |D'' - (D - vInf)/tau^2| after t is at most this, mV/ms^2; D: V without noise. */
  protected boundCurvature(_j: number, _t: number): number {
    return 0;
  }

  predictSpike(neuron: number, t: number, arrived: boolean): number {
    const noise = this.#noise;
    if (noise === null) return this.predictCrossing(neuron, t, arrived);
    if (arrived) this.#arrivalTimes[neuron] = t;
    if (arrived && this.isRaised[neuron] === 0 && t < this.#searchEnds[neuron]!) {
      if (this.#foundSpikes[neuron] === SPIKE) this.#foundSpikes[neuron] = DELAYED_SPIKE;
      return this.#searchEnds[neuron]!;
    }
    const from = this.#dueNeuron === neuron ? t - TICK : t;
    this.#dueNeuron = -1;
    this.isRaised[neuron] = 0;
    this.advanceTo(neuron, t); // needs the noise of the present cell
    let crossing = from < noise.getCellEnd(neuron) ? this.#findNoisyCrossing(neuron, from, t, noise) : Infinity;
    if (crossing === Infinity && t >= noise.getCellEnd(neuron)) {
      noise.startNextCell(neuron);
      crossing = this.#findNoisyCrossing(neuron, t, t, noise);
    }
    this.#foundSpikes[neuron] = crossing < Infinity ? SPIKE : NO_SPIKE;
    this.#searchEnds[neuron] = Math.max(t, Math.min(crossing, this.#findSearchEnd(neuron, t, noise)));
    return this.#searchEnds[neuron]!;
  }

  /** End of the half noise cell that contains t, ms; end of the cell if the last arrival is longer ago than a cell's length. */
  #findSearchEnd(neuron: number, t: number, noise: MembraneNoise): number {
    const [end, length] = [noise.getCellEnd(neuron), noise.getCellLength(neuron)];
    return t - this.#arrivalTimes[neuron]! > length || end - t <= length / 2 ? end : end - length / 2;
  }

  /** Time at which V crosses the threshold between `from` and the end of a search at t, ms; Infinity if it does not. */
  #findNoisyCrossing(neuron: number, from: number, t: number, noise: MembraneNoise): number {
    const start = this.findClampEnd(neuron, from);
    const end = this.#findSearchEnd(neuron, t, noise);
    if (start >= end) return Infinity;
    const tau = this.membranes.tau.getValue(neuron);
    const threshold = this.thresholds.thresholdAt(neuron, start);
    const begin = this.#computeNoiselessPotential(neuron, start);
    const distance = (time: number) => threshold - this.potentialAfter(neuron, begin, start, time);
    const relaxation = Math.abs(threshold - this.membranes.vInf.getValue(neuron)) / (tau * tau);
    return noise.findCrossing(neuron, start, end, distance, relaxation + this.boundCurvature(neuron, start));
  }

  protected get hasNoise(): boolean {
    return this.#noise !== null;
  }

  confirmsSpike(neuron: number): boolean {
    if (this.#noise === null || this.#foundSpikes[neuron] === SPIKE) return true;
    if (this.#foundSpikes[neuron] === DELAYED_SPIKE) this.#dueNeuron = neuron;
    return false;
  }

  get nextChange() {
    return this.membranes.nextChange;
  }

  applyChange(t: number) {
    for (let neuron = 0; neuron < this.v.length; neuron++) this.advanceTo(neuron, t);
    this.membranes.applyCurrentStep();
    this.thresholds.shiftOffsets(this.membranes.vInfDrop);
  }

  onCheckpointLoaded() {
    this.membranes.onCheckpointLoaded();
  }

  postSpikeReset(neuron: number, t: number) {
    const end = t + this.membranes.refractoryTime.getValue(neuron);
    const isFree = this.#refractoryEnds !== this.releaseTimes;
    if (isFree) this.#refractoryEnds[neuron] = end;
    this.inhibit(neuron, t, isFree ? t : end);
  }

  inhibit(neuron: number, t: number, until: number) {
    this.advanceTo(neuron, t);
    this.vTimes[neuron] = t;
    this.releaseTimes[neuron] = Math.max(this.releaseTimes[neuron]!, until);
    this.v[neuron] = this.#computeReset(neuron, t);
  }

  resetDynamicState(neuron: number, t: number) {
    this.clearSynapticState(neuron);
    this.v[neuron] = 0;
    this.vTimes[neuron] = this.releaseTimes[neuron] = this.#refractoryEnds[neuron] = t;
  }

  potential(neuron: number, t: number): number {
    const v = this.#computeNoiselessPotential(neuron, t);
    return this.#noise === null || t < this.releaseTimes[neuron]! ? v : v + this.#noise.getValue(neuron, t);
  }

  #computeNoiselessPotential(neuron: number, t: number): number {
    const [since, release] = [this.vTimes[neuron]!, this.releaseTimes[neuron]!];
    if (t < release) return this.membranes.reset.getValue(neuron);
    const from = Math.max(since, release);
    const begin = release > since ? this.#computeReset(neuron, release) : this.v[neuron]!;
    return t === from ? begin : this.potentialAfter(neuron, begin, from, t);
  }

  /** Potential without noise for which V, with noise, is the reset potential at t. */
  #computeReset(neuron: number, t: number): number {
    const reset = this.membranes.reset.getValue(neuron);
    return this.#noise === null || t < this.releaseTimes[neuron]! ? reset : reset - this.#noise.getValue(neuron, t);
  }

  overshoot(neuron: number, t: number): number {
    return this.potential(neuron, t) - this.thresholds.thresholdAt(neuron, t);
  }

  /** End of refractoriness or inhibition of a neuron, ms: the earliest time of its next spike. */
  protected findClampEnd(neuron: number, t: number): number {
    return Math.max(t, this.releaseTimes[neuron]!, this.#refractoryEnds[neuron]!);
  }

  protected advanceTo(neuron: number, t: number) {
    if (t <= this.vTimes[neuron]!) return;
    this.v[neuron] = this.#computeNoiselessPotential(neuron, t);
    this.decaySynapticState(neuron, t);
    this.vTimes[neuron] = t;
  }
}
