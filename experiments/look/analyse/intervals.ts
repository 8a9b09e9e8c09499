import { Growing } from './growing.ts';

/** A measure of inter-spike intervals. */
export interface IntervalMeasure {
  /** An interval of a neuron in ms and the one before it, NaN if it is the first. */
  interval(neuron: number, isi: number, before: number): void;
}

/** Makes inter-spike intervals of spikes in ascending order of time. Definition: `elephant.statistics.isi`, t_{i+1} - t_i. */
export class Intervals {
  readonly #measures: readonly IntervalMeasure[];
  readonly #last = new Growing(Number.NaN);
  readonly #before = new Growing(Number.NaN);

  constructor(measures: readonly IntervalMeasure[]) {
    this.#measures = measures;
  }

  spike(t: number, neuron: number): void {
    const last = this.#last.at(neuron);
    const isi = t - last[neuron]!;
    last[neuron] = t;
    if (Number.isNaN(isi)) return;
    const before = this.#before.at(neuron);
    for (const measure of this.#measures) measure.interval(neuron, isi, before[neuron]!);
    before[neuron] = isi;
  }
}
