import type { Column, ColumnType, TableSpec } from './tables.ts';

/** Typed array of each column type. */
export const COLUMN_ARRAYS = {
  float64: Float64Array,
  float32: Float32Array,
  uint32: Uint32Array,
  uint16: Uint16Array,
  uint8: Uint8Array,
} as const;

/** Maximum number of rows per batch. */
export const MAX_BATCH_ROWS: number = 2 ** 20;

export type ColumnRecord = Readonly<Record<string, Column>>;

/** Allocates one array of `rows` zeros per column, in the order of the table. */
export function allocateColumns(spec: TableSpec, rows: number): ColumnRecord {
  return mapColumns(spec, (type) => new COLUMN_ARRAYS[type](rows));
}

/** Converts rows with a number or a boolean per column to columns. */
export function columnsFrom(spec: TableSpec, rows: readonly object[]): ColumnRecord {
  return mapColumns(spec, (type, name) => COLUMN_ARRAYS[type].from(rows.map((row) => Number(Reflect.get(row, name)))));
}

/** Maps each column of a table to a value. */
export function mapColumns<T>(spec: TableSpec, f: (type: ColumnType, name: string) => T): Record<string, T> {
  return Object.fromEntries(Object.entries(spec.columns).map(([name, type]) => [name, f(type, name)]));
}

/** Number of bytes of a packed row: 13 for a spike. */
export function rowBytes(spec: TableSpec): number {
  return Object.values(spec.columns).reduce((sum, type) => sum + COLUMN_ARRAYS[type].BYTES_PER_ELEMENT, 0);
}
