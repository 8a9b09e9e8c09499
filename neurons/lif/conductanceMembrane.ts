import type { ModelContext } from '../../core/factories.ts';
import type { Quantity } from '../../core/hooks.ts';
import { exp } from '../../core/math.ts';
import { instantAfter } from '../parts/lazy.ts';
import { Clamped, refuseNegativeWeight } from './clamped.ts';
import type { LifMembrane } from './lazy.ts';
import { type LifParams, leakOf } from './params.ts';
import { shunted, shuntedCrossing } from './shunt.ts';

const INHIBITORY = 1;

/**
 * LIF with exponential conductances: tau dV/dt = -V + R I + ge (Ee - V) + gi (Ei - V), ge and gi in leak conductances, both
 * decaying with tauSyn; an arrival of weight w nS adds |w| to ge if w >= 0, else to gi, unless the projection chooses the
 * receptor. As both decay alike, their common reversal potential (ge Ee + gi Ei)/(ge + gi) only changes at arrivals, and
 * potential and crossings are those of `shunted`. Refractoriness clamps V; the conductances go on.
 */
export class ConductanceMembrane implements LifMembrane {
  readonly receptors = ['excitatory', 'inhibitory'];
  readonly state;
  readonly thresholds;
  readonly #name: string;
  readonly #clamped: Clamped;
  readonly #tau: number;
  readonly #perLeak: number;
  readonly #ratio: number; // tauSyn / tau
  readonly #rateSyn: number;
  readonly #reversals: readonly [number, number];
  /** Conductances at `since`, relative to the leak. */
  readonly #exc: Float64Array;
  readonly #inh: Float64Array;

  constructor(p: LifParams, tauSyn: number, context: ModelContext) {
    const { arena, name } = context;
    this.#name = name;
    this.#tau = p.tau;
    this.#perLeak = 1 / leakOf(p);
    this.#clamped = new Clamped(p, this.#perLeak, context, 32);
    this.thresholds = this.#clamped.thresholds;
    this.#ratio = tauSyn / p.tau;
    this.#rateSyn = 1 / tauSyn;
    this.#reversals = [p.reversalExc - this.#clamped.vInf, p.reversalInh - this.#clamped.vInf];
    this.#exc = arena.f64(p.size);
    this.#inh = arena.f64(p.size);
    this.state = { ...this.#clamped.state, exc: this.#exc, inh: this.#inh };
  }

  /** Conductances in nS. */
  get quantities(): Readonly<Record<'excitatoryConductance' | 'inhibitoryConductance', Quantity>> {
    const of = (g: Float64Array): Quantity => ({
      unit: 'nS',
      of: 'neuron',
      read: (j, t) => (g[j]! * exp((this.#clamped.since[j]! - t) * this.#rateSyn)) / this.#perLeak,
    });
    return { excitatoryConductance: of(this.#exc), inhibitoryConductance: of(this.#inh) };
  }

  receive(j: number, weight: number, receptor: number | undefined, t: number): void {
    if (receptor !== undefined) refuseNegativeWeight(weight, this.#name, this.receptors[receptor]!);
    this.#advance(j, t);
    const inhibitory = receptor === undefined ? weight < 0 : receptor === INHIBITORY;
    (inhibitory ? this.#inh : this.#exc)[j]! += Math.abs(weight) * this.#perLeak;
  }

  next(j: number, t: number): number {
    const { since, vInf } = this.#clamped;
    const start = this.#clamped.free(j, t);
    const above = this.thresholds.above(j, start);
    const decays = this.thresholds.rate > 0;
    const wait = shuntedCrossing(
      this.potential(j, start) - vInf,
      this.#sum(j) * exp((since[j]! - start) * this.#rateSyn),
      this.#reversal(j),
      this.#ratio,
      this.thresholds.origin - vInf + (decays ? 0 : above),
      decays ? above : 0,
      this.thresholds.rate * this.#tau,
    );
    return instantAfter(start, wait * this.#tau);
  }

  spike(j: number, t: number): void {
    this.hold(j, t, t + this.#clamped.refractory);
  }

  hold(j: number, t: number, until: number): void {
    this.#advance(j, t);
    this.#clamped.clamp(j, t, until, this.#clamped.reset);
  }

  rest(j: number, t: number): void {
    this.#exc[j] = this.#inh[j] = 0;
    this.#clamped.release[j] = t;
    this.#clamped.clamp(j, t, t, 0);
  }

  potential(j: number, t: number): number {
    const { v, since, release, vInf, reset } = this.#clamped;
    if (t < release[j]!) return reset;
    const clamped = release[j]! > since[j]!;
    const from = clamped ? release[j]! : since[j]!;
    if (t === from) return clamped ? reset : v[j]!;
    const g = this.#sum(j) * exp((since[j]! - from) * this.#rateSyn);
    const begin = (clamped ? reset : v[j]!) - vInf;
    return vInf + shunted(begin, g, this.#reversal(j), this.#ratio, (t - from) / this.#tau);
  }

  margin(j: number, t: number): number {
    return this.potential(j, t) - this.thresholds.at(j, t);
  }

  #sum(j: number): number {
    return this.#exc[j]! + this.#inh[j]!;
  }

  /** Common reversal potential, above vInf. */
  #reversal(j: number): number {
    const g = this.#sum(j);
    return g === 0 ? 0 : (this.#exc[j]! * this.#reversals[0] + this.#inh[j]! * this.#reversals[1]) / g;
  }

  #advance(j: number, t: number): void {
    const { v, since } = this.#clamped;
    const dt = t - since[j]!;
    if (dt <= 0) return;
    v[j] = this.potential(j, t);
    const fade = exp(-dt * this.#rateSyn);
    this.#exc[j]! *= fade;
    this.#inh[j]! *= fade;
    since[j] = t;
  }
}
