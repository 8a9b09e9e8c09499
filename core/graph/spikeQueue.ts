import type { Arena } from '../kernels/arena.ts';
import type { EventSource } from './eventSource.ts';
import type { Sources } from './sources.ts';

const CAPACITY = 64;

/** Spikes as a stimulus emits them. */
interface SpikeBlock {
  readonly times: Float64Array;
  readonly neurons: Uint32Array;
  readonly count: number;
}

/**
 * The spikes in flight on one (projection, delay). Spikes leave in the order in which they were emitted, so a queue is
 * enough and only its head is an event. Kept contiguous (arrival times and rows between `head` and `tail`), so that a
 * kernel can run through a stretch of it. A row is a presynaptic terminal: one per presynaptic neuron and delay.
 */
export class SpikeQueue implements EventSource {
  next = Infinity;
  order = 0;
  queuedAt = Infinity;
  queueProxy: EventSource | null = null;
  times: Float64Array;
  rows: Uint32Array;
  head = 0;
  tail = 0;
  /** Its own arrays while it reads those of a block. */
  #own: { times: Float64Array; rows: Uint32Array } | null = null;
  readonly #arena: Arena;

  constructor(arena: Arena) {
    this.#arena = arena;
    this.times = arena.f64(CAPACITY);
    this.rows = arena.u32(CAPACITY);
  }

  get length(): number {
    return this.tail - this.head;
  }

  /** Appends an arrival; arrivals of one instant come in ascending order of the presynaptic neuron. */
  push(time: number, row: number): void {
    this.reserve(1);
    this.times[this.tail] = time;
    this.rows[this.tail++] = row;
    this.next = this.times[this.head]!;
  }

  /** To be called before a block is overwritten: what the lane still reads of it moves to arrays of its own. */
  detachFromBlock(): void {
    if (this.#own === null) return;
    const { times, rows, head, tail } = this;
    ({ times: this.times, rows: this.rows } = this.#own);
    this.#own = null;
    this.head = this.tail = 0;
    if (tail === head) return;
    if (tail - head > this.times.length) this.#makeRoom(tail - head);
    this.times.set(times.subarray(head, tail));
    this.rows.set(rows.subarray(head, tail));
    this.tail = tail - head;
  }

  /**
   * Appends the spikes of a block that come from these neurons, each `delay` later, at rows from `firstRow` on. An empty lane that takes a block as it is reads the block's own arrays; see `release`.
   */
  pushBlock(block: SpikeBlock, delay: number, sources: Sources, firstRow: number): void {
    if (block.count === 0) return;
    const whole = sources.all && firstRow === 0;
    if (whole && delay === 0 && this.head === this.tail) {
      this.readFromBlock(block, 0);
      return;
    }
    this.detachFromBlock();
    this.reserve(block.count);
    if (whole) {
      this.times.set(block.times.subarray(0, block.count), this.tail);
      this.rows.set(block.neurons.subarray(0, block.count), this.tail);
      if (delay !== 0) for (let i = 0; i < block.count; i++) this.times[this.tail + i]! += delay;
      this.tail += block.count;
      this.#settle();
      return;
    }
    for (let i = 0; i < block.count; i++) {
      const terminal = sources.terminal(block.neurons[i]!);
      if (terminal < 0) continue;
      this.times[this.tail] = block.times[i]! + delay;
      this.rows[this.tail++] = firstRow + terminal;
    }
    this.#settle();
  }

  /** An empty lane takes a block as it is, its first `head` spikes having arrived. */
  readFromBlock(block: SpikeBlock, head: number): void {
    this.#own ??= { times: this.times, rows: this.rows };
    this.times = block.times;
    this.rows = block.neurons;
    this.head = head;
    this.tail = block.count;
    this.#settle();
  }

  /**
   * Index after the last arrival before `horizon`, at least head + 1 and with whole instants; looks ahead by `most`, so
   * that many spikes in flight are not searched again after every spike.
   */
  endBefore(horizon: number, most: number): number {
    const { times } = this;
    let low = this.head + 1;
    let high = Math.min(this.tail, this.head + most);
    if (!(times[high - 1]! < horizon)) {
      while (low < high) {
        const middle = (low + high) >> 1;
        if (times[middle]! < horizon) low = middle + 1;
        else high = middle;
      }
    }
    while (high < this.tail && times[high] === times[high - 1]) high++;
    return high;
  }

  /** Makes room for so many more. */
  reserve(count: number): void {
    if (this.tail + count > this.times.length) this.#makeRoom(count);
  }

  /** Takes over what a kernel has made of it. */
  setRange(head: number, tail: number): void {
    this.head = head;
    this.tail = tail;
    this.#settle();
  }

  /** Takes `count` arrivals from the front. */
  consume(count: number): void {
    this.head += count;
    this.#settle();
  }

  /** Takes back what would arrive after `time` (a stimulus that changed its mind). */
  cancelAfter(time: number): void {
    while (this.tail > this.head && this.times[this.tail - 1]! > time) this.tail--;
    this.#settle();
  }

  clear(): void {
    this.head = this.tail = 0;
    this.#settle();
  }

  save(): { times: Float64Array; rows: Uint32Array } {
    return { times: this.times.slice(this.head, this.tail), rows: this.rows.slice(this.head, this.tail) };
  }

  load(saved: { times: Float64Array; rows: Uint32Array }): void {
    this.clear();
    this.detachFromBlock();
    if (saved.times.length > this.times.length) this.#makeRoom(saved.times.length);
    this.times.set(saved.times);
    this.rows.set(saved.rows);
    this.tail = saved.times.length;
    this.#settle();
  }

  #settle(): void {
    if (this.head === this.tail) this.head = this.tail = 0;
    this.next = this.tail > this.head ? this.times[this.head]! : Infinity;
  }

  /** Moves to the front, or doubles when more than half is in use: constant time a spike in the long run. */
  #makeRoom(count: number): void {
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
