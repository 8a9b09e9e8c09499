import { UserError } from '../../core/declare/errors.ts';
import { formatShape, show } from '../../core/declare/show.ts';
import { readRegularFile } from '../../core/log/file.ts';
import { isNpy, readNpy } from './npy.ts';

/** Matrix of numbers; `values` has `rows * columns` elements, row-major. */
export interface Matrix {
  readonly values: Float64Array;
  readonly rows: number;
  readonly columns: number;
}

/** Reads a matrix of numbers: a two-dimensional `.npy` file, or JSON with a list of rows. */
export function readMatrix(path: string): Matrix {
  const bytes = readRegularFile(path);
  const matrix = isNpy(bytes) ? toMatrix(bytes, path) : parseJsonMatrix(bytes, path);
  const bad = matrix.values.findIndex((v) => !Number.isFinite(v));
  if (bad >= 0) {
    const [row, column] = [Math.floor(bad / matrix.columns), bad % matrix.columns];
    throw new UserError(`${path}: [${row}][${column}] is ${show(matrix.values[bad])}, but must be a finite number.`);
  }
  return matrix;
}

function toMatrix(bytes: Buffer, path: string): Matrix {
  const array = readNpy(bytes, path);
  if (array.fieldNames.length > 0) throw new UserError(`${path} holds records, but must hold a matrix of numbers.`);
  const [rows = 0, columns = 0] = array.shape;
  if (array.shape.length !== 2)
    throw new UserError(`${path} has shape ${formatShape(array.shape)}, but must be a matrix of two dimensions.`);
  return { values: array.readValues(), rows, columns };
}

function parseJsonMatrix(bytes: Buffer, path: string): Matrix {
  let rows: unknown;
  try {
    rows = JSON.parse(bytes.toString('utf8'));
  } catch (cause) {
    throw new UserError(`${path} is neither an .npy file nor JSON.`, { cause });
  }
  if (!Array.isArray(rows) || rows.length === 0 || !rows.every(Array.isArray))
    throw new UserError(`${path} must hold a list of rows, each a list of numbers.`);
  const columns = rows[0].length as number;
  rows.forEach((row: unknown[], i) => {
    if (row.length !== columns)
      throw new UserError(`${path}: row ${i} has ${row.length} numbers, but row 0 has ${columns}.`);
    const bad = row.findIndex((v) => typeof v !== 'number');
    if (bad >= 0) throw new UserError(`${path}: [${i}][${bad}] is ${show(row[bad])}, but must be a number.`);
  });
  return { values: Float64Array.from(rows.flat() as number[]), rows: rows.length, columns };
}
