import { UserError } from '../../../core/declare/errors.ts';

/** Share of predictions equal to their labels, in percent. */
export function accuracy(labels: Uint8Array, predictions: Uint8Array): number {
  requirePairs(labels, predictions);
  return (100 * labels.reduce((hits, label, i) => hits + (label === predictions[i] ? 1 : 0), 0)) / labels.length;
}

/** Images by true class (row) and predicted class (column), `classes x classes`, row-major. */
export function confusionMatrix(labels: Uint8Array, predictions: Uint8Array, classes = 10): Uint32Array {
  requirePairs(labels, predictions);
  const matrix = new Uint32Array(classes * classes);
  for (let i = 0; i < labels.length; i++) {
    const [label, prediction] = [labels[i]!, predictions[i]!];
    if (label >= classes || prediction >= classes) {
      throw new UserError(
        `confusion matrix: image ${i} has label ${label} and prediction ${prediction}, expected 0 to ${classes - 1}`,
      );
    }
    matrix[label * classes + prediction]!++;
  }
  return matrix;
}

export interface Interval {
  readonly low: number;
  readonly high: number;
}

/**
 * Wilson's 95 % interval of a proportion, in percent, from `hits` out of `trials`: with p = hits / trials and z = 1.959964,
 *   (p + z²/2n ± z·sqrt(p(1 − p)/n + z²/4n²)) / (1 + z²/n).
 * It stays within 0–100 and does not vanish at either end.
 * Source: E. B. Wilson, J. Am. Stat. Assoc. 22, 209 (1927).
 */
export function wilsonInterval(hits: number, trials: number): Interval {
  if (!(trials >= 1 && hits >= 0 && hits <= trials)) {
    throw new UserError(
      `interval: ${hits} hits in ${trials} trials, expected 0 to ${trials} hits in at least one trial`,
    );
  }
  const z = 1.959964;
  const p = hits / trials;
  const zz = (z * z) / trials;
  const middle = p + zz / 2;
  const reach = z * Math.sqrt((p * (1 - p)) / trials + zz / (4 * trials));
  const percent = (share: number): number => (100 * share) / (1 + zz);
  return { low: Math.max(0, percent(middle - reach)), high: Math.min(100, percent(middle + reach)) };
}

function requirePairs(labels: Uint8Array, predictions: Uint8Array): void {
  if (labels.length === 0 || labels.length !== predictions.length) {
    throw new UserError(
      `score: ${labels.length} labels and ${predictions.length} predictions, expected the same number, at least one`,
    );
  }
}
