import type { Arena } from '../../../core/kernels/arena.ts';
import type { Pulses } from '../../../core/kernels/pulses.ts';
import type { Cell } from './cell.ts';
import type { Retention } from './retention.ts';
import type { Wear } from './wear.ts';

/** How states change between pulses: the cell relaxes, then what is left of it is lost (retention). Stuck devices stay as they are. */
export class Fading {
  /** Whether any does. */
  readonly any: boolean;
  /** Time of the last pulse, ms, where the cell relaxes; 0 before the first one. State. */
  readonly since: Float64Array;
  readonly #g: Float64Array;
  readonly #relaxed: Cell['relaxed'];
  readonly #retention: Retention | null;
  readonly #wear: Wear;

  /** @param g states as the last pulses left them */
  constructor(g: Float64Array, { relaxed }: Cell, retention: Retention | null, wear: Wear, arena: Arena) {
    this.#g = g;
    this.#relaxed = relaxed;
    this.#retention = retention;
    this.#wear = wear;
    this.any = relaxed !== undefined || retention !== null;
    this.since = arena.f64(relaxed === undefined ? 0 : g.length);
  }

  /** State of device k at t. */
  at(k: number, t: number): number {
    const g = this.#g[k]!;
    if (!this.any || this.#wear.isStuck(k)) return g;
    const left = this.#relaxed === undefined ? g : this.#relaxed(k, g, t - this.since[k]!);
    return this.#retention === null ? left : this.#retention.left(k, left, t);
  }

  /** The states `before` of a batch at t, where the last pulses left them. */
  fade(p: Pulses, t: number): void {
    const { edges, count, before } = p;
    const relaxed = this.#relaxed;
    const since = this.since;
    if (relaxed) for (let i = 0; i < count; i++) before[i] = relaxed(edges[i]!, before[i]!, t - since[edges[i]!]!);
    this.#retention?.fade(p, t);
    if (!this.#wear.any) return;
    for (let i = 0; i < count; i++) if (this.#wear.isStuck(edges[i]!)) before[i] = this.#g[edges[i]!]!;
  }

  /** The devices of a batch were programmed at t; returns what is to be noted of that in `programmed`. */
  written({ edges, count }: Pulses, t: number): number {
    const since = this.since;
    if (since.length > 0) for (let i = 0; i < count; i++) since[edges[i]!] = t;
    return this.#retention === null ? 0 : this.#retention.stamp(t);
  }

  /** Device k was programmed at t. */
  set(k: number, t: number): void {
    if (this.since.length > 0) this.since[k] = t;
    if (this.#retention !== null) this.#retention.programmed[k] = this.#retention.stamp(t);
  }

  restored(): void {
    this.#retention?.restored?.();
  }
}
