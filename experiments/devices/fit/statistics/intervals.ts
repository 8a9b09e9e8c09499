import jstat from 'jstat';
import { mean, sampleStandardDeviation } from 'simple-statistics';
import { CounterRandom } from '../../../../core/random/random.ts';
import { estimateMean } from '../../../statistics/estimate.ts';
import { computeBootstrapInterval, computeStudentRatio } from './bootstrap.ts';
import { type FitProblem, findOptimum, refineOptimum } from './leastSquares.ts';

/** 95 % confidence interval of each parameter; null if it was not fitted, or if there are too few readings. */
export type Intervals = Readonly<Record<string, Interval | null>>;
type Interval = readonly [number, number];

const HIGH = 0.975;
/** Minimum significant correlation of residuals, in standard errors; upper limit of its estimate. */
const [SIGNIFICANT, MAX_CORRELATION] = [2, 0.99];

/**
 * Lag-1 autocorrelation of the residuals, corrected for the bias of the fit (approximately as Marriott & Pope 1954,
 * doi:10.1093/biomet/41.3-4.390); 0 if negative or not significant.
 */
function correlation(left: Float64Array, fitted: number): number {
  let [products, squares] = [0, 0];
  left.forEach((r, i) => {
    squares += r * r;
    if (i > 0) products += r * left[i - 1]!;
  });
  const found = squares > 0 ? products / squares : 0;
  const n = left.length;
  return found > SIGNIFICANT / Math.sqrt(n) ? Math.min(found + (fitted * (1 + found)) / n, MAX_CORRELATION) : 0;
}

/** Bounds of a published parameter, from those of the fitted parameter behind it; infinite if several affect it. */
function boundsOf(problem: FitProblem, values: readonly number[]): (name: string) => Interval {
  const { parameters, readings, toParameters, intervalLimits = {} } = problem;
  const found = toParameters(values, readings);
  const other = toParameters(
    values,
    readings.map((y) => 2 * y),
  );
  const ends = parameters.map(({ low, high }, i) =>
    [low, high].map((end) => toParameters(values.with(i, end), readings)),
  );
  return (name) => {
    if (intervalLimits[name]) return intervalLimits[name];
    const own = ends.filter((pair) => pair.some((p) => p[name] !== found[name]));
    if (own.length !== 1 || other[name] !== found[name]) return [-Infinity, Infinity];
    const both = own[0]!.map((p) => p[name]!);
    return [Math.min(...both), Math.max(...both)];
  };
}

export function fitProblem(problem: FitProblem) {
  const { values, squares } = findOptimum(problem);
  const intervals = (simulations: number) => computeIntervals(problem, values, simulations);
  const autocorrelation = correlation(problem.computeResiduals(values, problem.readings), 0);
  return { values, squares, autocorrelation, params: problem.toParameters(values, problem.readings), intervals };
}

/**
 * Confidence intervals by a parametric bootstrap: fits to readings simulated with normal noise that has the variance
 * and lag-1 autocorrelation of the residuals.
 */
function computeIntervals(problem: FitProblem, values: readonly number[], simulations: number): Intervals {
  const { readings, computeResiduals, parameters, linearCount, toParameters } = problem;
  const found = toParameters(values, readings);
  const left = computeResiduals(values, readings);
  const fitted = parameters.length + linearCount;
  const along = correlation(left, fitted);
  const independent = (left.length * (1 - along)) / (1 + along);
  const freedom = independent - fitted;
  if (freedom < 1) return Object.fromEntries(Object.keys(found).map((name) => [name, null]));
  const squares = left.reduce((sum, r) => sum + r * r, 0) / left.length;
  const sd = Math.sqrt((squares * independent) / freedom);
  const random = new CounterRandom(1, 'intervals');
  const again = Array.from({ length: simulations }, (_, k) => {
    let noise = 0;
    const made = readings.map((y, i) => {
      const fresh = sd * random.normal(k, i);
      noise = i === 0 ? fresh : along * noise + Math.sqrt(1 - along * along) * fresh;
      return y + left[i]! + noise;
    });
    return toParameters(refineOptimum({ ...problem, readings: made }, values), made);
  });
  const bounds = boundsOf(problem, values);
  return Object.fromEntries(
    Object.entries(found).map(([name, value]) => {
      const sims = again.map((one) => one[name]!);
      // Without correction of bias: thresholds without an upper bound scatter too far.
      return [name, computeBootstrapInterval(value, sims, computeStudentRatio(freedom), bounds(name))];
    }),
  );
}

/** Confidence intervals of the mean and of the relative standard deviation of independently fitted values. */
export function computeSampleIntervals(list: readonly number[]): { mean: [number, number]; spread: [number, number] } {
  const degrees = list.length - 1;
  const { low, high } = estimateMean(list);
  const spread = sampleStandardDeviation([...list]) / mean([...list]);
  const chi = (q: number) => spread * Math.sqrt(degrees / jstat.jStat.chisquare.inv(q, degrees));
  return { mean: [Math.max(0, low), high], spread: [chi(HIGH), chi(1 - HIGH)] };
}
