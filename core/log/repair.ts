import { UserError } from '../declare/errors.ts';
import { type LogProblem, readLog } from './read.ts';
import { type ByteSink, LogStream } from './stream.ts';

/** Numbers of rows and batches that a repaired log holds, and the first problem of the damaged log. */
export interface RepairReport {
  /** Number of rows in the new log. */
  readonly rows: number;
  readonly batches: number;
  /** Number of rows in omitted batches with a damaged body; rows lost by a cut or a damaged header are unknown. */
  readonly dropped: number;
  readonly problem: LogProblem | undefined;
}

/**
 * Writes a valid log with all complete batches of `source` (read twice) that have correct checksums. A damaged body loses
 * one batch; a cut or a damaged header loses all later batches. The problem is described in the metadata `repaired`.
 * @throws UserError if the schema is unreadable
 */
export function repairLog(
  source: Uint8Array | Iterable<Uint8Array>,
  openSink: () => ByteSink,
  name = 'the log',
): RepairReport {
  const options = { name, strict: false, salvage: true };
  const check = readLog(source, options);
  for (const batches = check[Symbol.iterator](); !batches.next().done; );
  const { problem, dropped } = check;
  if (problem?.batch === 0) throw new UserError(`${problem.message}; nothing can be repaired`);
  const repaired = problem && { repaired: `${problem.message}; ${dropped} rows of damaged batches were omitted` };
  const log = readLog(source, options);
  const out = new LogStream(log.spec, { ...log.metadata, ...repaired }, openSink());
  try {
    for (const { columns, rows } of log) {
      out.write(columns, rows);
      out.flush();
    }
    out.close();
  } finally {
    out.closeUnsealed();
  }
  const { rows, batches } = out.acknowledged;
  return { rows, batches, dropped, problem };
}
