import { snap, TICK } from '../../core/time.ts';
import type { IndexedHeap } from '../parts/indexedHeap.ts';
import type { InhibitedGroupQueue } from '../parts/refractoryQueue.ts';
import type { RefractoryState, ScaledPotentials } from './scaledPotentials.ts';

interface PredictionInput extends Pick<ScaledPotentials, 'thresholds' | 'membranes'> {
  readonly heap: IndexedHeap;
  readonly refractory: RefractoryState;
  readonly groups: InhibitedGroupQueue;
  readonly potential: (neuron: number, t: number) => number;
}

/** Predicts the threshold crossings of a `LifDelta` population, assuming no further arrivals. */
export class DeltaPredictor {
  readonly #input;

  constructor(input: PredictionInput) {
    this.#input = input;
  }

  predictAll(t: number) {
    const { refractory, groups, membranes, thresholds } = this.#input;
    for (let j = 0; j < thresholds.offsets.length; j++)
      if (!refractory.isRefractory(j)) this.predictFromPotential(j, t);
      else if (groups.inhibitedUntilOf(j) > t)
        this.predictFromPotential(j, groups.inhibitedUntilOf(j), membranes.reset.at(j));
    const { queue } = refractory;
    for (let k = 0; k < queue.length; k++) {
      const neuron = queue.neuronAt(k);
      const release = Math.max(queue.releaseTimeAt(k), groups.inhibitedUntilOf(neuron));
      this.predictFromPotential(neuron, release, refractory.potential(neuron, release));
    }
  }

  predictNeuron(neuron: number, t: number) {
    const { refractory, groups } = this.#input;
    if (!refractory.isRefractory(neuron)) {
      this.predictFromPotential(neuron, t);
      return;
    }
    const release = groups.releaseTimeOf(neuron, refractory.queue);
    this.predictFromPotential(neuron, release, refractory.potential(neuron, release));
  }

  predictFromPotential(neuron: number, t: number, v = this.#input.potential(neuron, t)) {
    const { heap, thresholds, membranes } = this.#input;
    const wait = thresholds.timeToCrossing(neuron, t, v, membranes.vInf.at(neuron), membranes.tau.at(neuron));
    heap.setTime(neuron, wait === 0 ? t : Math.max(t + snap(wait), t + TICK));
  }
}
