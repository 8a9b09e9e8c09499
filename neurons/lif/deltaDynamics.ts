import type { ModelContext } from '../../core/factories.ts';
import { exp } from '../../core/math.ts';
import { timeAfter } from '../parts/perNeuron.ts';
import { ClampedDynamics } from './clampedDynamics.ts';
import type { MembraneParameters } from './membraneParameters.ts';
import type { LifParams } from './params.ts';

/** LIF neuron with delta synapses and membrane noise, advanced at its own events; an arrival shifts V by its weight. */
export class DeltaDynamics extends ClampedDynamics {
  readonly state;

  constructor(p: LifParams, membranes: MembraneParameters, context: ModelContext) {
    super(p, membranes, context, 32);
    this.state = this.membraneState;
  }

  receiveArrival(j: number, weight: number, _receptor: number | undefined, t: number) {
    if (t < this.releaseTimes[j]!) return;
    this.advanceTo(j, t);
    this.v[j]! += weight;
    if (weight > 0) this.isRaised[j] = 1;
  }

  protected predictCrossing(j: number, t: number): number {
    const start = this.findClampEnd(j, t);
    const [vInf, tau] = [this.membranes.vInf.getValue(j), this.membranes.tau.getValue(j)];
    return timeAfter(start, this.thresholds.timeToCrossing(j, start, this.potential(j, start), vInf, tau));
  }

  protected potentialAfter(j: number, begin: number, from: number, t: number): number {
    const vInf = this.membranes.vInf.getValue(j);
    return vInf + (begin - vInf) * exp((from - t) / this.membranes.tau.getValue(j));
  }

  protected decaySynapticState() {}
  protected clearSynapticState() {}
}

/** Membrane time constant from which on a neuron has no leak, ms. */
export const LEAKLESS_TAU = 1e300;

/** Integrate-and-fire neuron without leak: C dV/dt = I. Steady potentials in `membranes` are 0. */
export class LeaklessDynamics extends DeltaDynamics {
  #slopeOf(j: number): number {
    return this.membranes.current.getValue(j) / this.membranes.capacitance.getValue(j);
  }

  protected override predictCrossing(j: number, t: number): number {
    const start = this.findClampEnd(j, t);
    const missing = this.thresholds.thresholdAt(j, start) - this.potential(j, start);
    const slope = this.#slopeOf(j);
    return timeAfter(start, missing <= 0 ? 0 : slope > 0 ? missing / slope : Infinity);
  }

  protected override potentialAfter(j: number, begin: number, from: number, t: number): number {
    return begin + this.#slopeOf(j) * (t - from);
  }
}
