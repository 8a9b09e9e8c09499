import { type DataType, Field, Float32, Float64, Schema, Uint8, Uint16, Uint32 } from 'apache-arrow';
import type { Column, ColumnType, TableSpec } from './tables.ts';

/** What each column type is in memory and in Arrow; both are little endian on every machine JavaScript runs on. */
export const COLUMN_TYPES = {
  float64: { array: Float64Array, arrow: new Float64() },
  float32: { array: Float32Array, arrow: new Float32() },
  uint32: { array: Uint32Array, arrow: new Uint32() },
  uint16: { array: Uint16Array, arrow: new Uint16() },
  uint8: { array: Uint8Array, arrow: new Uint8() },
} as const;

/** Rows of the largest batch. */
export const MAX_BATCH_ROWS: number = 2 ** 20;

export type ColumnRecord = Readonly<Record<string, Column>>;

/** One array of `rows` zeros a column, in the order of the table. */
export function allocateColumns(spec: TableSpec, rows: number): ColumnRecord {
  return mapColumns(spec, (type) => new COLUMN_TYPES[type].array(rows));
}

/** The columns of rows that have a number (or a truth, 1 or 0) by the name of each. */
export function columnsFrom(spec: TableSpec, rows: readonly object[]): ColumnRecord {
  return mapColumns(spec, (type, name) =>
    COLUMN_TYPES[type].array.from(rows.map((row) => Number(Reflect.get(row, name)))),
  );
}

export function mapColumns<T>(spec: TableSpec, f: (type: ColumnType, name: string) => T): Record<string, T> {
  return Object.fromEntries(Object.entries(spec.columns).map(([name, type]) => [name, f(type, name)]));
}

/** Packed size of one row: 13 bytes for a spike. */
export function rowBytes(spec: TableSpec): number {
  return Object.values(spec.columns).reduce((sum, type) => sum + COLUMN_TYPES[type].array.BYTES_PER_ELEMENT, 0);
}

/** The Arrow schema of a table: no nulls, no dictionaries, and the table's name in the metadata under `schema`. */
export function arrowSchema(spec: TableSpec, metadata: Readonly<Record<string, string>>): Schema {
  const fields = Object.entries(spec.columns).map(
    ([name, type]) => new Field<DataType>(name, COLUMN_TYPES[type].arrow),
  );
  return new Schema(fields, new Map([['schema', spec.name], ...Object.entries(metadata)]));
}
