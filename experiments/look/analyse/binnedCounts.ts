import type { Bins } from './bins.ts';
import { Growing } from './growing.ts';

/** Spike counts of each neuron in equal bins, as far as variances need them: sums of counts and of squared counts. */
export class BinnedCounts {
  readonly bins: Bins;
  readonly #bin = new Growing(-1);
  readonly #now = new Growing(0);
  readonly #sum = new Growing(0);
  readonly #squares = new Growing(0);

  constructor(bins: Bins) {
    this.bins = bins;
  }

  spike(bin: number, neuron: number): void {
    if (bin < 0) return;
    const b = this.#bin.at(neuron);
    const now = this.#now.at(neuron);
    if (b[neuron] !== bin) {
      this.#close(neuron);
      b[neuron] = bin;
    }
    now[neuron]!++;
  }

  /** Spikes of a neuron in all bins. */
  total(neuron: number): number {
    this.#close(neuron);
    return this.#sum.at(neuron)[neuron]!;
  }

  /** Mean and variance (over all bins, N in the denominator) of the counts of a neuron, once all spikes are in. */
  moments(neuron: number): { readonly mean: number; readonly variance: number } {
    const n = this.bins.count;
    const mean = this.total(neuron) / n;
    return { mean, variance: this.#squares.at(neuron)[neuron]! / n - mean * mean };
  }

  /** Books the bin that a neuron is in. */
  #close(neuron: number): void {
    const now = this.#now.at(neuron);
    const count = now[neuron]!;
    this.#sum.at(neuron)[neuron]! += count;
    this.#squares.at(neuron)[neuron]! += count * count;
    now[neuron] = 0;
  }
}
