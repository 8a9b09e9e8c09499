import jstat from 'jstat';
import { mean, sampleStandardDeviation } from 'simple-statistics';

/** Mean of a quantity over seeds, with its 95 % confidence interval. */
export interface MeanEstimate {
  /** Mean over seeds; NaN without values. */
  readonly mean: number;
  /** Ends of the 95 % confidence interval of the mean; NaN for fewer than two values. */
  readonly low: number;
  readonly high: number;
}

const CONFIDENCE = 0.95;

/** Mean and interval, mean ± t s / √n with Student's t for n - 1 degrees of freedom (Student 1908, doi:10.1093/biomet/6.1.1). */
export function estimateMean(values: readonly number[]): MeanEstimate {
  const [n, middle] = [values.length, values.length > 0 ? mean([...values]) : Number.NaN];
  const half =
    n < 2
      ? Number.NaN
      : (jstat.jStat.studentt.inv((1 + CONFIDENCE) / 2, n - 1) * sampleStandardDeviation([...values])) / Math.sqrt(n);
  return { mean: middle, low: middle - half, high: middle + half };
}

/** Mean paired difference `values` - `reference`, with its confidence interval; index i belongs to the same seed in both lists. */
export const estimatePairedDifference = (values: readonly number[], reference: readonly number[]): MeanEstimate =>
  estimateMean(values.map((value, i) => value - (reference[i] ?? Number.NaN)).filter(Number.isFinite));

/** Describes a paired difference: `+1.2 points (95 % interval 0.3 to 2.1)`. */
export function describePairedDifference(
  { mean, low, high }: MeanEstimate,
  unit: string,
  format: (value: number) => string = (value) => value.toFixed(1),
): string {
  if (Number.isNaN(mean)) return 'no pair of runs with the same seed';
  const size = `${mean > 0 ? '+' : ''}${format(mean)}${unit === '' ? '' : ` ${unit}`}`;
  if (Number.isNaN(low)) return `${size} (one seed, no interval)`;
  return `${size} (95 % interval ${format(low)} to ${format(high)})${low > 0 || high < 0 ? '' : ', not significantly different'}`;
}

export const describeMeanDifference = (
  differences: readonly number[],
  unit: string,
  format: (value: number) => string,
): string => describePairedDifference(estimateMean(differences), unit, format);
