import { Matrix, solve } from 'ml-matrix';

/** Weighed residuals as a function of the coordinates. */
export type Residuals = (p: readonly number[]) => Float64Array;

export interface Bounds {
  readonly low: readonly number[];
  readonly high: readonly number[];
}

interface Optimum {
  readonly p: number[];
  /** Sum of the squares of the residuals. */
  readonly squares: number;
}

const DIFFERENCE = 1e-6;
const MOST_STEPS = 60;
/** Damping that no step survives: the optimum is found. */
const MOST_DAMPING = 1e10;
/** A step that lessens the squares by less than this share of them is the last. */
const CONVERGED = 1e-7;

export const sumOfSquares = (r: Float64Array): number => {
  let sum = 0;
  for (let i = 0; i < r.length; i++) sum += r[i]! * r[i]!;
  return sum;
};

/**
 * Levenberg and Marquardt's method between bounds, with Marquardt's scaling. Coordinates that a bound holds back are left out of a
 * step. (ml-levenberg-marquardt takes a closure per reading and the damping of all coordinates alike: 20 times as long.)
 */
function descend(residuals: Residuals, start: readonly number[], { low, high }: Bounds): Optimum {
  const inside = (v: number, k: number) => Math.min(Math.max(v, low[k]!), high[k]!);
  let p = start.map(inside);
  let r = residuals(p);
  let squares = sumOfSquares(r);
  let damping = 1e-3;
  for (let step = 0; step < MOST_STEPS && squares > 0; step++) {
    const columns = jacobian(residuals, p, r, high);
    const slope = columns.map((column) => dot(column, r));
    const free = p.map((_, k) => k).filter((k) => !(slope[k]! > 0 ? p[k]! <= low[k]! : p[k]! >= high[k]!));
    const moving = free.filter((k) => sumOfSquares(columns[k]!) > 0);
    if (moving.length === 0) break;
    const before = squares;
    while (damping < MOST_DAMPING) {
      const move = solved(columns, slope, moving, damping);
      const next = p.map((v, k) => inside(v - (moving.includes(k) ? move[moving.indexOf(k)]! : 0), k));
      const there = residuals(next);
      const found = sumOfSquares(there);
      if (found < squares) {
        [p, r, squares] = [next, there, found];
        damping = Math.max(damping / 8, 1e-12);
        break;
      }
      damping *= 6;
    }
    if (!(before - squares > CONVERGED * before)) break;
  }
  return { p, squares };
}

const dot = (a: Float64Array, b: Float64Array): number => {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
};

/** Columns of derivatives by each coordinate; forwards, or backwards at the upper bound. */
function jacobian(residuals: Residuals, p: readonly number[], r: Float64Array, high: readonly number[]) {
  return p.map((v, k) => {
    const size = DIFFERENCE * Math.max(1, Math.abs(v));
    const by = v + size > high[k]! ? -size : size;
    const there = residuals(p.map((u, i) => (i === k ? u + by : u)));
    for (let i = 0; i < there.length; i++) there[i] = (there[i]! - r[i]!) / by;
    return there;
  });
}

function solved(
  columns: readonly Float64Array[],
  slope: readonly number[],
  moving: readonly number[],
  damping: number,
): number[] {
  const normal = Matrix.zeros(moving.length, moving.length);
  for (const [i, a] of moving.entries()) {
    for (const [k, b] of moving.entries()) {
      const value = dot(columns[a]!, columns[b]!);
      normal.set(i, k, i === k ? value * (1 + damping) : value);
    }
  }
  return solve(normal, Matrix.columnVector(moving.map((k) => slope[k]!)), true).to1DArray();
}

/** The best of what is found from each start. */
export function leastSquares(residuals: Residuals, starts: readonly (readonly number[])[], bounds: Bounds): Optimum {
  return starts.map((start) => descend(residuals, start, bounds)).reduce((a, b) => (b.squares < a.squares ? b : a));
}
