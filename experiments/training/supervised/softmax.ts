import { exp } from '../../../core/math.ts';
import { findLargest } from '../../statistics/score.ts';

type FloatArray = Float32Array | Float64Array;

/**
 * Computes the gradient of the cross-entropy, softmax(z) minus 1 at the label, into `errors`, for `classes` scores from
 * index `at`. Returns the index of the largest score.
 */
export function softmaxErrors(z: FloatArray, at: number, classes: number, label: number, errors: FloatArray): number {
  const best = findLargest(z, at, classes);
  const maxScore = z[at + best]!;
  let sum = 0;
  for (let c = 0; c < classes; c++) sum += errors[at + c] = exp(z[at + c]! - maxScore);
  for (let c = 0; c < classes; c++) errors[at + c] = errors[at + c]! / sum - (c === label ? 1 : 0);
  return best;
}
