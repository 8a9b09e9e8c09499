import { type LabelledImages, linear, Stream } from '../../index.ts';
import { CrossbarNet, FloatNet, type Model, softmaxErrors } from '../../learn/index.ts';

export const CLASSES = 10;
const BATCH = 100;
type Kernels = Extract<Model['stages'][number], { readonly kind: 'convolution' }>;

export interface Flaws {
  /** Sd of what a device strays by after it was verified, as a share of its range. */
  readonly noise: number;
  /** Share of stuck devices, half of them at either end of the range. */
  readonly stuck: number;
}

/** The net on pairs of devices, written and verified. Another seed is another chip. */
export function written(model: Model, { noise, stuck }: Flaws, seed: string): CrossbarNet {
  const net = new CrossbarNet({
    model,
    device: linear({
      ...{ gMin: 1e-6, gMax: 1e-4, weightAtGMax: 1, reading: 'differential' },
      ...(stuck > 0 && { stuck: { low: stuck / 2, high: stuck / 2 } }),
    }),
    ...{ centred: true, fresh: false, interval: 0, seed },
  });
  net.program(model, { noise, tolerance: 0.005 });
  return net;
}

/**
 * What several copies of each kernel, whose currents are added up, come to: the mean of their weights, since a crossbar of ohmic cells
 * is linear. The full layer is that of the first chip.
 */
export function averaged(copies: readonly Model[]): Model {
  const stages = copies[0]!.stages.map((stage, n) => {
    if (stage.kind !== 'convolution') return stage;
    const all = copies.map((copy) => copy.stages[n] as Kernels);
    const meanOf = (of: (one: Kernels) => Float32Array) =>
      of(stage).map((_, k) => all.reduce((sum, one) => sum + of(one)[k]!, 0) / all.length);
    return { ...stage, weights: meanOf((one) => one.weights), bias: meanOf((one) => one.bias) };
  });
  return { ...copies[0]!, stages };
}

/** Kernels of which not one number is kept: the same ones in random order. */
export function shuffled(model: Model, seed: number): Model {
  const stream = new Stream(seed, 'fiveLayerCnn/shuffled');
  const stages = model.stages.map((stage) => {
    if (stage.kind !== 'convolution') return stage;
    const weights = Float32Array.from(stage.weights);
    for (let k = weights.length - 1; k > 0; k--) {
      const j = stream.below(k + 1);
      [weights[k], weights[j]] = [weights[j]!, weights[k]!];
    }
    return { ...stage, weights };
  });
  return { ...model, stages };
}

/** Sd of the errors of the kernels, over the largest weight. */
export function kernelError(found: Model, wanted: Model): number {
  let [sum, count] = [0, 0];
  found.stages.forEach((stage, n) => {
    const right = wanted.stages[n]!;
    if (stage.kind !== 'convolution' || right.kind !== 'convolution') return;
    const most = right.weights.reduce((a, w) => Math.max(a, Math.abs(w)), 0);
    stage.weights.forEach((w, k) => {
      sum += ((w - right.weights[k]!) / most) ** 2;
      count++;
    });
  });
  return Math.sqrt(sum / count);
}

/** Of each image what the last stage gets, and the scores that it gives. */
export function seenBy(
  model: Model,
  images: LabelledImages,
): { features: Float64Array; scores: Float64Array; size: number } {
  const net = new FloatNet(model, BATCH);
  const pixels = images.rows * images.columns;
  const { y, outputs: size } = net.rooms.at(-2)!;
  const features = new Float64Array(images.n * size);
  const scores = new Float64Array(images.n * CLASSES);
  for (let from = 0; from < images.n; from += BATCH) {
    const count = Math.min(BATCH, images.n - from);
    for (let k = 0; k < count * pixels; k++) net.x[k] = images.images[from * pixels + k]! / 255;
    scores.set(net.forward(count).subarray(0, count * CLASSES), from * CLASSES);
    features.set(y.subarray(0, count * size), from * size);
  }
  return { features, scores, size };
}

/** Percent of images whose largest score is that of their label. */
export function rightOf(scores: Float64Array, { labels, n }: LabelledImages): number {
  let right = 0;
  for (let i = 0; i < n; i++) {
    const own = scores.subarray(i * CLASSES, (i + 1) * CLASSES);
    if (own.every((score, c) => c === labels[i] || score < own[labels[i]!]!)) right++;
  }
  return (100 * right) / n;
}

/** Trains the full layer of the chip by pulses, online, on what the kernels tell of these images. */
export function trainLast(chip: CrossbarNet, model: Model, images: LabelledImages, epochs: number, rate: number): void {
  const { features, size } = seenBy(model, images);
  const last = chip.rooms.length - 1;
  const { errors } = chip.rooms[last]!;
  for (let n = 0; n < epochs * images.n; n++) {
    const i = n % images.n;
    const scores = chip.run(features.subarray(i * size, (i + 1) * size), last);
    softmaxErrors(scores, 0, CLASSES, images.labels[i]!, errors);
    chip.learn(last, rate * (1 - n / (epochs * images.n)));
  }
}

/** Percent of images told by these kernels and the full layer of the chip as it is now. */
export function accuracyOf(chip: CrossbarNet, kernels: Model, images: LabelledImages): number {
  const stages = [...kernels.stages.slice(0, -1), chip.trained().stages.at(-1)!];
  return rightOf(seenBy({ ...kernels, stages }, images).scores, images);
}
