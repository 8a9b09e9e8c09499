import type { BinnedCounts } from './binnedCounts.ts';
import type { Bins } from './bins.ts';
import { Moments } from './moments.ts';

/**
 * Mean of Pearson's correlation coefficients of the spike counts of all pairs of neurons, exact and without a look at any pair:
 * with z_i = x_i / sd(x_i), Var(sum of z_i) = N + sum over i != j of r_ij. Takes a second pass, for the sd must be known.
 * Neurons whose count never changes have no coefficient and are left out. NaN with fewer than two neurons.
 * Definition of r_ij: `elephant.spike_train_correlation.correlation_coefficient`.
 */
export class MeanCorrelation {
  /** 1 / sd of the counts of each neuron, 0 for those whose count never changes. */
  readonly weights: Float64Array;
  readonly #sum = new Moments();
  readonly #n: number;

  constructor(counts: BinnedCounts, firing: readonly number[]) {
    this.weights = new Float64Array((firing.at(-1) ?? -1) + 1);
    for (const neuron of firing) {
      const { variance } = counts.moments(neuron);
      if (variance > 0) this.weights[neuron] = 1 / Math.sqrt(variance);
    }
    this.#n = this.weights.reduce((n, weight) => (weight > 0 ? n + 1 : n), 0);
  }

  /** The sum of the weights of the spikes in the next bin. */
  bin(sum: number): void {
    this.#sum.add(sum);
  }

  result(): number {
    const n = this.#n;
    return n < 2 ? Number.NaN : (this.#sum.variance - n) / (n * (n - 1));
  }
}

/** Bins of a train and how many spikes are in each, the empty ones left out. */
function occupied(train: ArrayLike<number>, bins: Bins): Map<number, number> {
  const counts = new Map<number, number>();
  for (let i = 0; i < train.length; i++) {
    const bin = bins.of(train[i]!);
    if (bin >= 0) counts.set(bin, (counts.get(bin) ?? 0) + 1);
  }
  return counts;
}

/**
 * Pearson's correlation coefficient of the spike counts of two trains: <a - mean a, b - mean b> / (|a - mean a| |b - mean b|).
 * Definition: `elephant.spike_train_correlation.correlation_coefficient`.
 */
export function correlation(a: ArrayLike<number>, b: ArrayLike<number>, bins: Bins): number {
  const [x, y] = [occupied(a, bins), occupied(b, bins)];
  const total = (counts: Map<number, number>, f: (count: number, bin: number) => number) =>
    [...counts].reduce((sum, [bin, count]) => sum + f(count, bin), 0);
  const [n, m] = [total(x, (c) => c), total(y, (c) => c)];
  const covariance = total(x, (c, bin) => c * (y.get(bin) ?? 0)) - (n * m) / bins.count;
  const spread = (counts: Map<number, number>, sum: number) => total(counts, (c) => c * c) - (sum * sum) / bins.count;
  return covariance / Math.sqrt(spread(x, n) * spread(y, m));
}
