import jstat from 'jstat';
import { levenbergMarquardt } from 'ml-levenberg-marquardt';
import { Matrix, pseudoInverse } from 'ml-matrix';

/** Residuals, in units of their standard deviation or not, as a function of the coordinates. */
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
const ROUND = 10;
const MOST_ROUNDS = 10;
/** A round that lessens the squares by less than this share of them is the last. */
const CONVERGED = 1e-7;

/** One round of Levenberg-Marquardt. */
function round(residuals: Residuals, start: readonly number[], { low, high }: Bounds): Optimum {
  const count = residuals(start).length;
  const data = { x: Float64Array.from({ length: count }, (_, i) => i), y: new Float64Array(count) };
  const model = (p: number[]) => {
    const r = residuals(p);
    return (i: number) => r[i]!;
  };
  const { parameterValues, parameterError } = levenbergMarquardt(data, model, {
    initialValues: start.map((v, i) => Math.min(Math.max(v, low[i]!), high[i]!)),
    minValues: low,
    maxValues: high,
    damping: 1e-2,
    gradientDifference: DIFFERENCE,
    centralDifference: true,
    maxIterations: ROUND,
    errorTolerance: 1e-30,
    improvementThreshold: 1e-4,
  });
  return { p: [...parameterValues], squares: parameterError };
}

/** One round from each start, then from the best of them round after round until one brings nothing more. */
export function leastSquares(residuals: Residuals, starts: readonly (readonly number[])[], bounds: Bounds): Optimum {
  let best = starts.map((start) => round(residuals, start, bounds)).reduce((a, b) => (b.squares < a.squares ? b : a));
  for (let n = 1; n < MOST_ROUNDS; n++) {
    const next = round(residuals, best.p, bounds);
    const gained = best.squares - next.squares;
    if (gained > 0) best = next;
    if (!(gained > CONVERGED * best.squares)) break;
  }
  return best;
}

/** Standard errors at an optimum whose residuals have variance 1: the roots of the diagonal of (JᵀJ)⁻¹, J the Jacobian. */
export function standardErrors(residuals: Residuals, p: readonly number[]): number[] {
  const columns = p.map((_, k) => {
    const [up, down] = [1, -1].map((sign) => residuals(p.map((v, i) => (i === k ? v + sign * DIFFERENCE : v))));
    return up!.map((r, i) => (r - down![i]!) / (2 * DIFFERENCE));
  });
  const normal = Matrix.zeros(p.length, p.length);
  columns.forEach((a, i) => {
    columns.forEach((b, k) => {
      normal.set(
        i,
        k,
        a.reduce((sum, x, n) => sum + x * b[n]!, 0),
      );
    });
  });
  return pseudoInverse(normal, 1e-12)
    .diagonal()
    .map((v) => Math.sqrt(Math.max(v, 0)));
}

/** The quantile 0.975 of Student's t with `degrees` of freedom. */
export const student = (degrees: number): number => jstat.jStat.studentt.inv(0.975, degrees);
