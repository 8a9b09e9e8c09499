import { type LabelledImages, linear, Stream } from '../../index.ts';
import { CrossbarNet, FloatNet, type Model, softmaxErrors } from '../../learn/index.ts';
import { MNIST_CLASSES, shuffle } from '../demonstration.ts';

const BATCH = 100;
type Convolution = Extract<Model['stages'][number], { readonly kind: 'convolution' }>;

export interface Nonidealities {
  /** Sd of the write noise that remains after verification, share of the range. */
  readonly noise: number;
  /** Share of stuck devices, half of them at either end of the range. */
  readonly stuck: number;
}

/** Programs the net into device pairs and verifies them. Every seed is another chip. */
export function programChip(model: Model, { noise, stuck }: Nonidealities, seed: string): CrossbarNet {
  const stuckShares = stuck > 0 && { stuck: { low: stuck / 2, high: stuck / 2 } };
  const net = new CrossbarNet({
    model,
    device: linear({ gMin: 1e-6, gMax: 1e-4, weightAtGMax: 1, reading: 'differential', ...stuckShares }),
    centred: true,
    fresh: false,
    interval: 0,
    seed,
  });
  net.program(model, { noise, tolerance: 0.005 });
  return net;
}

/** Model with other weights of its convolutions. */
const mapConvolutions = (model: Model, change: (stage: Convolution, index: number) => Convolution): Model => ({
  ...model,
  stages: model.stages.map((stage, n) => (stage.kind === 'convolution' ? change(stage, n) : stage)),
});

/**
 * Model that is equivalent to copies of each kernel whose currents are added: the mean of their weights, because a crossbar of
 * ohmic cells is linear. The full layer is that of the first copy.
 */
export function averageCopies(copies: readonly Model[]): Model {
  return mapConvolutions(copies[0]!, (stage, n) => {
    const kernels = copies.map((copy) => copy.stages[n] as Convolution);
    const average = (of: (one: Convolution) => Float32Array) =>
      of(stage).map((_, k) => kernels.reduce((sum, one) => sum + of(one)[k]!, 0) / kernels.length);
    return { ...stage, weights: average((one) => one.weights), bias: average((one) => one.bias) };
  });
}

/** Model whose kernels have the same weights in random order. */
export function shuffleKernels(model: Model, seed: number): Model {
  const stream = new Stream(seed, 'fiveLayerCnn/shuffled');
  return mapConvolutions(model, (stage) => {
    return { ...stage, weights: shuffle(Float32Array.from(stage.weights), (n) => stream.below(n)) };
  });
}

/** Sd of the errors of kernel weights, relative to the largest target weight. */
export function measureKernelError(model: Model, target: Model): number {
  let [sum, count] = [0, 0];
  model.stages.forEach((stage, n) => {
    const wanted = target.stages[n]!;
    if (stage.kind !== 'convolution' || wanted.kind !== 'convolution') return;
    const most = wanted.weights.reduce((a, w) => Math.max(a, Math.abs(w)), 0);
    stage.weights.forEach((w, k) => {
      sum += ((w - wanted.weights[k]!) / most) ** 2;
      count++;
    });
  });
  return Math.sqrt(sum / count);
}

/** Inputs and outputs (scores) of the last stage for each image. */
export function runModel(
  model: Model,
  images: LabelledImages,
): { features: Float64Array; scores: Float64Array; size: number } {
  const net = new FloatNet(model, BATCH);
  const pixels = images.rows * images.columns;
  const { y, outputs: size } = net.rooms.at(-2)!;
  const features = new Float64Array(images.n * size);
  const scores = new Float64Array(images.n * MNIST_CLASSES);
  for (let from = 0; from < images.n; from += BATCH) {
    const count = Math.min(BATCH, images.n - from);
    for (let k = 0; k < count * pixels; k++) net.x[k] = images.images[from * pixels + k]! / 255;
    scores.set(net.forward(count).subarray(0, count * MNIST_CLASSES), from * MNIST_CLASSES);
    features.set(y.subarray(0, count * size), from * size);
  }
  return { features, scores, size };
}

/** Percentage of images whose label has the largest score. */
export function scoreAccuracy(scores: Float64Array, { labels, n }: LabelledImages): number {
  let right = 0;
  for (let i = 0; i < n; i++) {
    const own = scores.subarray(i * MNIST_CLASSES, (i + 1) * MNIST_CLASSES);
    if (own.every((score, c) => c === labels[i] || score < own[labels[i]!]!)) right++;
  }
  return (100 * right) / n;
}

/** Trains the full layer of the chip in place by pulses, image by image, on the features of `model`. */
export function trainLastLayer(
  chip: CrossbarNet,
  model: Model,
  images: LabelledImages,
  epochs: number,
  rate: number,
): void {
  const { features, size } = runModel(model, images);
  const last = chip.rooms.length - 1;
  const { errors } = chip.rooms[last]!;
  for (let n = 0; n < epochs * images.n; n++) {
    const i = n % images.n;
    const scores = chip.run(features.subarray(i * size, (i + 1) * size), last);
    softmaxErrors(scores, 0, MNIST_CLASSES, images.labels[i]!, errors);
    chip.learn(last, rate * (1 - n / (epochs * images.n)));
  }
}

/** Accuracy (%) of these kernels with the present full layer of the chip. */
export function testChip(chip: CrossbarNet, kernels: Model, images: LabelledImages): number {
  const stages = [...kernels.stages.slice(0, -1), chip.trained().stages.at(-1)!];
  return scoreAccuracy(runModel({ ...kernels, stages }, images).scores, images);
}
