import {
  accuracy,
  type LabelledImages,
  type Matrix,
  type Programming,
  READOUTS,
  Stream,
  UserError,
} from '../../index.ts';
import { onPairs } from '../pairs.ts';

/** Weights between pixels of 0 to 255 and classes, row-major, and what is added to each class in software. */
export interface Classifier {
  readonly weights: Float64Array;
  readonly bias: Float64Array;
  readonly pixels: number;
}

export const CLASSES = 10;
const ARRAY = { rows: 128, columns: 64 };

/** Softmax regression on pixels, in software. */
export function trained({ images, labels, rows, columns }: LabelledImages, count: number, seed: number): Classifier {
  const pixels = rows * columns;
  const stream = new Stream(seed, 'exSitu/training');
  const { evidence, bias } = READOUTS.linear(
    images.subarray(0, count * pixels),
    labels.subarray(0, count),
    count,
    pixels,
    () => stream.uniform(),
  );
  return { weights: evidence, bias, pixels };
}

/** The same from a file: a row for each pixel, and one more for the bias if there is one. @throws UserError */
export function imported({ values, rows, columns }: Matrix, pixels: number, path: string): Classifier {
  if (columns !== CLASSES || (rows !== pixels && rows !== pixels + 1))
    throw new UserError(
      `${path}: holds ${rows} × ${columns} weights, but must hold ${pixels} × ${CLASSES}, or one row more for the bias.`,
    );
  const weights = values.subarray(0, pixels * CLASSES);
  const bias = rows > pixels ? values.slice(pixels * CLASSES) : new Float64Array(CLASSES);
  return { weights, bias, pixels };
}

/**
 * The classifier after its weights were programmed into pairs of devices in arrays of 128 × 64, and are read through lines of this
 * resistance.
 */
export function onDevices(
  { weights, bias, pixels }: Classifier,
  how: Programming,
  lineResistance: number,
  seed: number,
): Classifier {
  const lines = { rows: pixels, lineResistance, tile: ARRAY };
  return { weights: onPairs(weights, { how, seed, stream: 'exSitu', lines }), bias, pixels };
}

/** Percent of the first `count` images. */
export function accuracyOf({ weights, bias, pixels }: Classifier, { images, labels }: LabelledImages, count: number) {
  const predictions = Uint8Array.from({ length: count }, (_, n) => {
    const scores = bias.slice();
    for (let i = 0; i < pixels; i++) {
      const x = images[n * pixels + i]!;
      if (x > 0) for (let c = 0; c < CLASSES; c++) scores[c]! += x * weights[i * CLASSES + c]!;
    }
    return scores.indexOf(scores.reduce((most, score) => Math.max(most, score)));
  });
  return accuracy(labels.subarray(0, count), predictions);
}
