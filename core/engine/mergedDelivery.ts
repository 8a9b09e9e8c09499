import type { Population, Stimulus } from '../graph/population.ts';
import type { ArrivalQueue, Projection } from '../graph/projection.ts';
import type { NeuronHooks, StimulusHooks } from '../hooks.ts';
import type { DeltaSynapseState } from '../kernels/kernelInputs.ts';
import { allocateRecords, MergedRecord, SpikeQueueRecord } from '../kernels/records.ts';
import type { NeuronModel, StimulusModel } from '../model.ts';
import { TICK } from '../time.ts';
import {
  canBatch,
  computeMaxArrivals,
  findModelWithoutWta,
  MAX_SPIKES_PER_CALL,
  MAX_SYNAPTIC_EVENTS_PER_CALL,
  readDevices,
  recordDeliveries,
} from './batching.ts';
import type { EngineState, NetworkEventSource } from './engineState.ts';
import { type ExternalSource, findExternalSources } from './lookahead.ts';
import type { DeliveryStrategy, PopulationEventSource, TargetState } from './targetState.ts';

/** Mask of the neuron index into a parameter array with one value per neuron; a mask of 0 selects the shared value. */
const PER_NEURON_MASK = 0xffffffff;

/**
 * Finds the stimulus of a queue if the kernel can draw its spikes, otherwise returns null. Conditions: all spikes of the
 * stimulus go to this queue, without delay, and no rule, device or recorder depends on them.
 */
function findDirectSource({ projection }: ArrivalQueue): (Stimulus & { model: StimulusHooks }) | null {
  const { source, queues, delays, edges, sources, rule, devices } = projection;
  if (source.kind === 'neurons' || source.outgoing.length !== 1 || source.drivesRules || source.recorder !== null)
    return null;
  const isUndelayed = queues.length === 1 && delays[0] === 0 && sources.hasAllNeurons && edges.isOneToOne;
  if (!isUndelayed || !source.hasFullBlocks || rule !== null || devices !== null) return null;
  const model: StimulusModel & Partial<StimulusHooks> = source.model;
  return model.poissonSource === undefined ? null : (source as Stimulus & { model: StimulusHooks });
}

const isMergeable = (p: Projection): boolean =>
  p.edges.targets !== null && p.edges.hasDistinctTargets && canBatch(p) && p.devices?.hasSteadyWeights !== false;

/**
 * Merged delivery: one kernel call delivers all queues of a population up to the horizon, the time of the next event of
 * another source. The call continues after spikes until a spike can affect another part of the network. The kernel also draws
 * the spikes of stimuli that reach this population only. Other populations may lag behind; the clock stays at their
 * earliest event.
 */
export class MergedDelivery implements DeliveryStrategy {
  readonly #target: TargetState;
  readonly #engine: EngineState;
  readonly #model: NeuronModel & NeuronHooks;
  readonly #queues: ArrivalQueue[] = [];
  /** Event sources of other populations that can reach this population; recomputed if `#sources` changes. */
  #externalSources: readonly ExternalSource[] = [];
  #sources: readonly NetworkEventSource[] | null = null;
  #spikeTimes = new Float64Array(0);
  #spikeNeurons = new Uint32Array(0);
  #record: MergedRecord | null = null;
  #queueRecords: SpikeQueueRecord[] = [];

  constructor(target: TargetState, engine: EngineState) {
    this.#target = target;
    this.#engine = engine;
    this.#model = target.population.model as NeuronModel & NeuronHooks;
  }

  static supports(population: Population): boolean {
    return findModelWithoutWta(population)?.getDeltaState !== undefined;
  }

  processEvents({ kind, next }: PopulationEventSource, until: number): number {
    const { incoming, population } = this.#target;
    const { sources, spikeCollector, scheduler, spikeCountdown } = this.#engine;
    if (kind !== 'arrivals' || spikeCountdown.isActive || !incoming.every(isMergeable)) return -1;
    if (this.#sources !== sources) this.#externalSources = findExternalSources(population, this.#engine);
    this.#sources = sources;
    const reach = this.#target.outputDelay;
    let horizon = until;
    for (const { source, minDelay } of this.#externalSources) {
      if (source.kind === 'stimulus' && this.#isDrawnInKernel(source)) continue;
      horizon = Math.min(horizon, (source.queueProxy ?? source).next + (reach > 0 ? minDelay : 0));
    }
    if (horizon <= next) return -1;
    horizon = Math.min(horizon, Math.max(this.#limitHorizon(next), next + TICK));
    const state = this.#model.getDeltaState(next);
    if (state === null || this.#callKernel(state, horizon, reach) === 0) return -1;
    for (const { source, queues } of incoming) {
      for (const queue of queues) scheduler.update(queue);
      if (source.kind === 'stimulus') scheduler.update(source);
    }
    const { spikeCount, lastTime } = this.#record!;
    for (let k = 0; k < spikeCount; k++) spikeCollector.add(this.#spikeNeurons[k]!, this.#spikeTimes[k]!);
    this.#engine.reachedTime = Math.max(this.#engine.reachedTime, lastTime);
    return reach === 0 ? lastTime : next;
  }

  /** Latest horizon, ms, for which a kernel call that starts at `next` stays below the maximum of synaptic events. */
  #limitHorizon(next: number): number {
    let bound = Infinity;
    let eventsPerMs = 0;
    for (const { edges, queues } of this.#target.incoming) {
      const limit = computeMaxArrivals(edges);
      for (const { head, tail, times } of queues)
        if (tail - head > limit) bound = Math.min(bound, times[head + limit]!);
      const stimulus = findDirectSource(queues[0]!);
      if (stimulus) eventsPerMs += edges.count / edges.rows / stimulus.model.poissonSource.meanGap;
    }
    return Math.min(bound, next + MAX_SYNAPTIC_EVENTS_PER_CALL / eventsPerMs);
  }

  #isDrawnInKernel({ id }: Stimulus): boolean {
    const only = this.#engine.targetStates[id]!.outgoing[0];
    return only?.target === this.#target.population && findDirectSource(only.queues[0]!) !== null;
  }

  #callKernel(state: DeltaSynapseState, horizon: number, reach: number): number {
    const { arena } = this.#engine;
    const queues = this.#queues;
    queues.length = 0;
    for (const projection of this.#target.incoming) queues.push(...projection.queues);
    if (queues.length > this.#queueRecords.length) {
      const { size } = this.#target.population;
      this.#spikeTimes = arena.f64(MAX_SPIKES_PER_CALL + size);
      this.#spikeNeurons = arena.u32(MAX_SPIKES_PER_CALL + size);
      [this.#record] = allocateRecords(arena, MergedRecord, 1) as [MergedRecord];
      this.#queueRecords = allocateRecords(arena, SpikeQueueRecord, 2 * queues.length);
      this.#fillMergedRecord(this.#record, state);
    }
    const record = this.#record!;
    record.minThreshold = state.thresholds.minOffset;
    record.t0 = state.potentialScale.t0;
    record.horizon = Math.min(horizon, state.validUntil);
    record.lookahead = reach;
    record.queueCount = queues.length;
    for (let l = 0; l < queues.length; l++) describeQueue(queues[l]!, this.#queueRecords[l]!);
    arena.kernels.deliverMerged(record);
    let delivered = 0;
    for (let l = 0; l < queues.length; l++) delivered += recordQueue(queues[l]!, this.#queueRecords[l]!);
    return delivered;
  }

  #fillMergedRecord(record: MergedRecord, state: DeltaSynapseState) {
    const { potentials, potentialScale, refractoryPeriods, resetOffsets } = state;
    const { keepsPotential, isFree, releaseTimes, releaseNeurons, releaseRing } = state;
    Object.assign(record, {
      u: potentials,
      bar: state.activeThresholds,
      marks: state.isListed,
      hits: state.neuronsAtThreshold,
      queues: this.#queueRecords[0],
      isSingle: potentials.BYTES_PER_ELEMENT === 4,
      hasWideTargets: this.#queues[0]!.projection.edges.targets!.BYTES_PER_ELEMENT === 4,
      keepsPotential,
      isFree,
      thresholds: state.thresholds.offsets,
      rate: potentialScale.maxDecayRate,
      cells: potentialScale.cellsPerMs,
      refractory: refractoryPeriods,
      refractoryMask: refractoryPeriods.length === 1 ? 0 : PER_NEURON_MASK,
      resetOffset: resetOffsets,
      resetMask: resetOffsets.length === 1 ? 0 : PER_NEURON_MASK,
      releaseTimes,
      releaseNeurons,
      releaseRing,
      ringSize: releaseTimes.length,
      spikeTimes: this.#spikeTimes,
      spikeNeurons: this.#spikeNeurons,
      spikeCapacity: MAX_SPIKES_PER_CALL,
    });
  }
}

function describeQueue(queue: ArrivalQueue, r: SpikeQueueRecord) {
  const { starts, targets, weights, weight, isOneToOne: identity } = queue.projection.edges;
  r.times = queue.times;
  r.rows = queue.rows;
  r.head = queue.head;
  r.tail = queue.tail;
  r.starts = starts;
  r.targets = targets;
  r.weights = weights;
  r.weight = weight;
  r.isOneToOne = identity ? 1 : 0;
  r.blockCount = r.drawnCount = r.takenCount = 0;
  const stimulus = findDirectSource(queue);
  r.stimulus = stimulus?.model.poissonSource;
  if (stimulus === null) return;
  const { times, neurons } = stimulus.block;
  r.blockTimes = times;
  r.blockNeurons = neurons;
  r.capacity = times.length;
}

/** Updates a queue, its devices and counters after a kernel call. Returns the number of delivered arrivals. */
function recordQueue(queue: ArrivalQueue, { takenCount, blockCount, drawnCount, head }: SpikeQueueRecord): number {
  readDevices(queue, queue.head, queue.head + takenCount);
  recordDeliveries(queue, takenCount, 0);
  if (blockCount !== 0) {
    const stimulus = queue.projection.source as Stimulus;
    stimulus.countDrawnSpikes(drawnCount, blockCount, head);
    queue.readFromBlock(stimulus.block, head);
  }
  return takenCount;
}
