import {
  Data,
  type DataType,
  Message,
  type MessageHeader,
  RecordBatch,
  RecordBatchStreamWriter,
  type Schema,
  Struct,
} from 'apache-arrow';
import { UserError } from '../declare/errors.ts';
import { ARROW_TYPES, arrowSchema } from './arrow.ts';
import { allocateColumns, type ColumnRecord, MAX_BATCH_ROWS } from './columns.ts';
import { crc32 } from './crc32.ts';
import { findMetadataError } from './metadata.ts';
import { END_OF_STREAM, type LogPosition, MAX_HEADER_BYTES, padded, sealHeader } from './seal.ts';
import type { RowSink, TableSpec } from './tables.ts';

/** Where the bytes of a log go, at once: `write` returns when they are out of the process, `sync` when they are on the disk. */
export interface ByteSink {
  write(bytes: Uint8Array): void;
  sync?(): void;
  close(): void;
}

export interface LogStreamOptions {
  /** Rows a batch, 1 to 2^20. A batch costs 250 bytes and about 10 µs, so small ones are slow and large. */
  batchRows?: number;
  /** Sees each batch when it has left; its arrays are written to again afterwards. */
  onBatch?: ((columns: ColumnRecord, rows: number) => void) | undefined;
  /** Go on with the log that `sink` appends to instead of starting one (see resume.ts). */
  from?: LogPosition;
}

/**
 * Writes one table as an Arrow IPC stream of sealed messages (see seal.ts for the checksums). Rows are copied into typed
 * arrays and leave, wrapped but not copied again, when `batchRows` are together or on `flush`. After a crash the log
 * holds every acknowledged row; what was not flushed is lost. A sink that threw is closed and written to no more.
 */
export class LogStream implements RowSink {
  readonly spec: TableSpec;
  readonly batchRows: number;
  readonly #sink: ByteSink;
  readonly #schema: Schema;
  readonly #buffers: ColumnRecord;
  readonly #names: readonly string[];
  readonly #encoder = new BatchEncoder();
  readonly #onBatch;
  #filled = 0;
  #flushedAt = performance.now();
  #position: LogPosition = { batches: 0, rows: 0, bytes: 0, seal: 0 };
  #state: 'open' | 'failed' | 'closed' = 'open';

  constructor(
    spec: TableSpec,
    metadata: Readonly<Record<string, string>>,
    sink: ByteSink,
    { batchRows = 65536, onBatch, from }: LogStreamOptions = {},
  ) {
    if (!Number.isInteger(batchRows) || batchRows < 1 || batchRows > MAX_BATCH_ROWS) {
      throw new RangeError(`batchRows is ${batchRows}, it must be an integer from 1 to ${MAX_BATCH_ROWS}`);
    }
    for (const key of ['schema', 'sealed']) {
      if (Object.hasOwn(metadata, key)) throw new RangeError(`the metadata key "${key}" is taken by the log itself`);
    }
    const mistake = findMetadataError(metadata);
    if (mistake) throw new UserError(`the ${spec.name} log cannot be written: ${mistake}`);
    this.spec = spec;
    this.batchRows = batchRows;
    this.#sink = sink;
    this.#schema = arrowSchema(spec, { ...metadata, sealed: 'at its end' });
    this.#buffers = allocateColumns(spec, batchRows);
    this.#names = Object.keys(spec.columns);
    this.#onBatch = onBatch;
    if (from) this.#position = from;
    else this.#emit(Message.encode(Message.from(this.#schema)), [], 0);
  }

  /** Rows written so far, those that wait for a full batch included. */
  get rows(): number {
    return this.#position.rows + this.#filled;
  }

  /** What the sink has taken as whole batches: these rows survive the end of the process. */
  get acknowledged(): LogPosition {
    return this.#position;
  }

  write(columns: ColumnRecord, rows: number): void {
    this.#checkOpen();
    for (let done = 0; done < rows; ) {
      const n = Math.min(rows - done, this.batchRows - this.#filled);
      for (const name of this.#names) {
        const target = this.#buffers[name]!;
        const source = columns[name];
        if (source?.constructor !== target.constructor || source.length < rows) {
          throw new TypeError(`${this.spec.name} needs ${rows} rows of ${this.spec.columns[name]} in column ${name}`);
        }
        target.set(source.length === n ? source : source.subarray(done, done + n), this.#filled);
      }
      this.#filled += n;
      done += n;
      if (this.#filled === this.batchRows) this.flush();
    }
  }

  /** Hands the waiting rows to the sink as a batch, if there are any. Returns where the log then ends. */
  flush(): LogPosition {
    this.#checkOpen();
    this.#flushedAt = performance.now();
    const rows = this.#filled;
    if (rows === 0) return this.#position;
    const children = this.#names.map((name) => {
      const type: DataType = ARROW_TYPES[this.spec.columns[name]!];
      return new Data(type, 0, rows, 0, [undefined, this.#buffers[name]!.subarray(0, rows)]);
    });
    const data = new Data(new Struct(this.#schema.fields), 0, rows, 0, {}, children);
    const { flatbuffer, buffers } = this.#encoder.encode(new RecordBatch(this.#schema, data));
    this.#emit(flatbuffer, buffers, rows);
    this.#onBatch?.(this.#buffers, rows);
    this.#filled = 0;
    return this.#position;
  }

  /** Flushes if the last flush was `ms` of wall time ago or more; call it as often as you like. */
  flushIfOlder(ms: number): void {
    if (this.#filled > 0 && performance.now() - this.#flushedAt >= ms) this.flush();
  }

  /** Flushes and waits until the disk has it all: a checkpoint may rely on the position this returns. */
  sync(): LogPosition {
    this.flush();
    this.#guard(() => this.#sink.sync?.());
    return this.#position;
  }

  /** Flushes, seals the end of the stream and closes the sink. Nothing is left to do after a failed write. */
  close(): void {
    this.#end(() => {
      const { batches, rows, seal } = this.#position;
      const totals = { batches: `${batches}`, rows: `${rows}`, seal: `0x${seal.toString(16).padStart(8, '0')}` };
      const last = new RecordBatch(this.#schema, undefined, new Map(Object.entries(totals)));
      const { flatbuffer } = this.#encoder.encode(last);
      const { bytes } = sealHeader(flatbuffer, 0, 0);
      this.#sink.write(Uint8Array.of(...bytes, ...END_OF_STREAM));
    });
  }

  /** Flushes and closes the sink, but leaves the end open: the log of a run that did not come to its end. */
  abandon(): void {
    this.#end(() => {});
  }

  #end(mark: () => void): void {
    if (this.#state !== 'open') return;
    this.flush();
    this.#guard(() => {
      mark();
      this.#sink.sync?.();
    });
    this.#state = 'closed';
    this.#sink.close();
  }

  #emit(flatbuffer: Uint8Array, buffers: readonly Uint8Array[], rows: number): void {
    const body = buffers.flatMap((bytes) => [bytes, PADDING.subarray(0, padded(bytes.length) - bytes.length)]);
    const bodyCrc = body.reduce((crc, bytes) => crc32(bytes, crc), 0);
    const header = sealHeader(flatbuffer, bodyCrc, this.#position.seal);
    if (header.bytes.length > MAX_HEADER_BYTES) throw new RangeError(`the metadata of ${this.spec.name} exceed 16 MiB`);
    const message = [header.bytes, ...body].filter((bytes) => bytes.length > 0);
    this.#guard(() => {
      for (const bytes of message) this.#sink.write(bytes);
    });
    const { batches, rows: before, bytes } = this.#position;
    this.#position = {
      batches: batches + Math.min(rows, 1),
      rows: before + rows,
      bytes: message.reduce((sum, part) => sum + part.length, bytes),
      seal: header.seal,
    };
  }

  /** A message written in part must stay the last thing in the log: what followed would be unreadable. */
  #guard(write: () => void): void {
    try {
      write();
    } catch (error) {
      this.#state = 'failed';
      this.#sink.close();
      throw error;
    }
  }

  #checkOpen(): void {
    if (this.#state !== 'open') throw new Error(`the ${this.spec.name} log is ${this.#state} and takes no more rows`);
  }
}

const PADDING = new Uint8Array(7);

/** Lets Arrow encode a batch, but keeps its parts for us to seal and write: its own sink is an asynchronous queue. */
class BatchEncoder extends RecordBatchStreamWriter {
  #flatbuffer: Uint8Array = new Uint8Array(0);
  #buffers: Uint8Array[] = [];

  encode(batch: RecordBatch): { flatbuffer: Uint8Array; buffers: Uint8Array[] } {
    this.write(batch);
    return { flatbuffer: this.#flatbuffer, buffers: this.#buffers };
  }

  protected override _writeMessage<T extends MessageHeader>(message: Message<T>): this {
    this.#flatbuffer = Message.encode(message);
    return this;
  }

  protected override _writeBodyBuffers(buffers: ArrayBufferView[]): this {
    this.#buffers = buffers.map((b) => new Uint8Array(b.buffer, b.byteOffset, b.byteLength));
    return this;
  }
}
