import { join } from 'node:path';
import {
  Bool,
  type DataType,
  Field,
  Float64,
  makeData,
  RecordBatch,
  Schema,
  Struct,
  Table,
  tableToIPC,
  Uint32,
  Utf8,
  vectorFromArray,
} from 'apache-arrow';
import { csvFormatRows } from 'd3-dsv';
import { writeFileAtomic } from '../../core/log/file.ts';
import { canonicalJson } from '../network/config/hash.ts';

type Cell = number | string | boolean | null;

export interface ResultColumn {
  readonly name: string;
  readonly unit: string;
  readonly cells: readonly Cell[];
}

const isUint32 = (cell: Cell): boolean =>
  typeof cell === 'number' && Number.isInteger(cell) && cell >= 0 && cell < 2 ** 32;
const COUNTS = ['point', 'replicate', 'seed', 'runs'];

function columnTypeOf({ name, cells }: ResultColumn): DataType {
  if (COUNTS.includes(name) && cells.every(isUint32)) return new Uint32();
  if (cells.every((cell) => cell === null || typeof cell === 'number')) return new Float64();
  return cells.every((cell) => cell === null || typeof cell === 'boolean') ? new Bool() : new Utf8();
}

/** Converts a value of a sweep file to a cell: numbers, texts and booleans are kept, other values become JSON. */
export const toCell = (value: unknown): Cell =>
  typeof value === 'number' || typeof value === 'string' || typeof value === 'boolean' ? value : canonicalJson(value);

/**
 * Writes a table as `name.arrow` (Arrow IPC file, which is Feather version 2), with column units in the field metadata,
 * and as `name.csv` (RFC 4180), in which null cells are empty.
 */
export function writeResultTable(
  directory: string,
  name: string,
  columns: readonly ResultColumn[],
  metadata: Readonly<Record<string, string>>,
): void {
  const rows = columns[0]?.cells.length ?? 0;
  const typed = columns.map((column) => ({ ...column, type: columnTypeOf(column) }));
  const fields = typed.map(
    ({ name, unit, type }) => new Field(name, type, true, new Map(unit === '' ? [] : [['unit', unit]])),
  );
  const units = Object.fromEntries(columns.filter(({ unit }) => unit !== '').map(({ name, unit }) => [name, unit]));
  const schema = new Schema(fields, new Map(Object.entries({ ...metadata, units: JSON.stringify(units) })));
  const children = typed.map(({ cells, type }) => {
    const values = type instanceof Utf8 ? cells.map((cell) => (cell === null ? null : String(cell))) : cells;
    return vectorFromArray(values as Cell[], type).data[0] ?? makeData({ type, length: 0 } as never);
  });
  const batch = new RecordBatch(schema, makeData({ type: new Struct(fields), length: rows, children }));
  writeFileAtomic(join(directory, `${name}.arrow`), tableToIPC(new Table(schema, [batch]), 'file'));
  const text = Array.from({ length: rows }, (_, i) => columns.map(({ cells }) => String(cells[i] ?? '')));
  writeFileAtomic(join(directory, `${name}.csv`), `${csvFormatRows([columns.map(({ name }) => name), ...text])}\n`);
}
