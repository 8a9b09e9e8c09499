import { UserError } from '../../core/declare/errors.ts';
import type { Arena } from '../../core/kernels/arena.ts';
import { MAX_TIME } from '../../core/time.ts';

/**
 * Queue of refractory neurons, sorted by release time, as a ring buffer. If all refractory times are equal, neurons are
 * appended in the order of their spikes; otherwise an earlier release is moved ahead of later ones.
 */
export class RefractoryQueue {
  readonly #times: Float64Array;
  readonly #neurons: Uint32Array;
  readonly #ring: Uint32Array; // [index of the first entry, length]
  readonly state;

  constructor(size: number, arena: Arena) {
    this.#times = arena.f64(size);
    this.#neurons = arena.u32(size);
    this.#ring = arena.u32(2);
    this.state = { releaseTimes: this.#times, releaseNeurons: this.#neurons, releaseRing: this.#ring };
  }

  get length(): number {
    return this.#ring[1]!;
  }

  /** Time of the next release, ms; Infinity if the queue is empty. */
  get next(): number {
    return this.#ring[1] === 0 ? Infinity : this.#times[this.#ring[0]!]!;
  }

  /** Inserts a neuron with its release time, ms. */
  addNeuron(neuronAt: number, releaseTimeAt: number): void {
    let slot = this.#slotOf(this.#ring[1]!);
    for (let k = this.#ring[1]!++; k > 0; k--) {
      const before = this.#slotOf(k - 1);
      if (this.#times[before]! <= releaseTimeAt) break;
      this.#times[slot] = this.#times[before]!;
      this.#neurons[slot] = this.#neurons[before]!;
      slot = before;
    }
    this.#times[slot] = releaseTimeAt;
    this.#neurons[slot] = neuronAt;
  }

  /** Removes and returns the neuron with the earliest release. */
  shift(): number {
    const first = this.#ring[0]!;
    this.#ring[0] = this.#slotOf(1);
    this.#ring[1]!--;
    return this.#neurons[first]!;
  }

  neuron(k: number): number {
    return this.#neurons[this.#slotOf(k)]!;
  }

  /** Release time at position k of the queue, ms. */
  release(k: number): number {
    return this.#times[this.#slotOf(k)]!;
  }

  /** Release time of a neuron, ms; Infinity if it is not in the queue. Linear search from the latest release on. */
  releaseTimeOf(neuron: number): number {
    for (let k = this.length - 1; k >= 0; k--) if (this.neuron(k) === neuron) return this.release(k);
    return Infinity;
  }

  clear(): void {
    this.#ring.fill(0);
  }

  /** Checks the queue after `state` was loaded. @throws UserError for an inconsistent queue. */
  onRestore(): void {
    const [first, length] = this.#ring as unknown as readonly [number, number];
    const size = this.#times.length;
    if (!(first < Math.max(size, 1) && length <= size))
      throw new UserError(
        `the checkpoint is damaged: its queue of refractory neurons has length ${length} from index ${first}, but a capacity of ${size}.`,
      );
    for (let k = 0; k < length; k++) {
      const [neuron, release] = [this.neuron(k), this.release(k)];
      if (!(neuron < size && release >= (k === 0 ? 0 : this.release(k - 1)) && release < Infinity))
        throw new UserError(
          `the checkpoint is damaged: entry ${k} of its queue of refractory neurons is neuron ${neuron} at ${release} ms, but neurons must be < ${size} and times must ascend.`,
        );
    }
  }

  /** Index of position k in the ring buffer; computed by a comparison, which is faster than a modulo. */
  #slotOf(k: number): number {
    const slot = this.#ring[0]! + k;
    return slot < this.#times.length ? slot : slot - this.#times.length;
  }
}

/**
 * Winner-take-all groups of a population, each inhibited separately. All inhibitions last equally long, so groups are
 * released in the order of inhibition. Groups inhibited until `Network.rest` are not queued.
 */
export class InhibitedGroupQueue {
  /** Number of neurons per group. */
  readonly groupSize: number;
  /** End of the latest inhibition of each group, ms; -Infinity if it was never inhibited. */
  readonly inhibitedUntil: Float64Array;
  readonly state;
  /** Version number of the set of groups inhibited until `Network.rest`; from 1, so that kernels notice any change. */
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

  /** End of the latest inhibition of the group of a neuron, ms. */
  inhibitedUntilOf(neuron: number): number {
    return this.inhibitedUntil[Math.floor(neuron / this.groupSize)]!;
  }

  /** Release time of a clamped neuron, ms: the later of its own release in `queue` and the release of its group. */
  releaseOf(neuron: number, queue: RefractoryQueue): number {
    const [held, own] = [this.inhibitedUntilOf(neuron), queue.releaseTimeOf(neuron)];
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
    else if (until > t) this.#queue.addNeuron(group, until);
  }

  /** Releases the next group; returns its neurons as [first, last + 1]. */
  releaseNext(): [from: number, to: number] {
    const from = this.#queue.shift() * this.groupSize;
    return [from, from + this.groupSize];
  }

  /** Recomputes derived values after `state` was loaded. */
  onRestore(): void {
    this.#queue.onRestore();
    this.changes++;
  }

  clear(): void {
    this.#queue.clear();
    this.inhibitedUntil.fill(-Infinity);
    this.changes++;
  }
}
