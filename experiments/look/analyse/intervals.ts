/** Statistics of interspike intervals of single neurons, t_{i+1} - t_i, ms, as in `elephant.statistics.isi`. */
import { MS_PER_S } from './counts.ts';

const BINS_PER_DECADE = 10;
/** Range of the interval histogram, log10(ms). It includes the time grid, 2^-26 ms, and the longest run, 2^27 ms. */
const [MIN_DECADE, MAX_DECADE] = [-8, 9];

/**
 * Allocates accumulated measures, one element per neuron. `run`: number of successive spikes at intervals of at
 * most `maxBurstInterval`.
 */
const allocateColumns = (neuronCount: number) => ({
  lastSpike: new Float64Array(neuronCount).fill(Number.NaN),
  lastInterval: new Float64Array(neuronCount).fill(Number.NaN),
  spikes: new Float64Array(neuronCount),
  mean: new Float64Array(neuronCount),
  squares: new Float64Array(neuronCount),
  cv2Sum: new Float64Array(neuronCount),
  lvSum: new Float64Array(neuronCount),
  run: new Float64Array(neuronCount).fill(1),
});

/** Spike counts and interspike intervals of the neurons in a population. */
export class InterspikeIntervalStatistics {
  readonly #maxBurstInterval: number; // ms
  readonly #minBurstSpikes: number;
  readonly #histogram = new Float64Array((MAX_DECADE - MIN_DECADE) * BINS_PER_DECADE);
  readonly #neurons: ReturnType<typeof allocateColumns>;
  #bursts = 0;
  #burstSpikes = 0;

  constructor(neuronCount: number, maxBurstInterval: number, minBurstSpikes: number) {
    this.#neurons = allocateColumns(neuronCount);
    this.#maxBurstInterval = maxBurstInterval;
    this.#minBurstSpikes = minBurstSpikes;
  }

  addSpike(t: number, neuron: number): void {
    const { lastSpike, lastInterval, spikes, mean, squares, cv2Sum, lvSum, run } = this.#neurons;
    const interval = t - lastSpike[neuron]!;
    lastSpike[neuron] = t;
    const n = spikes[neuron]!++; // number of intervals
    if (n === 0) return;
    // Welford's algorithm computes the variance without the difference of two large, nearly equal sums.
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
    else this.#closeBurst(neuron);
  }

  getSpikeCount(neuron: number): number {
    return this.#neurons.spikes[neuron] ?? 0;
  }

  listFiringNeurons(): number[] {
    return [...this.#neurons.spikes.keys()].filter((neuron) => this.getSpikeCount(neuron) > 0);
  }

  /**
   * Mean firing rate, Hz: number of spikes / length of the time window, both ends included.
   * Definition: `elephant.statistics.mean_firing_rate`. @param duration length of the window, ms
   */
  computeRate(neuron: number, duration: number): number {
    return (this.getSpikeCount(neuron) / duration) * MS_PER_S;
  }

  /**
   * Coefficient of variation of a neuron's interspike intervals: standard deviation (denominator N) / mean. 0 for
   * regular firing, 1 for a Poisson process; NaN for fewer than two intervals. Definition: `elephant.statistics.cv`
   * (`scipy.stats.variation`). Source: Softky & Koch 1993, doi:10.1523/JNEUROSCI.13-01-00334.1993.
   */
  cv(neuron: number): number {
    const { spikes, squares, mean } = this.#neurons;
    const n = spikes[neuron]! - 1;
    return n < 2 ? Number.NaN : Math.sqrt(squares[neuron]! / n) / mean[neuron]!;
  }

  /**
   * CV2: mean over successive intervals of 2 |I_{i+1} - I_i| / (I_{i+1} + I_i). In contrast to CV, not increased by
   * slow rate changes. 0 for regular firing, 1 for a Poisson process; NaN for fewer than two intervals. Definition:
   * `elephant.statistics.cv2`. Source: Holt et al. 1996, doi:10.1152/jn.1996.75.5.1806.
   */
  cv2(neuron: number): number {
    return this.#averageIntervalPairs('cv2Sum', neuron);
  }

  /**
   * Local variation LV: mean over neighbouring intervals of 3 (I_i - I_{i+1})^2 / (I_i + I_{i+1})^2. 0 for regular firing, 1 for a
   * Poisson process. NaN with fewer than two intervals.
   * Definition: `elephant.statistics.lv`. Source: Shinomoto, Shima & Tanji 2003, doi:10.1162/089976603322518759.
   */
  lv(neuron: number): number {
    return this.#averageIntervalPairs('lvSum', neuron);
  }

  /**
   * Histogram of the intervals of all neurons: 10 bins per decade, closed on the left, from the first to the last
   * non-empty bin; `edges`: bin edges, ms, one more than `counts`. Source of the logarithmic axis: Selinger et al. 2007, doi:10.1371/journal.pone.0000439.
   */
  computeHistogram() {
    const first = this.#histogram.findIndex((count) => count > 0);
    if (first < 0) return { edges: [], counts: [] };
    const last = this.#histogram.findLastIndex((count) => count > 0);
    return {
      edges: Array.from({ length: last - first + 2 }, (_, i) => 10 ** ((first + i) / BINS_PER_DECADE + MIN_DECADE)),
      counts: [...this.#histogram.subarray(first, last + 1)],
    };
  }

  /**
   * Burst statistics, to be computed once, at the end. Burst: at least `minBurstSpikes` spikes of one neuron, intervals
   * at most `maxBurstInterval`. Source: interval threshold, as in Cotterill et al. 2016, doi:10.1152/jn.00093.2016.
   * @param spikeCount number of spikes of the population
   */
  computeBursts(spikeCount: number) {
    for (let neuron = 0; neuron < this.#neurons.run.length; neuron++) this.#closeBurst(neuron);
    const count = this.#bursts;
    return { count, share: this.#burstSpikes / spikeCount, spikesPerBurst: this.#burstSpikes / count };
  }

  #closeBurst(neuron: number): void {
    const { run } = this.#neurons;
    if (run[neuron]! >= this.#minBurstSpikes) {
      this.#bursts++;
      this.#burstSpikes += run[neuron]!;
    }
    run[neuron] = 1;
  }

  #averageIntervalPairs(sum: 'cv2Sum' | 'lvSum', neuron: number): number {
    const columns = this.#neurons;
    const n = columns.spikes[neuron]! - 1;
    return n < 2 ? Number.NaN : columns[sum][neuron]! / (n - 1);
  }
}
