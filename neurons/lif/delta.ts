import { UserError } from '../../core/declare/errors.ts';
import type { ModelContext } from '../../core/factories.ts';
import type { Edges } from '../../core/graph/edges.ts';
import type { NeuronHooks, QueuedArrivals } from '../../core/hooks.ts';
import type { DeltaSynapseState } from '../../core/kernels/kernelInputs.ts';
import { selectRounding } from '../../core/kernels/scalarRows.ts';
import type { NeuronModel } from '../../core/model.ts';
import { AdaptiveThreshold, createThresholdNoise, type ThresholdNoise } from '../parts/adaptiveThreshold.ts';
import { IndexedHeap } from '../parts/indexedHeap.ts';
import { createInitialPotentialSampler } from '../parts/params.ts';
import { InhibitedGroupQueue } from '../parts/refractoryQueue.ts';
import { createDeltaCrossingPredictor, type DeltaCrossingPredictor } from './deltaCrossingPredictor.ts';
import {
  addScaledRowWeights,
  copySpikingNeurons,
  DeltaRowDelivery,
  sortUniqueNeurons,
  testRowThresholds,
  UntestedRows,
} from './deltaRowDelivery.ts';
import { MembraneParameters } from './membraneParameters.ts';
import type { LifParams } from './params.ts';
import { PotentialScales, RefractoryState } from './scaledPotentials.ts';
import { createWtaGroupDelivery } from './wtaGroupDelivery.ts';

/**
 * LIF population with delta synapses: an arrival of weight w makes V jump by w mV. The stored state is the scaled potential u = (V - Vinf)
 * s with s = e^((t - t0)/tau), which is constant between events. An arrival adds w s to u; the threshold test is u >= (theta - Vinf) s.
 * Kernels require a common tau; all other parameters may differ per neuron. Crossings without an arrival (constant current, decaying or
 * lowered threshold) are predicted by `DeltaCrossingPredictor`.
 */
export class LifDelta implements NeuronModel, Partial<NeuronHooks> {
  readonly size: number;
  readonly fired;
  firedCount = 0;
  readonly thresholds;
  readonly thresholdNoise: ThresholdNoise | null;
  readonly supportsEdgeBlocks: boolean;
  readonly state;
  readonly #membranes;
  readonly #scales;
  readonly #scaledV;
  readonly #testInput;
  readonly #refractory;
  readonly #heap;
  readonly #predictor: DeltaCrossingPredictor | null;
  readonly #rows;
  readonly #spikingNeurons;
  /** Delivers several arrivals per call to a population of competing groups; null for other populations. */
  readonly #groupDelivery: NeuronHooks['receivePastSpikes'] | null;
  readonly #delta;
  readonly #untestedRows = new UntestedRows();
  /** Winner-take-all groups; the scaled potential of inhibited neurons is -Infinity, as of refractory neurons. */
  readonly #groups;

  constructor(p: LifParams, context: ModelContext) {
    const { arena, name } = context;
    const groups = context.inhibition?.groupCount ?? 1;
    const n = (this.size = p.size);
    if (groups > 1 && p.refractoryPotential === 'free')
      throw new UserError(
        `${name}.refractoryPotential must be "clamp" with winner-take-all groups and synapse "delta" (got "free").`,
      );
    arena.requireSpaceFor(n * 40, `${name} with ${n} neurons`);
    this.fired = new Uint32Array(n + 1);
    const toPotential = (pA: number, tau: number, capacitance: number) => (pA * tau) / capacitance;
    const membranes = (this.#membranes = new MembraneParameters(p, context, toPotential));
    const scales = (this.#scales = new PotentialScales(membranes.tau, arena));
    this.#spikingNeurons = arena.u32(n + 1);
    this.#groups = new InhibitedGroupQueue(n, groups, arena);
    this.thresholds = new AdaptiveThreshold(p, membranes.threshold, membranes.vInf, arena, groups);
    const { sd = 0 } = p.thresholdNoise ?? {};
    this.thresholdNoise = sd > 0 ? createThresholdNoise(sd, membranes.resetOffset, this.thresholds, context) : null;
    const lowersThresholds = p.homeostasis !== undefined && context.inhibition === undefined;
    const predicts = membranes.canFireWithoutInput(p) || this.thresholds.decayRate > 0 || lowersThresholds;
    this.#scaledV = arena.floats(p.precision, n);
    const scaled = {
      scaledV: this.#scaledV,
      thresholds: this.thresholds,
      precision: p.precision,
      scales,
      membranes,
    };
    const refractory = (this.#refractory = new RefractoryState(scaled, p, arena));
    const { canStoreInput } = refractory;
    this.supportsEdgeBlocks = !predicts && !canStoreInput && scales.hasCommonTau;
    this.#heap = new IndexedHeap(predicts || canStoreInput ? n : 0, arena);
    this.state = {
      u: this.#scaledV,
      clock: scales.timeState,
      predicted: this.#heap.times,
      ...refractory.state,
      ...this.thresholds.state,
      ...this.thresholdNoise?.state,
      ...(groups > 1 && this.#groups.state),
      ...membranes.currentSteps?.state,
    };
    this.#delta = refractory.createDeltaState(arena.u8(n), this.#spikingNeurons);
    this.#rows = new DeltaRowDelivery(this.#delta, this.#groups, arena);
    const advanceTo = (t: number) => this.#advanceTo(t);
    this.#groupDelivery =
      this.supportsEdgeBlocks && groups > 1
        ? createWtaGroupDelivery(scaled, this.#rows, this.#groups, this.#spikingNeurons, advanceTo, arena)
        : null;
    const draw = createInitialPotentialSampler(p, n, context);
    for (let j = 0; j < n; j++) this.#scaledV[j] = draw() - membranes.vInf.getValue(j);
    const potential = (neuron: number, t: number) => this.potential(neuron, t);
    this.#predictor = predicts
      ? createDeltaCrossingPredictor(scaled, refractory, this.#groups, this.#heap, potential)
      : null;
    this.#testInput = { ...scaled, refractory, predictor: this.#predictor };
    this.#predictor?.predictAll(0);
  }

  get nextSpikeTime() {
    const { canStoreInput, queue } = this.#refractory;
    return Math.min(this.#heap.nextTime, canStoreInput ? queue.nextReleaseTime : Infinity, this.#membranes.nextChange);
  }

  onCheckpointLoaded() {
    this.#membranes.onCheckpointLoaded();
    this.#scales.onCheckpointLoaded();
    this.thresholds.onCheckpointLoaded();
    this.#groups.onCheckpointLoaded();
    this.#refractory.onCheckpointLoaded();
    this.#heap.rebuildHeap();
  }

  potential(neuron: number, t: number): number {
    const reset = this.#membranes.reset.getValue(neuron);
    if (t < this.#scales.inhibitedUntil) return reset;
    const isClamped = this.#refractory.isClamped(neuron);
    const release = isClamped ? this.#groups.releaseTimeOf(neuron, this.#refractory.queue) : -Infinity;
    if (t < release) return reset;
    const u = this.#scaledV[neuron]!;
    const vInf = this.#membranes.vInf.getValue(neuron);
    if (u !== -Infinity) return vInf + u * this.#scales.decayFactorTo(neuron, t);
    return vInf + (reset - vInf) * this.#scales.decayFactorOver(neuron, t - release);
  }

  overshoot(neuron: number, t: number): number {
    return this.potential(neuron, t) - this.thresholds.thresholdAt(neuron, t);
  }

  setThreshold(neuron: number, t: number, mV: number) {
    const highest = this.#membranes.findMaxSteadyPotential(neuron);
    if (this.#predictor === null && mV <= highest)
      throw new UserError(
        `The threshold of neuron ${neuron} is ${mV} mV, but must be > ${highest} mV, the potential that the constant current alone reaches.`,
      );
    (this.thresholdNoise ?? this.thresholds).setThreshold(neuron, t, mV);
    this.#refractory.updateActiveThresholds();
    this.#predictor?.predictNeuron(neuron, t);
  }

  receiveArrival(edges: Edges, row: number, factor: number, t: number) {
    this.#advanceTo(t);
    if (this.#scales.hasCommonTau) this.#rows.addRowWeights(edges, row, factor * this.#scales.scaleAt(0, t));
    else addScaledRowWeights(this.#scaledV, edges, row, factor, this.#scales, t);
    this.#untestedRows.addRow(edges, row);
  }

  testThresholds(t: number) {
    this.firedCount = 0;
    const { count, hasDenseRow: hasDense, edges, rows } = this.#untestedRows;
    if (count > 0 && this.#predictor === null && this.#scales.hasCommonTau) {
      this.#advanceTo(t);
      const scale = this.#scales.scaleAt(0, t);
      if (hasDense) this.#testAllNeurons(t);
      else this.firedCount = this.#untestedRows.collectSpikes(this.#rows, this.#delta, scale, this.fired);
    } else {
      for (let i = 0; i < count; i++) {
        this.#advanceTo(t);
        this.firedCount = testRowThresholds(this.#testInput, edges[i]!, rows[i]!, t, this.fired, this.firedCount);
        if (edges[i]!.targets === null) break; // the test of a dense row includes all neurons
      }
      if (count > 1) this.firedCount = sortUniqueNeurons(this.fired, this.firedCount);
    }
    this.#untestedRows.clearRows();
  }

  receiveUntilSpike(queue: QueuedArrivals, from: number, to: number): number {
    const { edges, times } = queue;
    const isDenseOfOneWeight = edges.targets === null && edges.weights === null;
    if (this.#predictor !== null || !this.#scales.hasCommonTau || !edges.hasDistinctTargets || isDenseOfOneWeight)
      return 0;
    this.firedCount = 0;
    for (let k = from; k < to; ) {
      this.#advanceTo(times[k]!);
      const until = Math.min(
        this.#refractory.queue.nextReleaseTime,
        this.#groups.nextReleaseTime,
        this.#scales.t0 + this.#scales.maxTimeSinceReference,
      );
      const taken = this.#rows.deliverUntilSpike(queue, k, to, until);
      k += Math.abs(taken);
      if (taken >= 0) continue;
      if (edges.targets === null) this.#testAllNeurons(times[k - 1]!);
      else this.firedCount = copySpikingNeurons(this.#spikingNeurons, this.fired);
      return k - from;
    }
    return to - from;
  }

  receivePastSpikes(...arrivals: Parameters<NeuronHooks['receivePastSpikes']>): number {
    return this.#groupDelivery !== null && this.thresholdNoise === null ? this.#groupDelivery(...arrivals) : 0;
  }

  getDeltaState(t: number): DeltaSynapseState | null {
    const isPlain = this.#predictor === null && this.#scales.hasCommonTau && this.thresholdNoise === null;
    if (!isPlain || !this.thresholds.isFixed) return null;
    this.#advanceTo(t);
    this.#delta.validUntil = Math.min(this.#scales.t0 + this.#scales.maxTimeSinceReference, this.#membranes.nextChange);
    return this.#delta;
  }

  collectCrossings(t: number) {
    this.firedCount = 0;
    if (this.#refractory.canStoreInput && this.#predictor === null) this.#releaseAndTestNeurons(t);
    this.#advanceTo(t);
    while (this.#heap.nextTime <= t) {
      const neuron = this.#heap.firstIndex;
      this.#heap.setTime(neuron, Infinity);
      this.fired[this.firedCount++] = neuron;
    }
    this.fired.subarray(0, this.firedCount).sort();
    if (this.#membranes.nextChange <= t) this.#applyInputCurrentStep(t);
  }

  postSpikeReset(neuron: number, t: number) {
    this.#advanceTo(t);
    (this.thresholdNoise ?? this.thresholds).adaptToSpike(neuron, t);
    const hold = this.#membranes.refractoryTime.getValue(neuron);
    if (hold > 0) {
      this.#refractory.clampNeuron(neuron, t, t + hold);
      this.#refractory.queue.addNeuron(neuron, t + hold);
      this.#predictor?.predictFromRelease(neuron, t + hold);
    } else {
      this.#scaledV[neuron] = this.#membranes.resetOffset.getValue(neuron) * this.#scales.scaleAt(neuron, t);
      this.#predictor?.predictFromPotential(neuron, t);
    }
    if (this.thresholds.minThreshold === -Infinity) return;
    this.#refractory.updateActiveThresholds(); // homeostasis changes all thresholds
    this.#predictor?.predictAll(t);
  }

  inhibit(t: number, until: number) {
    this.#advanceTo(t);
    this.thresholdNoise?.redrawAll();
    this.#setReferenceTime(until);
    this.#scales.inhibitedUntil = until;
    while (this.#refractory.queue.nextReleaseTime <= until) this.#refractory.queue.shift();
    this.#refractory.updateActiveThresholds();
    this.#resetNeurons(0, this.size, until);
    this.#predictor?.predictAll(until);
  }

  inhibitGroup(group: number, t: number, until: number) {
    this.#advanceTo(t);
    const { groupSize } = this.#groups;
    const [from, to] = [group * groupSize, (group + 1) * groupSize];
    this.thresholdNoise?.redraw(from, to);
    this.#groups.inhibit(group, until, t);
    if (until <= t) this.#resetNeurons(from, to, t);
    else for (let j = from; j < to; j++) this.#scaledV[j] = -Infinity; // a loop, because `fill` is slow for small groups
    if (this.#predictor !== null) for (let j = from; j < to; j++) this.#predictor.predictNeuron(j, t);
  }

  resetDynamicState(t: number) {
    this.#groups.clear();
    this.#setReferenceTime(t);
    this.thresholdNoise?.redrawAll();
    if (this.#membranes.vInf.isShared) this.#scaledV.fill(-this.#membranes.vInf.getValue(0));
    else for (let j = 0; j < this.size; j++) this.#scaledV[j] = -this.#membranes.vInf.getValue(j);
    this.#refractory.queue.clear();
    this.#refractory.updateActiveThresholds();
    this.#scales.inhibitedUntil = -Infinity;
    this.#untestedRows.clearRows();
    this.#predictor?.predictAll(t);
  }

  #applyInputCurrentStep(t: number) {
    this.#advanceTo(t);
    this.#membranes.applyCurrentStep();
    const { vInfDrop } = this.#membranes;
    const from = Math.max(t, this.#scales.inhibitedUntil);
    for (let j = 0; j < this.size; j++)
      if (!this.#refractory.isClamped(j))
        this.#scaledV[j]! += vInfDrop.getValue(j) * this.#scales.exactScaleAt(j, from);
    this.#refractory.applyCurrentChange();
    (this.thresholdNoise ?? this.thresholds).shiftOffsets(vInfDrop);
    this.#refractory.updateActiveThresholds();
    this.#predictor?.predictAll(from);
  }

  /** Releases refractory neurons and inhibited groups due by t, in time order. */
  #advanceTo(t: number) {
    while (Math.min(this.#refractory.queue.nextReleaseTime, this.#groups.nextReleaseTime) <= t)
      if (this.#refractory.queue.nextReleaseTime <= this.#groups.nextReleaseTime) this.#releaseNextNeuron();
      else this.#releaseNextGroup();
    this.#scales.keepScaleInRange(this.#scaledV, this.thresholds, t);
  }

  #releaseNextNeuron(): number {
    const release = this.#refractory.queue.nextReleaseTime;
    this.#scales.keepScaleInRange(this.#scaledV, this.thresholds, release);
    const neuron = this.#refractory.releaseNextNeuron();
    if (this.#groups.inhibitedUntilOf(neuron) > release) this.#scaledV[neuron] = -Infinity; // released with its inhibited group
    return neuron;
  }

  #releaseNextGroup() {
    const t = this.#groups.nextReleaseTime;
    this.#scales.keepScaleInRange(this.#scaledV, this.thresholds, t);
    this.#resetNeurons(...this.#groups.releaseNextGroup(), t);
  }

  #resetNeurons(from: number, to: number, t: number) {
    const { resetOffset } = this.#membranes;
    if (resetOffset.isShared && this.#scales.hasCommonTau)
      this.#scaledV.fill(resetOffset.getValue(0) * this.#scales.exactScaleAt(0, t), from, to);
    else for (let j = from; j < to; j++) this.#scaledV[j] = resetOffset.getValue(j) * this.#scales.exactScaleAt(j, t);
    this.#refractory.clampRefractoryNeurons(from, to, t);
  }

  /** Releases the refractory neurons due at t; appends those raised to threshold by stored input to `fired`. */
  #releaseAndTestNeurons(t: number) {
    const { queue, activeThresholds } = this.#refractory;
    const round = selectRounding(this.#scaledV);
    while (queue.nextReleaseTime <= t) {
      const neuron = this.#releaseNextNeuron();
      if (this.#scaledV[neuron]! >= round(activeThresholds[neuron]! * round(this.#scales.scaleAt(neuron, t))))
        this.fired[this.firedCount++] = neuron;
    }
  }

  #setReferenceTime(t: number) {
    this.#scales.t0 = t;
    this.thresholds.moveReferenceTime(t);
  }

  #testAllNeurons(t: number) {
    const count = this.#rows.scanThresholds(this.#scales.scaleAt(0, t), this.#spikingNeurons);
    for (let i = 0; i < count; i++) this.fired[i] = this.#spikingNeurons[i]!;
    this.firedCount = count;
  }
}
