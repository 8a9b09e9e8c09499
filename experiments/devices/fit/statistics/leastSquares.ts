import { levenbergMarquardt } from 'ml-levenberg-marquardt';

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

/** Stands for residuals that are not finite, which the equations of a round cannot hold. */
const LARGEST = 1e60;
const DIFFERENCE = 1e-6;
const ROUND = 10;
const [MOST_ROUNDS, FEW_ROUNDS] = [10, 2];
/** A round that lessens the squares by less than this share of them is the last. */
const CONVERGED = 1e-7;

/** One round of Levenberg-Marquardt; where its equations have no unique solution, it ends where it began. */
function round(residuals: Residuals, start: readonly number[], bounds: Bounds, central: boolean): Optimum {
  try {
    return steps(residuals, start, bounds, central);
  } catch (error) {
    if (!(error instanceof Error && error.message === 'LU matrix is singular')) throw error;
    return { p: [...start], squares: sumOfSquares(residuals(start)) };
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

export const sumOfSquares = (r: Float64Array): number => {
  let sum = 0;
  for (let i = 0; i < r.length; i++) sum += r[i]! * r[i]!;
  return sum;
};

/**
 * One round from each start, then from the best of them round after round until one brings nothing more. `near`:
 * where starts are near the optimum, a few rounds with forward differences do.
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
    if (!(gained > CONVERGED * best.squares)) break;
  }
  return best;
}
