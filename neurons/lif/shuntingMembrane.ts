import type { ModelContext } from '../../core/factories.ts';
import { timeAfter } from '../parts/perNeuron.ts';
import { ClampedState, refuseNegativeWeight } from './clamped.ts';
import type { MembraneParameters } from './membraneParameters.ts';
import type { LifParams } from './params.ts';
import type { LifDynamics } from './perNeuronLif.ts';

const INHIBITORY = 1;

/**
 * Base class of LIF neurons with exponential conductances. An arrival of weight w nS adds |w| to ge if w >= 0, else to gi, unless the
 * projection selects the receptor. Refractoriness clamps V, not the conductances.
 */
export abstract class ConductanceDynamics implements LifDynamics {
  readonly receptors = ['excitatory', 'inhibitory'];
  abstract readonly state: LifDynamics['state'];
  readonly thresholds;
  protected readonly clamped: ClampedState;
  protected readonly membranes: MembraneParameters;
  /** Conductances at `since`, in leak conductances. */
  protected readonly exc: Float64Array;
  protected readonly inh: Float64Array;
  readonly #name: string;

  readonly #leak: number | undefined;

  /** @param bytes memory per neuron beyond that of `ClampedState` */
  constructor(p: LifParams, membranes: MembraneParameters, context: ModelContext, bytes: number) {
    this.#name = context.name;
    this.#leak = p.leakConductance;
    this.membranes = membranes;
    this.clamped = new ClampedState(p, membranes, context, bytes);
    this.thresholds = this.clamped.thresholds;
    this.exc = context.arena.f64(p.size);
    this.inh = context.arena.f64(p.size);
  }

  get nextChange(): number {
    return this.membranes.nextChange;
  }

  applyChange(t: number): void {
    for (let j = 0; j < this.exc.length; j++) this.#advance(j, t);
    this.clamped.applyChange();
  }

  restored(): void {
    this.membranes.restored();
  }

  abstract predictSpike(j: number, t: number): number;
  /** Potential at t relative to vInf, mV, of a neuron with potential `begin` (relative to vInf) at `from`, without arrivals. */
  protected abstract potentialAfter(j: number, begin: number, from: number, t: number): number;
  /** Decays the conductances of a neuron from `since` to t. */
  protected abstract decayConductances(j: number, t: number): void;

  receive(j: number, weight: number, receptor: number | undefined, t: number): void {
    if (receptor !== undefined) refuseNegativeWeight(weight, this.#name, this.receptors[receptor]!);
    this.#advance(j, t);
    const inhibitory = receptor === undefined ? weight < 0 : receptor === INHIBITORY;
    (inhibitory ? this.inh : this.exc)[j]! += Math.abs(weight) * this.perLeak(j);
  }

  postSpikeReset(j: number, t: number): void {
    this.inhibit(j, t, t + this.membranes.refractory.at(j));
  }

  inhibit(j: number, t: number, until: number): void {
    this.#advance(j, t);
    this.clamped.clamp(j, t, until, this.membranes.reset.at(j));
  }

  rest(j: number, t: number): void {
    this.exc[j] = this.inh[j] = 0;
    this.clamped.release[j] = t;
    this.clamped.clamp(j, t, t, 0);
  }

  potential(j: number, t: number): number {
    const { v, since, release } = this.clamped;
    const reset = this.membranes.reset.at(j);
    if (t < release[j]!) return reset;
    const clamped = release[j]! > since[j]!;
    const from = clamped ? release[j]! : since[j]!;
    const begin = clamped ? reset : v[j]!;
    const vInf = this.membranes.vInf.at(j);
    return t === from ? begin : vInf + this.potentialAfter(j, begin - vInf, from, t);
  }

  overshoot(j: number, t: number): number {
    return this.potential(j, t) - this.thresholds.at(j, t);
  }

  /** Time `wait` membrane time constants after `start`, on the time grid, ms. */
  protected timeAfterWait(j: number, start: number, wait: number): number {
    return timeAfter(start, wait * this.membranes.tau.at(j));
  }

  /** Inverse of the leak conductance, 1/nS. */
  protected perLeak(j: number): number {
    const { capacitance, tau } = this.membranes;
    return 1 / (this.#leak ?? capacitance.at(j) / tau.at(j));
  }

  #advance(j: number, t: number): void {
    const { v, since } = this.clamped;
    if (t <= since[j]!) return;
    v[j] = this.potential(j, t);
    this.decayConductances(j, t);
    since[j] = t;
  }
}
