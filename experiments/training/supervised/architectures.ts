import { UserError } from '../../../core/declare/errors.ts';
import { type Seed, Stream } from '../../../core/random/random.ts';
import {
  type Convolution,
  type Dense,
  type Model,
  type Pooling,
  type Shape,
  type Stage,
  shapeAfter,
  sizeOf,
  windowOf,
} from './model.ts';

export const ARCHITECTURES = ['perceptron', 'mlp', 'cnn'] as const;
export type Architecture = (typeof ARCHITECTURES)[number];

export interface Sizes {
  /** Of hidden layers (mlp). */
  readonly hidden: readonly number[];
  /** Kernels of each convolution (cnn), and their side. */
  readonly kernels: readonly number[];
  readonly kernelSize: number;
  readonly pooling: 'max' | 'average';
}

/** Uniform with the sd √(gain / inputs): 2 before a rectifier (He et al. 2015, arXiv:1502.01852), 1 else. */
function drawn(rows: number, columns: number, gain: number, stream: Stream): Float32Array {
  const most = Math.sqrt((3 * gain) / rows);
  return Float32Array.from({ length: rows * columns }, () => most * (2 * stream.uniform() - 1));
}

export function dense(inputs: number, outputs: number, gain: number, stream: Stream): Dense {
  const weights = drawn(inputs, outputs, gain, stream);
  return { kind: 'dense', inputs, outputs, weights, bias: new Float32Array(outputs) };
}

export function convolution(
  from: Shape,
  kernels: number,
  size: number,
  pad: number,
): Omit<Convolution, 'weights' | 'bias'> {
  const window = windowOf(size, 1, pad);
  const to = shapeAfter(from, window, kernels);
  if (to === null)
    throw new UserError(
      `learn: a kernel of ${size} × ${size} does not fit ${from.rows} × ${from.columns} pixels; choose fewer kernels or a smaller kernelSize.`,
    );
  return { kind: 'convolution', from, to, window };
}

/** The maximum, or the average, of 2 × 2 pixels. */
export function halved(from: Shape, kind: Pooling['kind'] = 'maxPooling'): Pooling {
  const window = windowOf(2, 2);
  const to = shapeAfter(from, window, from.channels);
  if (to === null) throw new UserError(`learn: ${from.rows} × ${from.columns} pixels cannot be pooled by 2 × 2.`);
  return { kind, from, to, window, countsPadding: false };
}

/**
 * A net that has learned nothing. perceptron: softmax regression; mlp: hidden layers with rectifiers; cnn: convolutions, each with a
 * rectifier and the maximum or average of 2 × 2, then one full layer.
 */
export function untrained(architecture: Architecture, input: Shape, classes: number, sizes: Sizes, seed: Seed): Model {
  const stream = new Stream(seed, 'learn/weights');
  const stages: Stage[] = [];
  let inputs = sizeOf(input);
  if (architecture === 'mlp') {
    for (const size of sizes.hidden) {
      stages.push(dense(inputs, size, 2, stream), { kind: 'relu', size });
      inputs = size;
    }
  }
  if (architecture === 'cnn') {
    let shape = input;
    for (const kernels of sizes.kernels) {
      const geometry = convolution(shape, kernels, sizes.kernelSize, 0);
      const rows = sizes.kernelSize ** 2 * shape.channels;
      const weights = drawn(rows, kernels, 2, stream);
      const pooling = halved(geometry.to, sizes.pooling === 'max' ? 'maxPooling' : 'averagePooling');
      stages.push({ ...geometry, weights, bias: new Float32Array(kernels) });
      stages.push({ kind: 'relu', size: sizeOf(geometry.to) }, pooling);
      shape = pooling.to;
    }
    inputs = sizeOf(shape);
  }
  stages.push(dense(inputs, classes, 1, stream));
  return { input, stages };
}
