import jstat from 'jstat';
import { mean, sampleStandardDeviation } from 'simple-statistics';
import { UserError } from '../../../../core/declare/errors.ts';
import { CounterRandom } from '../../../../core/random/random.ts';
import { estimateMean } from '../../../statistics/estimate.ts';
import { clip, dot, findExtent, minimumBy } from '../lists.ts';
import { computeBootstrapInterval, computeStudentToNormalRatio } from './bootstrap.ts';
import {
  type FitParameter,
  type FitProblem,
  fromFitCoordinate,
  minimiseSumOfSquares,
  type ResidualFunction,
  toFitCoordinate,
} from './leastSquares.ts';

/** 95 % confidence interval of each parameter; null if it was not fitted, or if there are too few readings. */
export type ConfidenceIntervals = Readonly<Record<string, Interval | null>>;
type Interval = readonly [number, number];

const HIGH = 0.975;
/** Smallest significant correlation of residuals, in standard errors; upper limit of an estimated correlation. */
const [SIGNIFICANT, MAX_CORRELATION] = [2, 0.99];

/**
 * Lag-1 autocorrelation of the residuals, corrected for the bias of the fit (approximately as Marriott & Pope 1954,
 * doi:10.1093/biomet/41.3-4.390); 0 if negative or not significant.
 */
function estimateCorrelation(left: Float64Array, fitted: number): number {
  let [products, squares] = [0, 0];
  left.forEach((r, i) => {
    squares += r * r;
    if (i > 0) products += r * left[i - 1]!;
  });
  const found = squares > 0 ? products / squares : 0;
  const n = left.length;
  return found > SIGNIFICANT / Math.sqrt(n) ? Math.min(found + (fitted * (1 + found)) / n, MAX_CORRELATION) : 0;
}

/** Bounds of a device parameter, from those of its fit coordinate; infinite if several coordinates affect it. */
function findBounds(
  { parameters, readings, toParameters, intervalLimits = {} }: FitProblem,
  values: readonly number[],
  name: string,
): Interval {
  if (intervalLimits[name]) return intervalLimits[name];
  const published = (own: readonly number[], scale = 1) =>
    toParameters(own, scale === 1 ? readings : readings.map((y) => scale * y))[name]!;
  const found = published(values);
  const own = parameters
    .map(({ low, high }, i) => [low, high].map((end) => published(values.with(i, end))))
    .filter((ends) => ends.some((end) => end !== found));
  return own.length === 1 && published(values, 2) === found ? findExtent(own[0]!) : [-Infinity, Infinity];
}

function combineStarts(parameters: readonly FitParameter[], max: number): number[][] {
  const all = parameters.reduce<number[][]>(
    (lists, u) => lists.flatMap((list) => u.starts.map((start) => [...list, toFitCoordinate(u, start)])),
    [[]],
  );
  return all.length <= max ? all : Array.from({ length: max }, (_, i) => all[Math.floor((i * all.length) / max)]!);
}

const sumSquares = (residuals: Float64Array): number => dot(residuals, residuals);

const MAX_FITS = 4;

/**
 * Fits parameters to readings, from the best of many starts; `squares`: sum of the squared residuals.
 * @throws UserError if no start has finite residuals
 */
export function solveFitProblem(problem: FitProblem) {
  const {
    parameters,
    readings,
    computeResiduals,
    toParameters,
    linearParameterCount: linearCount,
    maxStarts = 200,
  } = problem;
  const bounds = {
    low: parameters.map((u) => toFitCoordinate(u, u.low)),
    high: parameters.map((u) => toFitCoordinate(u, u.high)),
  };
  const toValues = (p: readonly number[]) => parameters.map((u, i) => clip(fromFitCoordinate(u, p[i]!), u.low, u.high)); // finite differences may exceed bounds
  const residualsOf =
    (y: Float64Array): ResidualFunction =>
    (p) =>
      computeResiduals(toValues(p), y);
  const starts = combineStarts(parameters, maxStarts)
    .map((p) => ({ p, squares: sumSquares(residualsOf(readings)(p)) }))
    .filter((start) => Number.isFinite(start.squares))
    .sort((a, b) => a.squares - b.squares)
    .slice(0, MAX_FITS);
  if (starts.length === 0)
    throw new UserError('no model fits the readings with finite values; check for numbers far too large or too small.');
  const optimum = minimumBy(
    starts.map(({ p }) => minimiseSumOfSquares(residualsOf(readings), [p], bounds)),
    ({ squareSum }) => squareSum,
  );
  const values = toValues(optimum.p);
  const params = toParameters(values, readings);
  const left = computeResiduals(values, readings);

  /**
   * 95 % confidence intervals by a parametric bootstrap: fits to readings simulated with normal noise that has the
   * variance and lag-1 autocorrelation of the residuals. An interval is null if the parameter was not fitted, or if there
   * are too few readings.
   */
  const computeIntervals = (simulations: number): ConfidenceIntervals => {
    const fitted = parameters.length + linearCount;
    const along = estimateCorrelation(left, fitted);
    const independent = (left.length * (1 - along)) / (1 + along);
    const freedom = independent - fitted;
    if (freedom < 1) return Object.fromEntries(Object.keys(params).map((name) => [name, null]));
    const sd = Math.sqrt(((sumSquares(left) / left.length) * independent) / freedom);
    const random = new CounterRandom(1, 'intervals');
    const start = parameters.map((u, i) => toFitCoordinate(u, values[i]!));
    const again = Array.from({ length: simulations }, (_, k) => {
      let noise = 0;
      const made = readings.map((y, i) => {
        const fresh = sd * random.normal(k, i);
        noise = i === 0 ? fresh : along * noise + Math.sqrt(1 - along * along) * fresh;
        return y + left[i]! + noise;
      });
      return toParameters(toValues(minimiseSumOfSquares(residualsOf(made), [start], bounds, true).p), made);
    });
    return Object.fromEntries(
      Object.entries(params).map(([name, value]) => {
        const sims = again.map((one) => one[name]!);
        // No bias correction: simulated estimates of thresholds without upper bound scatter too widely to estimate the bias.
        const limits = findBounds(problem, values, name);
        return [name, computeBootstrapInterval(value, sims, computeStudentToNormalRatio(freedom), limits)];
      }),
    );
  };
  return {
    values,
    params,
    squares: optimum.squareSum,
    autocorrelation: estimateCorrelation(left, 0),
    intervals: computeIntervals,
  };
}

/** Confidence intervals of the mean and of the relative standard deviation of independently fitted values. */
export function computeSampleConfidenceIntervals(list: readonly number[]): {
  mean: [number, number];
  spread: [number, number];
} {
  const degrees = list.length - 1;
  const { low, high } = estimateMean(list);
  const spread = sampleStandardDeviation([...list]) / mean([...list]);
  const chi = (q: number) => spread * Math.sqrt(degrees / jstat.jStat.chisquare.inv(q, degrees));
  return { mean: [Math.max(0, low), high], spread: [chi(HIGH), chi(1 - HIGH)] };
}
