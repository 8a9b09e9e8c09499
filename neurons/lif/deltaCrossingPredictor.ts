import { snap, TICK } from '../../core/time.ts';
import type { IndexedHeap } from '../parts/indexedHeap.ts';
import type { InhibitedGroupQueue } from '../parts/refractoryQueue.ts';
import type { RefractoryState, ScaledPotentials } from './scaledPotentials.ts';

export type DeltaCrossingPredictor = ReturnType<typeof createDeltaCrossingPredictor>;

/** Creates functions that predict the threshold crossings of a `LifDelta` population, assuming no further arrivals. */
export function createDeltaCrossingPredictor(
  { thresholds, membranes }: ScaledPotentials,
  refractory: RefractoryState,
  groups: InhibitedGroupQueue,
  heap: IndexedHeap,
  potential: (neuron: number, t: number) => number,
) {
  const predictFromPotential = (neuron: number, t: number, v = potential(neuron, t)) => {
    const wait = thresholds.timeToCrossing(
      neuron,
      t,
      v,
      membranes.vInf.getValue(neuron),
      membranes.tau.getValue(neuron),
    );
    heap.setTime(neuron, wait === 0 ? t : Math.max(t + snap(wait), t + TICK));
  };
  return {
    predictFromPotential,
    /** Predicts the next crossing of a neuron that spikes now, from its release on. */
    predictFromRelease(neuron: number, release: number) {
      const isFree = refractory.isFree;
      const v = isFree ? refractory.potentialAtRelease(neuron, release) : membranes.reset.getValue(neuron);
      predictFromPotential(neuron, release, v);
    },
    predictAll(t: number) {
      for (let j = 0; j < thresholds.offsets.length; j++)
        if (!refractory.isRefractory(j)) predictFromPotential(j, t);
        else if (groups.inhibitedUntilOf(j) > t)
          predictFromPotential(j, groups.inhibitedUntilOf(j), membranes.reset.getValue(j));
      const { queue } = refractory;
      for (let k = 0; k < queue.length; k++) {
        const neuron = queue.neuronAt(k);
        const release = Math.max(queue.releaseTimeAt(k), groups.inhibitedUntilOf(neuron));
        predictFromPotential(neuron, release, refractory.potentialAtRelease(neuron, release));
      }
    },
    predictNeuron(neuron: number, t: number) {
      if (!refractory.isRefractory(neuron)) predictFromPotential(neuron, t);
      else {
        const release = groups.releaseTimeOf(neuron, refractory.queue);
        predictFromPotential(neuron, release, refractory.potentialAtRelease(neuron, release));
      }
    },
  };
}
