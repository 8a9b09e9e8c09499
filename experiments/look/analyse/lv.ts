import { Growing } from './growing.ts';
import type { IntervalMeasure } from './intervals.ts';

/**
 * Local variation LV: mean over neighbouring intervals of 3 (I_i - I_{i+1})^2 / (I_i + I_{i+1})^2. 0 for a clock, 1 for a
 * Poisson process. NaN with fewer than two intervals.
 * Definition: `elephant.statistics.lv`. Source: Shinomoto, Shima & Tanji 2003, doi:10.1162/089976603322518759.
 */
export class Lv implements IntervalMeasure {
  readonly #pairs = new Growing(0);
  readonly #sum = new Growing(0);

  interval(neuron: number, isi: number, before: number): void {
    if (Number.isNaN(before)) return;
    this.#pairs.at(neuron)[neuron]!++;
    this.#sum.at(neuron)[neuron]! += 3 * ((before - isi) / (before + isi)) ** 2;
  }

  of(neuron: number): number {
    return this.#sum.at(neuron)[neuron]! / this.#pairs.at(neuron)[neuron]!;
  }
}
