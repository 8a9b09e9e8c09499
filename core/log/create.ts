import { UserError } from '../declare/errors.ts';
import { formatKey, show } from '../declare/show.ts';
import { FileSink, fileChunks, writeViaTemporaryFile } from './file.ts';
import { type LogReader, readLog } from './read.ts';
import type { LogPosition } from './seal.ts';
import { LogStream, type LogStreamOptions } from './stream.ts';
import type { LogMetadata, TableSpec } from './tables.ts';

/**
 * Checks that a log can be continued at `at`, its position in a checkpoint. Returns the complete position for
 * `LogStreamOptions.from`; the caller must truncate the log to `at.bytes`.
 * @throws UserError if the log belongs to another run, is damaged before `at`, or has no end of a batch at `at`
 */
export function findResumePosition(
  source: Uint8Array | Iterable<Uint8Array>,
  spec: TableSpec,
  metadata: LogMetadata,
  at: Pick<LogPosition, 'rows' | 'bytes'>,
  { name = 'the log', onBatch }: { name?: string } & Pick<LogStreamOptions, 'onBatch'> = {},
): LogPosition {
  const log = readLog(source, { spec, name, strict: false });
  try {
    checkRun(log, metadata, name);
    const batches = log[Symbol.iterator]();
    while (log.position.bytes < at.bytes) {
      const { value, done } = batches.next();
      if (done) break;
      onBatch?.(value.columns, value.rows);
    }
    const { problem, position } = log;
    const { rows, bytes } = position;
    if (bytes === at.bytes && rows === at.rows) return position;
    const found = problem?.message ?? `${name} has the end of a batch at byte ${bytes}, row ${rows}`;
    throw new UserError(`cannot resume from the checkpoint at byte ${at.bytes}, row ${at.rows}: ${found}`);
  } finally {
    log.close();
  }
}

function checkRun(log: LogReader, metadata: LogMetadata, name: string) {
  if (log.problem) throw new UserError(log.problem.message);
  for (const key of new Set([...Object.keys(log.metadata), ...Object.keys(metadata)])) {
    const [theirs, ours] = [log.metadata, metadata].map((m) => (Object.hasOwn(m, key) ? m[key] : undefined));
    if (theirs === ours) continue;
    const [is, wanted] = [theirs, ours].map((text) => (text === undefined ? 'nothing' : show(text)));
    throw new UserError(`${name} belongs to another run: its ${formatKey(key)} is ${is}, this run's is ${wanted}`);
  }
}

// Functions that write log files. Unlike those of file.ts, they load the library Apache Arrow.

/** Creates a log file for one table. @throws UserError if the file exists */
export function createLog(
  path: string,
  spec: TableSpec,
  metadata: LogMetadata,
  options?: Omit<LogStreamOptions, 'from'>,
): LogStream {
  return new LogStream(spec, metadata, new FileSink(path), options);
}

/**
 * Continues a log file from the position in a checkpoint; removes rows written after it. `onBatch` gets the existing
 * batches first.
 */
export function resumeLog(
  path: string,
  spec: TableSpec,
  metadata: LogMetadata,
  at: Pick<LogPosition, 'rows' | 'bytes'>,
  options: Omit<LogStreamOptions, 'from'> = {},
): LogStream {
  const from = findResumePosition(fileChunks(path), spec, metadata, at, { ...options, name: path });
  return new LogStream(spec, metadata, new FileSink(path, { append: from.bytes }), { ...options, resumeFrom: from });
}

/** Writes a log file atomically. */
export function writeLog(path: string, spec: TableSpec, metadata: LogMetadata, fill: (log: LogStream) => void) {
  writeViaTemporaryFile(path, true, (temporary) => {
    const log = createLog(temporary, spec, metadata);
    try {
      fill(log);
    } finally {
      log.close();
    }
  });
}
