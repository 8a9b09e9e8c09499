import type { IntervalMeasure } from './intervals.ts';

const PER_DECADE = 10;
/** 2^-26 ms, the grid of times, lies above 10^-8 ms; the longest run has 2^27 ms. */
const LOWEST = -8;
const HIGHEST = 9;

export interface IsiHistogram {
  /** ms; one more than counts. */
  readonly edges: readonly number[];
  readonly counts: readonly number[];
}

/**
 * Histogram of the inter-spike intervals of all neurons, in bins that are equally wide on a logarithmic axis, 10 a decade,
 * closed on the left. Intervals: `elephant.statistics.isi`. Source of the log axis: Selinger et al. 2007, doi:10.1371/journal.pone.0000439.
 */
export class IsiCounts implements IntervalMeasure {
  readonly #counts = new Float64Array((HIGHEST - LOWEST) * PER_DECADE);

  interval(_neuron: number, isi: number): void {
    this.#counts[Math.floor((Math.log10(isi) - LOWEST) * PER_DECADE)]!++;
  }

  /** From the first bin with an interval to the last. */
  result(): IsiHistogram {
    const first = this.#counts.findIndex((count) => count > 0);
    if (first < 0) return { edges: [], counts: [] };
    const last = this.#counts.findLastIndex((count) => count > 0);
    return {
      edges: Array.from({ length: last - first + 2 }, (_, i) => 10 ** ((first + i) / PER_DECADE + LOWEST)),
      counts: [...this.#counts.subarray(first, last + 1)],
    };
  }
}
