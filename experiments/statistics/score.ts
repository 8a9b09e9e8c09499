import { UserError } from '../../core/declare/errors.ts';

/** Share of predictions that are equal to the label, %. */
export function computeAccuracy(labels: Uint8Array, predictions: Uint8Array): number {
  requirePairs(labels, predictions);
  return (100 * countCorrect(labels, predictions)) / labels.length;
}

export const countCorrect = (labels: Uint8Array, predictions: Uint8Array): number =>
  labels.reduce((count, label, i) => count + (label === predictions[i] ? 1 : 0), 0);

/** Number of images by true class (row) and predicted class (column), `classes x classes`, row-major. */
export function computeConfusionMatrix(labels: Uint8Array, predictions: Uint8Array, classes = 10): Uint32Array {
  requirePairs(labels, predictions);
  const matrix = new Uint32Array(classes * classes);
  for (let i = 0; i < labels.length; i++) {
    const [label, prediction] = [labels[i]!, predictions[i]!];
    if (label >= classes || prediction >= classes)
      throw new UserError(
        `confusion matrix: image ${i} has label ${label} and prediction ${prediction}, expected 0 to ${classes - 1}`,
      );
    matrix[label * classes + prediction]!++;
  }
  return matrix;
}

/** Index of the largest of `count` values from index `from`, relative to `from`; ties go to the lower index. */
export function argmax(values: ArrayLike<number>, from = 0, count = values.length): number {
  let best = 0;
  for (let i = 1; i < count; i++) if (values[from + i]! > values[from + best]!) best = i;
  return best;
}

function requirePairs(labels: Uint8Array, predictions: Uint8Array) {
  if (labels.length === 0 || labels.length !== predictions.length)
    throw new UserError(
      `score: ${labels.length} labels and ${predictions.length} predictions, expected the same number, at least one`,
    );
}
