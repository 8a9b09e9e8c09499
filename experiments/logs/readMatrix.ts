import { UserError } from '../../core/declare/errors.ts';
import { show } from '../../core/declare/show.ts';
import { readRegular } from '../../core/log/file.ts';

/** A matrix as it was trained elsewhere, row-major. */
export interface Matrix {
  readonly values: Float64Array;
  readonly rows: number;
  readonly columns: number;
}

const MAGIC = Buffer.from('\x93NUMPY', 'latin1');
const READERS: Readonly<Record<string, readonly [bytes: number, read: (view: DataView, at: number) => number]>> = {
  '<f8': [8, (view, at) => view.getFloat64(at, true)],
  '<f4': [4, (view, at) => view.getFloat32(at, true)],
  '>f8': [8, (view, at) => view.getFloat64(at)],
  '>f4': [4, (view, at) => view.getFloat32(at)],
  '<i8': [8, (view, at) => Number(view.getBigInt64(at, true))],
  '<i4': [4, (view, at) => view.getInt32(at, true)],
  '|i1': [1, (view, at) => view.getInt8(at)],
  '|u1': [1, (view, at) => view.getUint8(at)],
};

/**
 * Reads a matrix of numbers: an `.npy` file of two dimensions (NumPy Enhancement Proposal 1; versions 1 to 3, C or Fortran order,
 * real types), or JSON as a list of rows.
 * @throws UserError that names the file and what is wrong with it
 */
export function readMatrix(path: string): Matrix {
  const bytes = readRegular(path);
  const matrix = bytes.subarray(0, MAGIC.length).equals(MAGIC) ? fromNpy(bytes, path) : fromJson(bytes, path);
  const bad = matrix.values.findIndex((v) => !Number.isFinite(v));
  if (bad >= 0) {
    const [row, column] = [Math.floor(bad / matrix.columns), bad % matrix.columns];
    throw new UserError(`${path}: [${row}][${column}] is ${show(matrix.values[bad])}, but must be a finite number.`);
  }
  return matrix;
}

function fromNpy(bytes: Buffer, path: string): Matrix {
  const wide = bytes[6]! >= 2;
  const start = wide ? 12 : 10;
  if (bytes.length < start) throw new UserError(`${path}: the file ends within its header.`);
  const end = start + (wide ? bytes.readUInt32LE(8) : bytes.readUInt16LE(8));
  const header = bytes.toString('latin1', start, Math.min(end, bytes.length));
  const type = /'descr':\s*'([^']+)'/.exec(header)?.[1];
  const shape = /'shape':\s*\(([^)]*)\)/
    .exec(header)?.[1]
    ?.split(',')
    .map((n) => n.trim())
    .filter(Boolean)
    .map(Number);
  const fortran = /'fortran_order':\s*True/.test(header);
  const reader = type === undefined ? undefined : READERS[type];
  if (reader === undefined)
    throw new UserError(
      `${path}: holds ${show(type ?? 'records')}, but must hold one of ${Object.keys(READERS).join(', ')}.`,
    );
  if (shape?.length !== 2)
    throw new UserError(`${path}: has shape (${shape?.join(', ')}), but must be a matrix of two dimensions.`);
  const [rows, columns] = shape as [number, number];
  const [size, read] = reader;
  if (bytes.length !== end + rows * columns * size)
    throw new UserError(
      `${path}: ${bytes.length} bytes found, but ${end + rows * columns * size} are needed for ${rows} × ${columns}.`,
    );
  const view = new DataView(bytes.buffer, bytes.byteOffset + end);
  const at = (k: number) => (fortran ? (k % columns) * rows + Math.floor(k / columns) : k);
  const values = Float64Array.from({ length: rows * columns }, (_, k) => read(view, at(k) * size));
  return { values, rows, columns };
}

function fromJson(bytes: Buffer, path: string): Matrix {
  let rows: unknown;
  try {
    rows = JSON.parse(bytes.toString('utf8'));
  } catch (cause) {
    throw new UserError(`${path}: neither an .npy file nor JSON.`, { cause });
  }
  if (!Array.isArray(rows) || rows.length === 0 || !rows.every(Array.isArray))
    throw new UserError(`${path}: must be a list of rows, each a list of numbers.`);
  const columns = rows[0].length as number;
  rows.forEach((row: unknown[], i) => {
    if (row.length !== columns)
      throw new UserError(`${path}: row ${i} has ${row.length} numbers, but row 0 has ${columns}.`);
    const bad = row.findIndex((v) => typeof v !== 'number');
    if (bad >= 0) throw new UserError(`${path}: [${i}][${bad}] is ${show(row[bad])}, but must be a number.`);
  });
  return { values: Float64Array.from(rows.flat() as number[]), rows: rows.length, columns };
}
