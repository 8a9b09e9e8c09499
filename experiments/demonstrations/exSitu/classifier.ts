import {
  accuracy,
  type LabelledImages,
  lif,
  type Matrix,
  Network,
  type Programming,
  poisson,
  READOUTS,
  Stream,
  softBound,
  UserError,
} from '../../index.ts';
import { MNIST_CLASSES } from '../demonstration.ts';
import { programPairs } from '../devicePairs.ts';

/** Linear classifier of images. */
export interface Classifier {
  /** Weights from pixels (0 to 255) to classes, row-major. */
  readonly weights: Float64Array;
  /** Bias of each class, added in software. */
  readonly bias: Float64Array;
  readonly pixels: number;
}

/** Size of an array of devices. */
const TILE = { rows: 128, columns: 64 };

/** Trains a softmax regression on pixels in software. */
export function trainClassifier(
  { images, labels, rows, columns }: LabelledImages,
  count: number,
  seed: number,
): Classifier {
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

/** Classifier of a file with one row per pixel, and optionally one more for the bias. @throws UserError */
export function importClassifier({ values, rows, columns }: Matrix, pixels: number, path: string): Classifier {
  if (columns !== MNIST_CLASSES || (rows !== pixels && rows !== pixels + 1))
    throw new UserError(
      `${path}: the matrix must have ${pixels} × ${MNIST_CLASSES} weights, or one more row for the bias (got ${rows} × ${columns}).`,
    );
  const weights = values.subarray(0, pixels * MNIST_CLASSES);
  const bias = rows > pixels ? values.slice(pixels * MNIST_CLASSES) : new Float64Array(MNIST_CLASSES);
  return { weights, bias, pixels };
}

/** Classifier programmed into device pairs in arrays of 128 × 64, read through lines of this resistance (Ω per segment). */
export function programClassifier(
  { weights, bias, pixels }: Classifier,
  how: Programming,
  lineResistance: number,
  seed: number,
): Classifier {
  const lines = { rows: pixels, lineResistance, tile: TILE };
  return { weights: programPairs(weights, { how, seed, stream: 'exSitu', lines }), bias, pixels };
}

/** Device pairs with the range of the other studies; steps of 2 % of the remaining way with 30 % noise (assumed). */
const VERIFIED_DEVICE = {
  gMin: 1e-6,
  gMax: 1e-4,
  etaUp: 0.02,
  etaDown: 0.02,
  cycleToCycle: 0.3,
  reading: 'differential',
} as const;
const MAX_PULSES = 300;

interface VerifiedClassifier {
  readonly classifier: Classifier;
  /** Mean number of pulses per device. */
  readonly pulses: number;
  /** Percentage of the pairs that miss the tolerance. */
  readonly missed: number;
}

/**
 * Classifier written into device pairs by program-and-verify until each weight lies within `tolerance` of its target, as a
 * share of the range from the lowest to the highest weight. The largest weight takes the whole range of a device.
 */
export function verifyClassifier(
  { weights, bias, pixels }: Classifier,
  tolerance: number,
  seed: number,
): VerifiedClassifier {
  const weightAtGMax = weights.reduce((most, w) => Math.max(most, Math.abs(w)), 0);
  const net = new Network({ seed });
  const input = net.population('pixels', poisson({ size: pixels }));
  const output = net.population('classes', lif({ size: MNIST_CLASSES }));
  const programming = { tolerance, maxPulses: MAX_PULSES };
  const { devices, edges } = net.projection(input, output, {
    connect: { matrix: { weights } },
    device: softBound({ ...VERIFIED_DEVICE, weightAtGMax, programming }),
  });
  const { usage } = devices!;
  return {
    classifier: { weights: Float64Array.from(edges.weights!), bias, pixels },
    pulses: usage.programming!.pulses / usage.devices,
    missed: (100 * usage.programming!.missed) / edges.count,
  };
}

/** Accuracy (%) on the first `count` images. */
export function testClassifier(
  { weights, bias, pixels }: Classifier,
  { images, labels }: LabelledImages,
  count: number,
) {
  const predictions = Uint8Array.from({ length: count }, (_, n) => {
    const scores = bias.slice();
    for (let i = 0; i < pixels; i++) {
      const x = images[n * pixels + i]!;
      if (x > 0) for (let c = 0; c < MNIST_CLASSES; c++) scores[c]! += x * weights[i * MNIST_CLASSES + c]!;
    }
    return scores.indexOf(scores.reduce((most, score) => Math.max(most, score)));
  });
  return accuracy(labels.subarray(0, count), predictions);
}
