import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../../core/declare/errors.ts';
import { show } from '../../core/declare/show.ts';
import { didYouMean } from '../../core/declare/suggest.ts';
import { openLog } from '../../core/log/file.ts';
import type { LogBatch, LogProblem, LogReader } from '../../core/log/read.ts';
import {
  allocateColumns,
  type ColumnsByName,
  type LogMetadata,
  SPIKES,
  type TableSpec,
} from '../../core/log/tables.ts';
import { MAX_TIME } from '../../core/time.ts';
import { isDirectory, type OutputFile } from '../output/file.ts';

export const readPopulationSizes = ({ metadata }: Pick<LogReader, 'metadata'>): readonly number[] | undefined =>
  metadata.sizes === undefined ? undefined : (JSON.parse(metadata.sizes) as number[]);

export function requireSpikeLog({ path, spec }: LogTable, format: string) {
  if (spec.name !== SPIKES.name)
    throw new UserError(`${path} is a ${spec.name} log; ${format} holds only spikes (${SPIKES.name}).`);
}

/** Columns of integer codes, with the metadata entry that lists the names of the codes. */
export const ID_NAMES_METADATA_KEYS: Readonly<Record<string, string>> = {
  population: 'populations',
  projection: 'projections',
  quantity: 'quantities',
};

/** Selection of rows of a log by population and time (ms); default: all rows. */
export interface RowSelection {
  /** Names of populations or, in a weight log, projections. */
  readonly populations?: readonly string[] | undefined;
  /** Start of the time window, ms; rows at its start and end (`to`) are included. */
  readonly from?: number | undefined;
  readonly to?: number | undefined;
}

/**
 * Path of a log: `path` itself or, for a run directory, the path of its spike log. @throws UserError for a directory
 * without spike log
 */
export function findLogFile(path: string): string {
  if (!isDirectory(path)) return path;
  const file = join(path, 'spikes.arrows');
  if (existsSync(file)) return file;
  const why = existsSync(join(path, 'config.json'))
    ? 'the run recorded no spikes (record: { spikes: [...] } does)'
    : 'it is not a run directory';
  throw new UserError(`${path} has no spikes.arrows: ${why}.`);
}

type RowValues = [number, number, number, number, number, number];

/**
 * Log on disk that can be read repeatedly, with memory for a single batch. If a log is cut or damaged, intact batches
 * are read, and `requireIntact` reports the damage. Later passes read the same rows, even if the log grows.
 */
export class LogTable {
  readonly path: string;
  readonly spec: TableSpec;
  readonly metadata: LogMetadata;
  readonly selection: RowSelection;
  /** Column with the ids of populations, projections or quantities, and the names of the ids. */
  readonly idColumn: { readonly column: string; readonly names: readonly string[] } | undefined;
  readonly #selectedIds: ReadonlySet<number> | undefined;
  readonly #populationSizes: readonly number[] | undefined;
  #problem: LogProblem | undefined;
  #rows = Infinity;
  #timeSpan: readonly [number, number] | undefined;

  constructor(path: string, selection: RowSelection = {}, spec?: TableSpec) {
    this.path = path;
    const log = openLog(path, spec === undefined ? {} : { spec });
    log.close();
    this.spec = log.spec;
    this.metadata = log.metadata;
    this.selection = selection;
    this.idColumn = findIdColumn(log);
    this.#selectedIds = selection.populations && this.#findSelectedIds(selection.populations);
    this.#populationSizes = 'population' in log.spec.columns ? readPopulationSizes(log) : undefined;
    this.#checkTimeWindow();
  }

  /** First and last time in the log, ms, known after the first pass; undefined without rows or times. */
  get timeSpan(): readonly [number, number] | undefined {
    return this.#timeSpan;
  }

  /** Reads the selected rows in batches; each batch overwrites the arrays of the previous one. */
  *readBatches(): Generator<LogBatch, void, undefined> {
    const log = openLog(this.path, { strict: false });
    let [first, last] = [Number.NaN, 0];
    const pick = this.#createRowFilter();
    for (const batch of log) {
      const { time } = batch.columns;
      this.#checkRows(batch, log.position.rows - batch.rows, last);
      if (time && batch.rows > 0) {
        if (Number.isNaN(first)) first = time[0]!;
        last = time[batch.rows - 1]!;
      }
      const picked = pick ? pick(batch) : batch;
      if (picked.rows > 0) yield picked;
      if (log.position.rows >= this.#rows) break;
    }
    this.#problem ??= log.problem;
    if (this.#rows === Infinity) {
      this.#rows = log.position.rows;
      if (!Number.isNaN(first)) this.#timeSpan = [first, last];
    }
  }

  /** Calls `visit` for each selected row with its values in up to six columns. */
  forEachRow(columnNames: readonly string[], visit: (...values: RowValues) => void) {
    for (const { columns, rows } of this.readBatches()) {
      const [a, b = a, c = a, d = a, e = a, f = a] = columnNames.map((name) => columns[name]!);
      for (let i = 0; i < rows; i++) visit(a![i]!, b![i]!, c![i]!, d![i]!, e![i]!, f![i]!);
    }
  }

  readGroupIds(): Set<number> {
    const ids = new Set<number>();
    const column = Object.keys(ID_NAMES_METADATA_KEYS).find((name) => name in this.spec.columns);
    this.forEachRow([column ?? 'time'], (id) => ids.add(id));
    return column === undefined ? new Set() : ids;
  }

  /** True if every row of the log is selected. */
  get isWhole(): boolean {
    return Object.values(this.selection).every((condition) => condition === undefined);
  }

  /** Counts the selected rows. @throws UserError if there are fewer than `minRows` */
  countRows(minRows = 1): number {
    let rows = 0;
    for (const batch of this.readBatches()) rows += batch.rows;
    if (rows < minRows) throw this.createNoRowsError();
    return rows;
  }

  createNoRowsError(): UserError {
    const problem = this.#problem ? `; ${this.#problem.message}` : '';
    if (this.#rows === 0) return new UserError(`${this.path} holds no rows${problem}.`);
    const { populations } = this.selection;
    const whose = populations ? ` of ${populations.map((name) => show(name)).join(', ')}` : '';
    const span = this.#timeSpan ? `; its rows lie between ${this.#timeSpan[0]} and ${this.#timeSpan[1]} ms` : '';
    return new UserError(`${this.path} has no rows${whose}${this.#describeTimeWindow()}${span}${problem}.`);
  }

  /** True if the log was read up to its end mark, without damage. */
  get isIntact(): boolean {
    return this.#problem === undefined;
  }

  /** Requires an intact log. @throws UserError if it is cut, damaged or still open */
  requireIntact() {
    if (this.#problem) throw new UserError(this.#problem.message);
  }

  /** Checks times and ids of a batch. @param before number of earlier rows @param start time of the last earlier row, ms */
  #checkRows({ columns, rows }: LogBatch, before: number, start: number) {
    const { time, population, neuron } = columns;
    const rowError = (i: number, what: string) =>
      new UserError(`${this.path} is damaged: row ${before + i} is ${what}.`);
    for (let i = 0, last = start; time !== undefined && i < rows; last = time[i++]!)
      if (!(time[i]! >= last && time[i]! <= MAX_TIME))
        throw rowError(i, `at ${time[i]} ms, but must be between ${last} and ${MAX_TIME} ms`);
    const names = this.idColumn?.names;
    const ids = this.idColumn && columns[this.idColumn.column]!;
    for (let i = 0; ids !== undefined && i < rows; i++)
      if (ids[i]! >= names!.length)
        throw rowError(i, `of ${this.idColumn!.column} ${ids[i]}, but the log names ${names!.length}`);
    for (let i = 0; this.#populationSizes && population !== undefined && neuron !== undefined && i < rows; i++) {
      const size = this.#populationSizes[population[i]!];
      if (size !== undefined && neuron[i]! >= size)
        throw rowError(
          i,
          `of neuron ${neuron[i]} of ${show(names?.[population[i]!] ?? population[i])}, which has ${size} neurons`,
        );
    }
  }

  #describeTimeWindow(): string {
    const { from, to } = this.selection;
    if (from === undefined) return to === undefined ? '' : ` up to ${to} ms`;
    return to === undefined ? ` from ${from} ms on` : ` from ${from} to ${to} ms`;
  }

  #findSelectedIds(populations: readonly string[]): ReadonlySet<number> {
    const { idColumn, path } = this;
    if (!idColumn)
      throw new UserError(`${path} (${this.spec.name}) has no column of populations or projections to select by.`);
    return new Set(
      populations.map((name) => {
        const id = idColumn.names.indexOf(name);
        const kind = ID_NAMES_METADATA_KEYS[idColumn.column]!;
        if (id < 0)
          throw new UserError(
            `${path} has no ${idColumn.column} ${show(name)}${didYouMean(name, idColumn.names, kind)}`,
          );
        return id;
      }),
    );
  }

  #checkTimeWindow() {
    const { from, to } = this.selection;
    if (from === undefined && to === undefined) return;
    if (!('time' in this.spec.columns))
      throw new UserError(`${this.path} (${this.spec.name}) has no times to select by.`);
    if (from !== undefined && to !== undefined && from > to)
      throw new UserError(`the window from ${from} to ${to} ms ends before it starts.`);
    const [start, stop] = [Number(this.metadata.tStart ?? 0), Number(this.metadata.tStopPlanned ?? Number.NaN)];
    if ((from ?? start) > stop || (to ?? start) < start)
      throw new UserError(
        `the window${this.#describeTimeWindow()} lies outside the run of ${this.path}, which is ${start} to ${stop} ms.`,
      );
  }

  /** Creates a function that copies the selected rows of a batch; undefined if all rows are selected. */
  #createRowFilter(): ((batch: LogBatch) => LogBatch) | undefined {
    const { from = -Infinity, to = Infinity } = this.selection;
    const ids = this.#selectedIds;
    if (!ids && from === -Infinity && to === Infinity) return undefined;
    let kept = new Uint32Array(0);
    let buffers: ColumnsByName = {};
    return ({ columns, rows }) => {
      if (kept.length < rows) {
        kept = new Uint32Array(rows);
        buffers = allocateColumns(this.spec, rows);
      }
      const { time } = columns;
      const group = this.idColumn && columns[this.idColumn.column];
      let n = 0;
      for (let i = 0; i < rows; i++) {
        if (time && !(time[i]! >= from && time[i]! <= to)) continue;
        if (ids && !ids.has(group![i]!)) continue;
        kept[n++] = i;
      }
      const picked = Object.entries(columns).map(([name, source]) => {
        const target = buffers[name]!;
        for (let k = 0; k < n; k++) target[k] = source[kept[k]!]!;
        return [name, target.subarray(0, n)] as const;
      });
      return { columns: Object.fromEntries(picked), rows: n };
    };
  }
}

export function findIdColumn({ spec, metadata }: LogReader): LogTable['idColumn'] {
  for (const [column, key] of Object.entries(ID_NAMES_METADATA_KEYS)) {
    const names = metadata[key];
    if (column in spec.columns && names !== undefined) return { column, names: JSON.parse(names) as string[] };
  }
  return undefined;
}

export interface LogFormat {
  readonly extension: string;
  readonly help: string;
  write(table: LogTable, out: OutputFile): void | Promise<void>;
}
