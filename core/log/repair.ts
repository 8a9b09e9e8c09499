import { UserError } from '../declare/errors.ts';
import { type LogProblem, readLog } from './read.ts';
import { type ByteSink, LogStream } from './stream.ts';

export interface RepairReport {
  /** Rows and batches in the new log. */
  readonly rows: number;
  readonly batches: number;
  /** Rows of damaged batches left out; how many a cut or a damaged header took cannot be known. */
  readonly dropped: number;
  /** The first thing that was wrong; undefined if nothing was. */
  readonly problem: LogProblem | undefined;
}

/**
 * Writes a valid, sealed log of all whole batches of `source` whose checksums are right: a damaged body costs its own
 * batch, a cut or a damaged header costs all that follows. The metadata are kept; if anything was wrong they also say
 * so under `repaired`. `source` is read twice, the sink is opened when the schema is known to be good, and closed.
 * For files: `repairLog(fileChunks(input), () => new FileSink(output), input)`. UserError if the schema is unreadable.
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
  const repaired = problem && { repaired: `${problem.message}; ${dropped} rows of damaged batches were left out` };
  const log = readLog(source, options);
  const out = new LogStream(log.spec, { ...log.metadata, ...repaired }, openSink());
  try {
    for (const { columns, rows } of log) {
      out.write(columns, rows);
      out.flush();
    }
    out.close();
  } finally {
    out.abandon();
  }
  const { rows, batches } = out.acknowledged;
  return { rows, batches, dropped, problem };
}
