import { UserError } from '../../core/declare/errors.ts';
import { findFileIn } from '../output/file.ts';
import { readRunJson } from './runJson.ts';
import type { LogTable } from './table.ts';

/** Time window, ms; both ends are included. */
export interface TimeWindow {
  readonly from: number;
  readonly to: number;
}

/** End of the recorded time, ms: `duration` in run.json; without it, planned end (complete log) or time of the last row. */
function findRunEnd(path: string, table: LogTable) {
  const last = table.timeSpan![1];
  if (findFileIn(path, 'run.json') !== null) {
    const { duration } = readRunJson(path);
    if (duration != null && duration >= last) return duration;
  }
  const planned = Number(table.metadata.tStopPlanned ?? Number.NaN);
  return table.isIntact && planned >= last ? planned : last;
}

/**
 * Completes the selected time window; default: the recorded part of the run. The log must have been read.
 * @throws UserError if the window extends beyond the run
 */
export function resolveTimeWindow(path: string, table: LogTable): TimeWindow {
  const { from, to } = table.selection;
  const [start, end] = [Math.min(Number(table.metadata.tStart ?? 0), table.timeSpan![0]), findRunEnd(path, table)];
  if (from !== undefined && from < start)
    throw new UserError(`--from ${from} is before the start of ${table.path} at ${start} ms.`);
  if (to !== undefined && to > end) throw new UserError(`--to ${to} is after the end of ${table.path} at ${end} ms.`);
  return { from: from ?? start, to: to ?? end };
}
