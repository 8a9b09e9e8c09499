import { UserError } from '../../core/declare/errors.ts';
import type { ModelContext } from '../../core/factories.ts';
import { type Edges, getRowEnd, getRowStart } from '../../core/graph/edges.ts';
import type { Quantity } from '../../core/hooks.ts';
import type { Arena, StateArrays } from '../../core/kernels/arena.ts';
import type { NeuronModel } from '../../core/model.ts';
import { MAX_TIME, snap, TICK } from '../../core/time.ts';
import { IndexedHeap } from './indexedHeap.ts';

/** Dynamics of neurons that are advanced one at a time, in closed form, at their own events. Times are absolute, ms. */
export interface NeuronDynamics {
  readonly state: StateArrays;
  /** Recordable quantities in addition to the potential, by name. */
  readonly quantities?: Readonly<Record<string, Quantity>>;
  /** Names of the receptors that a projection can select. */
  readonly receptors?: readonly string[];
  /** Returns true to confirm the spike predicted for t, false to request a new prediction. Default: always true. */
  confirmsSpike?(neuron: number, t: number): boolean;
  /** Time of the next step of the common input current, made by `applyChange`, ms; undefined if there are none. */
  readonly nextChange?: number;
  applyChange?(t: number): void;
  /** Recomputes derived values; called after `state` was loaded. */
  onCheckpointLoaded?(): void;
  /** Applies one arrival at t; `receptor` is the index selected by the projection, or undefined. */
  receiveArrival(neuron: number, weight: number, receptor: number | undefined, t: number): void;
  /**
   * Time of the next spike without further arrivals: t for an immediate spike, Infinity for none. `arrived` is true if the call
   * follows arrivals at t (one call for all arrivals of a tick).
   */
  predictSpike(neuron: number, t: number, arrived: boolean): number;
  /** Applies the effect of a spike at t on its own neuron: reset, refractoriness, adaptation. */
  postSpikeReset(neuron: number, t: number): void;
  /** Resets a neuron at t and clamps it until `until` (winner-take-all inhibition). */
  inhibit(neuron: number, t: number, until: number): void;
  resetDynamicState(neuron: number, t: number): void;
  potential(neuron: number, t: number): number;
  /** Potential above threshold at t, mV; decides the winner among simultaneous spikes. */
  overshoot(neuron: number, t: number): number;
}

export const allocateState = <K extends Readonly<Record<string, 'f64' | 'u32' | 'u8'>>>(
  arena: Arena,
  n: number,
  types: K,
) =>
  Object.fromEntries(Object.entries(types).map(([name, type]) => [name, arena[type](n)])) as {
    readonly [Name in keyof K]: ReturnType<Arena[K[Name]]>;
  };

/** Time `wait` ms after `start`, rounded to the time grid; at least one tick after `start` unless `wait` is 0. */
export function timeAfter(start: number, wait: number) {
  if (wait === 0) return start;
  return wait <= MAX_TIME ? Math.max(snap(start + wait), start + TICK) : Infinity;
}

/** Population of `NeuronDynamics`, with a heap of predicted spike times. */
export class PerNeuronPopulation<M extends NeuronDynamics = NeuronDynamics> implements NeuronModel {
  readonly size: number;
  readonly fired;
  firedCount = 0;
  readonly state: StateArrays;
  readonly dynamics: M;
  readonly quantities: Readonly<Record<string, Quantity>>;
  readonly receptors: readonly string[];
  readonly #name;
  readonly #heap;
  readonly #receivingNeurons;
  readonly #hasArrivals;
  #receivingCount = 0;
  readonly #groupSize;
  readonly #inhibitedUntil: Float64Array | null;

  constructor(size: number, membrane: M, { arena, name, inhibition }: ModelContext) {
    this.#name = name;
    this.size = size;
    this.dynamics = membrane;
    this.quantities = membrane.quantities ?? {};
    this.receptors = membrane.receptors ?? [];
    this.fired = new Uint32Array(size);
    this.#receivingNeurons = new Uint32Array(size);
    this.#hasArrivals = new Uint8Array(size);
    this.#heap = new IndexedHeap(size, arena);
    const { groupCount = 1, until = null } = inhibition ?? {};
    this.#groupSize = size / groupCount;
    this.#inhibitedUntil = groupCount > 1 ? until : null;
    this.state = { ...membrane.state, predicted: this.#heap.times };
    this.predictAllNextSpikes(0);
  }

  get nextSpikeTime() {
    const { nextChange } = this.dynamics;
    return nextChange === undefined ? this.#heap.nextTime : Math.min(this.#heap.nextTime, nextChange);
  }

  onCheckpointLoaded() {
    this.dynamics.onCheckpointLoaded?.();
    this.#heap.rebuildHeap();
  }

  potential(neuron: number, t: number): number {
    return this.dynamics.potential(neuron, t);
  }

  overshoot(neuron: number, t: number): number {
    return this.dynamics.overshoot(neuron, t);
  }

  receiveArrival(edges: Edges, row: number, factor: number, t: number) {
    const { weights, targets, weight, receptor } = edges;
    const start = getRowStart(edges, row);
    const end = getRowEnd(edges, row);
    const inhibitedUntil = this.#inhibitedUntil;
    for (let k = start; k < end; k++) {
      const j = targets === null ? k - start : targets[k]!;
      if (inhibitedUntil !== null && t < inhibitedUntil[Math.floor(j / this.#groupSize)]!) continue;
      this.dynamics.receiveArrival(j, (weights === null ? weight : weights[k]!) * factor, receptor, t);
      if (this.#hasArrivals[j] === 1) continue;
      this.#hasArrivals[j] = 1;
      this.#receivingNeurons[this.#receivingCount++] = j;
    }
  }

  testThresholds(t: number) {
    this.firedCount = 0;
    for (let k = 0; k < this.#receivingCount; k++) {
      const j = this.#receivingNeurons[k]!;
      this.#hasArrivals[j] = 0;
      const next = this.#computeNextSpike(j, t, true);
      if (next > t) {
        this.#heap.setTime(j, next);
      } else {
        this.#heap.setTime(j, Infinity);
        this.fired[this.firedCount++] = j;
      }
    }
    this.#receivingCount = 0;
    if (this.firedCount > 1) this.fired.subarray(0, this.firedCount).sort();
  }

  collectCrossings(t: number) {
    this.firedCount = 0;
    while (this.#heap.nextTime <= t) {
      const j = this.#heap.firstIndex;
      if (this.dynamics.confirmsSpike?.(j, t) === false) {
        this.predictNextSpike(j, t);
        continue;
      }
      this.#heap.setTime(j, Infinity);
      this.fired[this.firedCount++] = j;
    }
    if (this.firedCount > 1) this.fired.subarray(0, this.firedCount).sort();
    if (this.dynamics.nextChange !== undefined && this.dynamics.nextChange <= t) {
      this.dynamics.applyChange!(t);
      this.predictAllNextSpikes(t);
    }
  }

  postSpikeReset(neuron: number, t: number) {
    this.dynamics.postSpikeReset(neuron, t);
    this.predictNextSpike(neuron, t);
  }

  inhibit(t: number, until: number) {
    for (let j = 0; j < this.size; j++) this.dynamics.inhibit(j, t, until);
    this.predictAllNextSpikes(t);
  }

  inhibitGroup(group: number, t: number, until: number) {
    for (let j = group * this.#groupSize; j < (group + 1) * this.#groupSize; j++) {
      this.dynamics.inhibit(j, t, until);
      this.predictNextSpike(j, t);
    }
  }

  resetDynamicState(t: number) {
    for (let j = 0; j < this.size; j++) this.dynamics.resetDynamicState(j, t);
    this.predictAllNextSpikes(t);
  }

  predictAllNextSpikes(t: number) {
    for (let j = 0; j < this.size; j++) this.predictNextSpike(j, t);
  }

  predictNextSpike(neuron: number, t: number) {
    this.#heap.setTime(neuron, this.#computeNextSpike(neuron, t, false));
  }

  #computeNextSpike(neuron: number, t: number, arrived: boolean): number {
    const next = this.dynamics.predictSpike(neuron, t, arrived);
    if (!(next >= t))
      throw new UserError(
        `${this.#name}: at ${t} ms the dynamics predict the next spike of neuron ${neuron} at ${next}, but it must be >= ${t} ms.`,
      );
    return next;
  }
}
