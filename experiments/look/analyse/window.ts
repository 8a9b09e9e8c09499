import { UserError } from '../../../core/declare/errors.ts';
import { show } from '../../../core/declare/show.ts';
import { SPIKES } from '../../../core/log/tables.ts';
import { noSpikesError } from '../../logs/silence.ts';
import { findLogFile, LogTable, type Selection } from '../../logs/table.ts';
import { resolveWindow, type TimeWindow } from '../../logs/window.ts';

export interface Spikes {
  readonly table: LogTable;
  readonly window: TimeWindow;
  /** The populations with spikes in the window, by number and name. */
  readonly populations: readonly { readonly id: number; readonly name: string }[];
}

/** More make a picture that nobody reads, and cost a correlogram for each pair. */
const MOST_POPULATIONS = 16;

/** Opens the spikes of a run directory or of a log, after a first reading that knows what is in it. */
export function openSpikes(path: string, selection: Selection): Spikes {
  const table = new LogTable(findLogFile(path), selection, SPIKES);
  const seen = table.readGroupIds();
  if (seen.size === 0) throw noSpikesError(table);
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
  const window = resolveWindow(path, table);
  if (!(window.from < window.to))
    throw new UserError(`the window from ${window.from} to ${window.to} ms is empty, so there is nothing to measure.`);
  return { table, window, populations };
}

/** Hands on the spikes in their order, which is checked; `series` counts the populations with spikes. */
export function forEachSpike(
  { table, populations }: Spikes,
  take: (t: number, series: number, neuron: number) => void,
): void {
  const seriesOf = new Int32Array(256).fill(-1);
  for (const [series, { id }] of populations.entries()) seriesOf[id] = series;
  let last = -Infinity;
  for (const { columns, rows } of table.readBatches()) {
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
