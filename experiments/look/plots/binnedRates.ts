/** Spikes in a window, ascending in time. */
interface BinnedSpikes {
  /** Spikes `from` … `to` - 1 are counted. */
  readonly from: number;
  readonly to: number;
  /** ms */
  time(i: number): number;
  readonly populations: ArrayLike<number>;
}

export interface Bins {
  /** ms; bins begin at its start, and the last one ends with it. */
  readonly window: readonly [number, number];
  /** Width of a bin, ms. */
  readonly bin: number;
  /** Number of the first bin that is wanted, from 0, and how many of them. */
  readonly first: number;
  readonly count: number;
}

/** 1, 2 or 5 times a power of ten, at least a hundredth of the window: 40 to 100 bins. */
export function chooseBinWidth([from, to]: readonly [number, number]): number {
  const least = (to - from) / 100;
  const power = 10 ** Math.floor(Math.log10(least));
  return [1, 2, 5, 10].map((step) => step * power).find((bin) => bin >= least * (1 - 1e-9))!;
}

/** Bins of a window; at least one. */
export const countBins = ([from, to]: readonly [number, number], bin: number): number =>
  Math.max(1, Math.ceil((to - from) / bin - 1e-9));

/** Mean rate per neuron in each bin, Hz, for each population of `sizes` neurons; a bin that the window cuts counts its part. */
export function computeBinnedRates(
  { from, to, time, populations }: BinnedSpikes,
  sizes: readonly number[],
  { window: [start, end], bin, first, count }: Bins,
): Float64Array[] {
  const rates = sizes.map(() => new Float64Array(count));
  const last = countBins([start, end], bin) - 1;
  for (let i = from; i < to; i++) {
    const k = Math.min(last, Math.floor((time(i) - start) / bin)) - first;
    if (k >= 0 && k < count) rates[populations[i]!]![k]!++;
  }
  for (const [p, own] of rates.entries()) {
    for (let k = 0; k < count; k++) {
      const seconds = Math.min(bin, end - start - (first + k) * bin) / 1000;
      own[k] = own[k]! / sizes[p]! / seconds;
    }
  }
  return rates;
}
