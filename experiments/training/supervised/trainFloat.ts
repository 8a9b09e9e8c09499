import type { State } from '../../../core/kernels/arena.ts';
import { CounterRandom, type Seed } from '../../../core/random/random.ts';
import type { LabelledImages } from '../../data/dataSet.ts';
import { FloatNet } from './floatNet.ts';
import { putImage, putMoved, type Scaling, shuffled } from './images.ts';
import { isWeighted, type Model, sizeOf } from './model.ts';
import { largest, softmaxErrors } from './softmax.ts';

export interface Descent {
  readonly epochs: number;
  readonly batch: number;
  /** Step at the start; it falls to 0 along a line. */
  readonly rate: number;
  readonly momentum: number;
  /** Every image is moved by up to so many pixels down or up, and across, drawn anew in each epoch. */
  readonly shift: number;
  readonly seed: Seed;
}

/**
 * What is told while training goes on, when all changes are made: images shown, and of them those that were classified rightly before their
 * step.
 */
export type Told = (shown: number, right: number) => Promise<void> | void;

/** How far a training has got: images shown, and of them those that were classified rightly. */
export interface Reached {
  readonly shown: number;
  readonly right: number;
}

/** Told once of all that training changes, which it may set to where it was saved; returns how far that was. */
export type Begin = (state: State) => Reached;

/** How often what is done is told, in images. */
const OFTEN = 512;

/** Stochastic gradient descent with momentum on the cross-entropy, in floating point. */
export async function trainFloat(
  model: Model,
  images: LabelledImages,
  scaling: Scaling,
  { epochs, batch, rate, momentum, shift, seed }: Descent,
  told: Told,
  begin: Begin = () => ({ shown: 0, right: 0 }),
): Promise<Model> {
  const net = new FloatNet(model, batch);
  const size = sizeOf(model.input);
  const last = net.rooms.at(-1)!;
  const classes = last.outputs;
  const weighted = net.rooms.filter(({ stage }) => isWeighted(stage));
  const pairs = weighted.flatMap((room) => [
    { values: room.weights, gradient: room.gradient, velocity: new Float32Array(room.weights.length) },
    { values: room.bias, gradient: room.biasGradient, velocity: new Float32Array(room.bias.length) },
  ]);
  const total = epochs * images.n;
  const random = new CounterRandom(seed, 'learn/shift');
  const move = (k: number, epoch: number) => Math.floor((2 * shift + 1) * random.uniform(k, epoch)) - shift;
  const state = pairs.flatMap(({ values, velocity }, k) =>
    Object.entries({ [`values${k}`]: values, [`velocity${k}`]: velocity }),
  );
  let { shown, right } = begin(Object.fromEntries(state));
  let next = shown + OFTEN;
  for (let epoch = Math.floor(shown / images.n); epoch < epochs; epoch++) {
    const order = shuffled(images.n, epoch, seed);
    for (let from = shown - epoch * images.n; from < images.n; from += batch) {
      const count = Math.min(batch, images.n - from);
      for (let i = 0; i < count; i++) {
        const image = order[from + i]!;
        if (shift === 0) putImage(images, image, scaling, net.x, i * size);
        else putMoved(images, image, [move(2 * image, epoch), move(2 * image + 1, epoch)], scaling, net.x, i * size);
      }
      const scores = net.forward(count);
      for (let i = 0; i < count; i++) {
        const label = images.labels[order[from + i]!]!;
        if (softmaxErrors(scores, i * classes, classes, label, last.errors) === label) right++;
      }
      net.backward(count);
      const step = (rate * (1 - shown / total)) / count;
      for (const { values, gradient, velocity } of pairs) {
        for (let k = 0; k < values.length; k++) {
          velocity[k] = momentum * velocity[k]! - step * gradient[k]!;
          values[k]! += velocity[k]!;
        }
      }
      shown += count;
      if (shown < next && shown < total) continue;
      next = shown + OFTEN;
      await told(shown, right);
    }
  }
  return net.trained();
}

/** Classes of images by a net in floating point. */
export function classesBy(model: Model, images: LabelledImages, scaling: Scaling): Uint8Array {
  const net = new FloatNet(model, 100);
  const size = sizeOf(model.input);
  const found = new Uint8Array(images.n);
  for (let from = 0; from < images.n; from += net.batch) {
    const count = Math.min(net.batch, images.n - from);
    for (let i = 0; i < count; i++) putImage(images, from + i, scaling, net.x, i * size);
    const scores = net.forward(count);
    const classes = scores.length / net.batch;
    for (let i = 0; i < count; i++) found[from + i] = largest(scores, i * classes, classes);
  }
  return found;
}
