import type { Shape } from '../model.ts';

/** Converts kernels (output, input, row, column) to a matrix, (row, column, input) × output. */
export function kernelsToMatrix(
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

/** Reorders the rows of a matrix from (i, j) to (j, i); i < `first`, j < `second`. */
function swapRowOrder(matrix: Float32Array, first: number, second: number, outputs: number): Float32Array {
  const out = new Float32Array(matrix.length);
  for (let i = 0; i < first; i++)
    for (let j = 0; j < second; j++)
      for (let o = 0; o < outputs; o++) out[(j * first + i) * outputs + o] = matrix[(i * second + j) * outputs + o]!;
  return out;
}

/** Reorders the rows of a matrix from (channel, row, column) to (row, column, channel). */
export const fromChannelsFirst = (matrix: Float32Array, { rows, columns, channels }: Shape, outputs: number) =>
  swapRowOrder(matrix, channels, rows * columns, outputs);

/** Reorders the rows of a matrix from (row, column, channel) to (channel, row, column), for export. */
export const toChannelsFirst = (matrix: Float32Array, { rows, columns, channels }: Shape, outputs: number) =>
  swapRowOrder(matrix, rows * columns, channels, outputs);
