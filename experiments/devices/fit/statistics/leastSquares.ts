import { levenbergMarquardt } from 'ml-levenberg-marquardt';
import { clip, dot, minimumBy } from '../lists.ts';

export type ResidualFunction = (p: readonly number[]) => Float64Array;

export interface ParameterBounds {
  readonly low: readonly number[];
  readonly high: readonly number[];
}

/** Replacement for infinite or NaN residuals, which would make the normal equations unsolvable. */
const LARGEST = 1e60;
const [MOST_ROUNDS, FEW_ROUNDS] = [10, 2];
/** Relative decrease of the sum of squares below which a fit has converged. */
const CONVERGENCE_TOLERANCE = 1e-7;

/** Runs up to ten Levenberg-Marquardt iterations; returns the start values if the normal equations are singular. */
function runRound(
  residuals: ResidualFunction,
  start: readonly number[],
  { low, high }: ParameterBounds,
  central: boolean,
) {
  const left = residuals(start);
  const data = { x: Float64Array.from(left.keys()), y: new Float64Array(left.length) };
  const model = (p: number[]) => {
    const r = residuals(p);
    return (i: number) => (Math.abs(r[i]!) < LARGEST ? r[i]! : LARGEST);
  };
  try {
    const { parameterValues, parameterError } = levenbergMarquardt(data, model, {
      initialValues: start.map((v, i) => clip(v, low[i], high[i])),
      minValues: low,
      maxValues: high,
      damping: 1e-2,
      gradientDifference: 1e-6,
      centralDifference: central,
      maxIterations: 10,
      errorTolerance: 1e-30,
      improvementThreshold: 1e-4,
    });
    return { p: [...parameterValues], squareSum: parameterError };
  } catch (error) {
    if (!(error instanceof Error && error.message === 'LU matrix is singular')) throw error;
    return { p: [...start], squareSum: dot(left, left) };
  }
}

/**
 * Minimises the sum of squares: ten iterations from each start, then more from the best result until convergence.
 * @param near true if starts are near the optimum, so that few iterations with forward differences suffice
 */
export function minimiseSumOfSquares(
  residuals: ResidualFunction,
  starts: readonly (readonly number[])[],
  bounds: ParameterBounds,
  near = false,
) {
  const rounds = starts.map((start) => runRound(residuals, start, bounds, !near));
  let best = minimumBy(rounds, ({ squareSum }) => squareSum);
  for (let n = 1; n < (near ? FEW_ROUNDS : MOST_ROUNDS); n++) {
    const next = runRound(residuals, best.p, bounds, !near);
    const gained = best.squareSum - next.squareSum;
    if (gained > 0) best = next;
    if (!(gained > CONVERGENCE_TOLERANCE * best.squareSum)) break;
  }
  return best;
}

export interface FitParameter {
  readonly low: number;
  readonly high: number;
  readonly starts: readonly number[];
  readonly isLog?: boolean;
}

export interface FitProblem {
  readonly parameters: readonly FitParameter[];
  /** Measured values, scaled to a maximum of about 1. */
  readonly readings: Float64Array;
  /** Residuals: model - readings. The function may solve for linear parameters itself. */
  readonly computeResiduals: (values: readonly number[], readings: Float64Array) => Float64Array;
  /** Number of parameters that are computed from the readings by linear least squares. */
  readonly linearParameterCount: number;
  readonly toParameters: (values: readonly number[], readings: Float64Array) => Readonly<Record<string, number>>;
  readonly intervalLimits?: Readonly<Record<string, readonly [number, number]>>;
  /** Maximum number of starting points; default: 200. */
  readonly maxStarts?: number;
}

type Scale = Pick<FitParameter, 'isLog'>;
export const toFitCoordinate = ({ isLog }: Scale, value: number): number => (isLog ? Math.log(value) : value);
export const fromFitCoordinate = ({ isLog }: Scale, coordinate: number): number =>
  isLog ? Math.exp(coordinate) : coordinate;

/**
 * Information criterion of a fit to n readings, lower is better: BIC (Schwarz 1978) or, if its penalty is larger, AICc
 * (Hurvich & Tsai 1989, doi:10.1093/biomet/76.2.297).
 */
export function computeInformationCriterion(squares: number, n: number, unknowns: number): number {
  const k = unknowns + 1; // the variance is a parameter too
  const correctedPenalty = n > k + 1 ? 2 * k + (2 * k * (k + 1)) / (n - k - 1) : Infinity;
  return n * Math.log(Math.max(squares, 1e-30 * n) / n) + Math.max(k * Math.log(n), correctedPenalty);
}
