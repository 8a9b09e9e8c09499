import type { BinnedCounts } from './binnedCounts.ts';
import { Moments } from './moments.ts';

/**
 * Synchrony chi of a population: chi^2 = Var_t(mean of x_i) / mean of Var_t(x_i), x_i(t) the spike count of neuron i in a bin, over the neurons
 * that fire. 1 if all do the same, about 1/sqrt(N) if they are independent.
 * Source: Golomb & Rinzel 1994, doi:10.1016/0167-2789(94)90214-3; Golomb 2007, doi:10.4249/scholarpedia.1347. Not in Elephant.
 */
export class Synchrony {
  readonly #counts: BinnedCounts;
  readonly #together = new Moments();

  constructor(counts: BinnedCounts) {
    this.#counts = counts;
  }

  /** The spikes of all neurons in the next bin. */
  bin(count: number): void {
    this.#together.add(count);
  }

  /** @param firing the neurons that fire. */
  result(firing: readonly number[]): number {
    const variances = firing.reduce((sum, neuron) => sum + this.#counts.moments(neuron).variance, 0);
    return Math.sqrt(this.#together.variance / (firing.length * variances));
  }
}
