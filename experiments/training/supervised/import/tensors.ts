import { UserError } from '../../../../core/declare/errors.ts';
import { formatShape, show } from '../../../../core/declare/show.ts';
import { readRegularFile } from '../../../../core/log/file.ts';
import { readNpzArchive } from '../../../logs/npy.ts';
import type { Tensor } from '../../../network/nir/read.ts';
import type { ImageShape } from '../model.ts';

export type { Tensor };
export type TensorMap = ReadonlyMap<string, Tensor>;

export function createTensor(name: string, shape: readonly number[], values: Float64Array, where: string): Tensor {
  if (values.length !== shape.reduce((n, size) => n * size, 1) || shape.some((size) => !(size >= 0)))
    throw new UserError(
      `${where}: ${show(name)} has ${values.length} numbers, but its shape is ${formatShape(shape)}.`,
    );
  const bad = values.findIndex((v) => !Number.isFinite(v));
  if (bad >= 0) throw new UserError(`${where}: number ${bad} of ${show(name)} is ${values[bad]}, but must be finite.`);
  return { shape, values };
}

export const transpose = (matrix: ArrayLike<number>, rows: number, columns: number) =>
  Float32Array.from({ length: rows * columns }, (_, k) => matrix[(k % rows) * columns + Math.floor(k / rows)]!);

/** Reorders the matrix rows from index order (i, j) to (j, i), with i < `first` and j < `second`. */
function swapRowOrder(matrix: Float32Array, first: number, second: number, outputs: number) {
  const out = new Float32Array(matrix.length);
  for (let i = 0; i < first; i++)
    for (let j = 0; j < second; j++)
      for (let o = 0; o < outputs; o++) out[(j * first + i) * outputs + o] = matrix[(i * second + j) * outputs + o]!;
  return out;
}

/** Reorders rows from (channel, row, column) to (row, column, channel). */
export const moveChannelsLast = (matrix: Float32Array, { rows, columns, channels }: ImageShape, outputs: number) =>
  swapRowOrder(matrix, channels, rows * columns, outputs);

export const moveChannelsFirst = (matrix: Float32Array, { rows, columns, channels }: ImageShape, outputs: number) =>
  swapRowOrder(matrix, rows * columns, channels, outputs);

/** Converts kernels (output, input, row, column) to a matrix: rows (row, column, input), columns output. */
export const kernelsToMatrix = (
  values: ArrayLike<number>,
  [outputs, channels, rows, columns]: readonly [number, number, number, number],
) => moveChannelsLast(transpose(values, outputs, channels * rows * columns), { rows, columns, channels }, outputs);

/** Reads the arrays of a NumPy archive (.npz) by name. @throws UserError for NaN, infinity and arrays of records */
export function readNpz(path: string): Map<string, Tensor> {
  const { arrayNames: names, readArray: read } = readNpzArchive(readRegularFile(path), path);
  if (names.length === 0) throw new UserError(`${path} holds no arrays (.npy).`);
  return new Map(
    names.map((name) => {
      const array = read(name);
      if (array.fieldNames.length > 0)
        throw new UserError(`${path}: ${show(name)} holds records, but must hold numbers.`);
      return [name, createTensor(name, array.shape, array.readValues(), path)];
    }),
  );
}
