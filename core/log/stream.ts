import {
  Data,
  type DataType,
  Field,
  Float32,
  Float64,
  Message,
  type MessageHeader,
  RecordBatch,
  RecordBatchStreamWriter,
  Schema,
  Struct,
  Uint8,
  Uint16,
  Uint32,
} from 'apache-arrow';
import { UserError } from '../declare/errors.ts';
import { crc32 } from './crc32.ts';
import { findMetadataError } from './metadata.ts';
import { END_OF_STREAM, type LogPosition, MAX_HEADER_BYTES, padToEight, sealHeader } from './seal.ts';
import {
  allocateColumns,
  type ColumnsByName,
  type LogMetadata,
  MAX_BATCH_ROWS,
  type RowSink,
  type TableSpec,
} from './tables.ts';

/** Arrow type of each column type; little endian, as typed arrays are on all platforms of JavaScript. */
export const ARROW_TYPES = {
  float64: new Float64(),
  float32: new Float32(),
  uint32: new Uint32(),
  uint16: new Uint16(),
  uint8: new Uint8(),
} as const;

/** Arrow schema of a table, without nulls and dictionaries; the table's name is under `schema`. */
export function createArrowSchema(spec: TableSpec, metadata: LogMetadata): Schema {
  const fields = Object.entries(spec.columns).map(([name, type]) => new Field<DataType>(name, ARROW_TYPES[type]));
  return new Schema(fields, new Map([['schema', spec.name], ...Object.entries(metadata)]));
}

/** Destination of bytes. `write` returns after they have left the process, `sync` after they are on disk. */
export interface ByteSink {
  write(bytes: Uint8Array): void;
  sync?(): void;
  close(): void;
}

/** Batch size, callback and start position of a log writer. */
export interface LogStreamOptions {
  /** Number of rows per batch, 1 to 2^20; default 65536. Each batch adds 250 bytes to the log and takes about 10 µs. */
  batchRows?: number;
  /** Callback for each batch after it was written; the arrays are reused afterwards. */
  onBatch?: ((columns: ColumnsByName, rows: number) => void) | undefined;
  /** Position at which to continue a log (see create.ts); default: a new log. */
  resumeFrom?: LogPosition;
}

/**
 * Writes one table as an Arrow IPC stream of messages with checksums (see seal.ts). Rows are copied into typed arrays
 * and written when a batch is full or on `flush`. A crash loses only rows that were not flushed.
 */
export class LogStream implements RowSink {
  readonly spec: TableSpec;
  readonly batchRows: number;
  readonly #sink;
  readonly #schema;
  readonly #buffers;
  readonly #names;
  readonly #encoder = new BatchEncoder();
  readonly #onBatch;
  #filled = 0;
  #flushedAt = performance.now();
  #position: LogPosition = { batches: 0, rows: 0, bytes: 0, seal: 0 };
  #state: 'open' | 'failed' | 'closed' = 'open';

  constructor(
    spec: TableSpec,
    metadata: LogMetadata,
    sink: ByteSink,
    { batchRows = 65536, onBatch, resumeFrom: from }: LogStreamOptions = {},
  ) {
    if (!Number.isInteger(batchRows) || batchRows < 1 || batchRows > MAX_BATCH_ROWS) {
      throw new RangeError(`batchRows is ${batchRows}, but must be an integer from 1 to ${MAX_BATCH_ROWS}`);
    }
    if (Object.hasOwn(metadata, 'schema'))
      throw new RangeError('the metadata of a log must not have the reserved key "schema"');
    const problem = findMetadataError(metadata);
    if (problem) throw new UserError(`the ${spec.name} log cannot be written: ${problem}`);
    this.spec = spec;
    this.batchRows = batchRows;
    this.#sink = sink;
    this.#schema = createArrowSchema(spec, metadata);
    this.#buffers = allocateColumns(spec, batchRows);
    this.#names = Object.keys(spec.columns);
    this.#onBatch = onBatch;
    if (from) this.#position = from;
    else this.#writeMessage(Message.encode(Message.from(this.#schema)), [], 0);
  }

  /** Number of rows so far, including rows that wait for a full batch. */
  get rows(): number {
    return this.#position.rows + this.#filled;
  }

  /** Log position after the last batch that was written. Rows before it survive the end of the process. */
  get acknowledged(): LogPosition {
    return this.#position;
  }

  write(columns: ColumnsByName, rows: number) {
    this.#checkOpen();
    for (let done = 0; done < rows; ) {
      const n = Math.min(rows - done, this.batchRows - this.#filled);
      for (const name of this.#names) {
        const target = this.#buffers[name]!;
        const source = columns[name];
        if (source?.constructor !== target.constructor || source.length < rows) {
          throw new TypeError(
            `the ${this.spec.name} log needs a column ${name} of ${rows} ${this.spec.columns[name]} values`,
          );
        }
        target.set(source.length === n ? source : source.subarray(done, done + n), this.#filled);
      }
      this.#filled += n;
      done += n;
      if (this.#filled === this.batchRows) this.flush();
    }
  }

  /** Writes the waiting rows, if any, as a batch. Returns the end position of the log. */
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
    this.#writeMessage(flatbuffer, buffers, rows);
    this.#onBatch?.(this.#buffers, rows);
    this.#filled = 0;
    return this.#position;
  }

  /** Flushes if `ms` of wall time have passed since the last flush. */
  flushIfOlder(ms: number) {
    if (this.#filled > 0 && performance.now() - this.#flushedAt >= ms) this.flush();
  }

  /**
   * Flushes and waits until all bytes are on disk. Returns the end position of the log, which a checkpoint can store.
   */
  sync(): LogPosition {
    this.flush();
    this.#runGuarded(() => this.#sink.sync?.());
    return this.#position;
  }

  /** Flushes, writes the seal of the log and closes the sink. Does nothing after a failed write. */
  close() {
    this.#closeSink(() => {
      const { batches, rows, seal } = this.#position;
      const totals = { batches: `${batches}`, rows: `${rows}`, seal: `0x${seal.toString(16).padStart(8, '0')}` };
      const last = new RecordBatch(this.#schema, undefined, new Map(Object.entries(totals)));
      const { flatbuffer } = this.#encoder.encode(last);
      const { bytes } = sealHeader(flatbuffer, 0, 0);
      this.#sink.write(Uint8Array.of(...bytes, ...END_OF_STREAM));
    });
  }

  /** Flushes and closes the log of an unfinished run, without the final counts and checksum (seal). */
  closeUnsealed() {
    this.#closeSink(() => {});
  }

  #closeSink(writeSeal: () => void) {
    if (this.#state !== 'open') return;
    this.flush();
    this.#runGuarded(() => {
      writeSeal();
      this.#sink.sync?.();
    });
    this.#state = 'closed';
    this.#sink.close();
  }

  #writeMessage(flatbuffer: Uint8Array, buffers: readonly Uint8Array[], rows: number) {
    const body = buffers.flatMap((bytes) => [bytes, PADDING.subarray(0, padToEight(bytes.length) - bytes.length)]);
    const bodyCrc = body.reduce((crc, bytes) => crc32(bytes, crc), 0);
    const header = sealHeader(flatbuffer, bodyCrc, this.#position.seal);
    if (header.bytes.length > MAX_HEADER_BYTES)
      throw new RangeError(`the metadata of the ${this.spec.name} log exceed the limit of 16 MiB`);
    const message = [header.bytes, ...body].filter((bytes) => bytes.length > 0);
    this.#runGuarded(() => {
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

  /** Runs `write`. Closes the sink after an error, because bytes after a partly written message are unreadable. */
  #runGuarded(write: () => void) {
    try {
      write();
    } catch (error) {
      this.#state = 'failed';
      this.#sink.close();
      throw error;
    }
  }

  #checkOpen() {
    if (this.#state !== 'open') throw new Error(`the ${this.spec.name} log is ${this.#state} and accepts no more rows`);
  }
}

const PADDING = new Uint8Array(7);

/** Encoder of Arrow batches that returns the encoded bytes, because the sink of Arrow's writer is asynchronous. */
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
