import type { ModelContext } from '../../core/factories.ts';
import type { Quantity } from '../../core/hooks.ts';
import { exp } from '../../core/math.ts';
import { conductanceCrossing, conductancePotential } from './conductancePotential.ts';
import type { MembraneParameters } from './membraneParameters.ts';
import type { LifParams } from './params.ts';
import { ConductanceDynamics } from './shuntingMembrane.ts';

/**
 * LIF neuron with exponential conductances: tau dV/dt = -V + R I + ge (Ee - V) + gi (Ei - V), ge and gi in leak conductances, both decaying
 * with tauSyn. Their common reversal potential (ge Ee + gi Ei)/(ge + gi) changes only at arrivals. Potential and crossings have the
 * closed forms `conductancePotential` and `conductanceCrossing`.
 */
export class OneTauConductanceDynamics extends ConductanceDynamics {
  readonly state;
  readonly #tauSyn: number;
  readonly #rateSyn: number;
  readonly #reversals: readonly [number, number];

  constructor(p: LifParams, tauSyn: number, membranes: MembraneParameters, context: ModelContext) {
    super(p, membranes, context, 32);
    this.#tauSyn = tauSyn;
    this.#rateSyn = 1 / tauSyn;
    this.#reversals = [p.reversalExc, p.reversalInh];
    this.state = { ...this.clamped.state, exc: this.exc, inh: this.inh };
  }

  /** Conductances, nS. */
  get quantities(): Readonly<Record<'excitatoryConductance' | 'inhibitoryConductance', Quantity>> {
    const of = (g: Float64Array): Quantity => ({
      unit: 'nS',
      of: 'neuron',
      read: (j, t) => (g[j]! * exp((this.clamped.since[j]! - t) * this.#rateSyn)) / this.perLeak(j),
    });
    return { excitatoryConductance: of(this.exc), inhibitoryConductance: of(this.inh) };
  }

  predictSpike(j: number, t: number): number {
    const { since } = this.clamped;
    const vInf = this.membranes.vInf.at(j);
    const start = this.clamped.freeFrom(j, t);
    const above = this.thresholds.aboveOrigin(j, start);
    const decays = this.thresholds.rate > 0;
    const wait = conductanceCrossing(
      this.potential(j, start) - vInf,
      this.#totalConductance(j) * exp((since[j]! - start) * this.#rateSyn),
      this.#reversal(j),
      this.#tauRatio(j),
      this.thresholds.origin.at(j) - vInf + (decays ? 0 : above),
      decays ? above : 0,
      this.thresholds.rate * this.membranes.tau.at(j),
    );
    return this.timeAfterWait(j, start, wait);
  }

  protected potentialAfter(j: number, begin: number, from: number, t: number): number {
    const g = this.#totalConductance(j) * exp((this.clamped.since[j]! - from) * this.#rateSyn);
    return conductancePotential(begin, g, this.#reversal(j), this.#tauRatio(j), (t - from) / this.membranes.tau.at(j));
  }

  protected decayConductances(j: number, t: number): void {
    const fade = exp(-(t - this.clamped.since[j]!) * this.#rateSyn);
    this.exc[j]! *= fade;
    this.inh[j]! *= fade;
  }

  #tauRatio(j: number): number {
    return this.#tauSyn / this.membranes.tau.at(j);
  }

  #totalConductance(j: number): number {
    return this.exc[j]! + this.inh[j]!;
  }

  /** Common reversal potential of both conductances relative to vInf, mV. */
  #reversal(j: number): number {
    const g = this.#totalConductance(j);
    const vInf = this.membranes.vInf.at(j);
    const [exc, inh] = this.#reversals;
    return g === 0 ? 0 : (this.exc[j]! * (exc - vInf) + this.inh[j]! * (inh - vInf)) / g;
  }
}
