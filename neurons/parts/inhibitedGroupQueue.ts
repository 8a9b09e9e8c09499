import type { Arena } from '../../core/kernels/arena.ts';
import { MAX_TIME } from '../../core/time.ts';
import { RefractoryQueue } from './refractoryQueue.ts';

/**
 * The groups of a population of n neurons that are held back by winner-take-all inhibition, each by itself. All are held equally
 * long and leave in the order in which they came, but for those that are silent until the network rests.
 */
export class InhibitedGroupQueue {
  /** Neurons of a group. */
  readonly groupSize: number;
  /** Until when each is or was held, -Infinity where it never was. */
  readonly inhibitedUntil: Float64Array;
  readonly state;
  /** How often those that are silent until the network rests have changed, from 1 on. */
  changes = 1;
  readonly #queue: RefractoryQueue;

  constructor(n: number, groups: number, arena: Arena) {
    this.groupSize = n / groups;
    this.#queue = new RefractoryQueue(groups, arena);
    this.inhibitedUntil = arena.f64(groups).fill(-Infinity);
    const { releaseTimes, releaseNeurons, releaseRing } = this.#queue.state;
    this.state = {
      heldUntil: this.inhibitedUntil,
      heldTimes: releaseTimes,
      heldGroups: releaseNeurons,
      heldRing: releaseRing,
    };
  }

  /** When the next group listens again, Infinity where none is held. */
  get next(): number {
    return this.#queue.next;
  }

  /** Until when the group of a neuron is or was held. */
  inhibitedUntilOf(neuron: number): number {
    return this.inhibitedUntil[Math.floor(neuron / this.groupSize)]!;
  }

  /** When a clamped neuron listens again: after its own refractoriness, for which it waits in `queue`, and with its group. */
  releaseOf(neuron: number, queue: RefractoryQueue): number {
    const [held, own] = [this.inhibitedUntilOf(neuron), queue.releaseOf(neuron)];
    return own === Infinity && held > -Infinity ? held : Math.max(own, held);
  }

  /** From t on. */
  inhibit(group: number, until: number, t: number): void {
    this.inhibitedUntil[group] = until;
    this.enqueueRelease(group, until, t);
  }

  /** Puts a group whose time is set in line, if it has to wait at all. */
  enqueueRelease(group: number, until: number, t: number): void {
    if (until >= MAX_TIME) this.changes++;
    else if (until > t) this.#queue.push(group, until);
  }

  /** Lets the next group listen again; which neurons that are: from the first to before the second. */
  releaseNext(): [from: number, to: number] {
    const from = this.#queue.shift() * this.groupSize;
    return [from, from + this.groupSize];
  }

  /** Called after `state` was loaded. */
  restored(): void {
    this.#queue.restored();
    this.changes++;
  }

  clear(): void {
    this.#queue.clear();
    this.inhibitedUntil.fill(-Infinity);
    this.changes++;
  }
}
