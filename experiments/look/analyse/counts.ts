/** Spike counts in time bins, and measures based on their variance. */
import { NeuronColumns } from './neuronColumns.ts';

/** Tolerance at bin edges, in bins, as in Elephant's `BinnedSpikeTrain`: slightly earlier times are on the edge. */
export const EDGE_TOLERANCE = 1e-8;

/** Equal bins of a time window, closed on the left; the last complete bin also on the right, as `numpy.histogram`. */
export class Bins {
  readonly from: number;
  readonly to: number;
  /** ms */
  readonly width: number;
  /** Number of complete bins. */
  readonly count: number;

  constructor(from: number, to: number, width: number) {
    this.from = from;
    this.to = to;
    this.width = width;
    this.count = Math.floor((to - from) / width + EDGE_TOLERANCE);
  }

  /** Bin index of a time in the window; -1 after the last complete bin. */
  indexAt(t: number): number {
    const bin = Math.floor((t - this.from) / this.width + EDGE_TOLERANCE);
    if (bin < this.count) return bin;
    return t === this.to && this.from + this.count * this.width >= this.to - EDGE_TOLERANCE * this.width
      ? this.count - 1
      : -1;
  }
}

/** Sums several series in time bins, in ascending order. Each completed bin, even if empty, is passed to `onBin`. */
export class BinClock {
  readonly bins: Bins;
  readonly #sums: Float64Array;
  readonly #onBin: (sums: Float64Array) => void;
  #bin = 0;

  constructor(bins: Bins, seriesCount: number, onBin: (sums: Float64Array) => void) {
    this.bins = bins;
    this.#sums = new Float64Array(seriesCount);
    this.#onBin = onBin;
  }

  /** Adds `amount` to a series in a bin; bins must be ascending. */
  add(bin: number, series: number, amount = 1): void {
    if (bin > this.#bin) this.#advance(bin);
    this.#sums[series]! += amount;
  }

  finish(): void {
    this.#advance(this.bins.count);
  }

  #advance(to: number): void {
    while (this.#bin < to) {
      this.#onBin(this.#sums);
      this.#sums.fill(0);
      this.#bin++;
    }
  }
}

/** Spike counts of each neuron in equal bins, stored as sums of counts and of squared counts. */
export class BinnedCounts {
  readonly bins: Bins;
  readonly #neurons = new NeuronColumns({ bin: -1, count: 0, sum: 0, squares: 0 });

  constructor(bins: Bins) {
    this.bins = bins;
  }

  /** Adds a spike. @param index bin of the spike; -1 is ignored */
  addSpike(index: number, neuron: number): void {
    if (index < 0) return;
    const { bin, count } = this.#neurons.reserve(neuron);
    if (bin[neuron] !== index) {
      this.#closeBin(neuron);
      bin[neuron] = index;
    }
    count[neuron]!++;
  }

  /** Number of spikes of a neuron, in all bins. */
  total(neuron: number): number {
    this.#closeBin(neuron);
    return this.#neurons.reserve(neuron).sum[neuron]!;
  }

  /** Mean and variance (denominator N) of a neuron's counts over all bins; to be called after all spikes are added. */
  moments(neuron: number): { readonly mean: number; readonly variance: number } {
    const n = this.bins.count;
    const mean = this.total(neuron) / n;
    return { mean, variance: this.#neurons.reserve(neuron).squares[neuron]! / n - mean * mean };
  }

  /** Adds the count in the neuron's last bin to its sums. */
  #closeBin(neuron: number): void {
    const { count, sum, squares } = this.#neurons.reserve(neuron);
    const last = count[neuron]!;
    sum[neuron]! += last;
    squares[neuron]! += last * last;
    count[neuron] = 0;
  }
}

/** Variance (denominator N) of a sequence of numbers, computed with Welford's algorithm. */
export class RunningVariance {
  #n = 0;
  #mean = 0;
  #squares = 0;

  add(x: number): void {
    const deviation = x - this.#mean;
    this.#mean += deviation / ++this.#n;
    this.#squares += deviation * (x - this.#mean);
  }

  get variance(): number {
    return this.#squares / this.#n;
  }
}

/**
 * Fano factor of a neuron: variance (N in the denominator) / mean of its spike counts in the given bins.
 * 1 for a Poisson process. NaN for a silent neuron.
 * Definition: `elephant.statistics.fanofactor`, with consecutive windows of one run in place of trials.
 * Source: Fano 1947, doi:10.1103/PhysRev.72.26.
 */
export function fanoFactor(counts: BinnedCounts, neuron: number): number {
  const { mean, variance } = counts.moments(neuron);
  return variance / mean;
}

/**
 * Synchrony chi of a population: chi^2 = Var_t(mean of x_i) / mean of Var_t(x_i), with x_i(t) the spike count of neuron i in a bin,
 * over the neurons that fire. 1 if all neurons fire alike, about 1/sqrt(N) if they are independent.
 * Source: Golomb & Rinzel 1994, doi:10.1016/0167-2789(94)90214-3; Golomb 2007, doi:10.4249/scholarpedia.1347. Not in Elephant.
 * @param populationVariance variance over bins of the spike count of the population
 * @param firing indices of the neurons that fire
 */
export function synchrony(populationVariance: number, counts: BinnedCounts, firing: readonly number[]): number {
  const variances = firing.reduce((sum, neuron) => sum + counts.moments(neuron).variance, 0);
  return Math.sqrt(populationVariance / (firing.length * variances));
}
