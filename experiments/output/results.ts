import { readFileSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { csvFormatRows } from 'd3-dsv';
import * as z from 'zod/mini';
import { writeLog } from '../../core/log/create.ts';
import { createRowHash, findFileKind, writeFileAtomic } from '../../core/log/file.ts';
import { withFileErrors } from '../../core/log/fileError.ts';
import { COLUMN_ARRAY_TYPES, type ColumnType, type LogMetadata, type TableSpec } from '../../core/log/tables.ts';
import { VERSION } from '../version.ts';
import { describeProvenance } from './commandLine.ts';
import { makeDirectory, requireResultDirectory } from './directory.ts';
import { requireFreePath } from './file.ts';
import { lockDirectory } from './lock.ts';

export interface TableColumn {
  readonly type: ColumnType;
  readonly unit: string;
  readonly values: readonly number[];
  /** Texts for the codes 0, 1, 2 …, used in the CSV file. */
  readonly valueNames?: readonly string[];
}

interface ColumnTable {
  readonly columns: Readonly<Record<string, TableColumn>>;
}

/** Writes `name.arrows`, a log with units and code texts in its metadata, and `name.csv`, with texts for codes. */
export function writeTables(
  directory: string,
  name: string,
  { columns }: ColumnTable,
  metadata: LogMetadata,
): { readonly rows: number; readonly sha256: string; readonly units: LogMetadata } {
  const entries = Object.entries(columns);
  const spec: TableSpec = {
    name: `memspike.${name}/1`,
    columns: Object.fromEntries(entries.map(([key, { type }]) => [key, type])),
  };
  const units = Object.fromEntries(entries.map(([key, { unit }]) => [key, unit]));
  const codes = Object.fromEntries(entries.flatMap(([key, { valueNames }]) => (valueNames ? [[key, valueNames]] : [])));
  const arrays = Object.fromEntries(
    entries.map(([key, { type, values }]) => [key, COLUMN_ARRAY_TYPES[type].from(values)]),
  );
  const rows = entries[0]![1].values.length;
  const facts = { ...metadata, units: JSON.stringify(units), codes: JSON.stringify(codes) };
  writeLog(join(directory, `${name}.arrows`), spec, facts, (log) => log.write(arrays, rows));
  const hash = createRowHash(spec);
  hash.update(arrays, rows);
  const cells = (i: number) =>
    entries.map(([, { values, valueNames }]) => valueNames?.[values[i]!] ?? String(values[i]));
  const lines = [entries.map(([key]) => key), ...Array.from({ length: rows }, (_, i) => cells(i))];
  writeFileAtomic(join(directory, `${name}.csv`), `${csvFormatRows(lines)}\n`);
  return { rows, sha256: hash.digest(), units };
}

/**
 * Schema of the mark file, which identifies a result directory and is written last; `files`: names of all other files.
 */
const markSchema = z.looseObject({ command: z.string(), version: z.string(), files: z.array(z.string()) });
type Mark = z.output<typeof markSchema>;

function readMark(file: string, command: string): Mark | undefined {
  if (findFileKind(file) !== 'a file') return undefined;
  try {
    const { data } = markSchema.safeParse(JSON.parse(readFileSync(file, 'utf8')));
    return data?.command === command ? data : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined; // another file with this name
    throw error;
  }
}

interface ResultOptions {
  /** Command name, such as `device fit`; stored in the mark file. */
  readonly command: string;
  readonly markFile: string;
  /** Files that an aborted call may have left, in addition to the lock of `runLocked`. */
  readonly unfinishedFiles?: readonly string[];
  /** Present if the directory also holds files of a run. `replace`: true if files of the same name may be replaced. */
  readonly sharedDirectory?: { readonly replace: boolean };
}

/**
 * Result directory of a command: must be new, empty, or hold earlier results of the same command, which are replaced.
 * @throws UserError otherwise
 */
export class ResultDirectory {
  readonly path: string;
  readonly #options;
  readonly #earlierResult: Mark | undefined;
  readonly #files = new Set<string>();
  readonly #created = new Set<string>();

  constructor(path: string, options: ResultOptions) {
    this.path = path;
    this.#options = options;
    const { command, markFile: mark, unfinishedFiles: begun, sharedDirectory: shared } = options;
    if (shared === undefined) {
      const left = begun && [...begun, 'lock', 'lock.takeover'];
      requireResultDirectory(path, () => readMark(join(path, mark), command) !== undefined, left);
    }
    this.#earlierResult = readMark(join(path, mark), command);
  }

  get replacesFiles(): boolean {
    return this.#earlierResult !== undefined || (this.#options.sharedDirectory?.replace ?? true);
  }

  async runLocked<T>(work: () => Promise<T>): Promise<T> {
    makeDirectory(this.path);
    const lock = lockDirectory(this.path);
    try {
      return await work();
    } finally {
      lock.unlock();
    }
  }

  /** Creates the directory. Checks that every file in `names` is new or may be replaced, before any is written. */
  prepareDirectory(names: readonly string[] = []) {
    makeDirectory(this.path);
    const { markFile, sharedDirectory } = this.#options;
    const ownFiles = this.#earlierResult === undefined ? [] : [...this.#earlierResult.files, markFile];
    for (const name of [...names, markFile])
      requireFreePath({
        path: join(this.path, name),
        replace: ownFiles.includes(name) || (sharedDirectory?.replace ?? true),
      });
  }

  /** Calls `make` to write files, which may replace earlier files. If `make` fails, new files are removed. */
  writeFiles<T>(names: readonly string[], make: (directory: string) => T): T {
    for (const name of names) {
      if (findFileKind(join(this.path, name)) === undefined) this.#created.add(name);
      this.#files.add(name);
    }
    try {
      return make(this.path);
    } catch (error) {
      for (const name of this.#created) rmSync(join(this.path, name), { force: true });
      throw error;
    }
  }

  writeFile(name: string, data: string | Uint8Array) {
    makeDirectory(dirname(join(this.path, name)));
    this.writeFiles([name], () => writeFileAtomic(join(this.path, name), data, this.replacesFiles));
  }

  writeTables(name: string, table: ColumnTable, metadata: LogMetadata): ReturnType<typeof writeTables> {
    return this.writeFiles([`${name}.arrows`, `${name}.csv`], (path) => writeTables(path, name, table, metadata));
  }

  /** Writes the mark file and removes other files of earlier results. @returns names of all files */
  writeMarkFile(facts: object): string[] {
    const { command, markFile: mark } = this.#options;
    const all: Mark = { command, ...describeProvenance(), version: VERSION, files: [...this.#files], ...facts };
    this.writeFile(mark, `${JSON.stringify(all, null, 2)}\n`);
    for (const name of this.#earlierResult?.files ?? []) {
      const path = join(this.path, basename(name));
      if (!this.#files.has(name) && findFileKind(path) === 'a file') withFileErrors('remove', path, () => rmSync(path));
    }
    return [...this.#files];
  }
}
