import type { ModelContext } from '../../core/factories.ts';
import { type Edges, getRowEnd, getRowStart } from '../../core/graph/edges.ts';
import type { ArrivalBatch, ArrivalPulses, NeuronHooks, Quantity, QueuedArrivals } from '../../core/hooks.ts';
import { exp } from '../../core/math.ts';
import type { NeuronModel } from '../../core/model.ts';
import { AdaptiveThreshold } from '../parts/adaptiveThreshold.ts';
import { createInitialPotentialSampler } from '../parts/params.ts';
import { RefractoryQueue } from '../parts/refractoryQueue.ts';
import {
  CrossingPredictor,
  EXC_STATE_INDEX,
  INH_STATE_INDEX,
  REFRACTORY_MARK,
  STATE_VARIABLE_COUNT,
} from './crossingPredictor.ts';
import type { MembraneParameters } from './membraneParameters.ts';
import type { LifParams } from './params.ts';
import { Psp, StateScales } from './psp.ts';

/** Index in `#timeState` of the reference time of the scaled state, ms. */
const T0 = 0;

/**
 * LIF population with exponential currents: tau dV/dt = -V + R (I + Ie + Ii), dIe/dt = -Ie/tauSynExc, dIi/dt = -Ii/tauSynInh. An arrival of
 * weight w pA adds w to Ie if w >= 0, else to Ii. Refractoriness clamps V, not the currents. State per neuron: [M, E, I, threshold margin]
 * with V = Vinf + M e^(-t/tau) + E shapeE(t) + I shapeI(t), t since a common reference time. The state is constant between events. A
 * refractory neuron has M = -Infinity. An excitatory arrival reduces the threshold margin by its maximum effect on V until the next check;
 * see `CrossingPredictor`.
 */
export class LifExponential
  implements
    NeuronModel,
    Pick<NeuronHooks, 'receivePlastic' | 'receiveBatch' | 'idleUntil' | 'advanceTo' | 'linearNeurons'>
{
  readonly size: number;
  readonly fired;
  firedCount = 0;
  readonly quantities: Readonly<Record<string, Quantity>> = {
    excitatoryCurrent: {
      unit: 'pA',
      owner: 'neuron',
      read: (j, t) => this.#computeSynapticCurrent(j, EXC_STATE_INDEX, t),
    },
    inhibitoryCurrent: {
      unit: 'pA',
      owner: 'neuron',
      read: (j, t) => this.#computeSynapticCurrent(j, INH_STATE_INDEX, t),
    },
  };
  readonly thresholds;
  readonly linearNeurons;
  readonly state;
  readonly #membranes;
  readonly #decayRate;
  readonly #inverseCapacitance;
  readonly #maxReferenceAge;
  readonly #excPsp;
  readonly #inhPsp;
  readonly #states;
  readonly #queue;
  readonly #timeState;
  readonly #inhibitedUntil;
  readonly #predictor;
  /** True if kernels can deliver several arrivals per call: no decaying thresholds, no nearly equal time constants. */
  readonly #canBatchArrivals: boolean;
  readonly #increments;
  readonly #kernels;
  readonly #scales;

  constructor(p: LifParams, membranes: MembraneParameters, tauExc: number, tauInh: number, context: ModelContext) {
    const { arena, name } = context;
    const n = p.size;
    arena.requireSpaceFor(n * 80, `${name} with ${n} neurons`);
    this.size = n;
    this.fired = new Uint32Array(n);
    this.#increments = arena.f64(5);
    this.#kernels = arena.kernels;
    this.#membranes = membranes;
    const tau = membranes.tau.getValue(0);
    this.#decayRate = 1 / tau;
    this.#inverseCapacitance = 1 / membranes.capacitance.getValue(0);
    this.thresholds = new AdaptiveThreshold(p, membranes.threshold, membranes.vInf, arena);
    this.linearNeurons = membranes.describeLinearNeurons(p, tauExc, tauInh);
    this.#excPsp = new Psp(tauExc, tau);
    this.#inhPsp = new Psp(tauInh, tau);
    this.#maxReferenceAge = Math.min(this.#excPsp.maxTimeSinceReference, this.#inhPsp.maxTimeSinceReference);
    this.#scales = new StateScales(this.#decayRate, this.#excPsp, this.#inhPsp);
    this.#states = arena.f64(STATE_VARIABLE_COUNT * n);
    this.#queue = new RefractoryQueue(membranes.hasRefractoriness ? n : 0, arena);
    this.#timeState = arena.f64(1);
    this.#inhibitedUntil = context.inhibition?.until ?? Float64Array.of(-Infinity);
    const predictorInput = {
      states: this.#states,
      scales: this.#scales,
      thresholds: this.thresholds,
      queue: this.#queue,
      excPsp: this.#excPsp,
      inhPsp: this.#inhPsp,
      maxTimeSinceReference: this.#maxReferenceAge,
      membranes,
    };
    this.#predictor = new CrossingPredictor(predictorInput, context);
    this.#canBatchArrivals =
      this.thresholds.decayRate === 0 && !this.#excPsp.hasCloseTaus && !this.#inhPsp.hasCloseTaus;
    this.state = {
      u: this.#states,
      clock: this.#timeState,
      ...this.#predictor.state,
      ...this.#queue.state,
      ...this.thresholds.state,
      ...membranes.currentSteps?.state,
    };
    const draw = createInitialPotentialSampler(p, n, context);
    for (let j = 0; j < n; j++) this.#states[STATE_VARIABLE_COUNT * j] = draw() - membranes.vInf.getValue(j);
    this.#predictAllCrossings(0);
  }

  get nextSpikeTime() {
    return Math.min(this.#predictor.nextEventTime, this.#membranes.nextChange);
  }

  /** Latest time to which the state can be advanced without moving its reference time, ms. */
  get idleUntil() {
    return this.#timeState[T0]! + this.#maxReferenceAge;
  }

  onCheckpointLoaded() {
    this.#membranes.onCheckpointLoaded();
    this.thresholds.onCheckpointLoaded();
    this.#queue.onCheckpointLoaded();
    this.#predictor.onCheckpointLoaded();
    this.#scales.scaleTime = Number.NaN;
  }

  potential(neuron: number, t: number): number {
    const reset = this.#membranes.reset.getValue(neuron);
    const vInf = this.#membranes.vInf.getValue(neuron);
    if (t < this.#inhibitedUntil[0]!) return reset;
    const elapsed = t - this.#timeState[T0]!;
    const m = this.#states[STATE_VARIABLE_COUNT * neuron]!;
    if (m !== REFRACTORY_MARK)
      return vInf + m * exp(-elapsed * this.#decayRate) + this.#computeSynapticPotential(neuron, elapsed);
    const release = this.#queue.releaseTimeOf(neuron);
    if (t < release) return reset;
    const atRelease = reset - vInf - this.#computeSynapticPotential(neuron, release - this.#timeState[T0]!);
    return vInf + atRelease * exp((release - t) * this.#decayRate) + this.#computeSynapticPotential(neuron, elapsed);
  }

  overshoot(neuron: number, t: number): number {
    return this.potential(neuron, t) - this.thresholds.thresholdAt(neuron, t);
  }

  setThreshold(neuron: number, t: number, mV: number) {
    const from = Math.max(t, this.#inhibitedUntil[0]!);
    this.thresholds.setThreshold(neuron, t, mV);
    this.#advanceTo(from);
    this.#predictor.predictCrossing(neuron, from);
  }

  receiveArrival(edges: Edges, row: number, factor: number, t: number) {
    this.#advanceTo(t);
    const predictor = this.#predictor;
    const drive = factor * this.#inverseCapacitance; // mV/ms per pA
    this.#scales.writeArrivalIncrements(drive, predictor.checkInterval.maxRisePerDrive(t), this.#increments);
    predictor.candidateCount = this.#kernels.addCurrents(
      this.#states,
      edges,
      getRowStart(edges, row),
      getRowEnd(edges, row),
      this.#increments,
      predictor.candidates,
      predictor.candidateCount,
    );
  }

  testThresholds(t: number) {
    this.firedCount = 0;
    this.#predictor.checkCandidates(t);
  }

  receivePlastic(queue: QueuedArrivals, pulses: ArrivalPulses, from: number, to: number, until: number): number {
    const { edges, times, rows } = queue;
    const predictor = this.#predictor;
    if (!this.#canBatchArrivals || predictor.candidateCount > 0) return 0;
    const end = this.#prepareBatch(times[from]!, until);
    const r = predictor.record;
    r.devices = pulses.weightsRecord;
    r.amount = pulses.pulseAmount;
    r.columns = edges.columns;
    r.times = times;
    r.rows = rows;
    r.pre = pulses.preTraces;
    r.post = pulses.postTraces;
    const last = Math.min(to, from + pulses.weightsRecord.sums.length);
    const taken = predictor.runKernel(this.#kernels.deliverPlastic, from, last, end, this.#timeState[T0]!);
    if (predictor.candidateCount > 0) this.#advanceTo(times[from + taken - 1]!);
    return taken;
  }

  receiveBatch({ times, order, record }: ArrivalBatch, from: number, to: number, until: number): number {
    const predictor = this.#predictor;
    if (!this.#canBatchArrivals || predictor.candidateCount > 0) return from;
    const end = Math.min(this.#prepareBatch(times[order[from]!]!, until), predictor.nextNonCheckTime);
    predictor.record.batch = record;
    const taken = predictor.runKernel(this.#kernels.deliverBatch, from, to, end, this.#timeState[T0]!);
    if (predictor.candidateCount > 0) this.#advanceTo(times[order[taken - 1]!]!);
    return taken;
  }

  /** Advances neurons to t for a kernel call with many arrivals; returns the time at which the call must end, ms. */
  #prepareBatch(t: number, until: number): number {
    this.advanceTo(t);
    if (t - this.#timeState[T0]! > this.#maxReferenceAge) this.#moveReferenceTime(t);
    return Math.min(until, this.#queue.nextReleaseTime, this.#membranes.nextChange);
  }

  collectCrossings(t: number) {
    this.#advanceTo(t);
    this.firedCount = this.#predictor.collectCrossings(t, this.fired);
    if (this.#membranes.nextChange <= t) this.#applyInputCurrentStep(t);
  }

  postSpikeReset(neuron: number, t: number) {
    this.#advanceTo(t);
    const { gain } = this.thresholds;
    this.thresholds.adaptToSpike(neuron, t);
    const hold = this.#membranes.refractoryTime.getValue(neuron);
    if (hold > 0) {
      this.#states[STATE_VARIABLE_COUNT * neuron] = REFRACTORY_MARK;
      this.#queue.addNeuron(neuron, t + hold);
    } else {
      this.#resetNeuron(neuron, t);
    }
    if (gain !== 0)
      this.#predictAllCrossings(t); // homeostasis changes all thresholds
    else if (hold > 0) this.#predictor.predictRefractoryNeuron(neuron, t, t + hold);
    else this.#predictor.predictCrossing(neuron, t);
  }

  inhibit(t: number, until: number) {
    this.#advanceTo(t);
    this.#moveReferenceTime(until);
    while (this.#queue.nextReleaseTime <= until) this.#queue.shift();
    for (let j = 0; j < this.size; j++) this.#resetNeuron(j, until);
    for (let k = 0; k < this.#queue.length; k++)
      this.#states[STATE_VARIABLE_COUNT * this.#queue.neuronAt(k)] = REFRACTORY_MARK;
    this.#predictAllCrossings(until);
  }

  resetDynamicState(t: number) {
    this.#advanceTo(t);
    this.#moveReferenceTime(t);
    this.#states.fill(0);
    for (let j = 0; j < this.size; j++) this.#states[STATE_VARIABLE_COUNT * j] = -this.#membranes.vInf.getValue(j);
    this.#queue.clear();
    this.#predictAllCrossings(t);
  }

  #applyInputCurrentStep(t: number) {
    const from = Math.max(t, this.#inhibitedUntil[0]!);
    this.#advanceTo(from);
    this.#membranes.applyCurrentStep();
    const { vInfDrop } = this.#membranes;
    for (let j = 0; j < this.size; j++)
      this.#states[STATE_VARIABLE_COUNT * j]! += vInfDrop.getValue(j) * this.#scales.scaleM;
    this.thresholds.shiftOffsets(vInfDrop);
    this.#predictor.predictAllCrossings(from);
  }

  #advanceTo(t: number) {
    this.advanceTo(t);
    if (t === this.#scales.scaleTime) return;
    if (t - this.#timeState[T0]! > this.#maxReferenceAge) this.#moveReferenceTime(t);
    this.#scales.computeScales(t, t - this.#timeState[T0]!);
  }

  advanceTo(t: number) {
    while (this.#queue.nextReleaseTime <= t) {
      const release = this.#queue.nextReleaseTime;
      this.#resetNeuron(this.#queue.shift(), release);
    }
  }

  #moveReferenceTime(t: number) {
    const u = this.#states;
    const elapsed = t - this.#timeState[T0]!;
    const m = exp(-elapsed * this.#decayRate);
    const e = exp(-elapsed * this.#excPsp.decayRate);
    const i = exp(-elapsed * this.#inhPsp.decayRate);
    const fromE = this.#excPsp.scaledResponse(elapsed, m, e) - this.#excPsp.scaledResponse(0, 1, 1) * e;
    const fromI = this.#inhPsp.scaledResponse(elapsed, m, i) - this.#inhPsp.scaledResponse(0, 1, 1) * i;
    for (let o = 0; o < u.length; o += STATE_VARIABLE_COUNT) {
      if (u[o] !== REFRACTORY_MARK)
        u[o] = u[o]! * m + u[o + EXC_STATE_INDEX]! * fromE + u[o + INH_STATE_INDEX]! * fromI;
      u[o + EXC_STATE_INDEX]! *= e;
      u[o + INH_STATE_INDEX]! *= i;
    }
    this.#timeState[T0] = t;
    this.#scales.scaleTime = Number.NaN;
    this.thresholds.moveReferenceTime(t);
  }

  #resetNeuron(neuron: number, t: number) {
    if (t - this.#timeState[T0]! > this.#maxReferenceAge) this.#moveReferenceTime(t);
    const elapsed = t - this.#timeState[T0]!;
    const v = this.#membranes.resetOffset.getValue(neuron) - this.#computeSynapticPotential(neuron, elapsed);
    this.#states[STATE_VARIABLE_COUNT * neuron] = v * exp(elapsed * this.#decayRate);
  }

  #computeSynapticCurrent(neuron: number, field: number, t: number): number {
    const { decayRate } = field === EXC_STATE_INDEX ? this.#excPsp : this.#inhPsp;
    const drive = this.#states[STATE_VARIABLE_COUNT * neuron + field]! * exp((this.#timeState[T0]! - t) * decayRate);
    return drive / this.#inverseCapacitance;
  }

  #computeSynapticPotential(neuron: number, elapsed: number): number {
    const o = STATE_VARIABLE_COUNT * neuron;
    const m = exp(-elapsed * this.#decayRate);
    const e = exp(-elapsed * this.#excPsp.decayRate);
    const i = exp(-elapsed * this.#inhPsp.decayRate);
    return (
      this.#states[o + EXC_STATE_INDEX]! * this.#excPsp.scaledResponse(elapsed, m, e) +
      this.#states[o + INH_STATE_INDEX]! * this.#inhPsp.scaledResponse(elapsed, m, i)
    );
  }

  #predictAllCrossings(t: number) {
    this.#advanceTo(t);
    this.#predictor.predictAllCrossings(t);
  }
}
