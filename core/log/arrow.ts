import { type DataType, Field, Float32, Float64, Schema, Uint8, Uint16, Uint32 } from 'apache-arrow';
import type { TableSpec } from './tables.ts';

/** What each column type is in Arrow; as in memory it is little endian on every machine JavaScript runs on. */
export const ARROW_TYPES = {
  float64: new Float64(),
  float32: new Float32(),
  uint32: new Uint32(),
  uint16: new Uint16(),
  uint8: new Uint8(),
} as const;

/** The Arrow schema of a table: no nulls, no dictionaries, and the table's name in the metadata under `schema`. */
export function arrowSchema(spec: TableSpec, metadata: Readonly<Record<string, string>>): Schema {
  const fields = Object.entries(spec.columns).map(([name, type]) => new Field<DataType>(name, ARROW_TYPES[type]));
  return new Schema(fields, new Map([['schema', spec.name], ...Object.entries(metadata)]));
}
