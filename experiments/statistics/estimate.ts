import jstat from 'jstat';
import { mean, sampleStandardDeviation } from 'simple-statistics';

/** Mean over seeds and its 95 % interval. */
export interface Estimate {
  /** NaN without values. */
  readonly mean: number;
  /** Ends of the 95 % interval of the mean; NaN with fewer than two values. */
  readonly low: number;
  readonly high: number;
}

/** Mean and 95 % interval, mean ± t s / √n with Student's t for n - 1 degrees of freedom (Student 1908, doi:10.1093/biomet/6.1.1). */
export function estimateMean(values: readonly number[]): Estimate {
  const [n, middle] = [values.length, values.length > 0 ? mean([...values]) : Number.NaN];
  const half =
    n < 2 ? Number.NaN : (jstat.jStat.studentt.inv(0.975, n - 1) * sampleStandardDeviation([...values])) / Math.sqrt(n);
  return { mean: middle, low: middle - half, high: middle + half };
}

/**
 * Mean of the paired differences `values` - `reference` and its 95 % interval. Index i of both holds the value of the same
 * seed; pairs with a value that is not finite are left out.
 */
export const estimateDifference = (values: readonly number[], reference: readonly number[]): Estimate =>
  estimateMean(values.map((value, i) => value - (reference[i] ?? Number.NaN)).filter(Number.isFinite));

/** True if the 95 % interval does not include 0; false without an interval. */
export const isSignificant = ({ low, high }: Estimate): boolean => low > 0 || high < 0;

/**
 * Description of a paired difference: `+1.2 points (95 % interval 0.3 to 2.1)`.
 * @param noEffect conclusion if the interval includes 0
 */
export function describeDifference(
  difference: Estimate,
  unit: string,
  noEffect: 'not significantly different' | 'no significant effect',
  format: (value: number) => string = (value) => value.toFixed(1),
): string {
  const { mean, low, high } = difference;
  if (Number.isNaN(mean)) return 'no pair of runs with the same seed';
  const size = `${mean > 0 ? '+' : ''}${format(mean)}${unit === '' ? '' : ` ${unit}`}`;
  if (Number.isNaN(low)) return `${size} (one seed, no interval)`;
  return `${size} (95 % interval ${format(low)} to ${format(high)})${isSignificant(difference) ? '' : `, ${noEffect}`}`;
}

/** Description of paired differences between two variants, one per seed. */
export const describeMeanDifference = (
  differences: readonly number[],
  unit: string,
  format: (value: number) => string,
): string => describeDifference(estimateMean(differences), unit, 'not significantly different', format);
