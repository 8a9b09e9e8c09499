import { UserError } from '../../../core/declare/errors.ts';
import { RandomStream, type Seed } from '../../../core/random/random.ts';

/** Shape of an image, stored row by row with interleaved channels. */
export type ImageShape = Readonly<Record<'rows' | 'columns' | 'channels', number>>;

/** Sliding window of a convolution or pooling; pairs are (vertical, horizontal). */
export interface WindowParameters {
  readonly kernel: readonly [number, number];
  readonly stride: readonly [number, number];
  readonly padding: { readonly top: number; readonly left: number; readonly bottom: number; readonly right: number };
  readonly dilation: readonly [number, number];
}

type LayerWeights = Readonly<Record<'weights' | 'bias', Float32Array>>;

interface WindowGeometry {
  readonly inputShape: ImageShape;
  readonly outputShape: ImageShape;
  readonly window: WindowParameters;
}

/** Fully connected layer y = Wᵀ x + b; W: inputs × outputs, row by row. */
export interface Dense extends LayerWeights {
  readonly kind: 'dense';
  readonly inputCount: number;
  readonly outputCount: number;
}

/** Convolution; W: (row, column, channel) of the window × outputs, row by row. */
export interface Convolution extends WindowGeometry, LayerWeights {
  readonly kind: 'convolution';
}

export interface Pooling extends WindowGeometry {
  readonly kind: 'maxPooling' | 'averagePooling';
  /** True if the average includes padding pixels (ONNX: `count_include_pad`). */
  readonly averageIncludesPadding: boolean;
}

export type WeightedStage = Dense | Convolution;
export type Stage = WeightedStage | Pooling | { readonly kind: 'relu'; readonly valueCount: number };

/** Feed-forward net: a sequence of stages; the outputs of the last stage are the class scores. */
export interface Model {
  readonly inputShape: ImageShape;
  readonly stages: readonly Stage[];
}

export const countImageValues = ({ rows, columns, channels }: ImageShape) => rows * columns * channels;
export const hasWeights = (stage: Stage): stage is WeightedStage => 'weights' in stage;

export const countStageInputs = (stage: Stage) =>
  stage.kind === 'dense'
    ? stage.inputCount
    : stage.kind === 'relu'
      ? stage.valueCount
      : countImageValues(stage.inputShape);
export const countStageOutputs = (stage: Stage) =>
  stage.kind === 'dense'
    ? stage.outputCount
    : stage.kind === 'relu'
      ? stage.valueCount
      : countImageValues(stage.outputShape);

export const getWeightMatrixShape = ({ weights, bias }: WeightedStage) => ({
  rows: weights.length / bias.length,
  columns: bias.length,
});

/** Number of window positions of a convolution; 1 for a dense layer. */
export const countWindowPositions = (stage: WeightedStage) => countStageOutputs(stage) / stage.bias.length;

export function computeWindowOutputShape(
  from: ImageShape,
  window: WindowParameters,
  channels: number,
): ImageShape | null {
  const { kernel, stride, padding: p, dilation } = window;
  const countSteps = (size: number, k: number, s: number, d: number) => Math.floor((size - d * (k - 1) - 1) / s) + 1;
  const rows = countSteps(from.rows + p.top + p.bottom, kernel[0], stride[0], dilation[0]);
  const columns = countSteps(from.columns + p.left + p.right, kernel[1], stride[1], dilation[1]);
  return rows >= 1 && columns >= 1 ? { rows, columns, channels } : null;
}

/** Square window; along an axis of one pixel (signals), kernel and stride are 1 and there is no padding. */
function createSquareWindow(
  { rows, columns }: ImageShape,
  size: number,
  stride: number,
  pad: number,
): WindowParameters {
  const along = <T>(value: T, otherwise: T) =>
    [rows, columns].map((side) => (side === 1 ? otherwise : value)) as unknown as readonly [T, T];
  const [vertical, horizontal] = along(pad, 0);
  return {
    kernel: along(size, 1),
    stride: along(stride, 1),
    padding: { top: vertical, left: horizontal, bottom: vertical, right: horizontal },
    dilation: [1, 1],
  };
}

/** Geometry of a convolution. @param pad number of zero pixels at each edge */
export function createConvolutionGeometry(
  from: ImageShape,
  kernels: number,
  size: number,
  pad: number,
): Omit<Convolution, keyof LayerWeights> {
  const window = createSquareWindow(from, size, 1, pad);
  const to = computeWindowOutputShape(from, window, kernels);
  if (to === null)
    throw new UserError(
      `learn: a kernel of ${size} × ${size} does not fit ${from.rows} × ${from.columns} pixels; choose fewer kernels or a smaller kernelSize.`,
    );
  return { kind: 'convolution', inputShape: from, outputShape: to, window };
}

export function createPooling(from: ImageShape, pooling: NetSizes['pooling'] = 'max'): Pooling {
  const window = createSquareWindow(from, 2, 2, 0);
  const to = computeWindowOutputShape(from, window, from.channels);
  if (to === null)
    throw new UserError(
      `learn: ${from.rows} × ${from.columns} pixels are too few for 2 × 2 pooling: each side needs at least 2.`,
    );
  const kind = pooling === 'max' ? 'maxPooling' : 'averagePooling';
  return { kind, inputShape: from, outputShape: to, window, averageIncludesPadding: false };
}

export function addConvolution(
  stages: Stage[],
  geometry: Omit<Convolution, keyof LayerWeights>,
  weights: LayerWeights,
  pooling: NetSizes['pooling'],
): ImageShape {
  const pool = createPooling(geometry.outputShape, pooling);
  stages.push({ ...geometry, ...weights }, { kind: 'relu', valueCount: countImageValues(geometry.outputShape) }, pool);
  return pool.outputShape;
}

export const ARCHITECTURES = ['perceptron', 'mlp', 'cnn'] as const;
/** Architecture of a net: `perceptron` (softmax regression), `mlp` (rectified hidden layers), `cnn` (convolutions and a dense layer). */
export type Architecture = (typeof ARCHITECTURES)[number];

export interface NetSizes {
  readonly hidden: readonly number[];
  readonly kernels: readonly number[];
  readonly kernelSize: number;
  readonly pooling: 'max' | 'average';
}

/** Draws uniform weights with variance gain / `rows`; gain: 2 before a rectifier (He et al., arXiv:1502.01852), else 1. */
function drawWeights(rows: number, columns: number, gain: number, stream: RandomStream): LayerWeights {
  const limit = Math.sqrt((3 * gain) / rows);
  const weights = Float32Array.from({ length: rows * columns }, () => limit * (2 * stream.uniform() - 1));
  return { weights, bias: new Float32Array(columns) };
}

export const createDenseLayer = (inputs: number, outputs: number, gain: number, stream: RandomStream): Dense => ({
  kind: 'dense',
  inputCount: inputs,
  outputCount: outputs,
  ...drawWeights(inputs, outputs, gain, stream),
});

/** Creates a net of an architecture with random weights and biases of 0. @param input shape of an image @param classes number of classes */
export function createUntrainedModel(
  network: Architecture,
  input: ImageShape,
  classes: number,
  sizes: NetSizes,
  seed: Seed,
): Model {
  const stream = new RandomStream(seed, 'learn/weights');
  const stages: Stage[] = [];
  let shape = input;
  for (const kernels of network === 'cnn' ? sizes.kernels : []) {
    const geometry = createConvolutionGeometry(shape, kernels, sizes.kernelSize, 0);
    const [down, right] = geometry.window.kernel;
    const weights = drawWeights(down * right * shape.channels, kernels, 2, stream);
    shape = addConvolution(stages, geometry, weights, sizes.pooling);
  }
  let inputs = countImageValues(shape);
  for (const size of network === 'mlp' ? sizes.hidden : []) {
    stages.push(createDenseLayer(inputs, size, 2, stream), { kind: 'relu', valueCount: size });
    inputs = size;
  }
  stages.push(createDenseLayer(inputs, classes, 1, stream));
  return { inputShape: input, stages };
}
