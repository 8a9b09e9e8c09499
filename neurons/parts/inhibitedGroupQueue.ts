import type { Arena } from '../../core/kernels/arena.ts';
import { MAX_TIME } from '../../core/time.ts';
import { RefractoryQueue } from './refractoryQueue.ts';

/**
 * Winner-take-all groups of a population, each inhibited on its own. All inhibitions have the same duration, so groups are released
 * in the order of their inhibition; groups that are inhibited until the network rests are not queued.
 */
export class InhibitedGroupQueue {
  /** Number of neurons per group. */
  readonly groupSize: number;
  /** End of the last inhibition of each group, ms; -Infinity if it was never inhibited. */
  readonly inhibitedUntil: Float64Array;
  readonly state;
  /** Version of the set of groups that are inhibited until the network rests; starts at 1, so that kernels notice a change. */
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

  /** Time of the next release, ms; Infinity if no group is inhibited. */
  get next(): number {
    return this.#queue.next;
  }

  /** End of the last inhibition of the group of a neuron, ms. */
  inhibitedUntilOf(neuron: number): number {
    return this.inhibitedUntil[Math.floor(neuron / this.groupSize)]!;
  }

  /** Release time of a clamped neuron, ms: the later one of its own release in `queue` and that of its group. */
  releaseOf(neuron: number, queue: RefractoryQueue): number {
    const [held, own] = [this.inhibitedUntilOf(neuron), queue.releaseOf(neuron)];
    return own === Infinity && held > -Infinity ? held : Math.max(own, held);
  }

  /** Inhibits a group from t to `until`. */
  inhibit(group: number, until: number, t: number): void {
    this.inhibitedUntil[group] = until;
    this.enqueueRelease(group, until, t);
  }

  /** Queues the release of a group whose `inhibitedUntil` has been set, if the release lies after t. */
  enqueueRelease(group: number, until: number, t: number): void {
    if (until >= MAX_TIME) this.changes++;
    else if (until > t) this.#queue.push(group, until);
  }

  /** Releases the next group; returns its neurons as [first, last + 1]. */
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
