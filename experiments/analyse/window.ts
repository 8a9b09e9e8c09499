import { existsSync, statSync } from 'node:fs';
import { UserError } from '../../core/errors.ts';
import { SPIKES } from '../../core/log/tables.ts';
import { show } from '../../core/show.ts';
import { LogTable, logFile, type Selection } from '../logs/table.ts';
import { RunDirectory, readJson } from '../run/runDirectory.ts';

export interface Window {
  readonly from: number;
  readonly to: number;
}

export interface Spikes {
  readonly table: LogTable;
  readonly window: Window;
  /** The populations with spikes in the window, by number and name. */
  readonly populations: readonly { readonly id: number; readonly name: string }[];
}

/** More make a picture that nobody reads, and cost a correlogram for each pair. */
const MOST_POPULATIONS = 16;

/** Opens the spikes of a run directory or of a log, after a first reading that knows what is in it. */
export function openSpikes(path: string, selection: Selection): Spikes {
  const table = new LogTable(logFile(path), selection, SPIKES);
  const seen = new Set<number>();
  for (const { columns, rows } of table.batches()) {
    for (let i = 0; i < rows; i++) seen.add(columns.population![i]!);
  }
  if (seen.size === 0) throw table.nothing();
  const names = table.group?.names ?? [];
  for (const name of selection.populations ?? []) {
    if (!seen.has(names.indexOf(name)))
      throw new UserError(`${table.path}: ${show(name)} has no spikes in the window.`);
  }
  if (seen.size > MOST_POPULATIONS) {
    throw new UserError(
      `${table.path} has spikes of ${seen.size} populations; choose at most ${MOST_POPULATIONS} with --population.`,
    );
  }
  const populations = [...seen].sort((a, b) => a - b).map((id) => ({ id, name: names[id] ?? String(id) }));
  return { table, window: windowOf(path, table, selection), populations };
}

/** Hands on the spikes in their order, which is checked; `series` counts the populations with spikes. */
export function forEachSpike(
  { table, populations }: Spikes,
  take: (t: number, series: number, neuron: number) => void,
): void {
  const seriesOf = new Int32Array(256).fill(-1);
  for (const [series, { id }] of populations.entries()) seriesOf[id] = series;
  let last = Number.NEGATIVE_INFINITY;
  for (const { columns, rows } of table.batches()) {
    const { time, neuron, population } = columns;
    for (let i = 0; i < rows; i++) {
      const t = time![i]!;
      if (t < last)
        throw new UserError(
          `${table.path}: a spike at ${t} ms comes after one at ${last} ms; the log is out of order.`,
        );
      last = t;
      take(t, seriesOf[population![i]!]!, neuron![i]!);
    }
  }
}

/** Where the known part of the run ends: as run.json says, as planned if the log is whole, else at its last spike. */
function endOf(path: string, table: LogTable): number {
  const last = table.span![1];
  if (existsSync(path) && statSync(path).isDirectory() && RunDirectory.isFinished(path)) {
    const { duration } = readJson(path, 'run.json') as { readonly duration?: number };
    if (duration !== undefined && duration >= last) return duration;
  }
  const planned = Number(table.metadata.tStopPlanned ?? Number.NaN);
  return table.whole && planned >= last ? planned : last;
}

function windowOf(path: string, table: LogTable, { from, to }: Selection): Window {
  const [start, end] = [Math.min(Number(table.metadata.tStart ?? 0), table.span![0]), endOf(path, table)];
  if (from !== undefined && from < start)
    throw new UserError(`--from ${from} lies before the start of ${table.path} at ${start} ms.`);
  if (to !== undefined && to > end)
    throw new UserError(`--to ${to} lies behind the end of ${table.path} at ${end} ms.`);
  const window = { from: from ?? start, to: to ?? end };
  if (!(window.from < window.to))
    throw new UserError(`the window from ${window.from} to ${window.to} ms is empty, so there is nothing to measure.`);
  return window;
}
