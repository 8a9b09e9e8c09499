import { copyBySource } from '../graph/bySource.ts';
import { rowSize } from '../graph/edges.ts';
import type { EventSource } from '../graph/eventSource.ts';
import type { Neurons } from '../graph/population.ts';
import type { Projection } from '../graph/projection.ts';
import type { ArrivalBatch, NeuronHooks } from '../hooks.ts';
import { ArrivalsRecord, EdgesRecord, recordsIn } from '../kernels/records.ts';
import type { NeuronModel } from '../model.ts';
import { TICK } from '../time.ts';
import type { DeliveryStrategy, PopulationEvent } from './deliveryStrategy.ts';
import type { EngineState, Source } from './engineState.ts';
import { canBatch } from './inOneGo.ts';
import { Lookahead } from './lookahead.ts';
import type { TargetState } from './targetState.ts';

/** Most arrivals of one call of a kernel; between calls a run can be interrupted. */
const AT_ONCE = 1024;

const serves = (p: Projection): boolean =>
  p.rule === null && p.recorder === null && !p.modulatory && canBatch(p) && p.devices?.isSteady !== false;

/**
 * All lanes of a population and its own crossings as one stream, up to where something may come that is not in flight yet, for
 * neurons that take arrivals of many lanes in one call, or only one by one. It stands in line for its lanes, of which there are hundreds
 * where delays scatter: an arrival costs its share of a sort, not a turn of the heap.
 */
export class BatchedDelivery implements DeliveryStrategy, EventSource {
  readonly kind = 'stream';
  readonly target: Neurons<NeuronModel & Partial<NeuronHooks>>;
  /** Not after the first arrival. */
  next = Infinity;
  order = 0;
  queuedAt = Infinity;
  readonly queueProxy = null;
  readonly #place: TargetState;
  readonly #loop: EngineState;
  /** What was collected of each lane that no queue stands for. */
  #counts = new Uint32Array(0);
  #records: EdgesRecord[] = [];
  #serves = false;
  /** Whether any of its devices are read. */
  #reads = false;
  #sources: readonly Source[] | null = null;
  #horizon: Lookahead | null = null;
  /** For how long nothing has to know of a spike of the population, ms. */
  #reach = 0;
  /** What was collected. */
  #arrivals: ArrivalBatch;
  readonly #record: ArrivalsRecord;
  /** How far ahead it collects, ms: a spike may end what the rest was collected for. */
  #span = Infinity;

  constructor(place: TargetState, loop: EngineState) {
    this.#place = place;
    this.#loop = loop;
    this.target = place.population as Neurons<NeuronModel & Partial<NeuronHooks>>;
    [this.#record] = recordsIn(loop.arena, ArrivalsRecord, 1) as [ArrivalsRecord];
    this.#arrivals = this.#room(AT_ONCE);
  }

  /** Null where no kernel collects for it, neurons take arrivals of one lane in one call, but not of many, or are inhibited as soon as one fires. */
  static of(place: TargetState, loop: EngineState): BatchedDelivery | null {
    const { population } = place;
    if (population.kind === 'stimulus' || population.winnerTakeAll !== null) return null;
    const { receiveBatch, receiveUntilSpike } = population.model as NeuronModel & Partial<NeuronHooks>;
    return receiveBatch !== undefined || receiveUntilSpike === undefined ? new BatchedDelivery(place, loop) : null;
  }

  /** Stands in line for its lanes, where it serves; else they do. */
  beforeEnqueue(taken: boolean): boolean {
    const { incoming, outgoing, population } = this.#place;
    const { sources, scheduler } = this.#loop;
    if (this.#sources !== sources) this.#describe();
    this.#sources = sources;
    this.#reach = population.observers.length > 0 ? 0 : Math.min(...outgoing.map(({ delays }) => Math.min(...delays)));
    const lanes = incoming.reduce((sum, { delays }) => sum + delays.length, 0);
    // Where all comes from neurons within a tick nothing is in flight beyond the next instant.
    const ahead = incoming.some(({ source, delays }) => source.kind === 'stimulus' || delays.some((d) => d > TICK));
    this.#serves = !taken && lanes > 1 && ahead && this.#horizon!.minDelay > 0 && incoming.every(serves);
    for (const projection of incoming) {
      projection.useSharedQueue(this.#serves && projection.delays.length > 1 && projection.source.kind === 'neurons');
      for (const lane of projection.queues) lane.queueProxy = this.#serves ? this : null;
    }
    if (!this.#serves) return false;
    for (const [p, projection] of incoming.entries()) this.#read(projection, this.#records[p]!);
    this.order = population.order;
    this.queuedAt = Infinity;
    this.#counts = new Uint32Array(lanes);
    this.#book(Infinity);
    scheduler.update(this);
    return true;
  }

  /** Takes over what leads here, and what may happen elsewhere. */
  #describe(): void {
    const { incoming, population } = this.#place;
    this.#horizon = new Lookahead(population, this.#loop);
    this.#records = recordsIn(this.#loop.arena, EdgesRecord, incoming.length);
    this.#reads = incoming.some(({ devices }) => devices !== null);
    this.#record.edges = this.#records[0];
    this.#record.projections = incoming.length;
  }

  /** Edges of a projection for its kernel: where a queue brings rows that nobody else asks for, and there is room, by source. */
  #read(projection: Projection, r: EdgesRecord): void {
    const { arena } = this.#loop;
    const { edges, sharedQueue, devices } = projection;
    const { starts, targets, weights, weight, columns } = edges;
    const wide = targets?.BYTES_PER_ELEMENT === 4 ? 1 : 0;
    Object.assign(r, { starts, targets, weights, weight, columns, wide, queue: sharedQueue?.record });
    if (this.target.model.receiveBatch && sharedQueue && !devices && arena.fits(24 * (edges.count + edges.rows)))
      projection.edgesBySource ??= copyBySource(edges, r, sharedQueue, arena);
    if (projection.edgesBySource === null) return;
    const { some, ...copy } = projection.edgesBySource;
    Object.assign(r, copy);
    sharedQueue!.record.some = some;
  }

  /** Row of an arrival in the edges of its projection. */
  #row(i: number): number {
    const { edgesIndex, rows } = this.#arrivals;
    const projection = this.#place.incoming[edgesIndex[i]!]!;
    const row = rows[i]!;
    if (projection.edgesBySource === null) return row;
    const { queueIndices, count } = projection.sharedQueue!;
    return queueIndices[row % queueIndices.length]! * count + Math.floor(row / queueIndices.length);
  }

  #room(places: number): ArrivalBatch {
    const { arena } = this.#loop;
    const room = {
      times: arena.f64(places),
      rows: arena.u32(places),
      edgesIndex: arena.u32(places),
      order: arena.u32(places),
    };
    return {
      ...room,
      record: Object.assign(this.#record, room, { of: room.edgesIndex, slots: arena.u32(places + 1), places }),
    };
  }

  advance(first: PopulationEvent, until: number): number {
    if (!this.#serves) return -1;
    const { target } = this;
    const { model } = target;
    const { incoming } = this.#place;
    const { spikeCollector, countdown, interrupt } = this.#loop;
    const start = first.next;
    const reach = countdown.active ? 0 : this.#reach;
    let horizon = this.#horizon!.horizonFrom(start, countdown.active ? start : Math.min(until, start + this.#span));
    const ahead = horizon - start;
    const some = reach > 0 && model.idleUntil! >= horizon; // undefined is not
    const count = this.#collect(start, horizon, some);
    if (count < 0) return this.advance(first, until);
    const { times, rows, edgesIndex, order } = this.#arrivals;
    target.next = Infinity; // set anew at the end
    let last = start;
    let k = 0;
    for (;;) {
      const arrival = k < count ? times[order[k]!]! : Infinity;
      const crossing = model.next;
      const now = Math.min(arrival, crossing);
      if (!(now < horizon) || (now > start && Atomics.load(interrupt, 0) !== 0)) break;
      last = now;
      if (crossing === now) {
        model.collectCrossings(now);
        spikeCollector.collectSpikes(target, now);
      }
      if (arrival === now) {
        const from = k;
        if (model.receiveBatch && model.next > now)
          k = model.receiveBatch(this.#arrivals, k, Math.min(count, k + AT_ONCE), horizon);
        if (k === from)
          for (; k < count && times[order[k]!] === now; k++) {
            const projection = incoming[edgesIndex[order[k]!]!]!;
            const { edges } = projection;
            const row = this.#row(order[k]!);
            model.receive(edges, row, 1, now);
            projection.synapticEvents += rowSize(edges, row);
          }
        last = times[order[k - 1]!]!;
        model.testThresholds(last);
        spikeCollector.collectSpikes(target, last);
      }
      if (spikeCollector.count > 0) horizon = Math.min(horizon, spikeCollector.time(0) + reach);
    }
    if (this.#reads)
      for (let j = 0; j < k; j++) incoming[edgesIndex[order[j]!]!]!.devices?.read(rows[order[j]!]!, times[order[j]!]!);
    const { latest } = this.#record;
    if (some && k === count && latest >= last) model.advanceTo!((last = latest)); // -Infinity where nothing has come
    this.#span = k === count ? 2 * this.#span : Math.max(2 * (last - start), ahead / 8);
    this.#book(last, k === count);
    this.#loop.reachedTime = Math.max(this.#loop.reachedTime, last);
    return reach === 0 ? last : start;
  }

  /**
   * Collects the arrivals before a horizon and sorts them, without those of rows without synapses where these do not matter; returns how
   * many, -1 where they had no room.
   */
  #collect(start: number, horizon: number, some: boolean): number {
    const r = this.#record;
    const counts = this.#counts;
    const { times, rows, edgesIndex } = this.#arrivals;
    let n = 0;
    let count = 0;
    for (const [p, { queues, sharedQueue }] of this.#place.incoming.entries()) {
      if (sharedQueue !== null) continue;
      for (const lane of queues) {
        let k = lane.head;
        for (; k < lane.tail && lane.times[k]! < horizon; k++) {
          times[count] = lane.times[k]!; // nowhere where there is no room
          rows[count] = lane.rows[k]!;
          edgesIndex[count++] = p;
        }
        counts[n++] = k - lane.head;
      }
    }
    r.start = start;
    r.horizon = horizon;
    r.count = count;
    r.some = some ? 1 : 0;
    this.#loop.arena.kernels.collectArrivals(r);
    if (r.count <= edgesIndex.length) return r.count;
    this.#arrivals = this.#room(2 * r.count);
    this.#book(start - TICK);
    return -1;
  }

  /** Takes off the lanes what came up to `last`, and counts it; `all` that was collected. */
  #book(last: number, all = false): void {
    const { incoming } = this.#place;
    const counts = this.#counts;
    let n = 0;
    let next = all ? this.#record.next : Infinity;
    for (let p = 0; p < incoming.length; p++) {
      const projection = incoming[p]!;
      const { queues, sharedQueue } = projection;
      if (sharedQueue !== null) {
        if (!all) next = Math.min(next, sharedQueue.discardAfter(last));
        projection.arrivals += sharedQueue.record.arrived;
        sharedQueue.record.arrived = 0;
      } else
        for (const lane of queues) {
          let count = counts[n++]!;
          while (count > 0 && lane.times[lane.head + count - 1]! > last) count--;
          if (count > 0) lane.consume(count);
          projection.arrivals += count;
          next = Math.min(next, lane.next);
        }
      const r = this.#records[p]!;
      projection.synapticEvents += r.heard;
      r.heard = 0;
    }
    this.next = next;
  }
}
