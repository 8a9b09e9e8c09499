import { readFileSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { csvFormatRows } from 'd3-dsv';
import * as z from 'zod/mini';
import { writeLog } from '../../core/log/create.ts';
import { createRowHash, fileKindAt, writeFileAtomic } from '../../core/log/file.ts';
import { withFileErrors } from '../../core/log/fileError.ts';
import { COLUMN_ARRAYS, type ColumnType, type TableSpec } from '../../core/log/tables.ts';
import { VERSION } from '../version.ts';
import { makeDirectory, requireOwnDirectory } from './directory.ts';
import { requireFree } from './file.ts';
import { lockDirectory } from './lock.ts';

export interface TableColumn {
  readonly type: ColumnType;
  readonly unit: string;
  readonly values: readonly number[];
  /** Texts for the codes 0, 1, 2 …, used in the CSV file. */
  readonly names?: readonly string[];
}

export interface ColumnTable {
  readonly columns: Readonly<Record<string, TableColumn>>;
}

/**
 * Writes a table in two formats: the log `name.arrows`, with units and code texts in its metadata, and `name.csv`, with
 * texts instead of codes. Returns the number of rows and the hash of the log.
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
  const hash = createRowHash(spec);
  hash.update(arrays, rows);
  const cells = (i: number) => entries.map(([, { values, names }]) => names?.[values[i]!] ?? String(values[i]));
  const lines = [entries.map(([key]) => key), ...Array.from({ length: rows }, (_, i) => cells(i))];
  writeFileAtomic(join(directory, `${name}.csv`), `${csvFormatRows(lines)}\n`);
  return { rows, sha256: hash.digest(), units };
}

/** Schema of the mark file, written last, which identifies a result directory. `files`: names of all other files. */
const markSchema = z.looseObject({ command: z.string(), version: z.string(), files: z.array(z.string()) });
type Mark = z.output<typeof markSchema>;

function readMark(file: string, command: string): Mark | undefined {
  if (fileKindAt(file) !== 'a file') return undefined;
  try {
    const { data } = markSchema.safeParse(JSON.parse(readFileSync(file, 'utf8')));
    return data?.command === command ? data : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined; // another file with this name
    throw error;
  }
}

interface ResultOptions {
  /** Name of the command that wrote the directory, such as `device fit`; stored in the file `mark`, which identifies a result directory. */
  readonly command: string;
  /** Name of the mark file, such as `fit.json`. */
  readonly mark: string;
  /** Names of files that an earlier, aborted call may have left, in addition to the lock of `runLocked`. */
  readonly begun?: readonly string[];
  /** Options for a directory that also holds other files, which are kept, such as a run directory. */
  readonly shared?: { readonly replace: boolean };
}

/**
 * Result directory of a command: must be new, empty, or hold earlier results of the same command, which are replaced.
 * @throws UserError otherwise
 */
export class ResultDirectory {
  readonly path: string;
  readonly #options: ResultOptions;
  readonly #earlierMark: Mark | undefined;
  readonly #files = new Set<string>();
  /** Names of the files that this call has created. */
  readonly #created = new Set<string>();

  constructor(path: string, options: ResultOptions) {
    this.path = path;
    this.#options = options;
    const { command, mark, begun, shared } = options;
    if (shared === undefined) {
      const left = begun && [...begun, 'lock', 'lock.takeover'];
      requireOwnDirectory(path, () => readMark(join(path, mark), command) !== undefined, left);
    }
    this.#earlierMark = readMark(join(path, mark), command);
  }

  get replacesFiles(): boolean {
    return this.#earlierMark !== undefined || (this.#options.shared?.replace ?? true);
  }

  /** Creates the directory and keeps it locked against other processes until `work` ends. */
  async runLocked<T>(work: () => Promise<T>): Promise<T> {
    makeDirectory(this.path);
    const lock = lockDirectory(this.path);
    try {
      return await work();
    } finally {
      lock.unlock();
    }
  }

  /** Creates the directory. Before the first file is written, checks that files with all these names may be written. */
  prepare(names: readonly string[] = []): void {
    makeDirectory(this.path);
    for (const name of [...names, this.#options.mark]) {
      const isOwn = this.#earlierMark !== undefined && [...this.#earlierMark.files, this.#options.mark].includes(name);
      requireFree({ path: join(this.path, name), replace: isOwn || (this.#options.shared?.replace ?? true) });
    }
  }

  /**
   * Calls `make` to write files with these names, which may replace earlier ones. If it fails, all new files are
   * removed, so that the command can be repeated.
   */
  write<T>(names: readonly string[], make: (directory: string) => T): T {
    for (const name of names) {
      if (fileKindAt(join(this.path, name)) === undefined) this.#created.add(name);
      this.#files.add(name);
    }
    try {
      return make(this.path);
    } catch (error) {
      for (const name of this.#created) rmSync(join(this.path, name), { force: true });
      throw error;
    }
  }

  text(name: string, data: string): void {
    this.write([name], () => writeFileAtomic(join(this.path, name), data, this.replacesFiles));
  }

  writeTables(
    name: string,
    table: ColumnTable,
    metadata: Readonly<Record<string, string>>,
  ): ReturnType<typeof writeTables> {
    return this.write([`${name}.arrows`, `${name}.csv`], (path) => writeTables(path, name, table, metadata));
  }

  /** Writes the mark file and removes other files of earlier results. @returns names of all files */
  writeMark(facts: object): string[] {
    const { command, mark } = this.#options;
    const all: Mark = { command, version: VERSION, files: [...this.#files], ...facts };
    this.text(mark, `${JSON.stringify(all, null, 2)}\n`);
    for (const name of this.#earlierMark?.files ?? []) {
      const path = join(this.path, basename(name));
      if (!this.#files.has(name) && fileKindAt(path) === 'a file') withFileErrors('remove', path, () => rmSync(path));
    }
    return [...this.#files];
  }
}
