interface BinnedSpikes {
  /** Index of the first counted spike, and index after the last one. */
  readonly firstSpike: number;
  readonly endSpike: number;
  /** ms */
  timeOf(i: number): number;
  readonly populations: ArrayLike<number>;
}

export interface RateBins {
  /** Time window, ms; the first bin begins at its start, and the last bin ends at its end. */
  readonly window: readonly [number, number];
  /** ms */
  readonly binWidth: number;
  readonly firstBin: number;
  readonly binCount: number;
}

/** Chooses a bin width for a time window, ms: 1, 2 or 5 times a power of ten, resulting in 40 to 100 bins. */
export function chooseBinWidth([from, to]: readonly [number, number]): number {
  const least = (to - from) / 100;
  const power = 10 ** Math.floor(Math.log10(least));
  return [1, 2, 5, 10].map((step) => step * power).find((bin) => bin >= least * (1 - 1e-9))!;
}

export const countBins = ([from, to]: readonly [number, number], bin: number): number =>
  Math.max(1, Math.ceil((to - from) / bin - 1e-9));

/** Mean firing rate per neuron, Hz, by population and bin; cut bins use their duration. @param sizes neuron counts */
export function computeBinnedRates(
  { firstSpike: from, endSpike: to, timeOf: time, populations }: BinnedSpikes,
  sizes: readonly number[],
  { window: [start, end], binWidth: bin, firstBin: first, binCount: count }: RateBins,
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
