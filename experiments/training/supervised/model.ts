/** Images as they lie in memory: row by row, all channels of a pixel together. */
export interface Shape {
  readonly rows: number;
  readonly columns: number;
  readonly channels: number;
}

/** What slides over an image; pairs are (down, across). */
export interface Window {
  readonly kernel: readonly [number, number];
  readonly stride: readonly [number, number];
  /** Pixels that are added, of value 0. */
  readonly padding: { readonly top: number; readonly left: number; readonly bottom: number; readonly right: number };
  readonly dilation: readonly [number, number];
}

/** y = Wᵀ x + b; W of inputs × outputs, row by row. */
export interface Dense {
  readonly kind: 'dense';
  readonly inputs: number;
  readonly outputs: number;
  readonly weights: Float32Array;
  readonly bias: Float32Array;
}

/** The same for what a window sees at each of its places: rows of W go by row, column and channel within the window. */
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
  /** Whether added pixels count in an average. */
  readonly countsPadding: boolean;
}

export interface Relu {
  readonly kind: 'relu';
  readonly size: number;
}

export type Weighted = Dense | Convolution;
export type Stage = Weighted | Pooling | Relu;

/** A feed-forward net: stages one after the other, the last one's outputs are scores of classes. */
export interface Model {
  readonly input: Shape;
  readonly stages: readonly Stage[];
}

export const sizeOf = ({ rows, columns, channels }: Shape): number => rows * columns * channels;
export const isWeighted = (stage: Stage): stage is Weighted => stage.kind === 'dense' || stage.kind === 'convolution';

export const inputsOf = (stage: Stage): number =>
  stage.kind === 'dense' ? stage.inputs : stage.kind === 'relu' ? stage.size : sizeOf(stage.from);
export const outputsOf = (stage: Stage): number =>
  stage.kind === 'dense' ? stage.outputs : stage.kind === 'relu' ? stage.size : sizeOf(stage.to);

/** Rows and columns of the matrix of weights. */
export const matrixOf = (stage: Weighted): { readonly rows: number; readonly columns: number } =>
  stage.kind === 'dense'
    ? { rows: stage.inputs, columns: stage.outputs }
    : { rows: stage.window.kernel[0] * stage.window.kernel[1] * stage.from.channels, columns: stage.to.channels };

/** How often the matrix is used for one image. */
export const placesOf = (stage: Weighted): number => (stage.kind === 'dense' ? 1 : stage.to.rows * stage.to.columns);

/** The window's places on an image; null where it does not fit. */
export function shapeAfter(
  from: Shape,
  { kernel, stride, padding: p, dilation }: Window,
  channels: number,
): Shape | null {
  const along = (size: number, k: number, s: number, d: number) => Math.floor((size - d * (k - 1) - 1) / s) + 1;
  const rows = along(from.rows + p.top + p.bottom, kernel[0], stride[0], dilation[0]);
  const columns = along(from.columns + p.left + p.right, kernel[1], stride[1], dilation[1]);
  return rows >= 1 && columns >= 1 ? { rows, columns, channels } : null;
}

export const windowOf = (size: number, stride = 1, pad = 0): Window => ({
  kernel: [size, size],
  stride: [stride, stride],
  padding: { top: pad, left: pad, bottom: pad, right: pad },
  dilation: [1, 1],
});
