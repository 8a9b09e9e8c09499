import type { Column, ColumnType, TableSpec } from './tables.ts';

/** What each column type is in memory. */
export const COLUMN_ARRAYS = {
  float64: Float64Array,
  float32: Float32Array,
  uint32: Uint32Array,
  uint16: Uint16Array,
  uint8: Uint8Array,
} as const;

/** Rows of the largest batch. */
export const MAX_BATCH_ROWS: number = 2 ** 20;

export type ColumnRecord = Readonly<Record<string, Column>>;

/** One array of `rows` zeros a column, in the order of the table. */
export function allocateColumns(spec: TableSpec, rows: number): ColumnRecord {
  return mapColumns(spec, (type) => new COLUMN_ARRAYS[type](rows));
}

/** The columns of rows that have a number (or a truth, 1 or 0) by the name of each. */
export function columnsFrom(spec: TableSpec, rows: readonly object[]): ColumnRecord {
  return mapColumns(spec, (type, name) => COLUMN_ARRAYS[type].from(rows.map((row) => Number(Reflect.get(row, name)))));
}

export function mapColumns<T>(spec: TableSpec, f: (type: ColumnType, name: string) => T): Record<string, T> {
  return Object.fromEntries(Object.entries(spec.columns).map(([name, type]) => [name, f(type, name)]));
}

/** Packed size of one row: 13 bytes for a spike. */
export function rowBytes(spec: TableSpec): number {
  return Object.values(spec.columns).reduce((sum, type) => sum + COLUMN_ARRAYS[type].BYTES_PER_ELEMENT, 0);
}
