import { levenbergMarquardt } from 'ml-levenberg-marquardt';

/** Function that returns the weighted residuals at given coordinates. */
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

/** Value that replaces infinite or NaN residuals, which would make the normal equations unsolvable. */
const LARGEST = 1e60;
const DIFFERENCE = 1e-6;
const ROUND = 10;
const [MOST_ROUNDS, FEW_ROUNDS] = [10, 2];
/** Relative decrease of the sum of squares in one round below which the fit has converged. */
const CONVERGENCE_TOLERANCE = 1e-7;

/** Runs one round of Levenberg-Marquardt iterations; returns the start if the normal equations are singular. */
function round(residuals: Residuals, start: readonly number[], bounds: Bounds, central: boolean): Optimum {
  try {
    return steps(residuals, start, bounds, central);
  } catch (error) {
    if (!(error instanceof Error && error.message === 'LU matrix is singular')) throw error;
    return { p: [...start], squares: computeSumOfSquares(residuals(start)) };
  }
}

function steps(residuals: Residuals, start: readonly number[], { low, high }: Bounds, central: boolean): Optimum {
  const count = residuals(start).length;
  const data = { x: Float64Array.from({ length: count }, (_, i) => i), y: new Float64Array(count) };
  const model = (p: number[]) => {
    const r = residuals(p);
    return (i: number) => (Math.abs(r[i]!) < LARGEST ? r[i]! : LARGEST);
  };
  const { parameterValues, parameterError } = levenbergMarquardt(data, model, {
    initialValues: start.map((v, i) => Math.min(Math.max(v, low[i]!), high[i]!)),
    minValues: low,
    maxValues: high,
    damping: 1e-2,
    gradientDifference: DIFFERENCE,
    centralDifference: central,
    maxIterations: ROUND,
    errorTolerance: 1e-30,
    improvementThreshold: 1e-4,
  });
  return { p: [...parameterValues], squares: parameterError };
}

export const computeSumOfSquares = (r: Float64Array): number => {
  let sum = 0;
  for (let i = 0; i < r.length; i++) sum += r[i]! * r[i]!;
  return sum;
};

/**
 * Minimises the sum of squares: one round from each start, then further rounds from the best result until convergence.
 * `near`: the starts are near the optimum, so a few rounds with forward differences suffice.
 */
export function leastSquares(
  residuals: Residuals,
  starts: readonly (readonly number[])[],
  bounds: Bounds,
  near = false,
): Optimum {
  let best = starts
    .map((start) => round(residuals, start, bounds, !near))
    .reduce((a, b) => (b.squares < a.squares ? b : a));
  for (let n = 1; n < (near ? FEW_ROUNDS : MOST_ROUNDS); n++) {
    const next = round(residuals, best.p, bounds, !near);
    const gained = best.squares - next.squares;
    if (gained > 0) best = next;
    if (!(gained > CONVERGENCE_TOLERANCE * best.squares)) break;
  }
  return best;
}
