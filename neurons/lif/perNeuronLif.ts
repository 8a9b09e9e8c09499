import type { AdaptiveThreshold } from '../parts/adaptiveThreshold.ts';
import { type NeuronDynamics, PerNeuronPopulation } from '../parts/perNeuron.ts';

/** Dynamics of LIF neurons with adaptive thresholds, for `PerNeuronLif`. */
export interface LifDynamics extends NeuronDynamics {
  readonly thresholds: AdaptiveThreshold;
}

/** LIF population whose neurons are advanced one at a time. */
export class PerNeuronLif extends PerNeuronPopulation<LifDynamics> {
  get thresholds(): AdaptiveThreshold {
    return this.dynamics.thresholds;
  }

  /** Sets the threshold of one neuron, mV from rest. */
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
    if (this.thresholds.gain !== 0) this.predictAll(t); // homeostasis changes all thresholds
  }
}
