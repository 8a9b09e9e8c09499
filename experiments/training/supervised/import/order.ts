import type { Shape } from '../model.ts';

/** Kernels (output, input, row, column) as a matrix whose rows go by row, column and input channel, its columns by output. */
export function kernelsOf(
  values: ArrayLike<number>,
  [outputs, inputs, rows, columns]: readonly [number, number, number, number],
): Float32Array {
  const out = new Float32Array(outputs * inputs * rows * columns);
  let k = 0;
  for (let o = 0; o < outputs; o++)
    for (let i = 0; i < inputs; i++)
      for (let r = 0; r < rows; r++)
        for (let c = 0; c < columns; c++) out[((r * columns + c) * inputs + i) * outputs + o] = values[k++]!;
  return out;
}

/** A matrix whose rows go by channel, row and column of an image, with rows by row, column and channel. */
export function fromChannelsFirst(
  matrix: Float32Array,
  { rows, columns, channels }: Shape,
  outputs: number,
): Float32Array {
  const pixels = rows * columns;
  const out = new Float32Array(matrix.length);
  for (let c = 0; c < channels; c++)
    for (let p = 0; p < pixels; p++)
      for (let o = 0; o < outputs; o++) out[(p * channels + c) * outputs + o] = matrix[(c * pixels + p) * outputs + o]!;
  return out;
}

/** The way back of both, to write weights as others read them. */
export function toChannelsFirst(
  matrix: Float32Array,
  { rows, columns, channels }: Shape,
  outputs: number,
): Float32Array {
  const pixels = rows * columns;
  const out = new Float32Array(matrix.length);
  for (let c = 0; c < channels; c++)
    for (let p = 0; p < pixels; p++)
      for (let o = 0; o < outputs; o++) out[(c * pixels + p) * outputs + o] = matrix[(p * channels + c) * outputs + o]!;
  return out;
}
