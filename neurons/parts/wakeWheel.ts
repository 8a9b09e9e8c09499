import type { Arena } from '../../core/kernels/arena.ts';
import { TICK } from '../../core/time.ts';

/** Slots of the wheel: it reaches this many widths ahead. */
const SLOTS = 2048;
const NOBODY = -1;

/**
 * Times at which neurons want to be looked at again, where a little too early does no harm: rounded down to a multiple of
 * `width`, so that many share one event, and kept in one doubly linked list a slot, so that a change costs a few stores.
 */
export class WakeWheel {
  /** Time of each neuron, Infinity when none. */
  readonly times: Float64Array;
  /** [no neuron's time is before this] */
  readonly #next: Float64Array;
  readonly state;
  readonly #width: number;
  readonly #heads = new Int32Array(SLOTS).fill(NOBODY);
  readonly #after: Int32Array;
  readonly #before: Int32Array;
  #count = 0;

  /** `precision`: how much too early a time may become, ms. */
  constructor(size: number, precision: number, arena: Arena) {
    this.times = arena.f64(size).fill(Infinity);
    this.#next = arena.f64(1).fill(Infinity);
    this.#width = Math.max(TICK, 2 ** Math.floor(Math.log2(precision)));
    this.#after = new Int32Array(size);
    this.#before = new Int32Array(size);
    this.state = { wakeTimes: this.times, wakeNext: this.#next };
  }

  get next(): number {
    return this.#next[0]!;
  }

  /** Sets the time of a neuron, or Infinity. A time further ahead than the wheel reaches comes at its end. */
  set(neuron: number, time: number, now: number): void {
    if (this.times[neuron]! < Infinity) this.#unlink(neuron);
    if (time === Infinity) return;
    const width = this.#width;
    const turn = Math.min(Math.floor(time / width), Math.floor(now / width) + SLOTS - 1);
    this.times[neuron] = turn * width;
    this.#link(neuron, turn & (SLOTS - 1));
    if (turn * width < this.#next[0]!) this.#next[0] = turn * width;
  }

  /** Takes out a neuron whose time is at or before t; -1 when there is none. */
  take(t: number): number {
    while (this.#next[0]! <= t) {
      const neuron = this.#heads[(this.#next[0]! / this.#width) & (SLOTS - 1)]!;
      if (neuron !== NOBODY) {
        this.#unlink(neuron);
        return neuron;
      }
      this.#moveOn();
    }
    return NOBODY;
  }

  /** Links the lists anew, after `times` were loaded. */
  rebuild(): void {
    this.#heads.fill(NOBODY);
    this.#count = 0;
    for (let j = 0; j < this.times.length; j++) {
      const time = this.times[j]!;
      if (time < Infinity) this.#link(j, (time / this.#width) & (SLOTS - 1));
    }
  }

  clear(): void {
    this.times.fill(Infinity);
    this.#heads.fill(NOBODY);
    this.#next[0] = Infinity;
    this.#count = 0;
  }

  #moveOn(): void {
    if (this.#count === 0) {
      this.#next[0] = Infinity;
      return;
    }
    let turn = this.#next[0]! / this.#width;
    while (this.#heads[turn & (SLOTS - 1)] === NOBODY) turn++;
    this.#next[0] = turn * this.#width;
  }

  #link(neuron: number, slot: number): void {
    const head = this.#heads[slot]!;
    this.#after[neuron] = head;
    this.#before[neuron] = ~slot;
    if (head !== NOBODY) this.#before[head] = neuron;
    this.#heads[slot] = neuron;
    this.#count++;
  }

  #unlink(neuron: number): void {
    const after = this.#after[neuron]!;
    const before = this.#before[neuron]!;
    if (before < 0) this.#heads[~before] = after;
    else this.#after[before] = after;
    if (after !== NOBODY) this.#before[after] = before;
    this.times[neuron] = Infinity;
    this.#count--;
  }
}
