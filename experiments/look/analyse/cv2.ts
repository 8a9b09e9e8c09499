import { Growing } from './growing.ts';
import type { IntervalMeasure } from './intervals.ts';

/**
 * CV2: mean over neighbouring intervals of 2 |I_{i+1} - I_i| / (I_{i+1} + I_i). Like CV, but slow changes of the rate do not
 * count. 0 for a clock, 1 for a Poisson process. NaN with fewer than two intervals.
 * Definition: `elephant.statistics.cv2`. Source: Holt et al. 1996, doi:10.1152/jn.1996.75.5.1806.
 */
export class Cv2 implements IntervalMeasure {
  readonly #pairs = new Growing(0);
  readonly #sum = new Growing(0);

  interval(neuron: number, isi: number, before: number): void {
    if (Number.isNaN(before)) return;
    this.#pairs.at(neuron)[neuron]!++;
    this.#sum.at(neuron)[neuron]! += (2 * Math.abs(isi - before)) / (isi + before);
  }

  of(neuron: number): number {
    return this.#sum.at(neuron)[neuron]! / this.#pairs.at(neuron)[neuron]!;
  }
}
