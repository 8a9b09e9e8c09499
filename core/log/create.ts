import { FileSink, fileChunks, produceFile } from './file.ts';
import { resumePosition } from './resume.ts';
import type { LogPosition } from './seal.ts';
import { LogStream, type LogStreamOptions } from './stream.ts';
import type { TableSpec } from './tables.ts';

// Not in file.ts, so that only what writes logs loads Apache Arrow.

/** Starts a log file. */
export function createLog(
  path: string,
  spec: TableSpec,
  metadata: Readonly<Record<string, string>>,
  options?: Omit<LogStreamOptions, 'from'>,
): LogStream {
  return new LogStream(spec, metadata, new FileSink(path), options);
}

/**
 * Goes on with a log file from the position a checkpoint saved, cutting off what was written after it; see
 * `resumePosition`. `onBatch` sees what is there already first.
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

/** Writes a log file in one step. */
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
