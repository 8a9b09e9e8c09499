import { getRowLength } from '../graph/edges.ts';
import { copyEdgesBySource } from '../graph/multiDelayQueue.ts';
import type { Neurons, Population } from '../graph/population.ts';
import type { Projection } from '../graph/projection.ts';
import { EventSource } from '../graph/spikeQueue.ts';
import type { ArrivalBatch } from '../hooks.ts';
import { ArrivalBatchRecord, allocateRecords, EdgesRecord } from '../kernels/records.ts';
import { TICK } from '../time.ts';
import {
  canBatch,
  fillEdgesRecord,
  findModelWithoutWta,
  MAX_ARRIVALS_PER_CALL,
  type NeuronModelWithHooks,
} from './batching.ts';
import type { EngineState, NetworkEventSource } from './engineState.ts';
import { Lookahead } from './lookahead.ts';
import type { DeliveryStrategy, PopulationEventSource, TargetState } from './targetState.ts';

/** True if arrivals of a projection can be sorted together with arrivals of other projections. */
const isBatchable = (p: Projection): boolean =>
  p.rule === null && p.recorder === null && !p.isModulatory && canBatch(p) && p.devices?.hasSteadyWeights !== false;

/**
 * Batched delivery: sorts the arrivals of all queues of a population up to the lookahead horizon and processes them
 * with threshold crossings. Every arrival before the horizon is already in flight. One heap entry stands for all
 * queues: for hundreds of queues, sorting is faster than a heap. The `next` of this entry is a lower bound of the
 * earliest arrival time.
 */
export class BatchedDelivery extends EventSource implements DeliveryStrategy {
  readonly kind = 'queueProxy';
  readonly target: Neurons<NeuronModelWithHooks>;
  readonly #state: TargetState;
  readonly #engine: EngineState;
  /** Number of collected arrivals of each queue, for projections without a shared queue. */
  #arrivalCounts = new Uint32Array(0);
  #edgesRecords: EdgesRecord[] = [];
  #isActive = false;
  #hasDevices = false;
  #sources: readonly NetworkEventSource[] | null = null;
  #lookahead: Lookahead | null = null;
  #outputDelay = 0;
  #arrivals: ArrivalBatch;
  readonly #record: ArrivalBatchRecord;
  /** Maximum time span of the arrivals collected next, ms; halved if a delivery ends before its horizon, doubled after each complete one. */
  #maxCollectionSpan = Infinity;

  constructor(state: TargetState, engine: EngineState) {
    super();
    this.#state = state;
    this.#engine = engine;
    this.target = state.population as Neurons<NeuronModelWithHooks>;
    [this.#record] = allocateRecords(engine.arena, ArrivalBatchRecord, 1) as [ArrivalBatchRecord];
    this.#arrivals = this.#allocateBatch(MAX_ARRIVALS_PER_CALL);
  }

  /** True if the neuron model accepts arrivals sorted over several queues: in batches (`receiveBatch`) or singly. */
  static supports(population: Population): boolean {
    const model = findModelWithoutWta(population);
    return model !== null && (model.receiveBatch !== undefined || model.receiveUntilSpike === undefined);
  }

  /** Enqueues one heap entry for all incoming queues if batched delivery applies (not if `isTaken`), else one each. */
  prepareDelivery(isTaken: boolean): boolean {
    const { incoming, population } = this.#state;
    const { sources, scheduler } = this.#engine;
    if (this.#sources !== sources) this.#rebuildNetworkRecords();
    this.#sources = sources;
    this.#outputDelay = this.#state.outputDelay;
    const queueCount = incoming.reduce((sum, { delays }) => sum + delays.length, 0);
    // Batches need arrivals that are known more than a tick ahead: from stimuli, or after delays longer than a tick.
    const ahead = incoming.some(({ source, delays }) => source.kind === 'stimulus' || delays.some((d) => d > TICK));
    this.#isActive =
      !isTaken && queueCount > 1 && ahead && this.#lookahead!.minDelay > 0 && incoming.every(isBatchable);
    for (const projection of incoming) {
      projection.useSharedQueue(this.#isActive && projection.delays.length > 1 && projection.source.kind === 'neurons');
      for (const queue of projection.queues) queue.queueProxy = this.#isActive ? this : null;
    }
    if (!this.#isActive) return false;
    for (const [p, projection] of incoming.entries()) this.#fillEdgesRecord(projection, this.#edgesRecords[p]!);
    this.orderInTick = population.orderInTick;
    this.queuedAt = Infinity;
    this.#arrivalCounts = new Uint32Array(queueCount);
    this.#removeArrivalsUntil(Infinity);
    scheduler.update(this);
    return true;
  }

  #rebuildNetworkRecords() {
    const { incoming, population } = this.#state;
    this.#lookahead = new Lookahead(population, this.#engine);
    this.#edgesRecords = allocateRecords(this.#engine.arena, EdgesRecord, incoming.length);
    this.#hasDevices = incoming.some(({ devices }) => devices !== null);
    this.#record.edges = this.#edgesRecords[0];
    this.#record.projectionCount = incoming.length;
  }

  /**
   * Fills record `r` with a projection's edges; with a shared queue, copies them sorted by source if memory suffices.
   */
  #fillEdgesRecord(projection: Projection, r: EdgesRecord) {
    const { arena } = this.#engine;
    const { edges, sharedQueue, devices } = projection;
    fillEdgesRecord(r, edges).queue = sharedQueue?.record;
    if (this.target.model.receiveBatch && sharedQueue && !devices && arena.hasSpaceFor(24 * (edges.count + edges.rows)))
      projection.edgesBySource ??= copyEdgesBySource(edges, r, sharedQueue, arena);
    if (projection.edgesBySource === null) return;
    const { delayMask, rowStarts, ...copy } = projection.edgesBySource;
    Object.assign(r, { starts: rowStarts, ...copy });
    sharedQueue!.record.nonEmpty = delayMask;
  }

  #getArrivalRow(i: number): number {
    const { projectionIndices, rows } = this.#arrivals;
    const projection = this.#state.incoming[projectionIndices[i]!]!;
    const row = rows[i]!;
    if (projection.edgesBySource === null) return row;
    const { queueIndices, terminalCount: count } = projection.sharedQueue!;
    return queueIndices[row % queueIndices.length]! * count + Math.floor(row / queueIndices.length);
  }

  #allocateBatch(places: number): ArrivalBatch {
    const { arena } = this.#engine;
    const arrays = {
      times: arena.f64(places),
      rows: arena.u32(places),
      projectionIndices: arena.u32(places),
      order: arena.u32(places),
    };
    return {
      ...arrays,
      record: Object.assign(this.#record, arrays, { slots: arena.u32(places + 1), capacity: places }),
    };
  }

  processEvents(first: PopulationEventSource, until: number): number {
    if (!this.#isActive) return -1;
    const { target } = this;
    const { model } = target;
    const { incoming } = this.#state;
    const { spikeCollector, spikeCountdown, interruptFlag } = this.#engine;
    const start = first.next;
    const outputDelay = spikeCountdown.isActive ? 0 : this.#outputDelay;
    let horizon = this.#lookahead!.findHorizon(
      start,
      spikeCountdown.isActive ? start : Math.min(until, start + this.#maxCollectionSpan),
    );
    const ahead = horizon - start;
    const skipsIdle = outputDelay > 0 && model.idleUntil! >= horizon; // false if `idleUntil` is undefined
    const count = this.#collectArrivals(start, horizon, skipsIdle);
    if (count < 0) return this.processEvents(first, until);
    const { times, rows, projectionIndices, order } = this.#arrivals;
    target.next = Infinity; // `commitSpikes` sets `next` again
    let last = start;
    let k = 0;
    for (;;) {
      const arrival = k < count ? times[order[k]!]! : Infinity;
      const crossing = model.nextSpikeTime;
      const now = Math.min(arrival, crossing);
      if (!(now < horizon) || (now > start && Atomics.load(interruptFlag, 0) !== 0)) break;
      last = now;
      if (crossing === now) {
        model.collectCrossings(now);
        spikeCollector.collectSpikes(target, now);
      }
      if (arrival === now) {
        const from = k;
        if (model.receiveBatch && model.nextSpikeTime > now)
          k = model.receiveBatch(this.#arrivals, k, Math.min(count, k + MAX_ARRIVALS_PER_CALL), horizon);
        if (k === from)
          for (; k < count && times[order[k]!] === now; k++) {
            const projection = incoming[projectionIndices[order[k]!]!]!;
            const { edges } = projection;
            const row = this.#getArrivalRow(order[k]!);
            model.receiveArrival(edges, row, 1, now);
            projection.synapticEvents += getRowLength(edges, row);
          }
        last = times[order[k - 1]!]!;
        model.testThresholds(last);
        spikeCollector.collectSpikes(target, last);
      }
      if (spikeCollector.count > 0) horizon = Math.min(horizon, spikeCollector.getSpikeTime(0) + outputDelay);
    }
    if (this.#hasDevices)
      for (let j = 0; j < k; j++)
        incoming[projectionIndices[order[j]!]!]!.devices?.readRow(rows[order[j]!]!, times[order[j]!]!);
    const { lastTime } = this.#record; // time of the last collected arrival, ms; -Infinity if none was collected
    // Arrivals of the batch remain undelivered if a spike has moved the end of the batch to an earlier time, or if
    // delivery has stopped before a threshold crossing.
    const isComplete = k === count && lastTime < Math.min(horizon, model.nextSpikeTime);
    if (skipsIdle && isComplete && lastTime >= last) model.advanceTo!((last = lastTime));
    this.#maxCollectionSpan = isComplete ? 2 * this.#maxCollectionSpan : Math.max(2 * (last - start), ahead / 8);
    this.#removeArrivalsUntil(last, isComplete);
    this.#engine.reachedTime = Math.max(this.#engine.reachedTime, last);
    return outputDelay === 0 ? last : start;
  }

  /**
   * Collects and sorts the arrivals before a horizon. Returns their number; -1 if the arrays had to be enlarged.
   * @param skipsIdle true if arrivals at rows without synapses are left out
   */
  #collectArrivals(start: number, horizon: number, skipsIdle: boolean): number {
    const r = this.#record;
    const counts = this.#arrivalCounts;
    const { times, rows, projectionIndices } = this.#arrivals;
    let n = 0;
    let count = 0;
    for (const [p, { queues, sharedQueue }] of this.#state.incoming.entries()) {
      if (sharedQueue !== null) continue;
      for (const queue of queues) {
        let k = queue.head;
        for (; k < queue.tail && queue.times[k]! < horizon; k++) {
          times[count] = queue.times[k]!; // ignored beyond the end of the array; the kernel reports the overflow
          rows[count] = queue.rows[k]!;
          projectionIndices[count++] = p;
        }
        counts[n++] = k - queue.head;
      }
    }
    r.start = start;
    r.horizon = horizon;
    r.count = count;
    r.skipsEmptyRows = skipsIdle ? 1 : 0;
    this.#engine.arena.kernels.collectArrivals(r);
    if (r.count <= projectionIndices.length) return r.count;
    this.#arrivals = this.#allocateBatch(2 * r.count);
    this.#removeArrivalsUntil(start - TICK);
    return -1;
  }

  /**
   * Removes arrivals up to the collected arrival time `last` from the queues; updates the counters.
   * @param isComplete true if every collected arrival was delivered
   */
  #removeArrivalsUntil(last: number, isComplete = false) {
    const { incoming } = this.#state;
    const counts = this.#arrivalCounts;
    let n = 0;
    let next = isComplete ? this.#record.nextTime : Infinity;
    for (let p = 0; p < incoming.length; p++) {
      const projection = incoming[p]!;
      const { queues, sharedQueue } = projection;
      if (sharedQueue !== null) {
        if (!isComplete) next = Math.min(next, sharedQueue.undoDeliveriesAfter(last));
        projection.arrivals += sharedQueue.record.arrivalCount;
        sharedQueue.record.arrivalCount = 0;
      } else
        for (const queue of queues) {
          let count = counts[n++]!;
          while (count > 0 && queue.times[queue.head + count - 1]! > last) count--;
          if (count > 0) queue.removeFirst(count);
          projection.arrivals += count;
          next = Math.min(next, queue.next);
        }
      const r = this.#edgesRecords[p]!;
      projection.synapticEvents += r.delivered;
      r.delivered = 0;
    }
    this.next = next;
  }
}
