/** Interspike intervals of single neurons: `elephant.statistics.isi`, t_{i+1} - t_i. */
import { NeuronColumns } from './neuronColumns.ts';

const BINS_PER_DECADE = 10;
/** Decades of the histogram, log10(ms). The time grid of 2^-26 ms lies above 10^-8 ms; the longest run has 2^27 ms. */
const [MIN_DECADE, MAX_DECADE] = [-8, 9];

export interface IntervalHistogram {
  /** Edges of the bins, ms; one more than counts. */
  readonly edges: readonly number[];
  readonly counts: readonly number[];
}

export interface BurstStatistics {
  /** Number of bursts. */
  readonly count: number;
  /** Share of all spikes that belong to a burst. */
  readonly share: number;
  readonly spikesPerBurst: number;
}

/** Interval statistics of the neurons of a population, from spikes in ascending order of time. */
export class IntervalStatistics {
  readonly #maxBurstInterval: number;
  readonly #minBurstSpikes: number;
  readonly #histogram = new Float64Array((MAX_DECADE - MIN_DECADE) * BINS_PER_DECADE);
  /** `run` is the number of spikes so far in the current run of intervals that are short enough for a burst. */
  readonly #neurons = new NeuronColumns({
    lastSpike: Number.NaN,
    lastInterval: Number.NaN,
    intervals: 0,
    mean: 0,
    squares: 0,
    cv2Sum: 0,
    lvSum: 0,
    run: 1,
  });
  #bursts = 0;
  #burstSpikes = 0;

  /** @param maxBurstInterval longest interval within a burst, ms; @param minBurstSpikes fewest spikes of a burst */
  constructor(maxBurstInterval: number, minBurstSpikes: number) {
    this.#maxBurstInterval = maxBurstInterval;
    this.#minBurstSpikes = minBurstSpikes;
  }

  addSpike(t: number, neuron: number): void {
    const { lastSpike, lastInterval, intervals, mean, squares, cv2Sum, lvSum, run } = this.#neurons.reserve(neuron);
    const interval = t - lastSpike[neuron]!;
    lastSpike[neuron] = t;
    if (Number.isNaN(interval)) return;
    // Welford's update avoids the difference of large numbers.
    const n = ++intervals[neuron]!;
    const deviation = interval - mean[neuron]!;
    mean[neuron]! += deviation / n;
    squares[neuron]! += deviation * (interval - mean[neuron]!);
    const before = lastInterval[neuron]!;
    lastInterval[neuron] = interval;
    if (n > 1) {
      cv2Sum[neuron]! += (2 * Math.abs(interval - before)) / (interval + before);
      lvSum[neuron]! += 3 * ((before - interval) / (before + interval)) ** 2;
    }
    this.#histogram[Math.floor((Math.log10(interval) - MIN_DECADE) * BINS_PER_DECADE)]!++;
    if (interval <= this.#maxBurstInterval) run[neuron]!++;
    else this.#endRun(neuron);
  }

  /**
   * Coefficient of variation of a neuron's intervals: standard deviation (N in the denominator) / mean. 0 for regular firing, 1 for
   * a Poisson process. NaN with fewer than two intervals.
   * Definition: `elephant.statistics.cv` (`scipy.stats.variation`). Source: Softky & Koch 1993, doi:10.1523/JNEUROSCI.13-01-00334.1993.
   */
  cv(neuron: number): number {
    const { intervals, squares, mean } = this.#neurons.reserve(neuron);
    const n = intervals[neuron]!;
    return n < 2 ? Number.NaN : Math.sqrt(squares[neuron]! / n) / mean[neuron]!;
  }

  /**
   * CV2: mean over neighbouring intervals of 2 |I_{i+1} - I_i| / (I_{i+1} + I_i). Unlike CV, slow changes of the rate do not
   * raise it. 0 for regular firing, 1 for a Poisson process. NaN with fewer than two intervals.
   * Definition: `elephant.statistics.cv2`. Source: Holt et al. 1996, doi:10.1152/jn.1996.75.5.1806.
   */
  cv2(neuron: number): number {
    return this.#meanOverPairs('cv2Sum', neuron);
  }

  /**
   * Local variation LV: mean over neighbouring intervals of 3 (I_i - I_{i+1})^2 / (I_i + I_{i+1})^2. 0 for regular firing, 1 for a
   * Poisson process. NaN with fewer than two intervals.
   * Definition: `elephant.statistics.lv`. Source: Shinomoto, Shima & Tanji 2003, doi:10.1162/089976603322518759.
   */
  lv(neuron: number): number {
    return this.#meanOverPairs('lvSum', neuron);
  }

  /**
   * Histogram of the intervals of all neurons, 10 bins per decade, closed on the left, from the first bin with an interval to
   * the last. Source of the logarithmic axis: Selinger et al. 2007, doi:10.1371/journal.pone.0000439.
   */
  histogram(): IntervalHistogram {
    const first = this.#histogram.findIndex((count) => count > 0);
    if (first < 0) return { edges: [], counts: [] };
    const last = this.#histogram.findLastIndex((count) => count > 0);
    return {
      edges: Array.from({ length: last - first + 2 }, (_, i) => 10 ** ((first + i) / BINS_PER_DECADE + MIN_DECADE)),
      counts: [...this.#histogram.subarray(first, last + 1)],
    };
  }

  /**
   * Bursts: at least `minBurstSpikes` spikes of one neuron, with every interval at most `maxBurstInterval`. Call it once, at the end.
   * Source: interval threshold, as compared in Cotterill et al. 2016, doi:10.1152/jn.00093.2016.
   * @param spikeCount number of spikes of the population
   */
  bursts(spikeCount: number): BurstStatistics {
    for (let neuron = 0; neuron < this.#neurons.size; neuron++) this.#endRun(neuron);
    const count = this.#bursts;
    return { count, share: this.#burstSpikes / spikeCount, spikesPerBurst: this.#burstSpikes / count };
  }

  #endRun(neuron: number): void {
    const { run } = this.#neurons.reserve(neuron);
    if (run[neuron]! >= this.#minBurstSpikes) {
      this.#bursts++;
      this.#burstSpikes += run[neuron]!;
    }
    run[neuron] = 1;
  }

  #meanOverPairs(sum: 'cv2Sum' | 'lvSum', neuron: number): number {
    const columns = this.#neurons.reserve(neuron);
    const n = columns.intervals[neuron]!;
    return n < 2 ? Number.NaN : columns[sum][neuron]! / (n - 1);
  }
}
