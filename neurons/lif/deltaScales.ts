import type { ElementParameter } from '../../core/declare/elementParameter.ts';
import type { Arena, Floats } from '../../core/kernels/arena.ts';
import { cellsFor, exp, scaleAt } from '../../core/math.ts';

/** Indices into `clock`: reference time of u; potentials are clamped at reset until `HELD`. */
const T0 = 0;
const HELD = 1;

/** Scaled potentials are brought back to scale 1 after this many time constants (the scale is 2.4e17 then). */
const REBASE = 40;

/** Rounds to the precision of these numbers. */
export const roundingOf = (u: Floats): ((x: number) => number) => (u instanceof Float32Array ? Math.fround : (x) => x);

/** What potentials that know no decay are scaled by: e^((t - t0)/tau), one scale for all neurons of the same tau. */
export class DeltaScales {
  readonly clock: Float64Array;
  /** Whether all neurons have one tau, so that a kernel can serve them. */
  readonly shared: boolean;
  /** For how long a reference time serves, ms. */
  readonly span: number;
  /** Of the shortest tau. */
  readonly rate: number;
  readonly cells: number;
  /** Which tau each neuron has, their rates, and the scales of each as last taken. */
  readonly #kind: Uint32Array;
  readonly #rates: Float64Array;
  readonly #scales: Float64Array;
  readonly #taken: Float64Array;

  constructor(tau: ElementParameter, arena: Arena) {
    const taus = [...new Set(tau.values)];
    this.shared = taus.length === 1;
    this.#rates = Float64Array.from(taus, (ms) => 1 / ms);
    const place = new Map(taus.map((ms, k) => [ms, k]));
    this.#kind = Uint32Array.from(this.shared ? [] : tau.values, (ms) => place.get(ms)!);
    this.#scales = new Float64Array(taus.length);
    this.#taken = new Float64Array(taus.length).fill(Number.NaN);
    this.rate = Math.max(...this.#rates);
    this.cells = cellsFor(this.rate);
    this.span = REBASE / this.rate;
    this.clock = arena.f64(2);
    this.clock[HELD] = -Infinity;
  }

  get t0(): number {
    return this.clock[T0]!;
  }
  set t0(t: number) {
    this.clock[T0] = t;
    if (!this.shared) this.#taken.fill(Number.NaN);
  }

  get held(): number {
    return this.clock[HELD]!;
  }
  set held(t: number) {
    this.clock[HELD] = t;
  }

  /** After state was loaded. */
  restored(): void {
    this.#taken.fill(Number.NaN);
  }

  /** Whether the scale would grow too large at t. */
  ends(t: number): boolean {
    return (t - this.t0) * this.rate >= REBASE;
  }

  /** The scale of a neuron at an instant. */
  at(neuron: number, t: number): number {
    if (this.shared) return scaleAt(t, this.t0, this.rate, this.cells);
    const k = this.#kind[neuron]!;
    if (this.#taken[k] === t) return this.#scales[k]!;
    this.#taken[k] = t;
    return (this.#scales[k] = exp((t - this.t0) * this.#rates[k]!));
  }

  /** The same from the exponential itself, at any time. */
  to(neuron: number, t: number): number {
    return exp((t - this.t0) * this.#rateOf(neuron));
  }

  /** What is left at t of what is scaled: one over the scale. */
  left(neuron: number, t: number): number {
    return exp((this.t0 - t) * this.#rateOf(neuron));
  }

  /** What is left after `ms`. */
  after(neuron: number, ms: number): number {
    return exp(-ms * this.#rateOf(neuron));
  }

  /** Scales potentials down to what is left of them at t. */
  fade(u: Floats, t: number): void {
    const all = this.left(0, t);
    for (let j = 0; j < u.length; j++) if (u[j] !== -Infinity) u[j]! *= this.shared ? all : this.left(j, t);
  }

  #rateOf(neuron: number): number {
    return this.#rates[this.shared ? 0 : this.#kind[neuron]!]!;
  }
}
