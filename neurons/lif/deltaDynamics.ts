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

  receiveArrival(neuron: number, weight: number, _receptor: number | undefined, t: number) {
    if (t < this.releaseTimes[neuron]!) return;
    this.advanceTo(neuron, t);
    this.v[neuron]! += weight;
    if (weight > 0) this.isRaised[neuron] = 1;
  }

  protected predictCrossing(neuron: number, t: number): number {
    const start = this.findClampEnd(neuron, t);
    const [vInf, tau] = [this.membranes.vInf.getValue(neuron), this.membranes.tau.getValue(neuron)];
    return timeAfter(start, this.thresholds.timeToCrossing(neuron, start, this.potential(neuron, start), vInf, tau));
  }

  protected potentialAfter(neuron: number, begin: number, from: number, t: number): number {
    const vInf = this.membranes.vInf.getValue(neuron);
    return vInf + (begin - vInf) * exp((from - t) / this.membranes.tau.getValue(neuron));
  }

  protected decaySynapticState() {}
  protected clearSynapticState() {}
}

/** Membrane time constant from which on a neuron has no leak, ms. */
export const LEAKLESS_TAU = 1e300;

/** Integrate-and-fire neuron without leak: C dV/dt = I. Steady potentials in `membranes` are 0. */
export class LeaklessDynamics extends DeltaDynamics {
  #slopeOf(neuron: number): number {
    return this.membranes.current.getValue(neuron) / this.membranes.capacitance.getValue(neuron);
  }

  protected override predictCrossing(neuron: number, t: number): number {
    const start = this.findClampEnd(neuron, t);
    const missing = this.thresholds.thresholdAt(neuron, start) - this.potential(neuron, start);
    const slope = this.#slopeOf(neuron);
    return timeAfter(start, missing <= 0 ? 0 : slope > 0 ? missing / slope : Infinity);
  }

  protected override potentialAfter(neuron: number, begin: number, from: number, t: number): number {
    return begin + this.#slopeOf(neuron) * (t - from);
  }
}
