import { join } from 'node:path';
import { csvFormatRows } from 'd3-dsv';
import { writeLog } from '../../core/log/create.ts';
import { sha256Rows, writeFileAtomic } from '../../core/log/file.ts';
import { COLUMN_ARRAYS, type ColumnType, type TableSpec } from '../../core/log/tables.ts';

export interface TableColumn {
  readonly type: ColumnType;
  readonly unit: string;
  readonly values: readonly number[];
  /** Names of the codes 0, 1, 2 …, for the CSV file. */
  readonly names?: readonly string[];
}

export interface ColumnTable {
  readonly columns: Readonly<Record<string, TableColumn>>;
}

/**
 * Writes a table twice: as a log, `name.arrows`, with the units and the names of codes in its metadata, and
 * as `name.csv`, with names in place of codes. Returns the number of rows and the hash of the log.
 */
export function writeTables(
  directory: string,
  name: string,
  { columns }: ColumnTable,
  metadata: Readonly<Record<string, string>>,
): { readonly rows: number; readonly sha256: string; readonly units: Readonly<Record<string, string>> } {
  const entries = Object.entries(columns);
  const spec: TableSpec = {
    name: `memspike.${name}/1`,
    columns: Object.fromEntries(entries.map(([key, { type }]) => [key, type])),
  };
  const units = Object.fromEntries(entries.map(([key, { unit }]) => [key, unit]));
  const codes = Object.fromEntries(entries.flatMap(([key, { names }]) => (names ? [[key, names]] : [])));
  const arrays = Object.fromEntries(entries.map(([key, { type, values }]) => [key, COLUMN_ARRAYS[type].from(values)]));
  const rows = entries[0]![1].values.length;
  const facts = { ...metadata, units: JSON.stringify(units), codes: JSON.stringify(codes) };
  writeLog(join(directory, `${name}.arrows`), spec, facts, (log) => log.write(arrays, rows));
  const hash = sha256Rows(spec);
  hash.update(arrays, rows);
  const cells = (i: number) => entries.map(([, { values, names }]) => names?.[values[i]!] ?? String(values[i]));
  const lines = [entries.map(([key]) => key), ...Array.from({ length: rows }, (_, i) => cells(i))];
  writeFileAtomic(join(directory, `${name}.csv`), `${csvFormatRows(lines)}\n`);
  return { rows, sha256: hash.digest(), units };
}
