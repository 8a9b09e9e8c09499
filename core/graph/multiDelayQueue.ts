import type { Arena } from '../kernels/arena.ts';
import { allocateRecords, type EdgesRecord, MultiDelayQueueRecord } from '../kernels/records.ts';
import type { Edges } from './edges.ts';
import type { SpikeQueue } from './spikeQueue.ts';

/**
 * Shared queue of a projection with several delays: stores each spike in flight once, with the number of delays at which
 * it has been delivered.
 */
export class MultiDelayQueue {
  /** Times of the spikes in flight, `head` … `tail - 1`, ms. */
  #times = new Float64Array(0);
  #terminals = new Uint32Array(0);
  #passedDelays = new Uint32Array(0);
  /** Delays of the projection, ms, ascending. */
  readonly delays: Float64Array;
  /** Index of the spike queue of each delay. */
  readonly queueIndices: Uint32Array;
  readonly terminalCount: number;
  readonly record: MultiDelayQueueRecord;
  readonly #arena;

  constructor(
    queues: readonly Pick<SpikeQueue, 'length' | 'save'>[],
    delays: readonly number[],
    count: number,
    arena: Arena,
  ) {
    this.#arena = arena;
    this.queueIndices = arena.u32(delays.length);
    this.queueIndices.set([...delays.keys()].sort((a, b) => delays[a]! - delays[b]!));
    this.delays = arena.f64(delays.length);
    this.delays.set([...this.queueIndices].map((index) => delays[index]!));
    this.terminalCount = count;
    this.record = allocateRecords(arena, MultiDelayQueueRecord, 1)[0]!;
    Object.assign(this.record, {
      delays: this.delays,
      queueIndices: this.queueIndices,
      delayCount: delays.length,
      wordCount: Math.ceil(delays.length / 32),
      terminalCount: count,
    });
    this.#growCapacity();
    const longest = this.queueIndices.at(-1)!; // the queue with the longest delay holds every spike in flight
    const { times, rows } = queues[longest]!.save();
    for (let k = 0; k < times.length; k++) {
      this.push(times[k]! - delays[longest]!, rows[k]! - longest * count);
      for (const { length } of queues) if (k < times.length - length) this.#passedDelays[k]!++;
    }
  }

  /** Adds a spike. Returns the time of its first arrival, ms. */
  push(time: number, terminal: number): number {
    const { record } = this;
    if (record.tail === this.#times.length) this.#growCapacity();
    const s = record.tail++;
    this.#times[s] = time;
    this.#terminals[s] = terminal;
    this.#passedDelays[s] = 0;
    return time + this.delays[0]!;
  }

  /** Marks arrivals later than `t` (ms) as not yet delivered. Returns the time of the next arrival, ms. */
  undoDeliveriesAfter(t: number): number {
    const { delays, record } = this;
    let next = Infinity;
    for (let s = record.head; s < record.tail; s++) {
      const time = this.#times[s]!;
      let passed = this.#passedDelays[s]!;
      record.arrivalCount -= passed;
      while (passed > 0 && time + delays[passed - 1]! > t) passed--;
      record.arrivalCount += this.#passedDelays[s] = passed;
      if (passed < delays.length) next = Math.min(next, time + delays[passed]!);
    }
    return next;
  }

  getArrivals(queueIndex: number): { times: Float64Array; rows: Uint32Array } {
    const rank = this.queueIndices.indexOf(queueIndex);
    const { head, tail } = this.record;
    let from = head;
    while (from < tail && this.#passedDelays[from]! > rank) from++;
    return {
      times: this.#times.slice(from, tail).map((t) => t + this.delays[rank]!),
      rows: this.#terminals.slice(from, tail).map((terminal) => queueIndex * this.terminalCount + terminal),
    };
  }

  #growCapacity() {
    const { record } = this;
    const { head, tail } = record;
    const [times, rows, over] = [this.#times, this.#terminals, this.#passedDelays];
    if (2 * (tail - head) >= times.length) {
      const capacity = 2 * times.length || 64;
      this.#times = this.#arena.f64(capacity);
      this.#terminals = this.#arena.u32(capacity);
      this.#passedDelays = this.#arena.u32(capacity);
    }
    this.#times.set(times.subarray(head, tail));
    this.#terminals.set(rows.subarray(head, tail));
    this.#passedDelays.set(over.subarray(head, tail));
    Object.assign(record, { times: this.#times, rows: this.#terminals, deliveredCounts: this.#passedDelays });
    record.head = 0;
    record.tail = tail - head;
  }
}

/**
 * Copies sparse edges sorted by terminal, then delay, so that the synapses of a terminal are contiguous in memory. Row
 * index: terminal × number of delays + index of the delay. One array holds the weights of each row, followed by the
 * targets of the row; without stored weights, it holds targets only.
 */
export function copyEdgesBySource(edges: Edges, record: EdgesRecord, queue: MultiDelayQueue, arena: Arena) {
  const { orderBySource } = arena.kernels;
  const starts = arena.u32(edges.rows + 1);
  const delayMask = arena.u32(queue.terminalCount * queue.record.wordCount);
  queue.record.nonEmpty = delayMask;
  const length = orderBySource(record, starts, null);
  const weights = edges.weights && arena.f64(length);
  const targets = weights ?? arena.indices(edges.columns, edges.count);
  orderBySource(record, starts, targets);
  return {
    rowStarts: starts,
    targets,
    weights,
    /** Bit mask per terminal: bit d is 1 if the terminal has a synapse with delay d (delays ascend). */
    delayMask,
  };
}
