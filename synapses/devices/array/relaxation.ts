import type { Arena } from '../../../core/kernels/arena.ts';
import type { Pulses } from '../../../core/kernels/pulses.ts';
import type { Cell } from './cell.ts';
import type { Endurance } from './endurance.ts';
import type { Retention } from './retention.ts';

/** Changes of state between pulses: relaxation of the cell, then retention loss. Stuck devices do not change. */
export class Relaxation {
  /** True if any state changes between pulses. */
  readonly isActive: boolean;
  /** Time of the last pulse of each device, ms, 0 before the first; empty if cells do not relax. State. */
  readonly since: Float64Array;
  readonly #g: Float64Array;
  readonly #relaxed: Cell['relaxed'];
  readonly #retention: Retention | null;
  readonly #endurance: Endurance;

  /** @param g states after the last pulse */
  constructor(g: Float64Array, { relaxed }: Cell, retention: Retention | null, endurance: Endurance, arena: Arena) {
    this.#g = g;
    this.#relaxed = relaxed;
    this.#retention = retention;
    this.#endurance = endurance;
    this.isActive = relaxed !== undefined || retention !== null;
    this.since = arena.f64(relaxed === undefined ? 0 : g.length);
  }

  /** State of device k at t. */
  stateAt(k: number, t: number): number {
    const g = this.#g[k]!;
    if (!this.isActive || this.#endurance.isStuck(k)) return g;
    const left = this.#relaxed === undefined ? g : this.#relaxed(k, g, t - this.since[k]!);
    return this.#retention === null ? left : this.#retention.stateAt(k, left, t);
  }

  /** Advances the states `before` of a batch from the last pulse to t. */
  relaxBatch(p: Pulses, t: number): void {
    const { edges, count, before } = p;
    const relaxed = this.#relaxed;
    const since = this.since;
    if (relaxed) for (let i = 0; i < count; i++) before[i] = relaxed(edges[i]!, before[i]!, t - since[edges[i]!]!);
    this.#retention?.relaxBatch(p, t);
    if (!this.#endurance.isActive) return;
    for (let i = 0; i < count; i++) if (this.#endurance.isStuck(edges[i]!)) before[i] = this.#g[edges[i]!]!;
  }

  /** Records t as the time of the last pulse of a batch; returns the stamp that kernels store in `programmed`. */
  stampBatch({ edges, count }: Pulses, t: number): number {
    const since = this.since;
    if (since.length > 0) for (let i = 0; i < count; i++) since[edges[i]!] = t;
    return this.#retention === null ? 0 : this.#retention.stamp(t);
  }

  /** Records t as the time of the last pulse of device k. */
  stamp(k: number, t: number): void {
    if (this.since.length > 0) this.since[k] = t;
    if (this.#retention !== null) this.#retention.programmed[k] = this.#retention.stamp(t);
  }

  restored(): void {
    this.#retention?.restored?.();
  }
}
