import { UserError } from '../../core/declare/errors.ts';
import type { ModelContext } from '../../core/factories.ts';
import { type Edges, rowEnd, rowStart } from '../../core/graph/edges.ts';
import type { Quantity } from '../../core/hooks.ts';
import type { State } from '../../core/kernels/arena.ts';
import type { NeuronModel } from '../../core/model.ts';
import { MAX_TIME, snap, TICK } from '../../core/time.ts';
import { IndexedHeap } from './indexedHeap.ts';

/** Neurons that are advanced one by one, in closed form, when something happens to them. Times are absolute, ms. */
export interface Membrane {
  readonly state: State;
  /** What of it can be recorded, beside the potential. */
  readonly quantities?: Readonly<Record<string, Quantity>>;
  /** Names of the receptors that a projection may choose from. */
  readonly receptors?: readonly string[];
  /** Whether it fires at t, as `next` said, and is not to be asked again then. Missing where it always does. */
  fires?(neuron: number, t: number): boolean;
  /** When what all neurons receive changes next; `makeChange` makes that change. Missing where nothing does. */
  readonly change?: number;
  makeChange?(t: number): void;
  /** Called after `state` was loaded, where something is derived from it. */
  restored?(): void;
  /** Takes one arrival; `receptor` is the chosen one, or undefined. */
  receive(neuron: number, weight: number, receptor: number | undefined, t: number): void;
  /**
   * When it fires if nothing more arrives: t itself for at once, Infinity for never. `arrived`: asked because something
   * arrived at t, once for all arrivals of that instant.
   */
  next(neuron: number, t: number, arrived: boolean): number;
  /** What a spike at t does to its own neuron. */
  spike(neuron: number, t: number): void;
  /** Resets it at t and clamps it there until `until`, as winner-take-all inhibition does. */
  hold(neuron: number, t: number, until: number): void;
  /** Puts it at rest at t, as after a long silence. */
  rest(neuron: number, t: number): void;
  potential(neuron: number, t: number): number;
  margin(neuron: number, t: number): number;
}

/** The instant `wait` ms after `start`, on the time grid and not at `start` itself unless the wait is 0. */
export function instantAfter(start: number, wait: number): number {
  if (wait === 0) return start;
  return wait <= MAX_TIME ? Math.max(snap(start + wait), start + TICK) : Infinity;
}

/** A population over such neurons: keeps what they predict in one heap, and asks again those that something arrived at. */
export class LazyNeurons<M extends Membrane = Membrane> implements NeuronModel {
  readonly size: number;
  readonly fired: Uint32Array;
  firedCount = 0;
  readonly state: State;
  readonly membrane: M;
  readonly quantities: Readonly<Record<string, Quantity>>;
  readonly receptors: readonly string[];
  readonly #name: string;
  readonly #heap: IndexedHeap;
  readonly #touched: Uint32Array;
  readonly #isTouched: Uint8Array;
  #touchedCount = 0;
  /** Neurons of a group, and until when each group is deaf; none where the population is inhibited as one. */
  readonly #group: number;
  readonly #deafUntil: Float64Array;

  constructor(size: number, membrane: M, { arena, name, groups = 1 }: ModelContext) {
    this.#name = name;
    this.size = size;
    this.membrane = membrane;
    this.quantities = membrane.quantities ?? {};
    this.receptors = membrane.receptors ?? [];
    this.fired = new Uint32Array(size);
    this.#touched = new Uint32Array(size);
    this.#isTouched = new Uint8Array(size);
    this.#heap = new IndexedHeap(size, arena);
    this.#group = size / groups;
    this.#deafUntil = arena.f64(groups > 1 ? groups : 0).fill(-Infinity);
    const deaf: State = groups > 1 ? { groupsDeafUntil: this.#deafUntil } : {};
    this.state = { ...membrane.state, predicted: this.#heap.times, ...deaf };
    this.predictAll(0);
  }

  get next(): number {
    const { change } = this.membrane;
    return change === undefined ? this.#heap.next : Math.min(this.#heap.next, change);
  }

  restored(): void {
    this.membrane.restored?.();
    this.#heap.rebuild();
  }

  potential(neuron: number, t: number): number {
    return this.membrane.potential(neuron, t);
  }

  overshoot(neuron: number, t: number): number {
    return this.membrane.margin(neuron, t);
  }

  receive(edges: Edges, row: number, factor: number, t: number): void {
    const { weights, targets, weight, receptor } = edges;
    const start = rowStart(edges, row);
    const end = rowEnd(edges, row);
    const grouped = this.#deafUntil.length > 0;
    for (let k = start; k < end; k++) {
      const j = targets === null ? k - start : targets[k]!;
      if (grouped && t < this.#deafUntil[Math.floor(j / this.#group)]!) continue;
      this.membrane.receive(j, (weights === null ? weight : weights[k]!) * factor, receptor, t);
      if (this.#isTouched[j] === 1) continue;
      this.#isTouched[j] = 1;
      this.#touched[this.#touchedCount++] = j;
    }
  }

  testThresholds(t: number): void {
    this.firedCount = 0;
    for (let k = 0; k < this.#touchedCount; k++) {
      const j = this.#touched[k]!;
      this.#isTouched[j] = 0;
      const next = this.#ask(j, t, true);
      if (next > t) {
        this.#heap.set(j, next);
      } else {
        this.#heap.set(j, Infinity);
        this.fired[this.firedCount++] = j;
      }
    }
    this.#touchedCount = 0;
    if (this.firedCount > 1) this.fired.subarray(0, this.firedCount).sort();
  }

  collectCrossings(t: number): void {
    this.firedCount = 0;
    while (this.#heap.next <= t) {
      const j = this.#heap.first;
      if (this.membrane.fires?.(j, t) === false) {
        this.predict(j, t);
        continue;
      }
      this.#heap.set(j, Infinity);
      this.fired[this.firedCount++] = j;
    }
    if (this.firedCount > 1) this.fired.subarray(0, this.firedCount).sort();
    if (this.membrane.change !== undefined && this.membrane.change <= t) {
      this.membrane.makeChange!(t);
      this.predictAll(t);
    }
  }

  postSpikeReset(neuron: number, t: number): void {
    this.membrane.spike(neuron, t);
    this.predict(neuron, t);
  }

  inhibit(t: number, until: number): void {
    for (let j = 0; j < this.size; j++) this.membrane.hold(j, t, until);
    this.predictAll(t);
  }

  inhibitGroup(group: number, t: number, until: number): void {
    if (this.#deafUntil.length > 0) this.#deafUntil[group] = until;
    for (let j = group * this.#group; j < (group + 1) * this.#group; j++) {
      this.membrane.hold(j, t, until);
      this.predict(j, t);
    }
  }

  rest(t: number): void {
    this.#deafUntil.fill(-Infinity);
    for (let j = 0; j < this.size; j++) this.membrane.rest(j, t);
    this.predictAll(t);
  }

  predictAll(t: number): void {
    for (let j = 0; j < this.size; j++) this.predict(j, t);
  }

  predict(neuron: number, t: number): void {
    this.#heap.set(neuron, this.#ask(neuron, t, false));
  }

  #ask(neuron: number, t: number, arrived: boolean): number {
    const next = this.membrane.next(neuron, t, arrived);
    if (!(next >= t))
      throw new UserError(`${this.#name}: at ${t} ms the next spike of neuron ${neuron} is predicted at ${next}.`);
    return next;
  }
}
