import { Growing } from './growing.ts';
import type { IntervalMeasure } from './intervals.ts';

/** Mean of a term over the neighbouring intervals of each neuron. NaN with fewer than two intervals. */
export abstract class MeanOverNeighbours implements IntervalMeasure {
  readonly #pairs = new Growing(0);
  readonly #sum = new Growing(0);

  protected abstract term(isi: number, before: number): number;

  interval(neuron: number, isi: number, before: number): void {
    if (Number.isNaN(before)) return;
    this.#pairs.at(neuron)[neuron]!++;
    this.#sum.at(neuron)[neuron]! += this.term(isi, before);
  }

  of(neuron: number): number {
    return this.#sum.at(neuron)[neuron]! / this.#pairs.at(neuron)[neuron]!;
  }
}
