import { truncateSync } from 'node:fs';
import { openLog } from '../../../core/log/file.ts';
import { type ByteSink, LogStream } from '../../../core/log/stream.ts';
import { allocateColumns, type ColumnsByName, type TableSpec } from '../../../core/log/tables.ts';

/** A sink that keeps everything in memory. */
export class MemorySink implements ByteSink {
  readonly chunks: Uint8Array[] = [];
  closed = false;

  write(bytes: Uint8Array): void {
    this.chunks.push(bytes.slice());
  }

  close(): void {
    this.closed = true;
  }

  get bytes(): Uint8Array {
    return Uint8Array.from(Buffer.concat(this.chunks));
  }
}

/** Rows that differ from each other in every column; row `from` of one call is row 0 of another. */
export function testRows(spec: TableSpec, rows: number, from = 0): ColumnsByName {
  const columns = allocateColumns(spec, rows);
  for (const [c, column] of Object.values(columns).entries()) {
    for (let row = 0; row < rows; row++) column[row] = ((from + row) * (c + 1) * 0.375) % 4e9;
  }
  return columns;
}

/** A closed log with one batch for each of `batches`. */
export function testLog(
  spec: TableSpec,
  batches: readonly number[],
  metadata: Record<string, string> = {},
): Uint8Array {
  const sink = new MemorySink();
  const log = new LogStream(spec, metadata, sink);
  for (const rows of batches) {
    log.write(testRows(spec, rows, log.rows), rows);
    log.flush();
  }
  log.close();
  return sink.bytes;
}

/** Cuts a log file inside its last batch. */
export function cutLastBatch(path: string): void {
  const log = openLog(path);
  for (const _ of log);
  truncateSync(path, log.position.bytes - 8);
}

/** The bytes of a batch's columns, to compare rows bit by bit. */
export function rowBits(columns: ColumnsByName, rows: number): string {
  return Object.values(columns)
    .map((c) => Buffer.from(c.buffer, c.byteOffset, rows * c.BYTES_PER_ELEMENT).toString('latin1'))
    .join('|');
}
