import { UserError } from '../../../../core/declare/errors.ts';
import { leastSquares, type Residuals } from './leastSquares.ts';

/** Fitted parameter: its bounds and its starting values. */
export interface FitParameter {
  readonly low: number;
  readonly high: number;
  readonly starts: readonly number[];
  /** True if the logarithm of the parameter is fitted. */
  readonly log?: boolean;
}

/** Least-squares problem: readings, unknown parameters and residuals of a model. */
export interface FitProblem {
  readonly unknowns: readonly FitParameter[];
  /** Measured values, scaled to a maximum of about 1. */
  readonly readings: Float64Array;
  /** Function that returns the residuals, model - readings; it may solve for linear parameters itself. */
  readonly residuals: (values: readonly number[], readings: Float64Array) => Float64Array;
  /** Maximum number of starting points at which the residuals are evaluated; default: 200. */
  readonly maxStarts?: number;
}

/** Result of a least-squares fit within bounds. */
export interface Optimum {
  readonly values: number[];
  /** Sum of the squared residuals. */
  readonly squares: number;
}

const toCoordinate = ({ log }: FitParameter, value: number): number => (log ? Math.log(value) : value);

/** Combines the starting values of all parameters; of more than `max` combinations, selects evenly. */
function combineStarts(unknowns: readonly FitParameter[], max: number): number[][] {
  const all = unknowns.reduce<number[][]>(
    (lists, u) => lists.flatMap((list) => u.starts.map((s) => [...list, toCoordinate(u, s)])),
    [[]],
  );
  return all.length <= max ? all : Array.from({ length: max }, (_, i) => all[Math.floor((i * all.length) / max)]!);
}

/** Transforms a problem to fit coordinates (values or logarithms); also returns the conversion back to values. */
function toFitCoordinates({ unknowns, readings, residuals }: FitProblem) {
  const values = (p: readonly number[]) =>
    p.map((v, i) => {
      const { low, high, log } = unknowns[i]!;
      return Math.min(Math.max(log ? Math.exp(v) : v, low), high); // finite differences may exceed bounds
    });
  const residualsAt: Residuals = (p) => residuals(values(p), readings);
  const bounds = {
    low: unknowns.map((u) => toCoordinate(u, u.low)),
    high: unknowns.map((u) => toCoordinate(u, u.high)),
  };
  return { values, residualsAt, bounds };
}

/** Number of starting points from which least-squares fits are run. */
const MAX_FITS = 4;

/** Fits parameters to readings, from the best of many starts. @throws UserError if no start has finite residuals */
export function findOptimum(problem: FitProblem): Optimum {
  const { values, residualsAt, bounds } = toFitCoordinates(problem);
  const sumSquares = (p: readonly number[]) => residualsAt(p).reduce((sum, r) => sum + r * r, 0);
  const starts = combineStarts(problem.unknowns, problem.maxStarts ?? 200)
    .map((p) => ({ p, squares: sumSquares(p) }))
    .filter((s) => Number.isFinite(s.squares))
    .sort((a, b) => a.squares - b.squares)
    .slice(0, MAX_FITS);
  if (starts.length === 0)
    throw new UserError('no model has finite values at these readings; check for numbers far too large or too small.');
  const found = starts
    .map(({ p }) => leastSquares(residualsAt, [p], bounds))
    .reduce((a, b) => (b.squares < a.squares ? b : a));
  return { values: values(found.p), squares: found.squares };
}

/** Fits parameters again to slightly different readings, from the single starting point `from`. */
export function refineOptimum(problem: FitProblem, from: readonly number[]): number[] {
  const { values, residualsAt, bounds } = toFitCoordinates(problem);
  const start = problem.unknowns.map((u, i) => toCoordinate(u, from[i]!));
  return values(leastSquares(residualsAt, [start], bounds, true).p);
}

/**
 * Information criterion of a model fitted to n readings, lower is better: BIC (Schwarz 1978) or, if its penalty is
 * larger, AICc for few readings (Hurvich & Tsai 1989, doi:10.1093/biomet/76.2.297).
 */
export function computeCriterion(squares: number, n: number, unknowns: number): number {
  const k = unknowns + 1; // the variance is a parameter too
  const correctedPenalty = n > k + 1 ? 2 * k + (2 * k * (k + 1)) / (n - k - 1) : Infinity;
  return n * Math.log(Math.max(squares, 1e-30 * n) / n) + Math.max(k * Math.log(n), correctedPenalty);
}
