import { UserError } from '../../../core/declare/errors.ts';
import { type Seed, Stream } from '../../../core/random/random.ts';
import {
  type Convolution,
  computeOutputShape,
  countValues,
  createSquareWindow,
  type Dense,
  type Model,
  type Pooling,
  type Shape,
  type Stage,
} from './model.ts';

export const ARCHITECTURES = ['perceptron', 'mlp', 'cnn'] as const;
export type Architecture = (typeof ARCHITECTURES)[number];

export interface NetSizes {
  /** Number of neurons of each hidden layer (mlp). */
  readonly hidden: readonly number[];
  /** Number of kernels of each convolution (cnn). */
  readonly kernels: readonly number[];
  /** Rows and columns of a kernel. */
  readonly kernelSize: number;
  readonly pooling: 'max' | 'average';
}

/** Draws uniform weights, variance gain / inputs. gain: 2 before a rectifier (He et al., arXiv:1502.01852), else 1. */
function drawWeights(rows: number, columns: number, gain: number, stream: Stream): Float32Array {
  const limit = Math.sqrt((3 * gain) / rows);
  return Float32Array.from({ length: rows * columns }, () => limit * (2 * stream.uniform() - 1));
}

export function createDense(inputs: number, outputs: number, gain: number, stream: Stream): Dense {
  const weights = drawWeights(inputs, outputs, gain, stream);
  return { kind: 'dense', inputs, outputs, weights, bias: new Float32Array(outputs) };
}

/** Shapes of a convolution with stride 1 and `pad` zero pixels at each edge. */
export function shapeConvolution(
  from: Shape,
  kernels: number,
  size: number,
  pad: number,
): Omit<Convolution, 'weights' | 'bias'> {
  const window = createSquareWindow(size, 1, pad);
  const to = computeOutputShape(from, window, kernels);
  if (to === null)
    throw new UserError(
      `learn: a kernel of ${size} × ${size} does not fit ${from.rows} × ${from.columns} pixels; choose fewer kernels or a smaller kernelSize.`,
    );
  return { kind: 'convolution', from, to, window };
}

/** Creates a 2 × 2 pooling stage (maximum or average). */
export function createPooling(from: Shape, kind: Pooling['kind'] = 'maxPooling'): Pooling {
  const window = createSquareWindow(2, 2);
  const to = computeOutputShape(from, window, from.channels);
  if (to === null) throw new UserError(`learn: ${from.rows} × ${from.columns} pixels cannot be pooled by 2 × 2.`);
  return { kind, from, to, window, countsPadding: false };
}

/**
 * Creates a model with random weights. perceptron: softmax regression; mlp: hidden layers with rectifiers; cnn:
 * convolutions, each with rectifier and 2 × 2 pooling, then one fully connected layer.
 */
export function untrained(network: Architecture, input: Shape, classes: number, sizes: NetSizes, seed: Seed): Model {
  const stream = new Stream(seed, 'learn/weights');
  const stages: Stage[] = [];
  let inputs = countValues(input);
  if (network === 'mlp') {
    for (const size of sizes.hidden) {
      stages.push(createDense(inputs, size, 2, stream), { kind: 'relu', size });
      inputs = size;
    }
  }
  if (network === 'cnn') {
    let shape = input;
    for (const kernels of sizes.kernels) {
      const geometry = shapeConvolution(shape, kernels, sizes.kernelSize, 0);
      const rows = sizes.kernelSize ** 2 * shape.channels;
      const weights = drawWeights(rows, kernels, 2, stream);
      const pooling = createPooling(geometry.to, sizes.pooling === 'max' ? 'maxPooling' : 'averagePooling');
      stages.push({ ...geometry, weights, bias: new Float32Array(kernels) });
      stages.push({ kind: 'relu', size: countValues(geometry.to) }, pooling);
      shape = pooling.to;
    }
    inputs = countValues(shape);
  }
  stages.push(createDense(inputs, classes, 1, stream));
  return { input, stages };
}
