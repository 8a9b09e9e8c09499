import { UserError } from '../../core/declare/errors.ts';
import type { Arena } from '../../core/kernels/arena.ts';

/**
 * Neurons on their way out of refractoriness, those that leave first before others. Where all are refractory equally long they
 * leave in the order in which they came, and a ring is enough; one that leaves earlier goes before those that leave later.
 */
export class RefractoryQueue {
  readonly #times: Float64Array;
  readonly #neurons: Uint32Array;
  readonly #ring: Uint32Array; // [first entry, length]
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

  /** Time of the next release, Infinity when nobody waits. */
  get next(): number {
    return this.#ring[1] === 0 ? Infinity : this.#times[this.#ring[0]!]!;
  }

  push(neuron: number, release: number): void {
    let slot = this.#slot(this.#ring[1]!);
    for (let k = this.#ring[1]!++; k > 0; k--) {
      const before = this.#slot(k - 1);
      if (this.#times[before]! <= release) break;
      this.#times[slot] = this.#times[before]!;
      this.#neurons[slot] = this.#neurons[before]!;
      slot = before;
    }
    this.#times[slot] = release;
    this.#neurons[slot] = neuron;
  }

  /** Takes out the neuron that is released next. */
  shift(): number {
    const first = this.#ring[0]!;
    this.#ring[0] = this.#slot(1);
    this.#ring[1]!--;
    return this.#neurons[first]!;
  }

  /** The k-th neuron in line and its release. */
  neuron(k: number): number {
    return this.#neurons[this.#slot(k)]!;
  }
  release(k: number): number {
    return this.#times[this.#slot(k)]!;
  }

  /** Release of one neuron, Infinity when it is not refractory. Searches, the last to come first. */
  releaseOf(neuron: number): number {
    for (let k = this.length - 1; k >= 0; k--) if (this.neuron(k) === neuron) return this.release(k);
    return Infinity;
  }

  clear(): void {
    this.#ring.fill(0);
  }

  /** Called after `state` was loaded. @throws UserError for a queue that no run leaves. */
  restored(): void {
    const [first, length] = this.#ring as unknown as readonly [number, number];
    const size = this.#times.length;
    if (!(first < Math.max(size, 1) && length <= size))
      throw new UserError(
        `the checkpoint has a release queue of ${length} from place ${first} on, but there are ${size}.`,
      );
    for (let k = 0; k < length; k++) {
      const [neuron, release] = [this.neuron(k), this.release(k)];
      if (!(neuron < size && release >= (k === 0 ? 0 : this.release(k - 1)) && release < Infinity))
        throw new UserError(
          `the checkpoint has ${neuron} as entry ${k} of its release queue, at ${release} ms; entries are below ${size}, and times ascend.`,
        );
    }
  }

  /** Place of the k-th in line; dividing would take longer. */
  #slot(k: number): number {
    const slot = this.#ring[0]! + k;
    return slot < this.#times.length ? slot : slot - this.#times.length;
  }
}
