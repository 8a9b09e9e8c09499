import { UserError } from '../../core/declare/errors.ts';
import type { Arena } from '../../core/kernels/arena.ts';
import { TICK } from '../../core/time.ts';

/** Number of slots; the wheel covers times up to SLOT_COUNT × width ahead. */
const SLOT_COUNT = 2048;
const EMPTY_LINKS = Uint32Array.from({ length: 2 * SLOT_COUNT }, (_, i) => i >> 1);

/**
 * Schedules the threshold checks of neurons. A check may come slightly too early, so times are rounded down to multiples of `width`, and
 * many neurons share an event.
 */
export class TimerWheel {
  readonly times;
  readonly state;
  readonly record;
  readonly #timeBounds;
  readonly #width;
  /** Links of doubly linked lists, one per slot: [next, previous] node of each slot, then of each neuron. */
  readonly #links;

  /** @param precision maximum rounding error of a time, ms */
  constructor(size: number, precision: number, arena: Arena) {
    this.times = arena.f64(size);
    this.#timeBounds = arena.f64(2);
    this.#width = Math.max(TICK, 2 ** Math.floor(Math.log2(precision)));
    this.#links = arena.u32(2 * (SLOT_COUNT + size));
    this.record = { wakes: this.times, soonest: this.#timeBounds, links: this.#links, width: this.#width };
    this.state = { wakeTimes: this.times, wakeNext: this.#timeBounds.subarray(0, 1) };
    this.clear();
  }

  /** Lower bound of the next scheduled time, ms; Infinity if the wheel is empty. */
  get nextTime() {
    return this.#timeBounds[0]!;
  }

  /** Sets the time of a neuron, ms; Infinity removes it. Times beyond the range of the wheel are moved to its end. */
  setTime(neuron: number, time: number, now: number) {
    if (this.times[neuron]! < Infinity) this.#unlinkNeuron(neuron);
    if (time === Infinity) return;
    const width = this.#width;
    const due = Math.min(Math.floor(time / width), Math.floor(now / width) + SLOT_COUNT - 1) * width;
    this.times[neuron] = due;
    this.#linkNeuron(neuron, due);
    this.#timeBounds[0] = Math.min(this.#timeBounds[0]!, due);
  }

  /** Removes a neuron whose scheduled time is <= t and returns it; -1 if there is none. */
  popDueNeuron(t: number): number {
    const next = this.#timeBounds;
    if (next[0]! > t) return -1;
    for (; next[0]! <= next[1]!; next[0]! += this.#width) {
      const slot = this.#slotOf(next[0]!);
      const first = this.#links[2 * slot]!;
      if (first === slot) continue;
      if (next[0]! > t) return -1;
      this.#unlinkNeuron(first - SLOT_COUNT);
      return first - SLOT_COUNT;
    }
    next[0] = Infinity;
    return -1;
  }

  rebuildLinkedLists() {
    this.#links.set(EMPTY_LINKS);
    this.#timeBounds[1] = 0;
    const next = this.nextTime;
    const end = next + 2 * SLOT_COUNT * this.#width;
    const isKept = (time: number) => time === Infinity || (time >= next && time <= end && time % this.#width === 0);
    const wrong = this.times.findIndex((time) => !isKept(time));
    if (wrong >= 0 || !(next >= 0 && (next === Infinity || next % this.#width === 0)))
      throw new UserError(
        `the checkpoint has wakeNext = ${next} ms${wrong >= 0 ? ` and wakeTimes[${wrong}] = ${this.times[wrong]} ms` : ''}, but times must be multiples of ${this.#width} ms from wakeNext to ${end} ms.`,
      );
    for (let j = 0; j < this.times.length; j++) if (this.times[j]! < Infinity) this.#linkNeuron(j, this.times[j]!);
  }

  clear() {
    this.times.fill(Infinity);
    this.#links.set(EMPTY_LINKS);
    this.#timeBounds.set([Infinity, 0]);
  }

  #slotOf(time: number): number {
    return (time / this.#width) & (SLOT_COUNT - 1);
  }

  #linkNeuron(neuron: number, time: number) {
    const slot = this.#slotOf(time);
    const node = SLOT_COUNT + neuron;
    this.#linkNodes(node, this.#links[2 * slot]!);
    this.#linkNodes(slot, node);
    this.#timeBounds[1] = Math.max(this.#timeBounds[1]!, time);
  }

  #unlinkNeuron(neuron: number) {
    const node = 2 * (SLOT_COUNT + neuron);
    this.#linkNodes(this.#links[node + 1]!, this.#links[node]!);
    this.times[neuron] = Infinity;
  }

  #linkNodes(before: number, after: number) {
    this.#links[2 * before] = after;
    this.#links[2 * after + 1] = before;
  }
}
