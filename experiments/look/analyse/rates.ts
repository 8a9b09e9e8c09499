import { max, mean, median, min, standardDeviation } from 'simple-statistics';
import { Growing } from './growing.ts';

const MS_PER_S = 1000;

/** How a number is spread over the neurons that have one. */
export interface Spread {
  readonly neurons: number;
  readonly mean: number;
  /** N in the denominator. */
  readonly sd: number;
  readonly min: number;
  readonly median: number;
  readonly max: number;
}

/** Of the numbers that are not NaN; null if there are none. */
export function spread(values: Float64Array): Spread | null {
  // The statistics take anything with indices, but say they want a list.
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

/**
 * Mean firing rate of a neuron: spikes / length of the window, both ends included.
 * Definition: `elephant.statistics.mean_firing_rate`.
 */
export class Rates {
  readonly #counts = new Growing(0);
  /** Highest neuron that fired + 1. */
  neurons = 0;
  spikes = 0;

  spike(neuron: number): void {
    this.#counts.at(neuron)[neuron]!++;
    this.spikes++;
    if (neuron >= this.neurons) this.neurons = neuron + 1;
  }

  count(neuron: number): number {
    return this.#counts.at(neuron)[neuron]!;
  }

  /** The neurons that fired, ascending. */
  firing(): number[] {
    return Array.from({ length: this.neurons }, (_, neuron) => neuron).filter((neuron) => this.count(neuron) > 0);
  }

  /** Hz. */
  rate(neuron: number, ms: number): number {
    return (this.count(neuron) / ms) * MS_PER_S;
  }
}
