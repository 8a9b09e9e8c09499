import { findMaxRowLength } from '../graph/edges.ts';
import type { Neurons, Population } from '../graph/population.ts';
import type { ArrivalQueue, Projection } from '../graph/projection.ts';
import type { NeuronHooks } from '../hooks.ts';
import { allocateRecords, EdgesRecord, RecurrentQueueRecord, RecurrentRecord } from '../kernels/records.ts';
import type { NeuronModel } from '../model.ts';
import { TICK } from '../time.ts';
import {
  canBatch,
  fillEdgesRecord,
  findModelWithoutWta,
  MAX_SPIKES_PER_CALL,
  MAX_SYNAPTIC_EVENTS_PER_CALL,
} from './batching.ts';
import type { EngineState, NetworkEventSource } from './engineState.ts';
import { Lookahead } from './lookahead.ts';
import { deliverQueueAt } from './referenceDelivery.ts';
import type { DeliveryStrategy, PopulationEventSource, TargetState } from './targetState.ts';

/** Maximum number of spike queues of the strategy: the kernel checks every queue at each tick. */
const MAX_QUEUES = 16;

/** True if the kernel can deliver the arrivals of a projection and, if the projection is recurrent, enqueue its spikes. */
const isSupported = (p: Projection): boolean =>
  p.rule === null &&
  p.recorder === null &&
  p.devices === null &&
  !p.isModulatory &&
  canBatch(p) &&
  (p.source !== p.target || p.sources.firstNeuron !== null) &&
  (p.edges.receptor === undefined || p.edges.minWeight === 0);

/**
 * Recurrent delivery: one kernel call delivers arrivals to a recurrent population and enqueues the spikes that they
 * cause. A call ends at the lookahead horizon, before another source can reach the population.
 */
export class RecurrentDelivery implements DeliveryStrategy {
  readonly #state: TargetState;
  readonly #engine: EngineState;
  readonly #population: Neurons<NeuronModel & NeuronHooks>;
  readonly #record: RecurrentRecord;
  readonly #spikeTimes: Float64Array;
  readonly #spikeNeurons: Uint32Array;
  #queues: readonly ArrivalQueue[] = [];
  #queueRecords: readonly RecurrentQueueRecord[] = [];
  #sources: readonly NetworkEventSource[] | null = null;
  #lookahead: Lookahead | null = null;
  /** True if each row has at most as many synapses as the population has neurons: the kernel's buffers hold no more. */
  #hasShortRows = false;
  #isActive = false;

  constructor(state: TargetState, engine: EngineState) {
    const { arena } = engine;
    const target = state.population as Neurons<NeuronModel & NeuronHooks>;
    this.#state = state;
    this.#engine = engine;
    this.#population = target;
    this.#spikeTimes = arena.f64(MAX_SPIKES_PER_CALL + target.size);
    this.#spikeNeurons = arena.u32(MAX_SPIKES_PER_CALL + target.size);
    [this.#record] = allocateRecords(arena, RecurrentRecord, 1) as [RecurrentRecord];
    Object.assign(this.#record, {
      spikeTimes: this.#spikeTimes,
      spikeNeurons: this.#spikeNeurons,
      spikeCapacity: MAX_SPIKES_PER_CALL,
    });
  }

  static supports(population: Population): boolean {
    return findModelWithoutWta(population)?.runRecurrent !== undefined;
  }

  prepareDelivery(): boolean {
    const { incoming, population } = this.#state;
    if (this.#sources !== this.#engine.sources) this.#rebuildNetworkRecords();
    this.#sources = this.#engine.sources;
    const hasFewQueues = this.#queues.length <= MAX_QUEUES && this.#hasShortRows;
    const isRecurrent = incoming.some(({ source }) => source === population) && this.#lookahead!.minDelay > TICK;
    this.#isActive = hasFewQueues && isRecurrent && population.observers.length === 0 && incoming.every(isSupported);
    return this.#isActive;
  }

  #rebuildNetworkRecords() {
    const { arena } = this.#engine;
    const { incoming, population } = this.#state;
    this.#queues = incoming.flatMap(({ queues }) => queues);
    this.#lookahead = new Lookahead(population, this.#engine);
    this.#hasShortRows = incoming.every(({ edges }) => findMaxRowLength(edges) <= population.size);
    const edgesRecords = allocateRecords(arena, EdgesRecord, incoming.length);
    this.#queueRecords = allocateRecords(arena, RecurrentQueueRecord, this.#queues.length);
    let n = 0;
    for (const [p, { edges, sources, source, delays }] of incoming.entries()) {
      const record = fillEdgesRecord(edgesRecords[p]!, edges);
      const own = source === population ? { firstSource: sources.firstNeuron, sourceCount: sources.neuronCount } : {};
      for (const [l, delay] of delays.entries())
        Object.assign(this.#queueRecords[n++]!, {
          delay,
          edges: record,
          receptor: (edges.receptor ?? -1) + 1,
          firstRow: l * sources.neuronCount,
          ...own,
        });
    }
    Object.assign(this.#record, { queues: this.#queueRecords[0], queueCount: this.#queues.length });
  }

  processEvents(first: PopulationEventSource, until: number): number {
    const { spikeCountdown, spikeCollector } = this.#engine;
    if (!this.#isActive || spikeCountdown.isActive) return -1;
    const target = this.#population;
    const r = this.#record;
    const start = first.next;
    r.horizon = this.#lookahead!.findHorizon(start, until);
    r.maxWork = MAX_SYNAPTIC_EVENTS_PER_CALL;
    for (const [l, queue] of this.#queues.entries()) {
      if (queue.projection.source === target) queue.reserve(this.#spikeTimes.length);
      const { times, rows, head, tail } = queue;
      Object.assign(this.#queueRecords[l]!, { times, rows, head, tail, delivered: 0 });
    }
    target.next = Infinity; // `commitSpikes` sets `next` again
    const unfinished = target.model.runRecurrent(r, this.#queues, start);
    for (const [l, queue] of this.#queues.entries()) {
      const { head, tail, delivered } = this.#queueRecords[l]!;
      queue.projection.arrivals += head - queue.head;
      queue.projection.synapticEvents += delivered;
      queue.setRange(head, tail);
    }
    for (let k = 0; k < r.spikeCount; k++) spikeCollector.add(this.#spikeNeurons[k]!, this.#spikeTimes[k]!);
    spikeCollector.enqueuedCount = r.sentCount;
    if (unfinished !== null) this.#finishTick(r.now, unfinished);
    for (const queue of this.#queues) this.#engine.scheduler.update(queue);
    this.#engine.reachedTime = Math.max(this.#engine.reachedTime, r.now);
    return this.#state.isSelfContained && this.#lookahead!.minDelay === Infinity ? r.now : start;
  }

  /**
   * Finishes a tick that the kernel has left incomplete.
   * @param isArriving true if the predicted threshold crossings of the tick are already collected
   */
  #finishTick(t: number, isArriving: boolean) {
    const { model } = this.#population;
    const { spikeCollector } = this.#engine;
    if (!isArriving) {
      model.collectCrossings(t);
      spikeCollector.collectSpikes(this.#population, t);
    }
    for (const queue of this.#queues) if (queue.next === t) deliverQueueAt(queue, t, spikeCollector);
    model.testThresholds(t);
    spikeCollector.collectSpikes(this.#population, t);
  }
}
