/** Shape of an image, stored row by row with interleaved channels. */
export interface Shape {
  readonly rows: number;
  readonly columns: number;
  readonly channels: number;
}

/** Sliding window of a convolution or pooling; pairs are (vertical, horizontal). */
export interface Window {
  readonly kernel: readonly [number, number];
  readonly stride: readonly [number, number];
  /** Number of zero-padding pixels at each edge. */
  readonly padding: { readonly top: number; readonly left: number; readonly bottom: number; readonly right: number };
  readonly dilation: readonly [number, number];
}

/** Fully connected layer y = Wᵀ x + b; W: inputs × outputs, row by row. */
export interface Dense {
  readonly kind: 'dense';
  readonly inputs: number;
  readonly outputs: number;
  readonly weights: Float32Array;
  readonly bias: Float32Array;
}

/** Convolution; W: (row, column, channel) of the window × outputs, row by row. */
export interface Convolution {
  readonly kind: 'convolution';
  readonly from: Shape;
  readonly to: Shape;
  readonly window: Window;
  readonly weights: Float32Array;
  readonly bias: Float32Array;
}

export interface Pooling {
  readonly kind: 'maxPooling' | 'averagePooling';
  readonly from: Shape;
  readonly to: Shape;
  readonly window: Window;
  /** True if padding pixels are included in an average. */
  readonly countsPadding: boolean;
}

export interface Relu {
  readonly kind: 'relu';
  readonly size: number;
}

export type WeightedStage = Dense | Convolution;
export type Stage = WeightedStage | Pooling | Relu;

/** Feed-forward net: a sequence of stages; the outputs of the last stage are the class scores. */
export interface Model {
  readonly input: Shape;
  readonly stages: readonly Stage[];
}

export const countValues = ({ rows, columns, channels }: Shape): number => rows * columns * channels;
export const isWeighted = (stage: Stage): stage is WeightedStage =>
  stage.kind === 'dense' || stage.kind === 'convolution';

export const countInputs = (stage: Stage): number =>
  stage.kind === 'dense' ? stage.inputs : stage.kind === 'relu' ? stage.size : countValues(stage.from);
export const countOutputs = (stage: Stage): number =>
  stage.kind === 'dense' ? stage.outputs : stage.kind === 'relu' ? stage.size : countValues(stage.to);

/** Rows and columns of the weight matrix. */
export const getMatrixShape = (stage: WeightedStage): { readonly rows: number; readonly columns: number } =>
  stage.kind === 'dense'
    ? { rows: stage.inputs, columns: stage.outputs }
    : { rows: stage.window.kernel[0] * stage.window.kernel[1] * stage.from.channels, columns: stage.to.channels };

/** Number of window positions, at each of which the matrix is applied; 1 for a dense layer. */
export const countPositions = (stage: WeightedStage): number =>
  stage.kind === 'dense' ? 1 : stage.to.rows * stage.to.columns;

/** Shape of the output of a sliding window; null if the window does not fit. */
export function computeOutputShape(from: Shape, window: Window, channels: number): Shape | null {
  const { kernel, stride, padding: p, dilation } = window;
  const countSteps = (size: number, k: number, s: number, d: number) => Math.floor((size - d * (k - 1) - 1) / s) + 1;
  const rows = countSteps(from.rows + p.top + p.bottom, kernel[0], stride[0], dilation[0]);
  const columns = countSteps(from.columns + p.left + p.right, kernel[1], stride[1], dilation[1]);
  return rows >= 1 && columns >= 1 ? { rows, columns, channels } : null;
}

export const createSquareWindow = (size: number, stride = 1, pad = 0): Window => ({
  kernel: [size, size],
  stride: [stride, stride],
  padding: { top: pad, left: pad, bottom: pad, right: pad },
  dilation: [1, 1],
});
