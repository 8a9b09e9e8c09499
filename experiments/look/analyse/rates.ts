import { max, mean, median, min, standardDeviation } from 'simple-statistics';
import { NeuronColumns } from './neuronColumns.ts';

export const MS_PER_S = 1000;

/** Distribution of a measure over the neurons for which it is defined. */
export interface Distribution {
  /** Number of neurons for which the measure is defined. */
  readonly neurons: number;
  readonly mean: number;
  /** Standard deviation (denominator N). */
  readonly sd: number;
  readonly min: number;
  readonly median: number;
  readonly max: number;
}

/** Distribution of the values that are not NaN; null if there are none. */
export function summariseValues(values: Float64Array): Distribution | null {
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

/**
 * Spike counts and mean firing rates of the neurons in a population. Rate: number of spikes / length of the window,
 * both ends included. Definition: `elephant.statistics.mean_firing_rate`.
 */
export class SpikeCounts {
  readonly #neurons = new NeuronColumns({ count: 0 });
  /** Highest index of a neuron that fired, plus 1. */
  size = 0;
  /** Number of spikes, summed over neurons. */
  total = 0;

  addSpike(neuron: number): void {
    this.#neurons.reserve(neuron).count[neuron]!++;
    this.total++;
    if (neuron >= this.size) this.size = neuron + 1;
  }

  count(neuron: number): number {
    return this.#neurons.reserve(neuron).count[neuron]!;
  }

  /** Indices of the neurons that fired, ascending. */
  firing(): number[] {
    return Array.from({ length: this.size }, (_, neuron) => neuron).filter((neuron) => this.count(neuron) > 0);
  }

  /** Mean firing rate of a neuron, Hz. @param duration length of the time window, ms */
  rate(neuron: number, duration: number): number {
    return (this.count(neuron) / duration) * MS_PER_S;
  }
}

export interface SilenceStatistics {
  /** Longest time without a spike of any neuron, ms, including the times to the ends of the window. */
  readonly longest: number;
  /** Share of time bins without a spike. */
  readonly emptyBins: number;
}

/** Measures the times during which no neuron of a population fires. Own definition, not in Elephant. */
export class SilenceMeter {
  readonly #to: number;
  #last: number;
  #longest = 0;
  #bins = 0;
  #empty = 0;

  constructor(from: number, to: number) {
    this.#last = from;
    this.#to = to;
  }

  addSpike(t: number): void {
    this.#longest = Math.max(this.#longest, t - this.#last);
    this.#last = t;
  }

  addBin(count: number): void {
    this.#bins++;
    if (count === 0) this.#empty++;
  }

  result(): SilenceStatistics {
    return { longest: Math.max(this.#longest, this.#to - this.#last), emptyBins: this.#empty / this.#bins };
  }
}
