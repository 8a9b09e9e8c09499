import { clip } from '../lists.ts';

/** Correlation of neighbouring residuals within trains. @param residuals residuals of each train */
export function computeAutocorrelation(residuals: readonly ArrayLike<number>[]): number {
  let [sum, squares, count, pairs] = [0, 0, 0, 0];
  for (const train of residuals) {
    for (let i = 0; i < train.length; i++) {
      squares += train[i]! ** 2;
      if (i > 0) sum += train[i]! * train[i - 1]!;
    }
    count += train.length;
    pairs += train.length - 1;
  }
  return squares === 0 ? 0 : (sum / pairs) * (count / squares);
}

/** Number of independent readings with as much information as `readings` residuals of this autocorrelation. */
export function estimateIndependentCount(readings: number, correlation: number): number {
  const r = clip(correlation, 0, 0.99);
  return Math.max(4, (readings * (1 - r)) / (1 + r));
}
