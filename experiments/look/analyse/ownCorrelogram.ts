import { Growing } from './growing.ts';

/**
 * The autocorrelation histograms of the neurons of a population, summed: how often a neuron fires k bins after itself. Lag 0
 * is the sum of squared counts, as in `elephant.spike_train_correlation.cross_correlation_histogram` of a train with itself.
 * Keeps the spikes of the longest lag.
 */
export class OwnCorrelogram {
  readonly counts: Float64Array;
  readonly #lag: number;
  /** Number of the last spike of each neuron. */
  readonly #last = new Growing(-1);
  /** Of the spikes kept, by their number modulo the length: bin, and number of the one before of the same neuron. */
  #bins = new Float64Array(1024);
  #before = new Float64Array(1024);
  #n = 0;
  #first = 0;

  constructor(lag: number) {
    this.#lag = lag;
    this.counts = new Float64Array(lag + 1);
  }

  spike(bin: number, neuron: number): void {
    const oldest = bin - this.#lag;
    while (this.#first < this.#n && this.#bins[this.#first % this.#bins.length]! < oldest) this.#first++;
    if (this.#n - this.#first === this.#bins.length) this.#grow();
    const last = this.#last.at(neuron);
    const size = this.#bins.length;
    for (let j = last[neuron]!; j >= this.#first; j = this.#before[j % size]!) {
      const k = bin - this.#bins[j % size]!;
      this.counts[k]! += k === 0 ? 2 : 1;
    }
    this.counts[0]!++;
    this.#bins[this.#n % size] = bin;
    this.#before[this.#n % size] = last[neuron]!;
    last[neuron] = this.#n++;
  }

  #grow(): void {
    const [bins, before, size] = [this.#bins, this.#before, this.#bins.length];
    this.#bins = new Float64Array(2 * size);
    this.#before = new Float64Array(2 * size);
    for (let j = this.#first; j < this.#n; j++) {
      this.#bins[j % (2 * size)] = bins[j % size]!;
      this.#before[j % (2 * size)] = before[j % size]!;
    }
  }
}
