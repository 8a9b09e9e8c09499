import { existsSync, statSync } from 'node:fs';
import { UserError } from '../../core/declare/errors.ts';
import { isFinishedRun, readRunJson } from './runJson.ts';
import type { LogTable } from './table.ts';

/** ms; both ends belong to it. */
export interface TimeWindow {
  readonly from: number;
  readonly to: number;
}

/** Where the known part of the run ends: as run.json says, as planned if the log is whole, else at its last spike. */
function findRunEnd(path: string, table: LogTable): number {
  const last = table.span![1];
  if (existsSync(path) && statSync(path).isDirectory() && isFinishedRun(path)) {
    const { duration } = readRunJson(path);
    if (duration != null && duration >= last) return duration;
  }
  const planned = Number(table.metadata.tStopPlanned ?? Number.NaN);
  return table.isWhole && planned >= last ? planned : last;
}

/**
 * The window asked for, else the known part of the run. Of a log that was read to its end.
 * @param path run directory or log. UserError if the window reaches beyond the run.
 */
export function resolveWindow(path: string, table: LogTable): TimeWindow {
  const { from, to } = table.selection;
  const [start, end] = [Math.min(Number(table.metadata.tStart ?? 0), table.span![0]), findRunEnd(path, table)];
  if (from !== undefined && from < start)
    throw new UserError(`--from ${from} lies before the start of ${table.path} at ${start} ms.`);
  if (to !== undefined && to > end)
    throw new UserError(`--to ${to} lies behind the end of ${table.path} at ${end} ms.`);
  return { from: from ?? start, to: to ?? end };
}
