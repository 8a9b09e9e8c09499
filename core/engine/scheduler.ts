import FastPriorityQueue from 'fastpriorityqueue';
import { UserError } from '../declare/errors.ts';
import type { EventSource } from '../graph/spikeQueue.ts';

interface HeapEntry {
  time: number;
  orderInTick: number;
  source: EventSource;
}

const isBefore = (a: HeapEntry, b: HeapEntry): boolean =>
  a.time < b.time || (a.time === b.time && a.orderInTick < b.orderInTick);

/**
 * Priority queue of event sources by (time, order), with one entry per source, not one per spike. A source that moves
 * to an earlier time gets a second entry. A source that moves to a later time is inserted again when its old entry
 * surfaces.
 */
export class Scheduler {
  readonly #heap = new FastPriorityQueue<HeapEntry>(isBefore);
  readonly #freeEntries: HeapEntry[] = [];

  /**
   * Updates the entry of a source; required after each change of `source.next`.
   * @throws UserError for NaN, which would break the order of the heap
   */
  update(source: EventSource) {
    const { queueProxy } = source;
    if (queueProxy) {
      queueProxy.next = Math.min(queueProxy.next, source.next);
      this.update(queueProxy);
      return;
    }
    const time = source.next;
    if (Number.isNaN(time))
      throw new UserError(`populations.${source.name}: the time of the next event is NaN, but must be a number, ms.`);
    if (time < source.queuedAt) {
      const entry = this.#freeEntries.pop() ?? { time, orderInTick: source.orderInTick, source };
      entry.time = time;
      entry.orderInTick = source.orderInTick;
      entry.source = source;
      this.#heap.add(entry);
      source.queuedAt = time;
    }
  }

  peek(): EventSource | undefined {
    for (;;) {
      const entry = this.#heap.peek();
      if (entry === undefined) return undefined;
      const source = entry.source;
      if (entry.time === source.next) return source;
      this.#discardFirst();
      if (source.queuedAt === entry.time) {
        source.queuedAt = Infinity;
        this.update(source);
      }
    }
  }

  get earliestTime(): number {
    return this.peek()?.next ?? Infinity;
  }

  /** Removes and returns the source of the earliest event if the event is not after `until`. `update` inserts it again. */
  pop(until = Infinity): EventSource | undefined {
    const source = this.peek();
    if (source === undefined || source.next > until) return undefined;
    this.#discardFirst();
    source.queuedAt = Infinity;
    return source;
  }

  clear() {
    for (let entry = this.#heap.poll(); entry !== undefined; entry = this.#heap.poll()) {
      entry.source.queuedAt = Infinity;
    }
  }

  #discardFirst() {
    this.#freeEntries.push(this.#heap.poll()!);
  }
}
