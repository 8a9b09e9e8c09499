import FastPriorityQueue from 'fastpriorityqueue';
import { UserError } from '../declare/errors.ts';
import type { EventSource } from '../graph/eventSource.ts';

interface Entry {
  time: number;
  order: number;
  source: EventSource;
}

const before = (a: Entry, b: Entry): boolean => a.time < b.time || (a.time === b.time && a.order < b.order);

/**
 * The earliest event over all sources. The heap holds one entry a source (tens of them), not one a spike, and is never
 * searched: a source that moves to an earlier time gets a second entry, one that moves to a later time is put back when
 * its old entry surfaces. Entries are recycled, so that nothing is allocated per event.
 */
export class Scheduler {
  readonly #heap = new FastPriorityQueue<Entry>(before);
  readonly #spare: Entry[] = [];

  /** Announces `source.next`; must be called whenever it has changed. A NaN would break the heap's order and is refused. */
  update(source: EventSource): void {
    const { queueProxy } = source;
    if (queueProxy) {
      queueProxy.next = Math.min(queueProxy.next, source.next);
      this.update(queueProxy);
      return;
    }
    const time = source.next;
    if (Number.isNaN(time)) throw new UserError(`populations.${source.name}: its next is NaN.`);
    if (time < source.queuedAt) {
      const entry = this.#spare.pop() ?? { time, order: source.order, source };
      entry.time = time;
      entry.order = source.order;
      entry.source = source;
      this.#heap.add(entry);
      source.queuedAt = time;
    }
  }

  /** The source whose event comes first, or undefined when nothing is left. */
  peek(): EventSource | undefined {
    for (;;) {
      const entry = this.#heap.peek();
      if (entry === undefined) return undefined;
      const source = entry.source;
      if (entry.time === source.next) return source;
      this.#discard();
      if (source.queuedAt === entry.time) {
        source.queuedAt = Infinity;
        this.update(source);
      }
    }
  }

  /** Time of the first event, Infinity when nothing is left. */
  get time(): number {
    return this.peek()?.next ?? Infinity;
  }

  /** Takes the first source out, if its event is not after `until`; it comes back with `update`. */
  pop(until = Infinity): EventSource | undefined {
    const source = this.peek();
    if (source === undefined || source.next > until) return undefined;
    this.#discard();
    source.queuedAt = Infinity;
    return source;
  }

  clear(): void {
    for (let entry = this.#heap.poll(); entry !== undefined; entry = this.#heap.poll()) {
      entry.source.queuedAt = Infinity;
    }
    this.#heap.trim();
  }

  #discard(): void {
    this.#spare.push(this.#heap.poll()!);
  }
}
