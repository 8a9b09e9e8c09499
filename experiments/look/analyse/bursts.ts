import { Growing } from './growing.ts';
import type { IntervalMeasure } from './intervals.ts';

export interface Bursts {
  readonly count: number;
  /** Share of all spikes that belong to a burst. */
  readonly share: number;
  readonly spikesPerBurst: number;
}

/**
 * Bursts: at least `spikes` spikes of one neuron with every interval at most `interval` ms.
 * Source: interval threshold, as compared in Cotterill et al. 2016, doi:10.1152/jn.00093.2016.
 */
export class BurstCounts implements IntervalMeasure {
  readonly #interval: number;
  readonly #spikes: number;
  /** Spikes of the run of short intervals that a neuron is in. */
  readonly #run = new Growing(1);
  #neurons = 0;
  #count = 0;
  #inside = 0;

  constructor(interval: number, spikes: number) {
    this.#interval = interval;
    this.#spikes = spikes;
  }

  interval(neuron: number, isi: number): void {
    this.#neurons = Math.max(this.#neurons, neuron + 1);
    if (isi <= this.#interval) this.#run.at(neuron)[neuron]!++;
    else this.#end(neuron);
  }

  /** @param spikes all spikes of the population. */
  result(spikes: number): Bursts {
    for (let neuron = 0; neuron < this.#neurons; neuron++) this.#end(neuron);
    return { count: this.#count, share: this.#inside / spikes, spikesPerBurst: this.#inside / this.#count };
  }

  #end(neuron: number): void {
    const run = this.#run.at(neuron);
    if (run[neuron]! >= this.#spikes) {
      this.#count++;
      this.#inside += run[neuron]!;
    }
    run[neuron] = 1;
  }
}
