import { UserError } from '../../../../core/declare/errors.ts';
import { leastSquares, type Residuals } from './leastSquares.ts';

/** A parameter to be fitted, in a coordinate in which it moves freely: itself, its logarithm, or a share of its bounds. */
export interface Unknown {
  readonly low: number;
  readonly high: number;
  readonly starts: readonly number[];
  /** Whether its logarithm is what is fitted. */
  readonly log?: boolean;
}

/** Readings, and a model that is to come near them. */
export interface Problem {
  readonly unknowns: readonly Unknown[];
  /** In units of about their largest. */
  readonly readings: Float64Array;
  /** The model less the readings. What it is linear in may follow from them by itself. */
  readonly residuals: (values: readonly number[], readings: Float64Array) => Float64Array;
  /** Starts that are looked at. */
  readonly most?: number;
}

/** What least squares come to, from several starts, within bounds. */
export interface Optimum {
  readonly values: number[];
  /** Sum of the squares of the residuals. */
  readonly squares: number;
}

const toCoordinate = ({ log }: Unknown, value: number): number => (log ? Math.log(value) : value);

/** Every combination of one start each, up to `most`, evenly taken. */
function combined(unknowns: readonly Unknown[], most: number): number[][] {
  const all = unknowns.reduce<number[][]>(
    (lists, u) => lists.flatMap((list) => u.starts.map((s) => [...list, toCoordinate(u, s)])),
    [[]],
  );
  return all.length <= most ? all : Array.from({ length: most }, (_, i) => all[Math.floor((i * all.length) / most)]!);
}

/** A problem in the coordinates of its unknowns. */
function coordinates({ unknowns, readings, residuals }: Problem) {
  const values = (p: readonly number[]) =>
    p.map((v, i) => {
      const { low, high, log } = unknowns[i]!;
      return Math.min(Math.max(log ? Math.exp(v) : v, low), high); // differences look beyond bounds
    });
  const of: Residuals = (p) => residuals(values(p), readings);
  const bounds = {
    low: unknowns.map((u) => toCoordinate(u, u.low)),
    high: unknowns.map((u) => toCoordinate(u, u.high)),
  };
  return { values, of, bounds };
}

/** Starts that are followed to the end. */
const FOLLOWED = 4;

/** Fits values to readings: from the best few of many starts. */
export function optimum(problem: Problem): Optimum {
  const { values, of, bounds } = coordinates(problem);
  const squares = (p: readonly number[]) => of(p).reduce((sum, r) => sum + r * r, 0);
  const starts = combined(problem.unknowns, problem.most ?? 200)
    .map((p) => ({ p, squares: squares(p) }))
    .filter((s) => Number.isFinite(s.squares))
    .sort((a, b) => a.squares - b.squares)
    .slice(0, FOLLOWED);
  if (starts.length === 0)
    throw new UserError(
      'no model comes to finite values at these readings; look for numbers far too large or too small.',
    );
  const found = starts.map(({ p }) => leastSquares(of, [p], bounds)).reduce((a, b) => (b.squares < a.squares ? b : a));
  return { values: values(found.p), squares: found.squares };
}

/** Fits values to readings that lie near those of `from`. */
export function nearOptimum(problem: Problem, from: readonly number[]): number[] {
  const { values, of, bounds } = coordinates(problem);
  const start = problem.unknowns.map((u, i) => toCoordinate(u, from[i]!));
  return values(leastSquares(of, [start], bounds, true).p);
}

/**
 * What models of n readings are compared by, the least is best: the criterion of Schwarz 1978, or, of few readings, that of Hurvich &
 * Tsai 1989 (doi:10.1093/biomet/76.2.297), whichever counts what is fitted for more.
 */
export function criterion(squares: number, n: number, unknowns: number): number {
  const k = unknowns + 1; // the variance is one more
  const few = n > k + 1 ? 2 * k + (2 * k * (k + 1)) / (n - k - 1) : Infinity;
  return n * Math.log(Math.max(squares, 1e-30 * n) / n) + Math.max(k * Math.log(n), few);
}
