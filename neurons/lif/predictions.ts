import { snap, TICK } from '../../core/time.ts';
import type { AdaptiveThreshold } from '../parts/adaptiveThreshold.ts';
import type { HeldGroups } from '../parts/heldGroups.ts';
import type { IndexedHeap } from '../parts/indexedHeap.ts';
import type { Membranes } from './membranes.ts';
import type { Refractory } from './refractory.ts';

/** What crossings follow from; see `LifDelta`. */
interface Course {
  readonly heap: IndexedHeap;
  readonly thresholds: AdaptiveThreshold;
  readonly refractory: Refractory;
  readonly held: HeldGroups;
  readonly membranes: Membranes;
  readonly potential: (neuron: number, t: number) => number;
}

/** When neurons with delta currents reach threshold if nothing arrives: from now on, or from when they listen again. */
export class Predictions {
  readonly #c: Course;

  constructor(course: Course) {
    this.#c = course;
  }

  /** Of every neuron, as seen at t. */
  all(t: number): void {
    const { refractory, held, membranes, thresholds } = this.#c;
    for (let j = 0; j < thresholds.b.length; j++)
      if (!refractory.is(j)) this.at(j, t);
      else if (held.until(j) > t) this.at(j, held.until(j), membranes.reset.at(j));
    const { queue } = refractory;
    for (let k = 0; k < queue.length; k++) {
      const neuron = queue.neuron(k);
      const release = Math.max(queue.release(k), held.until(neuron));
      this.at(neuron, release, refractory.potential(neuron, release));
    }
  }

  /** Of one that may be refractory or held, as seen at t. */
  one(neuron: number, t: number): void {
    const { refractory, held } = this.#c;
    if (!refractory.is(neuron)) {
      this.at(neuron, t);
      return;
    }
    const release = held.releaseOf(neuron, refractory.queue);
    this.at(neuron, release, refractory.potential(neuron, release));
  }

  /** Of one that is at v at t. */
  at(neuron: number, t: number, v = this.#c.potential(neuron, t)): void {
    const { heap, thresholds, membranes } = this.#c;
    const wait = thresholds.wait(neuron, t, v, membranes.vInf.at(neuron), membranes.tau.at(neuron));
    heap.set(neuron, wait === 0 ? t : Math.max(t + snap(wait), t + TICK));
  }
}
