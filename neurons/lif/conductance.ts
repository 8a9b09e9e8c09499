import type { ModelContext } from '../../core/factories.ts';
import { type Edges, getRowEnd, getRowStart } from '../../core/graph/edges.ts';
import type { NeuronHooks, Quantity } from '../../core/hooks.ts';
import type { Kernels } from '../../core/kernels/kernels.ts';
import type { RecurrentRecord } from '../../core/kernels/records.ts';
import type { NeuronModel } from '../../core/model.ts';
import { TICK } from '../../core/time.ts';
import { AdaptiveThreshold } from '../parts/adaptiveThreshold.ts';
import { createInitialPotentialSampler } from '../parts/params.ts';
import { RefractoryQueue } from '../parts/refractoryQueue.ts';
import { INHIBITORY_RECEPTOR_INDEX, refuseNegativeWeights } from './conductanceDynamics.ts';
import { ConductancePredictor } from './conductancePredictor.ts';
import type { MembraneParameters } from './membraneParameters.ts';
import { OneTauConductances } from './oneTauConductances.ts';
import type { LifParams } from './params.ts';
import { TwoTauConductances } from './twoTauConductances.ts';

/** Maximum number of refractory neurons whose release is examined to find the time of the next event. */
const MAX_RELEASE_LOOKAHEAD = 4;

/**
 * LIF population with exponential conductances of one or two time constants: tau dV/dt = -V + R I + ge (Ee - V) + gi (Ei - V), ge and gi in
 * leak conductances. tau, capacitance and constant current are common to all neurons; thresholds do not decay. An arrival of weight w nS
 * adds |w| to ge if w >= 0, else to gi, unless the projection selects the receptor. Refractoriness clamps V, not the conductances.
 */
export class LifConductance implements NeuronModel {
  readonly receptors = ['excitatory', 'inhibitory'];
  readonly size: number;
  readonly fired;
  firedCount = 0;
  readonly thresholds;
  readonly state;
  readonly #name;
  readonly #vInf;
  readonly #membranes;
  readonly #conductances: OneTauConductances | TwoTauConductances;
  readonly #queue;
  readonly #inhibitedUntil;
  readonly #predictor;
  readonly quantities: Readonly<Record<string, Quantity>> = {
    excitatoryConductance: { unit: 'nS', owner: 'neuron', read: (j, t) => this.#conductances.conductance(j, t, 0) },
    inhibitoryConductance: { unit: 'nS', owner: 'neuron', read: (j, t) => this.#conductances.conductance(j, t, 1) },
  };
  readonly runRecurrent?: NeuronHooks['runRecurrent'];

  constructor(p: LifParams, tauSyn: LifParams['tauSyn'], membranes: MembraneParameters, context: ModelContext) {
    const { arena, name } = context;
    const n = p.size;
    arena.requireSpaceFor(n * 112, `${name} with ${n} neurons`);
    this.#name = name;
    this.size = n;
    this.fired = new Uint32Array(n);
    this.#membranes = membranes;
    this.#vInf = membranes.vInf.getValue(0);
    this.thresholds = new AdaptiveThreshold(p, membranes.threshold, membranes.vInf, arena);
    const bar = this.thresholds.offsets as Float64Array;
    this.#conductances =
      typeof tauSyn === 'number'
        ? new OneTauConductances(p, tauSyn, membranes, bar, arena)
        : new TwoTauConductances(p, tauSyn, membranes, bar, arena);
    this.#queue = new RefractoryQueue(membranes.hasRefractoriness ? n : 0, arena);
    this.#predictor = new ConductancePredictor(this.#conductances, arena);
    this.state = {
      ...this.#conductances.state,
      ...this.#predictor.state,
      ...this.#queue.state,
      ...this.thresholds.state,
    };
    this.#inhibitedUntil = context.inhibition?.until ?? Float64Array.of(-Infinity);
    const hasFixedThresholds = this.thresholds.isFixed && p.homeostasis === undefined;
    const allRefractory = membranes.refractoryTime.values.every((ms) => ms > 0);
    if (hasFixedThresholds && allRefractory)
      this.runRecurrent = this.#createRecurrentHook(arena.kernels.deliverRecurrent);
    const draw = createInitialPotentialSampler(p, n, context);
    this.#conductances.advanceTo(0);
    for (let j = 0; j < n; j++) this.#conductances.setPotential(j, draw() - this.#vInf, 0);
    this.#predictor.predictAllCrossings(0);
  }

  /** Creates `runRecurrent`: a kernel simulates the recurrent population; the caller completes ticks if it cannot. */
  #createRecurrentHook(run: Kernels['deliverRecurrent']): NeuronHooks['runRecurrent'] {
    const s = this.#conductances;
    const { refractoryTime, resetOffset } = this.#membranes;
    const own = {
      ...s.record,
      ...this.#predictor.record,
      ...this.#queue.state,
      size: this.size,
      bar: this.thresholds.offsets,
      refractory: refractoryTime.values,
      refractoryMask: refractoryTime.indexMask,
      resetOffset: resetOffset.values,
      resetMask: resetOffset.indexMask,
      candidates: s.candidates,
      values: s.candidatePotentials,
    };
    let known: RecurrentRecord | null = null;
    return (record, queues, t) => {
      if (record !== known) Object.assign(record, own);
      known = record;
      this.#advanceTo(t);
      run(record);
      const { phase, now, firstCheck, candidateCount, uncoveredQueue, uncoveredStart } = record;
      if (phase === 0) return null;
      s.advanceTo(now);
      if (firstCheck > 0) this.#predictor.predictCrossing(firstCheck - 1, now);
      if (phase === 1) return false;
      const { edges } = queues[uncoveredQueue]!;
      s.candidateCount = candidateCount;
      if (s instanceof OneTauConductances) s.deliverWithoutTable(edges, uncoveredStart);
      return true;
    };
  }

  get nextSpikeTime() {
    const { nextEventTime: next } = this.#predictor;
    return this.#queue.nextReleaseTime < next ? this.#boundNextSpike(next) : next;
  }

  /** Lower bound of the next spike time, ms: `nextSpikeTime`, or earlier if a refractory neuron may be released before. */
  #boundNextSpike(next: number): number {
    let first = next;
    for (let k = 0; k < this.#queue.length; k++) {
      const release = this.#queue.releaseTimeAt(k);
      if (release >= first) break;
      if (k === MAX_RELEASE_LOOKAHEAD) return release;
      const j = this.#queue.neuronAt(k);
      const wait = this.#conductances.boundReleaseToThresholdTime(j, this.#membranes.resetOffset.getValue(j));
      first = Math.min(first, release + Math.floor(wait / TICK) * TICK);
    }
    return first;
  }

  onCheckpointLoaded() {
    this.thresholds.onCheckpointLoaded();
    this.#conductances.onCheckpointLoaded();
    this.#queue.onCheckpointLoaded();
    this.#predictor.onCheckpointLoaded();
  }

  potential(j: number, t: number): number {
    const reset = this.#membranes.reset.getValue(j);
    if (t < this.#inhibitedUntil[0]!) return reset;
    if (!this.#conductances.isRefractory(j)) return this.#vInf + this.#conductances.potential(j, t);
    const release = this.#queue.releaseTimeOf(j);
    if (t < release) return reset;
    return this.#vInf + this.#conductances.potentialFrom(j, this.#membranes.resetOffset.getValue(j), release, t);
  }

  overshoot(j: number, t: number): number {
    return this.potential(j, t) - this.thresholds.thresholdAt(j, t);
  }

  setThreshold(j: number, t: number, mV: number) {
    this.thresholds.setThreshold(j, t, mV);
    this.#advanceTo(t);
    this.#predictor.predictCrossing(j, Math.max(t, this.#inhibitedUntil[0]!));
  }

  receiveArrival(edges: Edges, row: number, factor: number, t: number) {
    this.#advanceTo(t);
    const { receptor } = edges;
    if (receptor !== undefined) refuseNegativeWeights(edges, row, factor, this.#name, this.receptors[receptor]!);
    this.#conductances.prepareArrivals(factor, receptor === undefined ? null : receptor === INHIBITORY_RECEPTOR_INDEX);
    const end = getRowEnd(edges, row);
    // With several synapses per pair, a neuron may have more outgoing synapses than `size`, the limit of a kernel call.
    for (let from = getRowStart(edges, row); from < end; from += this.size)
      this.#conductances.receiveArrivals(edges, from, Math.min(from + this.size, end));
  }

  testThresholds(t: number) {
    const { candidates, candidatePotentials, candidateCount } = this.#conductances;
    this.#conductances.candidateCount = 0;
    for (let k = 0; k < candidateCount; k++)
      this.#predictor.predictCrossing(candidates[k]!, t, candidatePotentials[k]!);
    this.firedCount = this.#predictor.collectCrossings(t, this.fired);
  }

  collectCrossings(t: number) {
    this.#advanceTo(t);
    this.#predictor.runDueChecks(t);
    this.firedCount = this.#predictor.collectCrossings(t, this.fired);
  }

  postSpikeReset(j: number, t: number) {
    this.#advanceTo(t);
    this.thresholds.adaptToSpike(j, t);
    const hold = this.#membranes.refractoryTime.getValue(j);
    if (hold > 0) {
      this.#conductances.setRefractory(j);
      this.#queue.addNeuron(j, t + hold);
    } else {
      this.#conductances.setPotential(j, this.#membranes.resetOffset.getValue(j), t);
      this.#predictor.predictCrossing(j, t);
    }
    if (this.thresholds.gain !== 0) this.#predictor.predictAllCrossings(t); // homeostasis changes all thresholds
  }

  inhibit(t: number, until: number) {
    this.#advanceTo(t);
    this.#conductances.advanceTo(until);
    while (this.#queue.nextReleaseTime <= until) this.#queue.shift();
    for (let j = 0; j < this.size; j++)
      this.#conductances.setPotential(j, this.#membranes.resetOffset.getValue(j), until);
    for (let k = 0; k < this.#queue.length; k++) this.#conductances.setRefractory(this.#queue.neuronAt(k));
    this.#predictor.predictAllCrossings(until);
  }

  resetDynamicState(t: number) {
    this.#queue.clear();
    this.#conductances.clearNeuronStates();
    this.#conductances.advanceTo(t);
    for (let j = 0; j < this.size; j++) this.#conductances.setPotential(j, -this.#vInf, t);
    this.#predictor.predictAllCrossings(t);
  }

  #advanceTo(t: number) {
    while (this.#queue.nextReleaseTime <= t) {
      const release = this.#queue.nextReleaseTime;
      const j = this.#queue.shift();
      this.#conductances.advanceTo(release);
      const reset = this.#membranes.resetOffset.getValue(j);
      const until = release + this.#conductances.boundReleaseToThresholdTime(j, reset);
      this.#conductances.setPotential(j, reset, release);
      this.#predictor.predictReleasedNeuron(j, t, until);
    }
    this.#conductances.advanceTo(t);
  }
}
