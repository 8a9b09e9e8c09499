import type { Column, ColumnType } from '../../core/log/tables.ts';

/** What NumPy calls the column types. */
export const NPY_TYPES: Readonly<Record<ColumnType, string>> = {
  float64: '<f8',
  float32: '<f4',
  uint32: '<u4',
  uint16: '<u2',
  uint8: '|u1',
};

const ALIGNMENT = 64;
const PREFIX = 10; // magic, version, length of the header

/**
 * The start of an `.npy` file of format version 1.0, up to the data.
 * @param descr a type such as `'<f8'` in quotes, or the list of a structured type.
 * Source: NumPy Enhancement Proposal 1, "A simple file format for NumPy arrays"; `numpy.lib.format`.
 */
export function npyHeader(descr: string, shape: readonly number[]): Uint8Array {
  const tuple = `(${shape.join(', ')}${shape.length === 1 ? ',' : ''})`;
  const text = `{'descr': ${descr}, 'fortran_order': False, 'shape': ${tuple}, }`;
  const length = Math.ceil((PREFIX + text.length + 1) / ALIGNMENT) * ALIGNMENT;
  const bytes = Buffer.from(`\x93NUMPY\x01\x00..${text.padEnd(length - PREFIX - 1)}\n`, 'latin1');
  bytes.writeUInt16LE(length - PREFIX, PREFIX - 2);
  return bytes;
}

/** The bytes of an array as they lie in memory, which is little endian on every machine JavaScript runs on. */
export const bytesOf = ({ buffer, byteOffset, byteLength }: Column): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength);
