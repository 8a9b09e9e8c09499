import { exp } from '../../../core/math.ts';

type Numbers = Float32Array | Float64Array;

/**
 * Puts softmax(z) less 1 at the label into `errors`, the gradient of the cross-entropy, for `classes` scores from `at` on; returns
 * the class with the largest score.
 */
export function softmaxErrors(z: Numbers, at: number, classes: number, label: number, errors: Numbers): number {
  const best = largest(z, at, classes);
  const top = z[at + best]!;
  let sum = 0;
  for (let c = 0; c < classes; c++) sum += errors[at + c] = exp(z[at + c]! - top);
  for (let c = 0; c < classes; c++) errors[at + c] = errors[at + c]! / sum - (c === label ? 1 : 0);
  return best;
}

export function largest(z: Numbers, at: number, classes: number): number {
  let best = 0;
  for (let c = 1; c < classes; c++) if (z[at + c]! > z[at + best]!) best = c;
  return best;
}
