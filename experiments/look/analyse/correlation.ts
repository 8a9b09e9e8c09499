import { type BinnedSpikeCounts, RunningVariance, type TimeBins } from './counts.ts';

/**
 * Mean of Pearson's correlation coefficients of spike counts over all pairs of neurons. Exact, but computed without a
 * loop over pairs: with z_i = x_i / sd(x_i), Var(sum of z_i) = N + sum over i != j of r_ij. Needs a second pass, after
 * the standard deviations are known. Neurons with a constant count have no coefficient and are omitted. NaN for fewer
 * than two neurons. Definition of r_ij: `elephant.spike_train_correlation.correlation_coefficient`.
 */
export class MeanCorrelation {
  /** Weight of each neuron's spikes: 1 / standard deviation of its counts; 0 if its count is constant. */
  readonly spikeWeights: Float64Array;
  readonly #weightedSum = new RunningVariance();
  readonly #neuronCount: number;

  constructor(counts: BinnedSpikeCounts, firing: readonly number[]) {
    this.spikeWeights = new Float64Array((firing.at(-1) ?? -1) + 1);
    for (const neuron of firing) {
      const { variance } = counts.computeCountMoments(neuron);
      if (variance > 0) this.spikeWeights[neuron] = 1 / Math.sqrt(variance);
    }
    this.#neuronCount = this.spikeWeights.reduce((n, weight) => (weight > 0 ? n + 1 : n), 0);
  }

  addBin(weightedSum: number): void {
    this.#weightedSum.addValue(weightedSum);
  }

  computeMean(): number {
    const n = this.#neuronCount;
    return n < 2 ? Number.NaN : (this.#weightedSum.variance - n) / (n * (n - 1));
  }
}

function countSpikesByBin(train: ArrayLike<number>, bins: TimeBins): Map<number, number> {
  const counts = new Map<number, number>();
  for (let i = 0; i < train.length; i++) {
    const bin = bins.findBinIndex(train[i]!);
    if (bin >= 0) counts.set(bin, (counts.get(bin) ?? 0) + 1);
  }
  return counts;
}

/**
 * Pearson's correlation coefficient of the spike counts of two trains.
 * Definition: `elephant.spike_train_correlation.correlation_coefficient`.
 */
export function computeCorrelation(a: ArrayLike<number>, b: ArrayLike<number>, bins: TimeBins): number {
  const [x, y] = [countSpikesByBin(a, bins), countSpikesByBin(b, bins)];
  const total = (counts: Map<number, number>, f: (count: number, bin: number) => number) =>
    [...counts].reduce((sum, [bin, count]) => sum + f(count, bin), 0);
  const [n, m] = [total(x, (c) => c), total(y, (c) => c)];
  const covariance = total(x, (c, bin) => c * (y.get(bin) ?? 0)) - (n * m) / bins.binCount;
  const spread = (counts: Map<number, number>, sum: number) =>
    total(counts, (c) => c * c) - (sum * sum) / bins.binCount;
  return covariance / Math.sqrt(spread(x, n) * spread(y, m));
}

export interface Correlogram {
  /** Lags from -K to K, in bins; at a positive lag, the second population fires later than the first one. */
  readonly lags: readonly number[];
  readonly counts: readonly number[];
  /**
   * Expected counts of independent neurons with the same rates: n_a n_b (L - |k|) / L^2, with spike counts n_a and n_b,
   * lag k and number of bins L.
   */
  readonly expected: readonly number[];
}

/**
 * Cross-correlation histogram: C(k) = sum over t of a(t) b(t + k), with spike counts a and b in bins.
 * Definition: `elephant.spike_train_correlation.cross_correlation_histogram`, not border-corrected, summed over all pairs
 * of neurons of the two populations.
 */
export class CrossCorrelogram {
  readonly #maxLag: number; // bins
  readonly #coincidenceCounts: Float64Array;
  readonly #countsA: Float64Array;
  readonly #spikeCountsB: Float64Array;
  #bin = 0;
  #sumA = 0;
  #sumB = 0;

  constructor(maxLag: number) {
    this.#maxLag = maxLag;
    this.#coincidenceCounts = new Float64Array(2 * maxLag + 1);
    this.#countsA = new Float64Array(maxLag + 1);
    this.#spikeCountsB = new Float64Array(maxLag + 1);
  }

  addBin(countA: number, countB: number): void {
    const lag = this.#maxLag;
    const at = this.#bin % (lag + 1);
    this.#countsA[at] = countA;
    this.#spikeCountsB[at] = countB;
    this.#sumA += countA;
    this.#sumB += countB;
    this.#bin++;
    if (countA === 0 && countB === 0) return;
    this.#coincidenceCounts[lag]! += countA * countB;
    for (let k = 1, j = at; k <= lag; k++) {
      j = j === 0 ? lag : j - 1;
      this.#coincidenceCounts[lag + k]! += this.#countsA[j]! * countB;
      this.#coincidenceCounts[lag - k]! += this.#spikeCountsB[j]! * countA;
    }
  }

  /** Correlogram of all spikes. @param selfCoincidences of each neuron with itself, subtracted if both populations are equal */
  computeCorrelogram(selfCoincidences?: { readonly counts: ArrayLike<number>; readonly squares: number }): Correlogram {
    const lags = Array.from(this.#coincidenceCounts, (_, i) => i - this.#maxLag);
    const pairs = this.#sumA * this.#sumB - (selfCoincidences?.squares ?? 0);
    return {
      lags,
      counts: lags.map((k, i) => this.#coincidenceCounts[i]! - (selfCoincidences?.counts[Math.abs(k)] ?? 0)),
      expected: lags.map((k) => (pairs * Math.max(0, this.#bin - Math.abs(k))) / this.#bin ** 2),
    };
  }
}

/**
 * Sum of the neurons' autocorrelation histograms: number of spikes k bins after a spike of the same neuron. Lag 0 is
 * the sum of squared counts, as in `elephant.spike_train_correlation.cross_correlation_histogram` of a train with
 * itself.
 */
export class AutoCorrelogram {
  readonly coincidenceCounts: Float64Array;
  /** Bin indices of each neuron's latest spikes, ascending; spikes older than the longest lag are removed. */
  readonly #latestSpikeBins: number[][] = [];

  constructor(maxLag: number) {
    this.coincidenceCounts = new Float64Array(maxLag + 1);
  }

  addSpike(bin: number, neuron: number): void {
    const recent = (this.#latestSpikeBins[neuron] ??= []);
    while (bin - recent[0]! >= this.coincidenceCounts.length) recent.shift();
    for (const before of recent) this.coincidenceCounts[bin - before]! += before === bin ? 2 : 1;
    this.coincidenceCounts[0]!++;
    recent.push(bin);
  }
}
