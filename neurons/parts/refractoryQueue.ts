import { UserError } from '../../core/declare/errors.ts';
import type { Arena } from '../../core/kernels/arena.ts';
import { MAX_TIME } from '../../core/time.ts';

/** Ring buffer of refractory neurons, sorted by release time. */
export class RefractoryQueue {
  readonly #times;
  readonly #neurons;
  readonly #ringState; // [index of the first entry, length]
  readonly state;

  constructor(size: number, arena: Arena) {
    this.#times = arena.f64(size);
    this.#neurons = arena.u32(size);
    this.#ringState = arena.u32(2);
    this.state = { releaseTimes: this.#times, releaseNeurons: this.#neurons, releaseRing: this.#ringState };
  }

  get length() {
    return this.#ringState[1]!;
  }

  get nextReleaseTime() {
    return this.#ringState[1] === 0 ? Infinity : this.#times[this.#ringState[0]!]!;
  }

  addNeuron(neuron: number, release: number) {
    let slot = this.#slotOf(this.#ringState[1]!);
    for (let k = this.#ringState[1]!++; k > 0; k--) {
      const before = this.#slotOf(k - 1);
      if (this.#times[before]! <= release) break;
      this.#times[slot] = this.#times[before]!;
      this.#neurons[slot] = this.#neurons[before]!;
      slot = before;
    }
    this.#times[slot] = release;
    this.#neurons[slot] = neuron;
  }

  shift(): number {
    const first = this.#ringState[0]!;
    this.#ringState[0] = this.#slotOf(1);
    this.#ringState[1]!--;
    return this.#neurons[first]!;
  }

  neuronAt(k: number): number {
    return this.#neurons[this.#slotOf(k)]!;
  }

  releaseTimeAt(k: number): number {
    return this.#times[this.#slotOf(k)]!;
  }

  /** Release time of a neuron, ms; Infinity if it is not in the queue. */
  releaseTimeOf(neuron: number): number {
    for (let k = this.length - 1; k >= 0; k--) if (this.neuronAt(k) === neuron) return this.releaseTimeAt(k);
    return Infinity;
  }

  clear() {
    this.#ringState.fill(0);
  }

  onCheckpointLoaded() {
    const [first, length] = this.#ringState as unknown as readonly [number, number];
    const size = this.#times.length;
    if (!(first < Math.max(size, 1) && length <= size))
      throw new UserError(
        `the checkpoint is damaged: its queue of refractory neurons has length ${length} from index ${first}, but a capacity of ${size}.`,
      );
    for (let k = 0; k < length; k++) {
      const [neuron, release] = [this.neuronAt(k), this.releaseTimeAt(k)];
      if (!(neuron < size && release >= (k === 0 ? 0 : this.releaseTimeAt(k - 1)) && release < Infinity))
        throw new UserError(
          `the checkpoint is damaged: entry ${k} of its queue of refractory neurons is neuron ${neuron} at ${release} ms, but neurons must be < ${size} and times must ascend.`,
        );
    }
  }

  #slotOf(k: number): number {
    const slot = this.#ringState[0]! + k;
    return slot < this.#times.length ? slot : slot - this.#times.length;
  }
}

/**
 * Winner-take-all groups of a population, each inhibited separately. All inhibitions last equally long, so groups are
 * released in the order of inhibition. Groups inhibited until `Network.resetDynamicState` are not queued.
 */
export class InhibitedGroupQueue {
  readonly groupSize: number;
  /** End of the latest inhibition of each group, ms; -Infinity if it was never inhibited. */
  readonly inhibitedUntil;
  readonly state;
  /** Version of the set of groups inhibited until `Network.resetDynamicState`; starts at 1, so that kernels notice the first change. */
  disabledGroupsVersion = 1;
  readonly #queue;

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

  get nextReleaseTime() {
    return this.#queue.nextReleaseTime;
  }

  inhibitedUntilOf(neuron: number): number {
    return this.inhibitedUntil[Math.floor(neuron / this.groupSize)]!;
  }

  /** Release time of a clamped neuron, ms: the later of its own release in `queue` and the release of its group. */
  releaseTimeOf(neuron: number, queue: RefractoryQueue): number {
    const [held, own] = [this.inhibitedUntilOf(neuron), queue.releaseTimeOf(neuron)];
    return own === Infinity && held > -Infinity ? held : Math.max(own, held);
  }

  inhibit(group: number, until: number, t: number) {
    this.inhibitedUntil[group] = until;
    this.enqueueRelease(group, until, t);
  }

  /** Queues the release of a group whose `inhibitedUntil` has been set, if the release lies after t. */
  enqueueRelease(group: number, until: number, t: number) {
    if (until >= MAX_TIME) this.disabledGroupsVersion++;
    else if (until > t) this.#queue.addNeuron(group, until);
  }

  releaseNextGroup(): [from: number, to: number] {
    const from = this.#queue.shift() * this.groupSize;
    return [from, from + this.groupSize];
  }

  onCheckpointLoaded() {
    this.#queue.onCheckpointLoaded();
    this.disabledGroupsVersion++;
  }

  clear() {
    this.#queue.clear();
    this.inhibitedUntil.fill(-Infinity);
    this.disabledGroupsVersion++;
  }
}
