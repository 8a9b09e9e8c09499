import { UserError } from '../../core/declare/errors.ts';
import type { ModelContext } from '../../core/factories.ts';
import { type Edges, rowEnd, rowStart } from '../../core/graph/edges.ts';
import type { Quantity } from '../../core/hooks.ts';
import type { State } from '../../core/kernels/arena.ts';
import type { NeuronModel } from '../../core/model.ts';
import { MAX_TIME, snap, TICK } from '../../core/time.ts';
import { IndexedHeap } from './indexedHeap.ts';

/** Neurons that are advanced one by one, in closed form, when something happens to them. Times are absolute, ms. */
export interface NeuronDynamics {
  readonly state: State;
  /** What of it can be recorded, beside the potential. */
  readonly quantities?: Readonly<Record<string, Quantity>>;
  /** Names of the receptors that a projection may choose from. */
  readonly receptors?: readonly string[];
  /** Whether it fires at t, as `next` said, and is not to be asked again then. Missing where it always does. */
  confirmsSpike?(neuron: number, t: number): boolean;
  /** When what all neurons receive changes next; `makeChange` makes that change. Missing where nothing does. */
  readonly nextChange?: number;
  applyChange?(t: number): void;
  /** Called after `state` was loaded, where something is derived from it. */
  restored?(): void;
  /** Takes one arrival; `receptor` is the chosen one, or undefined. */
  receive(neuron: number, weight: number, receptor: number | undefined, t: number): void;
  /**
   * When it fires if nothing more arrives: t itself for at once, Infinity for never. `arrived`: asked because something
   * arrived at t, once for all arrivals of that instant.
   */
  predictSpike(neuron: number, t: number, arrived: boolean): number;
  /** What a spike at t does to its own neuron. */
  postSpikeReset(neuron: number, t: number): void;
  /** Resets it at t and clamps it there until `until`, as winner-take-all inhibition does. */
  inhibit(neuron: number, t: number, until: number): void;
  /** Puts it at rest at t, as after a long silence. */
  rest(neuron: number, t: number): void;
  potential(neuron: number, t: number): number;
  overshoot(neuron: number, t: number): number;
}

/** The instant `wait` ms after `start`, on the time grid and not at `start` itself unless the wait is 0. */
export function timeAfter(start: number, wait: number): number {
  if (wait === 0) return start;
  return wait <= MAX_TIME ? Math.max(snap(start + wait), start + TICK) : Infinity;
}

/** A population over such neurons: keeps what they predict in one heap, and asks again those that something arrived at. */
export class PerNeuronPopulation<M extends NeuronDynamics = NeuronDynamics> implements NeuronModel {
  readonly size: number;
  readonly fired: Uint32Array;
  firedCount = 0;
  readonly state: State;
  readonly dynamics: M;
  readonly quantities: Readonly<Record<string, Quantity>>;
  readonly receptors: readonly string[];
  readonly #name: string;
  readonly #heap: IndexedHeap;
  readonly #touched: Uint32Array;
  readonly #isTouched: Uint8Array;
  #touchedCount = 0;
  /** Neurons of a group, and until when each group is deaf; none where the population is inhibited as one. */
  readonly #groupSize: number;
  readonly #inhibitedUntil: Float64Array;

  constructor(size: number, membrane: M, { arena, name, groups = 1 }: ModelContext) {
    this.#name = name;
    this.size = size;
    this.dynamics = membrane;
    this.quantities = membrane.quantities ?? {};
    this.receptors = membrane.receptors ?? [];
    this.fired = new Uint32Array(size);
    this.#touched = new Uint32Array(size);
    this.#isTouched = new Uint8Array(size);
    this.#heap = new IndexedHeap(size, arena);
    this.#groupSize = size / groups;
    this.#inhibitedUntil = arena.f64(groups > 1 ? groups : 0).fill(-Infinity);
    const deaf: State = groups > 1 ? { groupsDeafUntil: this.#inhibitedUntil } : {};
    this.state = { ...membrane.state, predicted: this.#heap.times, ...deaf };
    this.predictAll(0);
  }

  get next(): number {
    const { nextChange } = this.dynamics;
    return nextChange === undefined ? this.#heap.next : Math.min(this.#heap.next, nextChange);
  }

  restored(): void {
    this.dynamics.restored?.();
    this.#heap.rebuild();
  }

  potential(neuron: number, t: number): number {
    return this.dynamics.potential(neuron, t);
  }

  overshoot(neuron: number, t: number): number {
    return this.dynamics.overshoot(neuron, t);
  }

  receive(edges: Edges, row: number, factor: number, t: number): void {
    const { weights, targets, weight, receptor } = edges;
    const start = rowStart(edges, row);
    const end = rowEnd(edges, row);
    const grouped = this.#inhibitedUntil.length > 0;
    for (let k = start; k < end; k++) {
      const j = targets === null ? k - start : targets[k]!;
      if (grouped && t < this.#inhibitedUntil[Math.floor(j / this.#groupSize)]!) continue;
      this.dynamics.receive(j, (weights === null ? weight : weights[k]!) * factor, receptor, t);
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
      const next = this.#predictedTime(j, t, true);
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
      if (this.dynamics.confirmsSpike?.(j, t) === false) {
        this.predict(j, t);
        continue;
      }
      this.#heap.set(j, Infinity);
      this.fired[this.firedCount++] = j;
    }
    if (this.firedCount > 1) this.fired.subarray(0, this.firedCount).sort();
    if (this.dynamics.nextChange !== undefined && this.dynamics.nextChange <= t) {
      this.dynamics.applyChange!(t);
      this.predictAll(t);
    }
  }

  postSpikeReset(neuron: number, t: number): void {
    this.dynamics.postSpikeReset(neuron, t);
    this.predict(neuron, t);
  }

  inhibit(t: number, until: number): void {
    for (let j = 0; j < this.size; j++) this.dynamics.inhibit(j, t, until);
    this.predictAll(t);
  }

  inhibitGroup(group: number, t: number, until: number): void {
    if (this.#inhibitedUntil.length > 0) this.#inhibitedUntil[group] = until;
    for (let j = group * this.#groupSize; j < (group + 1) * this.#groupSize; j++) {
      this.dynamics.inhibit(j, t, until);
      this.predict(j, t);
    }
  }

  rest(t: number): void {
    this.#inhibitedUntil.fill(-Infinity);
    for (let j = 0; j < this.size; j++) this.dynamics.rest(j, t);
    this.predictAll(t);
  }

  predictAll(t: number): void {
    for (let j = 0; j < this.size; j++) this.predict(j, t);
  }

  predict(neuron: number, t: number): void {
    this.#heap.set(neuron, this.#predictedTime(neuron, t, false));
  }

  #predictedTime(neuron: number, t: number, arrived: boolean): number {
    const next = this.dynamics.predictSpike(neuron, t, arrived);
    if (!(next >= t))
      throw new UserError(`${this.#name}: at ${t} ms the next spike of neuron ${neuron} is predicted at ${next}.`);
    return next;
  }
}
