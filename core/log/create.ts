import { FileSink, fileChunks, produceFile } from './file.ts';
import { resumePosition } from './resume.ts';
import type { LogPosition } from './seal.ts';
import { LogStream, type LogStreamOptions } from './stream.ts';
import type { TableSpec } from './tables.ts';

// Not in file.ts, so that only code that writes logs loads Apache Arrow.

/** Creates a log file. */
export function createLog(
  path: string,
  spec: TableSpec,
  metadata: Readonly<Record<string, string>>,
  options?: Omit<LogStreamOptions, 'from'>,
): LogStream {
  return new LogStream(spec, metadata, new FileSink(path), options);
}

/**
 * Continues a log file from the position in a checkpoint and truncates rows written after it; see `resumePosition`.
 * `onBatch` gets the existing batches first.
 */
export function resumeLog(
  path: string,
  spec: TableSpec,
  metadata: Readonly<Record<string, string>>,
  at: Pick<LogPosition, 'rows' | 'bytes'>,
  options: Omit<LogStreamOptions, 'from'> = {},
): LogStream {
  const from = resumePosition(fileChunks(path), spec, metadata, at, { ...options, name: path });
  return new LogStream(spec, metadata, new FileSink(path, { append: from.bytes }), { ...options, from });
}

/** Writes a log file atomically. */
export function writeLog(
  path: string,
  spec: TableSpec,
  metadata: Readonly<Record<string, string>>,
  fill: (log: LogStream) => void,
  replace = true,
): void {
  produceFile(path, replace, (temporary) => {
    const log = createLog(temporary, spec, metadata);
    try {
      fill(log);
    } finally {
      log.close();
    }
  });
}
