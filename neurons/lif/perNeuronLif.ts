import type { AdaptiveThreshold } from '../parts/adaptiveThreshold.ts';
import { type NeuronDynamics, PerNeuronPopulation } from '../parts/perNeuron.ts';

/** A membrane with thresholds of its own, for `LazyLif`. */
export interface LifDynamics extends NeuronDynamics {
  readonly thresholds: AdaptiveThreshold;
}

/** LIF neurons that are advanced one by one. */
export class PerNeuronLif extends PerNeuronPopulation<LifDynamics> {
  get thresholds(): AdaptiveThreshold {
    return this.dynamics.thresholds;
  }

  /** Sets a threshold, as for an imported network. */
  setThreshold(neuron: number, t: number, mV: number): void {
    this.thresholds.set(neuron, t, mV);
    this.predict(neuron, t);
  }

  override restored(): void {
    this.thresholds.restored();
    super.restored();
  }

  override postSpikeReset(neuron: number, t: number): void {
    this.thresholds.postSpike(neuron, t);
    super.postSpikeReset(neuron, t);
    if (this.thresholds.gain !== 0) this.predictAll(t); // all thresholds have moved
  }
}
