import type { Arena } from '../kernels/arena.ts';
import { findFirstAtOrAfter } from '../time.ts';
import type { SourceNeurons } from './sourceNeurons.ts';

/** Event source: spike queue, stimulus, population with predicted crossings, or timer. */
export abstract class EventSource {
  /** Time of the next event, ms; Infinity if there is none. */
  next = Infinity;
  /** Rank among sources due at the same tick; unique in a network, independent of the order of declaration. */
  orderInTick = 0;
  /** Time of the source's earliest valid heap entry, ms; Infinity if there is none. Only the scheduler writes it. */
  queuedAt = Infinity;
  readonly name?: string;
  /** Source that is enqueued on behalf of this source; null if this source is enqueued itself. */
  queueProxy: EventSource | null = null;
}

const INITIAL_CAPACITY = 64;

/** Block of spikes emitted by a stimulus, ascending in time. */
interface SpikeBlock {
  readonly times: Float64Array;
  readonly neurons: Uint32Array;
  readonly spikeCount: number;
}

/**
 * Queue of spikes in flight for one projection and delay, in order of arrival. Only the first spike is an event of the
 * event queue. Spike i has arrival time `times[i]` and presynaptic terminal `rows[i]`, with i from `head` to `tail -
 * 1`. A presynaptic neuron has one terminal per delay.
 */
export class SpikeQueue extends EventSource {
  times: Float64Array;
  rows: Uint32Array;
  head = 0;
  tail = 0;
  /** Own arrays of the queue, kept while the queue reads the arrays of a block of stimulus spikes; otherwise null. */
  #ownArrays: { times: Float64Array; rows: Uint32Array } | null = null;
  readonly #arena;

  constructor(arena: Arena) {
    super();
    this.#arena = arena;
    this.times = arena.f64(INITIAL_CAPACITY);
    this.rows = arena.u32(INITIAL_CAPACITY);
  }

  get length(): number {
    return this.tail - this.head;
  }

  /** Appends an arrival; arrivals of one tick must ascend by presynaptic neuron. */
  push(time: number, row: number) {
    this.reserve(1);
    this.times[this.tail] = time;
    this.rows[this.tail++] = row;
    this.next = this.times[this.head]!;
  }

  /** Copies the remaining spikes to the queue's own arrays; required before the block is overwritten. */
  detachFromBlock() {
    if (this.#ownArrays === null) return;
    const { times, rows, head, tail } = this;
    ({ times: this.times, rows: this.rows } = this.#ownArrays);
    this.#ownArrays = null;
    this.head = this.tail = 0;
    if (tail === head) return;
    if (tail - head > this.times.length) this.#growCapacity(tail - head);
    this.times.set(times.subarray(head, tail));
    this.rows.set(rows.subarray(head, tail));
    this.tail = tail - head;
  }

  /**
   * Appends the spikes of a block from the neurons in `sources`, each `delay` ms later, with rows from `firstRow` on.
   * If times and rows need no change, an empty queue reads the arrays of the block without a copy; see `detachFromBlock`.
   */
  pushBlock(block: SpikeBlock, delay: number, sources: SourceNeurons, firstRow: number) {
    if (block.spikeCount === 0) return;
    if (sources.hasAllNeurons && firstRow === 0 && delay === 0 && this.head === this.tail) {
      this.readFromBlock(block, 0);
      return;
    }
    this.detachFromBlock();
    this.reserve(block.spikeCount);
    for (let i = 0; i < block.spikeCount; i++) {
      const terminal = sources.getTerminal(block.neurons[i]!);
      if (terminal < 0) continue;
      this.times[this.tail] = block.times[i]! + delay;
      this.rows[this.tail++] = firstRow + terminal;
    }
    this.#updateNext();
  }

  /** Makes an empty queue use the arrays of a block, from the first undelivered spike (`head`) on. */
  readFromBlock(block: SpikeBlock, head: number) {
    this.#ownArrays ??= { times: this.times, rows: this.rows };
    this.times = block.times;
    this.rows = block.neurons;
    this.head = head;
    this.tail = block.spikeCount;
    this.#updateNext();
  }

  /**
   * Index after the last arrival before `horizon`, but at least head + 1. Arrivals of one tick stay together.
   * @param maxCount maximum number of arrivals to search, which bounds the time if many spikes are in flight
   */
  findEndBefore(horizon: number, maxCount: number): number {
    const { times } = this;
    let end = Math.min(this.tail, this.head + maxCount);
    if (!(times[end - 1]! < horizon)) end = findFirstAtOrAfter(times, this.head + 1, end, horizon);
    while (end < this.tail && times[end] === times[end - 1]) end++;
    return end;
  }

  reserve(count: number) {
    if (this.tail + count > this.times.length) this.#growCapacity(count);
  }

  /** Sets `head` and `tail` after a kernel has consumed or appended spikes. */
  setRange(head: number, tail: number) {
    this.head = head;
    this.tail = tail;
    this.#updateNext();
  }

  removeFirst(count: number) {
    this.head += count;
    this.#updateNext();
  }

  /** Removes arrivals later than `time`, after a change of the stimulus. */
  cancelAfter(time: number) {
    while (this.tail > this.head && this.times[this.tail - 1]! > time) this.tail--;
    this.#updateNext();
  }

  clear() {
    this.head = this.tail = 0;
    this.#updateNext();
  }

  save(): { times: Float64Array; rows: Uint32Array } {
    return { times: this.times.slice(this.head, this.tail), rows: this.rows.slice(this.head, this.tail) };
  }

  load(saved: { times: Float64Array; rows: Uint32Array }) {
    this.clear();
    this.detachFromBlock();
    if (saved.times.length > this.times.length) this.#growCapacity(saved.times.length);
    this.times.set(saved.times);
    this.rows.set(saved.rows);
    this.tail = saved.times.length;
    this.#updateNext();
  }

  #updateNext() {
    if (this.head === this.tail) this.head = this.tail = 0;
    this.next = this.tail > this.head ? this.times[this.head]! : Infinity;
  }

  #growCapacity(count: number) {
    const length = this.length;
    if (2 * (length + count) > this.times.length) {
      const capacity = 2 ** Math.ceil(Math.log2(2 * (length + count)));
      const times = this.#arena.f64(capacity);
      const rows = this.#arena.u32(capacity);
      times.set(this.times.subarray(this.head, this.tail));
      rows.set(this.rows.subarray(this.head, this.tail));
      this.times = times;
      this.rows = rows;
    } else {
      this.times.copyWithin(0, this.head, this.tail);
      this.rows.copyWithin(0, this.head, this.tail);
    }
    this.head = 0;
    this.tail = length;
  }
}
