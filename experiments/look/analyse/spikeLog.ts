import { UserError } from '../../../core/declare/errors.ts';
import { show } from '../../../core/declare/show.ts';
import { SPIKES } from '../../../core/log/tables.ts';
import { createNoSpikesError } from '../../logs/silence.ts';
import { findLogFile, LogTable, type Selection } from '../../logs/table.ts';
import { resolveWindow, type TimeWindow } from '../../logs/window.ts';

/** Spike log opened for analysis. */
export interface SpikeLog {
  readonly table: LogTable;
  readonly window: TimeWindow;
  /** Populations that have spikes in the time window, in ascending order of ids. */
  readonly populations: readonly { readonly id: number; readonly name: string }[];
}

/** Maximum number of populations, for readable pictures; also limits the number of correlograms, one per pair. */
const MAX_POPULATIONS = 16;

/** Opens the spike log of a run directory, or a log file, and reads it once to find populations and time window. */
export function openSpikeLog(path: string, selection: Selection): SpikeLog {
  const table = new LogTable(findLogFile(path), selection, SPIKES);
  const seen = table.readGroupIds();
  if (seen.size === 0) throw createNoSpikesError(table);
  const names = table.group?.names ?? [];
  for (const name of selection.populations ?? []) {
    if (!seen.has(names.indexOf(name)))
      throw new UserError(`${table.path}: ${show(name)} has no spikes in the window.`);
  }
  if (seen.size > MAX_POPULATIONS)
    throw new UserError(
      `${table.path} has spikes of ${seen.size} populations; choose at most ${MAX_POPULATIONS} with --population.`,
    );
  const populations = [...seen].sort((a, b) => a - b).map((id) => ({ id, name: names[id] ?? String(id) }));
  const window = resolveWindow(path, table);
  if (!(window.from < window.to))
    throw new UserError(`the window from ${window.from} to ${window.to} ms is empty, so there is nothing to measure.`);
  return { table, window, populations };
}

/** Calls `onSpike` for every spike, in ascending order of time. @param onSpike `series` is an index in `populations` */
export function forEachSpike(
  { table, populations }: SpikeLog,
  onSpike: (t: number, series: number, neuron: number) => void,
): void {
  const seriesById = new Int32Array(256).fill(-1);
  for (const [series, { id }] of populations.entries()) seriesById[id] = series;
  for (const { columns, rows } of table.readBatches()) {
    const { time, neuron, population } = columns;
    for (let i = 0; i < rows; i++) onSpike(time![i]!, seriesById[population![i]!]!, neuron![i]!);
  }
}
