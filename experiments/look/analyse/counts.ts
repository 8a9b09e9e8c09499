import { max, mean, median, min, standardDeviation } from 'simple-statistics';
import { UserError } from '../../../core/declare/errors.ts';

/** Maximum number of neurons; limits the memory to 1.2 GB, at about 300 bytes per neuron. */
const MAX_NEURONS = 2 ** 22;

export function checkPopulationSize(name: string, size: number): void {
  if (size > MAX_NEURONS)
    throw new UserError(
      `${name} has at least ${size} neurons; at most ${MAX_NEURONS} neurons per population can be analysed.`,
    );
}

/**
 * Tolerance at bin edges, as a fraction of the bin width. A spike that precedes an edge by less belongs to the next bin,
 * as in `BinnedSpikeTrain` of Elephant.
 */
export const BIN_EDGE_TOLERANCE = 1e-8;

/** Equal bins of a time window, ms. Bins include their left edge; the last one its right edge too, as `numpy.histogram`. */
export class TimeBins {
  readonly startTime: number;
  readonly endTime: number;
  readonly binWidth: number; // ms
  readonly binCount: number;

  constructor(from: number, to: number, width: number) {
    this.startTime = from;
    this.endTime = to;
    this.binWidth = width;
    this.binCount = Math.floor((to - from) / width + BIN_EDGE_TOLERANCE);
  }

  /** Bin index of a time in the window; -1 after the last complete bin. */
  findBinIndex(t: number): number {
    const bin = Math.floor((t - this.startTime) / this.binWidth + BIN_EDGE_TOLERANCE);
    if (bin < this.binCount) return bin;
    return t === this.endTime &&
      this.startTime + this.binCount * this.binWidth >= this.endTime - BIN_EDGE_TOLERANCE * this.binWidth
      ? this.binCount - 1
      : -1;
  }
}

/** Sums of several series per time bin. Passes the sums of each bin, even if empty, to `onBin`, in order of time. */
export class BinAccumulator {
  readonly bins: TimeBins;
  readonly #sums: Float64Array;
  readonly #onBin: (sums: Float64Array) => void;
  #bin = 0;

  constructor(bins: TimeBins, seriesCount: number, onBin: (sums: Float64Array) => void) {
    this.bins = bins;
    this.#sums = new Float64Array(seriesCount);
    this.#onBin = onBin;
  }

  addCount(bin: number, series: number, amount = 1): void {
    if (bin > this.#bin) this.#advanceToBin(bin);
    this.#sums[series]! += amount;
  }

  finishBins(): void {
    this.#advanceToBin(this.bins.binCount);
  }

  #advanceToBin(to: number): void {
    while (this.#bin < to) {
      this.#onBin(this.#sums);
      this.#sums.fill(0);
      this.#bin++;
    }
  }
}

/** Spike counts per neuron and bin, stored as sums of counts and of squared counts. */
export class BinnedSpikeCounts {
  readonly bins: TimeBins;
  readonly #latestBins: Float64Array; // index of the bin with the latest spike of each neuron
  readonly #latestCounts: Float64Array; // number of spikes in this bin
  readonly #countSums: Float64Array;
  readonly #squares: Float64Array;

  constructor(bins: TimeBins, neuronCount: number) {
    this.bins = bins;
    this.#latestBins = new Float64Array(neuronCount).fill(-1);
    this.#latestCounts = new Float64Array(neuronCount);
    this.#countSums = new Float64Array(neuronCount);
    this.#squares = new Float64Array(neuronCount);
  }

  addSpike(binIndex: number, neuron: number): void {
    if (binIndex < 0) return; // after the last complete bin
    if (this.#latestBins[neuron] !== binIndex) this.#closeBin(neuron);
    this.#latestBins[neuron] = binIndex;
    this.#latestCounts[neuron]!++;
  }

  getSpikeCount(neuron: number): number {
    this.#closeBin(neuron);
    return this.#countSums[neuron]!;
  }

  /** Mean and variance (denominator N) of a neuron's counts over all bins, after all spikes are added. */
  computeCountMoments(neuron: number) {
    const n = this.bins.binCount;
    const mean = this.getSpikeCount(neuron) / n;
    return { mean, variance: this.#squares[neuron]! / n - mean * mean };
  }

  #closeBin(neuron: number): void {
    const count = this.#latestCounts[neuron]!;
    this.#countSums[neuron]! += count;
    this.#squares[neuron]! += count * count;
    this.#latestCounts[neuron] = 0;
  }
}

/** Variance (denominator N) of values that arrive one by one, computed by Welford's algorithm. */
export class RunningVariance {
  #n = 0;
  #mean = 0;
  #squares = 0;

  addValue(x: number): void {
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
export function computeFanoFactor(counts: BinnedSpikeCounts, neuron: number): number {
  const { mean, variance } = counts.computeCountMoments(neuron);
  return variance / mean;
}

/**
 * Synchrony chi of a population: chi^2 = Var_t(mean of x_i) / mean of Var_t(x_i), with x_i(t) the spike count of neuron i in a bin,
 * over the neurons that fire. 1 if all neurons fire alike, about 1/sqrt(N) if they are independent.
 * Source: Golomb & Rinzel 1994, doi:10.1016/0167-2789(94)90214-3; Golomb 2007, doi:10.4249/scholarpedia.1347. Not in Elephant.
 * @param populationVariance variance over bins of the spike count of the population
 */
export function computeSynchrony(
  populationVariance: number,
  counts: BinnedSpikeCounts,
  firingNeurons: readonly number[],
): number {
  const variances = firingNeurons.reduce((sum, neuron) => sum + counts.computeCountMoments(neuron).variance, 0);
  return Math.sqrt(populationVariance / (firingNeurons.length * variances));
}

export const MS_PER_S = 1000;

export interface DistributionSummary {
  readonly neurons: number;
  readonly mean: number;
  /** Standard deviation of the values (denominator N), in their unit. */
  readonly sd: number;
  readonly min: number;
  readonly median: number;
  readonly max: number;
}

/** Distribution of all values that are not NaN; null if all are NaN. */
export function summariseValues(values: Float64Array): DistributionSummary | null {
  // simple-statistics accepts typed arrays, although its types require number[].
  const known = values.filter((value) => !Number.isNaN(value)) as ArrayLike<number> as number[];
  if (known.length === 0) return null;
  return {
    neurons: known.length,
    mean: mean(known),
    sd: standardDeviation(known),
    min: min(known),
    median: median(known),
    max: max(known),
  };
}
