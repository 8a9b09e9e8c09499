import type { ModelContext } from '../../core/factories.ts';
import type { State } from '../../core/kernels/arena.ts';
import { AdaptiveThreshold } from '../parts/adaptiveThreshold.ts';
import { createInitialPotentialSampler } from '../parts/params.ts';
import { type NeuronDynamics, PerNeuronPopulation } from '../parts/perNeuron.ts';
import type { MembraneParameters } from './membraneParameters.ts';
import type { LifParams } from './params.ts';

export class PerNeuronLif extends PerNeuronPopulation<ClampedDynamics> {
  get thresholds(): AdaptiveThreshold {
    return this.dynamics.thresholds;
  }

  setThreshold(neuron: number, t: number, mV: number) {
    this.thresholds.setThreshold(neuron, t, mV);
    this.predict(neuron, t);
  }

  override onRestore() {
    this.thresholds.onRestore();
    super.onRestore();
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
  abstract readonly state: State;
  protected readonly membranes: MembraneParameters;
  protected readonly v;
  protected readonly vTimes;
  protected readonly membraneState: State;
  readonly #releaseTimes;
  /** End of refractoriness of each neuron, ms; the same array as `#releaseTimes` if refractoriness clamps the potential. */
  readonly #refractoryEnds;

  constructor(p: LifParams, membranes: MembraneParameters, context: ModelContext, synapseBytes: number) {
    const { arena, name, inhibition } = context;
    const n = p.size;
    arena.requireSpaceFor(n * (48 + synapseBytes), `${name} with ${n} neurons`);
    this.membranes = membranes;
    this.thresholds = new AdaptiveThreshold(p, membranes.threshold, membranes.vInf, arena, inhibition?.groupCount);
    this.v = arena.f64(n);
    this.vTimes = arena.f64(n);
    this.#releaseTimes = arena.f64(n);
    this.#refractoryEnds = p.refractoryPotential === 'free' ? arena.f64(n) : this.#releaseTimes;
    const draw = createInitialPotentialSampler(p, n, context);
    for (let j = 0; j < n; j++) this.v[j] = draw();
    this.membraneState = {
      v: this.v,
      since: this.vTimes,
      release: this.#releaseTimes,
      ...(p.refractoryPotential === 'free' && { refractoryEnds: this.#refractoryEnds }),
      ...this.thresholds.state,
      ...membranes.currentSteps?.state,
    };
  }

  abstract receive(j: number, weight: number, receptor: number | undefined, t: number): void;
  abstract predictSpike(j: number, t: number): number;
  /** Potential at t, mV, of a neuron with potential `begin` at `from`, without arrivals. */
  protected abstract potentialAfter(j: number, begin: number, from: number, t: number): number;
  protected abstract decaySynapticState(j: number, t: number): void;
  protected abstract clearSynapticState(j: number): void;

  get nextChange() {
    return this.membranes.nextChange;
  }

  applyChange(t: number) {
    for (let j = 0; j < this.v.length; j++) this.advanceTo(j, t);
    this.membranes.applyCurrentStep();
    this.thresholds.shiftOffsets(this.membranes.vInfDrop);
  }

  onRestore() {
    this.membranes.onRestore();
  }

  postSpikeReset(j: number, t: number) {
    const end = t + this.membranes.refractoryTime.getValue(j);
    const isFree = this.#refractoryEnds !== this.#releaseTimes;
    if (isFree) this.#refractoryEnds[j] = end;
    this.inhibit(j, t, isFree ? t : end);
  }

  inhibit(j: number, t: number, until: number) {
    this.advanceTo(j, t);
    this.v[j] = this.membranes.reset.getValue(j);
    this.vTimes[j] = t;
    this.#releaseTimes[j] = Math.max(this.#releaseTimes[j]!, until);
  }

  rest(j: number, t: number) {
    this.clearSynapticState(j);
    this.v[j] = 0;
    this.vTimes[j] = this.#releaseTimes[j] = this.#refractoryEnds[j] = t;
  }

  potential(j: number, t: number): number {
    const [since, release] = [this.vTimes[j]!, this.#releaseTimes[j]!];
    const reset = this.membranes.reset.getValue(j);
    if (t < release) return reset;
    const from = Math.max(since, release);
    const begin = release > since ? reset : this.v[j]!;
    return t === from ? begin : this.potentialAfter(j, begin, from, t);
  }

  overshoot(j: number, t: number): number {
    return this.potential(j, t) - this.thresholds.thresholdAt(j, t);
  }

  /** Earliest time of a spike, ms. */
  protected findClampEnd(neuron: number, t: number): number {
    return Math.max(t, this.#releaseTimes[neuron]!, this.#refractoryEnds[neuron]!);
  }

  protected advanceTo(j: number, t: number) {
    if (t <= this.vTimes[j]!) return;
    this.v[j] = this.potential(j, t);
    this.decaySynapticState(j, t);
    this.vTimes[j] = t;
  }
}
