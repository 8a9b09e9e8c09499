import type { ElementParameter } from '../../core/declare/elementParameter.ts';
import type { Arena, Floats } from '../../core/kernels/arena.ts';
import { cellsFor, exp, scaleAt } from '../../core/math.ts';
import type { AdaptiveThreshold } from '../parts/adaptiveThreshold.ts';

/** Indices into `clock`: reference time t0 of u; end of the inhibition of the whole population, ms. */
const T0 = 0;
const INHIBITED_UNTIL = 1;

/** Maximum age of the reference time, in units of the shortest tau; the scale is 2.4e17 at that age. */
const REBASE = 40;

/** Rounding function for the element type of `u`. */
export const roundingFor = (u: Floats): ((x: number) => number) => (u instanceof Float32Array ? Math.fround : (x) => x);

/** Scales s = e^((t - t0)/tau) of the potentials u = (V - Vinf) s; neurons with the same tau share a scale. */
export class DeltaScales {
  readonly clock: Float64Array;
  /** True if all neurons have the same tau, as kernels require. */
  readonly shared: boolean;
  /** Maximum age of the reference time, ms. */
  readonly span: number;
  /** Decay rate of the neurons with the shortest tau, 1/ms. */
  readonly rate: number;
  /** Number of table cells for `scaleAt`. */
  readonly cells: number;
  /** Index of the tau of each neuron; decay rate (1/ms), cached scale and time of the cached scale for each tau. */
  readonly #tauIndex: Uint32Array;
  readonly #rates: Float64Array;
  readonly #cachedScales: Float64Array;
  readonly #cachedTimes: Float64Array;

  constructor(tau: ElementParameter, arena: Arena) {
    const taus = [...new Set(tau.values)];
    this.shared = taus.length === 1;
    this.#rates = Float64Array.from(taus, (ms) => 1 / ms);
    const place = new Map(taus.map((ms, k) => [ms, k]));
    this.#tauIndex = Uint32Array.from(this.shared ? [] : tau.values, (ms) => place.get(ms)!);
    this.#cachedScales = new Float64Array(taus.length);
    this.#cachedTimes = new Float64Array(taus.length).fill(Number.NaN);
    this.rate = Math.max(...this.#rates);
    this.cells = cellsFor(this.rate);
    this.span = REBASE / this.rate;
    this.clock = arena.f64(2);
    this.clock[INHIBITED_UNTIL] = -Infinity;
  }

  get t0(): number {
    return this.clock[T0]!;
  }
  set t0(t: number) {
    this.clock[T0] = t;
    if (!this.shared) this.#cachedTimes.fill(Number.NaN);
  }

  get inhibitedUntil(): number {
    return this.clock[INHIBITED_UNTIL]!;
  }
  set inhibitedUntil(t: number) {
    this.clock[INHIBITED_UNTIL] = t;
  }

  /** Called after `state` was loaded. */
  restored(): void {
    this.#cachedTimes.fill(Number.NaN);
  }

  /** Moves the reference time of potentials and thresholds to t if the scale at t would be too large. */
  keepInRange(u: Floats, thresholds: AdaptiveThreshold, t: number): void {
    if ((t - this.t0) * this.rate < REBASE) return;
    const all = this.decayTo(0, t);
    for (let j = 0; j < u.length; j++) if (u[j] !== -Infinity) u[j]! *= this.shared ? all : this.decayTo(j, t);
    this.t0 = t;
    thresholds.rebase(t);
  }

  /** Scale of a neuron at t; a common scale comes from the same table as in kernels. */
  at(neuron: number, t: number): number {
    if (this.shared) return scaleAt(t, this.t0, this.rate, this.cells);
    const k = this.#tauIndex[neuron]!;
    if (this.#cachedTimes[k] === t) return this.#cachedScales[k]!;
    this.#cachedTimes[k] = t;
    return (this.#cachedScales[k] = exp((t - this.t0) * this.#rates[k]!));
  }

  /** Scale of a neuron at t by direct exponentiation, for any t. */
  exactAt(neuron: number, t: number): number {
    return exp((t - this.t0) * this.#rateOf(neuron));
  }

  /** Decay factor from t0 to t: the inverse scale. */
  decayTo(neuron: number, t: number): number {
    return exp((this.t0 - t) * this.#rateOf(neuron));
  }

  /** Decay factor over a duration in ms. */
  decayOver(neuron: number, ms: number): number {
    return exp(-ms * this.#rateOf(neuron));
  }

  #rateOf(neuron: number): number {
    return this.#rates[this.shared ? 0 : this.#tauIndex[neuron]!]!;
  }
}
