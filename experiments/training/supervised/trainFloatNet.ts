import type { StateArrays } from '../../../core/kernels/arena.ts';
import { exp } from '../../../core/math.ts';
import { CounterRandom, RandomStream, type Seed, shuffleIndices } from '../../../core/random/random.ts';
import type { LabelledImages } from '../../data/dataSet.ts';
import { argmax } from '../../statistics/score.ts';
import { FloatNet } from './floatNet.ts';
import { createNoiseInjector, type HardwareNoise, isExact } from './hardwareNoise.ts';
import { countImageValues, hasWeights, type Model } from './model.ts';
import type { FloatArray } from './sliding.ts';

/** Scaling of grey values (0 to 255) to net inputs: (value/255 − mean)/sd. */
export type PixelScaling = Readonly<Record<'mean' | 'sd', number>>;

/** Writes image i, scaled, shifted by (down, across) pixels and padded with black, into `out` from index `at`. */
export function scaleImage(
  { images, rows, columns }: LabelledImages,
  i: number,
  { mean, sd }: PixelScaling,
  out: FloatArray,
  at = 0,
  [down, across]: readonly [number, number] = [0, 0],
) {
  const from = i * rows * columns;
  for (let y = 0, k = at; y < rows; y++) {
    const row = y - down;
    for (let x = 0; x < columns; x++, k++) {
      const column = x - across;
      const inside = row >= 0 && row < rows && column >= 0 && column < columns;
      out[k] = ((inside ? images[from + row * columns + column]! : 0) / 255 - mean) / sd;
    }
  }
}

export function createScaledImage(images: LabelledImages, i: number, scaling: PixelScaling) {
  const out = new Float64Array(images.rows * images.columns);
  scaleImage(images, i, scaling, out);
  return out;
}

export const shuffleImageOrder = (count: number, epoch: number, seed: Seed) =>
  shuffleIndices(count, new RandomStream(seed, `learn/order${epoch}`));

/**
 * Writes the gradient of the cross-entropy with respect to the scores `z[at]` to `z[at + classes - 1]` into `errors`. Returns the class
 * with the largest score.
 */
export function computeSoftmaxErrors(z: FloatArray, at: number, classes: number, label: number, errors: FloatArray) {
  const best = argmax(z, at, classes);
  const maxScore = z[at + best]!;
  let sum = 0;
  for (let c = 0; c < classes; c++) sum += errors[at + c] = exp(z[at + c]! - maxScore);
  for (let c = 0; c < classes; c++) errors[at + c] = errors[at + c]! / sum - (c === label ? 1 : 0);
  return best;
}

/** Settings of stochastic gradient descent; `batch` is the number of images per weight update. */
export interface DescentOptions {
  readonly epochs: number;
  readonly batch: number;
  /** Initial learning rate; decreases linearly to 0. */
  readonly rate: number;
  readonly momentum: number;
  /** Largest random shift of an image in each direction, pixels; drawn for each image and epoch. */
  readonly shift: number;
  readonly seed: Seed;
  /** Device errors of hardware-aware training; default: none. */
  readonly hardware?: HardwareNoise | undefined;
}

/** Function that reports progress. `correctCount`: number of images classified correctly before their weight update. */
export type ProgressReporter = (imageCount: number, correctCount: number) => Promise<void> | void;

export interface TrainingProgress {
  readonly imageCount: number;
  readonly correctCount: number;
}

const REPORT_INTERVAL = 512;

/** Trains by stochastic gradient descent with momentum on the cross-entropy. @param restore loads a checkpoint; returns its progress */
export async function trainFloatNet(
  model: Model,
  images: LabelledImages,
  scaling: PixelScaling,
  { epochs, batch, rate, momentum, shift, seed, hardware }: DescentOptions,
  reportProgress: ProgressReporter,
  restore: (state: StateArrays) => TrainingProgress = () => ({ imageCount: 0, correctCount: 0 }),
): Promise<Model> {
  const net = new FloatNet(model, batch);
  const size = countImageValues(model.inputShape);
  const lastStage = net.stageStates.at(-1)!;
  const classes = lastStage.outputCount;
  const weightedStages = net.stageStates.filter(({ stage }) => hasWeights(stage));
  // With device errors, `exact` holds the trained weights, and the net holds them with the errors drawn for a batch.
  const injected = weightedStages.map((state, n) => {
    if (!hardware || isExact(hardware)) return { exact: state.weights, seen: state.weights, injector: null };
    const injector = createNoiseInjector(hardware, state.bias.length, seed, `learn/layer${n + 1}`);
    return { exact: state.weights.slice(), seen: state.weights, injector };
  });
  const parameters = weightedStages.flatMap((state, n) => [
    { values: injected[n]!.exact, gradient: state.weightGradient, velocity: new Float32Array(state.weights.length) },
    { values: state.bias, gradient: state.biasGradient, velocity: new Float32Array(state.bias.length) },
  ]);
  const total = epochs * images.n;
  const random = new CounterRandom(seed, 'learn/shift');
  const { rows, columns } = model.inputShape;
  // Images are not shifted along an axis of one pixel.
  const drawShift = (side: number, k: number, epoch: number) =>
    side === 1 ? 0 : Math.floor((2 * shift + 1) * random.uniform(k, epoch)) - shift;
  const drawOffset = (i: number, epoch: number) =>
    [drawShift(rows, 2 * i, epoch), drawShift(columns, 2 * i + 1, epoch)] as const;
  const state = parameters.flatMap(({ values, velocity }, k) =>
    Object.entries({ [`values${k}`]: values, [`velocity${k}`]: velocity }),
  );
  let { imageCount: shown, correctCount: right } = restore(Object.fromEntries(state));
  let next = shown + REPORT_INTERVAL;
  let updates = Math.floor(shown / images.n) * Math.ceil(images.n / batch) + Math.ceil((shown % images.n) / batch);
  for (let epoch = Math.floor(shown / images.n); epoch < epochs; epoch++) {
    const order = shuffleImageOrder(images.n, epoch, seed);
    for (let from = shown - epoch * images.n; from < images.n; from += batch) {
      const count = Math.min(batch, images.n - from);
      for (let i = 0; i < count; i++) {
        const image = order[from + i]!;
        const offset = shift === 0 ? undefined : drawOffset(image, epoch);
        scaleImage(images, image, scaling, net.inputImages, i * size, offset);
      }
      for (const { exact, seen, injector } of injected) injector?.inject(exact, updates, seen);
      updates++;
      const scores = net.forward(count);
      for (let i = 0; i < count; i++) {
        const label = images.labels[order[from + i]!]!;
        if (computeSoftmaxErrors(scores, i * classes, classes, label, lastStage.outputErrors) === label) right++;
      }
      net.backward(count);
      const step = (rate * (1 - shown / total)) / count;
      for (const { values, gradient, velocity } of parameters) {
        for (let k = 0; k < values.length; k++) {
          velocity[k] = momentum * velocity[k]! - step * gradient[k]!;
          values[k]! += velocity[k]!;
        }
      }
      for (const { exact, injector } of injected) injector?.clipWeights(exact);
      shown += count;
      if (shown < next && shown < total) continue;
      next = shown + REPORT_INTERVAL;
      await reportProgress(shown, right);
    }
  }
  for (const { exact, seen, injector } of injected) if (injector) seen.set(exact);
  return net.getTrainedModel();
}

/** Classifies images in single-precision floating point. Returns the class of each image. */
export function classifyWithFloatNet(model: Model, images: LabelledImages, scaling: PixelScaling) {
  const net = new FloatNet(model, 100);
  const size = countImageValues(model.inputShape);
  const predictions = new Uint8Array(images.n);
  for (let from = 0; from < images.n; from += net.batchSize) {
    const count = Math.min(net.batchSize, images.n - from);
    for (let i = 0; i < count; i++) scaleImage(images, from + i, scaling, net.inputImages, i * size);
    const scores = net.forward(count);
    const classes = scores.length / net.batchSize;
    for (let i = 0; i < count; i++) predictions[from + i] = argmax(scores, i * classes, classes);
  }
  return predictions;
}
