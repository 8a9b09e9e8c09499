interface BinnedSpikes {
  readonly firstSpikeIndex: number;
  /** Index of the last counted spike, plus 1. */
  readonly endSpikeIndex: number;
  getTime(i: number): number; // ms
  readonly populationIndices: ArrayLike<number>;
}

interface RateBins {
  /** Time window, ms, from the start of the first bin to the end of the last bin. */
  readonly window: readonly [number, number];
  readonly binWidth: number; // ms
  readonly firstBinIndex: number;
  readonly binCount: number;
}

/** Bin width, ms, for 40 to 100 bins in a time window: 1, 2 or 5 times a power of ten. */
export function chooseBinWidth([from, to]: readonly [number, number]): number {
  const least = (to - from) / 100;
  const power = 10 ** Math.floor(Math.log10(least));
  return [1, 2, 5, 10].map((step) => step * power).find((bin) => bin >= least * (1 - 1e-9))!;
}

export const computeBinCount = ([from, to]: readonly [number, number], bin: number): number =>
  Math.max(1, Math.ceil((to - from) / bin - 1e-9));

/** Mean firing rate per neuron, Hz, by population and bin. If the window cuts a bin, only the part inside counts. */
export function computeBinnedRates(
  { firstSpikeIndex: from, endSpikeIndex: to, getTime, populationIndices }: BinnedSpikes,
  sizes: readonly number[],
  { window: [start, end], binWidth: bin, firstBinIndex, binCount }: RateBins,
): Float64Array[] {
  const rates = sizes.map(() => new Float64Array(binCount));
  const last = computeBinCount([start, end], bin) - 1;
  for (let i = from; i < to; i++) {
    const k = Math.min(last, Math.floor((getTime(i) - start) / bin)) - firstBinIndex;
    if (k >= 0 && k < binCount) rates[populationIndices[i]!]![k]!++;
  }
  for (const [p, own] of rates.entries()) {
    for (let k = 0; k < binCount; k++) {
      const seconds = Math.min(bin, end - start - (firstBinIndex + k) * bin) / 1000;
      own[k] = own[k]! / sizes[p]! / seconds;
    }
  }
  return rates;
}
