import { Message } from 'apache-arrow';
import { UserError } from '../declare/errors.ts';
import { ByteReader } from './bytes.ts';
import { COLUMN_TYPES, type ColumnRecord, mapColumns, tableOf } from './columns.ts';
import { crc32 } from './crc32.ts';
import { checkHeader, MAX_HEADER_BYTES, PREFIX_BYTES, SEAL_BYTES } from './seal.ts';
import type { LogPosition } from './stream.ts';
import type { TableSpec } from './tables.ts';

export interface LogBatch {
  /** Views of exactly `rows` elements, overwritten when the next batch is read. */
  readonly columns: ColumnRecord;
  readonly rows: number;
}

/** Why a log could not be read to a proper end. */
export interface LogProblem {
  /** foreign: no such log; unclosed: whole, but its writer died or still runs; cut: ends inside a batch; damaged: bytes changed. */
  readonly kind: 'foreign' | 'unclosed' | 'cut' | 'damaged';
  /** The sentence to show: file, place, what is wrong, what was read. */
  readonly message: string;
  /** Number of the batch that is missing or bad, from 1; 0 if it is the schema. */
  readonly batch: number;
  /** Rows in the good batches before it. */
  readonly rows: number;
  /** Its place in the file, in bytes. */
  readonly offset: number;
}

export interface ReadOptions {
  /** The table expected; without it any memspike table is read. */
  spec?: TableSpec;
  /** Name of the log in messages. */
  name?: string;
  /** true (default): a problem is thrown as a UserError after the good batches. false: it is left in `problem`. */
  strict?: boolean;
  /** Go on after a batch whose body is damaged; `dropped` counts its rows. */
  salvage?: boolean;
}

export type { LogReader };

/** Reads a log once, batch by batch; see `readLog`. */
class LogReader implements Iterable<LogBatch> {
  readonly spec: TableSpec;
  readonly metadata: Readonly<Record<string, string>>;
  /** The first problem met, once iteration has come to it (a foreign file: from the start). */
  problem: LogProblem | undefined;
  /** Rows of damaged batches passed over (`salvage`). */
  dropped = 0;
  readonly #source: ByteReader;
  readonly #name: string;
  readonly #options: ReadOptions;
  #header = new Uint8Array(1024);
  #body = new ArrayBuffer(0);
  #position: LogPosition = { batches: 0, rows: 0, bytes: 0, seal: 0 };

  constructor(source: Uint8Array | Iterable<Uint8Array>, options: ReadOptions = {}) {
    this.#source = new ByteReader(source instanceof Uint8Array ? [source] : source);
    this.#options = options;
    this.#name = options.name ?? 'the log';
    const table = this.#readSchema();
    this.spec = table?.spec ?? options.spec ?? { name: '', columns: {} };
    this.metadata = table?.metadata ?? {};
    if (this.problem) this.close();
    if (this.problem && options.strict !== false) throw new UserError(this.problem.message);
  }

  /** Where the last batch ended that was read or passed over. */
  get position(): LogPosition {
    return this.#position;
  }

  /** Releases the source; iteration does it at its end. */
  close(): void {
    this.#source.close();
  }

  *[Symbol.iterator](): Generator<LogBatch, void, undefined> {
    try {
      while (!this.problem || this.#options.salvage) {
        const batch = this.#readBatch();
        if (batch === undefined) break;
        if (batch.columns) yield { columns: batch.columns, rows: batch.rows };
      }
    } finally {
      this.close();
    }
    if (this.problem && this.#options.strict !== false) throw new UserError(this.problem.message);
  }

  #readSchema(): { spec: TableSpec; metadata: Record<string, string> } | undefined {
    const { spec } = this.#options;
    const wanted = spec ? `a ${spec.name} log` : 'a memspike log';
    const prefix = this.#read(this.#header, PREFIX_BYTES);
    if (prefix.length === 0) return this.#fail('foreign', `is empty, not ${wanted}`);
    if (latin1(prefix).startsWith('ARROW1')) {
      return this.#fail('foreign', `is an Arrow file; ${wanted} is an Arrow stream (.arrows)`);
    }
    const size = headerSize(prefix);
    if (size === undefined) return this.#fail('foreign', `is not an Arrow stream, so not ${wanted}`);
    const header = this.#readHeader(size);
    if (header === undefined) return this.#fail('cut', 'ends inside its schema: nothing in it can be read');
    const proved = checkHeader(header, 0);
    if (!proved) {
      return latin1(header).includes('memspike.')
        ? this.#fail('damaged', 'has a damaged schema (its checksum is wrong), or another program wrote it anew')
        : this.#fail('foreign', `is an Arrow stream but not ${wanted}`);
    }
    const message = Message.decode(flatbuffer(header));
    const table = message.isSchema() ? tableOf(message.header()) : undefined;
    if (!table) return this.#fail('foreign', `is an Arrow stream but not ${wanted}`);
    if (spec && !sameTable(spec, table.spec)) {
      const [is, wanted] =
        table.spec.name === spec.name ? [describe(table.spec), describe(spec)] : [table.spec.name, spec.name];
      return this.#fail('foreign', `is a ${is} log, not ${wanted}`);
    }
    this.#position = { batches: 0, rows: 0, bytes: header.length, seal: proved.seal };
    return table;
  }

  /** The next batch, without columns when it is bad but can be passed over; undefined at the end or at a dead end. */
  #readBatch(): { rows: number; columns?: ColumnRecord } | undefined {
    const prefix = this.#read(this.#header, PREFIX_BYTES);
    if (prefix.length === 0) {
      return this.#fail('unclosed', 'has no end mark (the run that wrote it was stopped or still goes on)');
    }
    if (prefix.length < PREFIX_BYTES) return this.#fail('cut');
    const size = headerSize(prefix);
    if (size === 0) {
      if (this.#read(new Uint8Array(1), 1).length === 0) return undefined;
      return this.#fail('damaged', 'goes on after its end mark');
    }
    if (size === undefined) return this.#fail('damaged');
    const header = this.#readHeader(size);
    if (header === undefined) return this.#fail('cut');
    const proved = checkHeader(header, this.#position.seal);
    const message = proved && Message.decode(flatbuffer(header));
    if (!proved || !message?.isRecordBatch()) return this.#fail('damaged');
    const { bodyLength } = message;
    if (this.#body.byteLength < bodyLength) this.#body = new ArrayBuffer(bodyLength);
    const body = this.#read(new Uint8Array(this.#body, 0, bodyLength), bodyLength);
    if (body.length < bodyLength) return this.#fail('cut');
    const { length: rows, buffers } = message.header();
    const good = crc32(body) === proved.bodyCrc;
    if (!good) {
      this.#fail('damaged');
      this.dropped += rows;
    }
    const { batches, rows: before, bytes } = this.#position;
    this.#position = {
      batches: batches + 1,
      rows: before + (good ? rows : 0),
      bytes: bytes + header.length + bodyLength,
      seal: proved.seal,
    };
    if (!good) return { rows };
    // Two buffers a column: validity, which is empty without nulls, and the values.
    let column = 0;
    const columns = mapColumns(this.spec, (type) => {
      return new COLUMN_TYPES[type].array(this.#body, buffers[2 * column++ + 1]!.offset, rows);
    });
    return { rows, columns };
  }

  /** The whole message before its body, `#header` already holding the prefix; undefined if the source ends before. */
  #readHeader(size: number): Uint8Array | undefined {
    const length = PREFIX_BYTES + size;
    if (this.#header.length < length) {
      const larger = new Uint8Array(length);
      larger.set(this.#header.subarray(0, PREFIX_BYTES));
      this.#header = larger;
    }
    return this.#read(this.#header.subarray(PREFIX_BYTES), size).length < size
      ? undefined
      : this.#header.subarray(0, length);
  }

  #read(into: Uint8Array, length: number): Uint8Array {
    return into.subarray(0, this.#source.read(into.subarray(0, length)));
  }

  /** Records the first problem. Without `what` the sentence is about the batch that starts at the present position. */
  #fail(kind: LogProblem['kind'], what?: string): undefined {
    const { batches, rows, bytes: offset } = this.#position;
    const batch = offset === 0 ? 0 : batches + 1;
    const place = `batch ${batch} at byte ${offset}`;
    const text = what ?? (kind === 'cut' ? `ends inside ${place}` : `is damaged in ${place} (a checksum is wrong)`);
    const whole = `${batches} whole batch${batches === 1 ? '' : 'es'}`;
    const good = offset === 0 ? '' : `; ${rows} rows in ${whole} before that are good`;
    this.problem ??= { kind, message: `${this.#name} ${text}${good}`, batch, rows, offset };
  }
}

/**
 * Opens a log held in bytes or coming in chunks of any size (for files: `openLog` of file.ts). Iterating yields every whole
 * batch whose checksums are right, in memory for one batch, up to the first that is not; then comes the problem, if any.
 * Errors: UserError for a file that is no log of that table (at once) and for a cut, damaged or unclosed one (after the
 * last good batch).
 */
export function readLog(source: Uint8Array | Iterable<Uint8Array>, options?: ReadOptions): LogReader {
  return new LogReader(source, options);
}

/** 0 is the end mark; undefined: these bytes do not start a message. */
function headerSize(prefix: Uint8Array): number | undefined {
  if (prefix.length < PREFIX_BYTES) return undefined;
  const view = new DataView(prefix.buffer, prefix.byteOffset, PREFIX_BYTES);
  const size = view.getUint32(4, true);
  const possible = size === 0 || (size > SEAL_BYTES && size % 8 === 0 && size <= MAX_HEADER_BYTES);
  return view.getInt32(0, true) === -1 && possible ? size : undefined;
}

function flatbuffer(header: Uint8Array): Uint8Array {
  return header.subarray(PREFIX_BYTES, -SEAL_BYTES);
}

function latin1(bytes: Uint8Array): string {
  return new TextDecoder('latin1').decode(bytes);
}

function sameTable(a: TableSpec, b: TableSpec): boolean {
  return describe(a) === describe(b);
}

function describe({ name, columns }: TableSpec): string {
  return `${name} (${Object.entries(columns).map(([column, type]) => `${column} ${type}`)})`;
}
