import { Growing } from './growing.ts';
import type { IntervalMeasure } from './intervals.ts';

/**
 * Coefficient of variation of a neuron's inter-spike intervals: standard deviation (N in the denominator) / mean. 0 for a clock, 1 for a
 * Poisson process. NaN with fewer than two intervals.
 * Definition: `elephant.statistics.cv` (`scipy.stats.variation`). Source: Softky & Koch 1993, doi:10.1523/JNEUROSCI.13-01-00334.1993.
 */
export class Cv implements IntervalMeasure {
  readonly #n = new Growing(0);
  readonly #mean = new Growing(0);
  readonly #squares = new Growing(0);

  interval(neuron: number, isi: number): void {
    // Welford's update: no difference of large numbers.
    const n = ++this.#n.at(neuron)[neuron]!;
    const mean = this.#mean.at(neuron);
    const off = isi - mean[neuron]!;
    mean[neuron]! += off / n;
    this.#squares.at(neuron)[neuron]! += off * (isi - mean[neuron]!);
  }

  of(neuron: number): number {
    const n = this.#n.at(neuron)[neuron]!;
    return n < 2 ? Number.NaN : Math.sqrt(this.#squares.at(neuron)[neuron]! / n) / this.#mean.at(neuron)[neuron]!;
  }
}
