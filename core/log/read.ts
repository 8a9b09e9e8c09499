import { UserError } from '../declare/errors.ts';
import { ByteReader } from './bytes.ts';
import { COLUMN_ARRAYS, type ColumnRecord, mapColumns } from './columns.ts';
import { crc32 } from './crc32.ts';
import { type BatchHeader, readBatchHeader, readEndSeal, readSchemaHeader, type SchemaHeader } from './header.ts';
import { findMetadataError } from './metadata.ts';
import { checkHeader, type EndSeal, type LogPosition, MAX_HEADER_BYTES, PREFIX_BYTES, SEAL_BYTES } from './seal.ts';
import { describeTable, sameTable, TABLES, type TableSpec } from './tables.ts';

export interface LogBatch {
  /** Views of exactly `rows` elements, overwritten when the next batch is read. */
  readonly columns: ColumnRecord;
  readonly rows: number;
}

/** Why a log could not be read to a proper end. */
export interface LogProblem {
  /**
   * foreign: no such log; incomplete: ends after a whole batch without the seal of that batch, because its writer died or
   * still runs or batches at the end are lost; cut: ends inside a batch; damaged: bytes changed.
   */
  readonly kind: 'foreign' | 'incomplete' | 'cut' | 'damaged';
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
  /** Whether the log says that its end is sealed. One of 0.1.0 is not: that batches are lost at its end cannot be told. */
  readonly sealed: boolean;
  readonly #source: ByteReader;
  readonly #name: string;
  readonly #options: ReadOptions;
  #header = new Uint8Array(1024);
  #body = new Uint8Array(0);
  #position: LogPosition = { batches: 0, rows: 0, bytes: 0, seal: 0 };

  constructor(source: Uint8Array | Iterable<Uint8Array>, options: ReadOptions = {}) {
    this.#source = new ByteReader(source instanceof Uint8Array ? [source] : source);
    this.#options = options;
    this.#name = options.name ?? 'the log';
    const table = this.#readSchema();
    this.spec = table?.spec ?? options.spec ?? { name: '', columns: {} };
    this.metadata = table?.metadata ?? {};
    this.sealed = table?.sealed ?? false;
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

  #readSchema(): SchemaHeader | undefined {
    const { spec } = this.#options;
    const wanted = spec ? `a ${spec.name} log` : 'a memspike log';
    const prefix = this.#source.read(this.#header, PREFIX_BYTES);
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
    const table = readSchemaHeader(flatbuffer(header));
    if (!table) return this.#fail('foreign', `is an Arrow stream but not ${wanted}`);
    const expected = spec ?? TABLES.find(({ name }) => name === table.spec.name);
    if (expected && !sameTable(expected, table.spec)) {
      const { name } = table.spec;
      return this.#fail(
        'foreign',
        `is a ${name} log, not ${name === expected.name ? describeTable(expected) : expected.name}`,
      );
    }
    const mistake = findMetadataError(table.metadata);
    if (mistake) return this.#fail('damaged', `is no log that memspike wrote: ${mistake}`);
    this.#position = { batches: 0, rows: 0, bytes: header.length, seal: proved.seal };
    return table;
  }

  /** The next batch, without columns when it is bad but can be passed over; undefined at the end or at a dead end. */
  #readBatch(): { rows: number; columns?: ColumnRecord } | undefined {
    const prefix = this.#source.read(this.#header, PREFIX_BYTES);
    if (prefix.length === 0) return this.#fail('incomplete', NO_END_MARK);
    if (prefix.length < PREFIX_BYTES) return this.#fail('cut');
    const size = headerSize(prefix);
    if (size === 0) return this.#checkEnd(this.#source.read(new Uint8Array(1), 1).length);
    if (size === undefined) return this.#fail('damaged');
    const header = this.#readHeader(size);
    if (header === undefined) return this.#fail('cut');
    const proved = checkHeader(header, this.#position.seal);
    if (!proved) {
      const end = checkHeader(header, 0) && readEndSeal(flatbuffer(header));
      return end ? this.#readEnd(end) : this.#fail('damaged');
    }
    const layout = readBatchHeader(flatbuffer(header), this.spec);
    if (!layout) return this.#fail('damaged', undefined, 'its header does not fit its table');
    return this.#readBody(layout, header.length, proved);
  }

  #readBody(
    { rows, bodyLength, offsets }: BatchHeader,
    headerLength: number,
    proved: { bodyCrc: number; seal: number },
  ) {
    const body = this.#source.read(this.#body, bodyLength);
    this.#body = new Uint8Array(body.buffer);
    if (body.length < bodyLength) return this.#fail('cut');
    const good = crc32(body) === proved.bodyCrc;
    if (!good) {
      this.#fail('damaged');
      this.dropped += rows;
    }
    const { batches, rows: before, bytes } = this.#position;
    this.#position = {
      batches: batches + 1,
      rows: before + (good ? rows : 0),
      bytes: bytes + headerLength + bodyLength,
      seal: proved.seal,
    };
    if (!good) return { rows };
    let column = 0;
    const columns = mapColumns(this.spec, (type) => {
      return new COLUMN_ARRAYS[type](body.buffer, offsets[column++]!, rows);
    });
    return { rows, columns };
  }

  /** Compares the seal of the whole log with what was read; only the end mark may follow. */
  #readEnd(end: EndSeal): undefined {
    const { batches, rows, seal } = this.#position;
    if (end.batches !== batches || end.rows !== rows || end.seal !== seal) {
      const lost = `${end.rows} rows in ${end.batches} batches`;
      return this.#fail('incomplete', `is incomplete: batches are lost or changed, as its seal is that of ${lost}`);
    }
    const rest = this.#source.read(new Uint8Array(PREFIX_BYTES + 1), PREFIX_BYTES + 1);
    if (rest.length < PREFIX_BYTES) return this.#fail('incomplete', NO_END_MARK);
    if (headerSize(rest) !== 0) return this.#fail('damaged', 'has no end mark after its seal');
    this.#checkEnd(rest.length - PREFIX_BYTES, true);
  }

  /** Nothing follows the end mark, and before it comes the seal, but in a log of 0.1.0. */
  #checkEnd(following: number, sealed = !this.sealed): undefined {
    if (following > 0) return this.#fail('damaged', 'goes on after its end mark');
    if (!sealed) this.#fail('incomplete', 'is incomplete: its end is not sealed, so batches may be lost there');
  }

  /** The whole message before its body, `#header` already holding the prefix; undefined if the source ends before. */
  #readHeader(size: number): Uint8Array<ArrayBuffer> | undefined {
    const header = this.#source.read(this.#header, size, PREFIX_BYTES);
    this.#header = new Uint8Array(header.buffer);
    return header.length < PREFIX_BYTES + size ? undefined : header;
  }

  /** Records the first problem. Without `what` the sentence is about the batch that starts at the present position. */
  #fail(kind: LogProblem['kind'], what?: string, why = 'a checksum is wrong'): undefined {
    const { batches, rows, bytes: offset } = this.#position;
    const batch = offset === 0 ? 0 : batches + 1;
    const place = `batch ${batch} at byte ${offset}`;
    const text = what ?? (kind === 'cut' ? `ends inside ${place}` : `is damaged in ${place} (${why})`);
    const whole = `${batches} whole batch${batches === 1 ? '' : 'es'}`;
    const good = offset === 0 ? '' : `; ${rows} rows in ${whole} before that are good`;
    this.problem ??= { kind, message: `${this.#name} ${text}${good}`, batch, rows, offset };
  }
}

/**
 * Opens a log held in bytes or coming in chunks of any size (for files: `openLog` of file.ts). Iterating yields every whole
 * batch whose checksums are right, in memory for one batch, up to the first that is not; then comes the problem, if any.
 * Errors: UserError for a file that is no log of that table (at once) and for a cut, damaged or incomplete one (after the
 * last good batch).
 */
export function readLog(source: Uint8Array | Iterable<Uint8Array>, options?: ReadOptions): LogReader {
  return new LogReader(source, options);
}

const NO_END_MARK = 'has no end mark (the run that wrote it was stopped or still goes on)';

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
