import { UserError } from '../declare/errors.ts';
import { crc32 } from './crc32.ts';
import { readBatchHeader, readSchemaHeader, readTrailer } from './header.ts';
import { findMetadataError } from './metadata.ts';
import { checkHeader, type LogPosition, type LogTrailer, MAX_HEADER_BYTES, PREFIX_BYTES, SEAL_BYTES } from './seal.ts';
import {
  COLUMN_ARRAY_TYPES,
  type ColumnsByName,
  describeTable,
  type LogMetadata,
  mapColumns,
  TABLES,
  type TableSpec,
} from './tables.ts';

/** Batch of consecutive rows of a log, as one array per column. */
export interface LogBatch {
  /** Columns as views of exactly `rows` elements, overwritten by the next batch. */
  readonly columns: ColumnsByName;
  readonly rows: number;
}

/** First position at which a log is not intact, and the kind of damage. */
export interface LogProblem {
  /**
   * foreign: not a log of the expected table. incomplete: ends after a complete batch without a matching seal, because
   * the writer died or still runs, or the last batches are lost. cut: ends within a batch. damaged: bytes have changed.
   */
  readonly kind: 'foreign' | 'incomplete' | 'cut' | 'damaged';
  /** Error message: file, location, problem and number of valid rows. */
  readonly message: string;
  /** Number of the missing or invalid batch, counted from 1; 0 for the schema. */
  readonly batch: number;
  /** Number of rows in the valid batches before this batch. */
  readonly rows: number;
  /** Offset of the batch in the file, bytes. */
  readonly offset: number;
}

/** Expected table of a log, its name in messages, and the treatment of damaged batches. */
export interface ReadOptions {
  /** Table that the log must contain; default: any table of memspike. */
  spec?: TableSpec;
  name?: string;
  /** True (default) to throw a problem as a UserError after the valid batches; false to store it in `problem`. */
  strict?: boolean;
  /** True to continue after a batch with a damaged body; `dropped` counts its rows. */
  salvage?: boolean;
}

export type { LogReader };

/** Iterates once over the batches of a log; see `readLog`. */
class LogReader implements Iterable<LogBatch> {
  readonly spec: TableSpec;
  readonly metadata: LogMetadata;
  /** First problem that the iteration has reached; a problem of the schema is set when the log is opened. */
  problem: LogProblem | undefined;
  /** Number of rows in damaged batches that were skipped (`salvage`). */
  dropped = 0;
  readonly #source;
  readonly #name;
  readonly #options;
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
    if (this.problem) this.close();
    if (this.problem && options.strict !== false) throw new UserError(this.problem.message);
  }

  /** Log position after the last batch that was read or skipped. */
  get position(): LogPosition {
    return this.#position;
  }

  /** Releases the source; called automatically at the end of an iteration. */
  close() {
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

  #readSchema(): ReturnType<typeof readSchemaHeader> {
    const { spec } = this.#options;
    const wanted = spec ? `a ${spec.name} log` : 'a memspike log';
    const prefix = this.#source.read(this.#header, PREFIX_BYTES);
    if (prefix.length === 0) return this.#recordProblem('foreign', `is empty, not ${wanted}`);
    if (decodeLatin1(prefix).startsWith('ARROW1')) {
      return this.#recordProblem('foreign', `is an Arrow file; ${wanted} is an Arrow stream (.arrows)`);
    }
    const size = parseHeaderSize(prefix);
    if (size === undefined) return this.#recordProblem('foreign', `is not an Arrow stream, so not ${wanted}`);
    const header = this.#readHeader(size);
    if (header === undefined) return this.#recordProblem('cut', 'ends within its schema, so nothing can be read');
    const proved = checkHeader(header, 0);
    if (!proved) {
      return decodeLatin1(header).includes('memspike.')
        ? this.#recordProblem('damaged', 'has a damaged schema (wrong checksum), or was written by another program')
        : this.#recordProblem('foreign', `is an Arrow stream but not ${wanted}`);
    }
    const table = readSchemaHeader(extractFlatbuffer(header));
    if (!table) return this.#recordProblem('foreign', `is an Arrow stream but not ${wanted}`);
    const expected = spec ?? TABLES.find(({ name }) => name === table.spec.name);
    if (expected && describeTable(expected) !== describeTable(table.spec)) {
      const { name } = table.spec;
      return this.#recordProblem(
        'foreign',
        `is a ${name} log, not ${name === expected.name ? describeTable(expected) : expected.name}`,
      );
    }
    const problem = findMetadataError(table.metadata);
    if (problem) return this.#recordProblem('damaged', `was not written by memspike: ${problem}`);
    this.#position = { batches: 0, rows: 0, bytes: header.length, seal: proved.seal };
    return table;
  }

  /** Reads the next batch; without columns if it is damaged and skipped, undefined if no further batch can be read. */
  #readBatch(): { rows: number; columns?: ColumnsByName } | undefined {
    const prefix = this.#source.read(this.#header, PREFIX_BYTES);
    if (prefix.length === 0) return this.#recordProblem('incomplete', NO_END_MARK);
    if (prefix.length < PREFIX_BYTES) return this.#recordProblem('cut');
    const size = parseHeaderSize(prefix);
    if (size === 0) return this.#reportMissingSeal();
    if (size === undefined) return this.#recordProblem('damaged');
    const header = this.#readHeader(size);
    if (header === undefined) return this.#recordProblem('cut');
    const proved = checkHeader(header, this.#position.seal);
    if (!proved) {
      const end = checkHeader(header, 0) && readTrailer(extractFlatbuffer(header));
      return end ? this.#checkTrailer(end) : this.#recordProblem('damaged');
    }
    const layout = readBatchHeader(extractFlatbuffer(header), this.spec);
    if (!layout) return this.#recordProblem('damaged', undefined, 'its header does not match its table');
    return this.#readBody(layout, header.length, proved);
  }

  #readBody(
    { rows, bodyLength, columnOffsets }: NonNullable<ReturnType<typeof readBatchHeader>>,
    headerLength: number,
    proved: { bodyCrc: number; seal: number },
  ) {
    const body = this.#source.read(this.#body, bodyLength);
    this.#body = new Uint8Array(body.buffer);
    if (body.length < bodyLength) return this.#recordProblem('cut');
    const isValid = crc32(body) === proved.bodyCrc;
    if (!isValid) {
      this.#recordProblem('damaged');
      this.dropped += rows;
    }
    const { batches, rows: before, bytes } = this.#position;
    this.#position = {
      batches: batches + 1,
      rows: before + (isValid ? rows : 0),
      bytes: bytes + headerLength + bodyLength,
      seal: proved.seal,
    };
    if (!isValid) return { rows };
    let column = 0;
    const columns = mapColumns(this.spec, (type) => {
      return new COLUMN_ARRAY_TYPES[type](body.buffer, columnOffsets[column++]!, rows);
    });
    return { rows, columns };
  }

  #checkTrailer(end: LogTrailer): undefined {
    const { batches, rows, seal } = this.#position;
    if (end.batches !== batches || end.rows !== rows || end.seal !== seal) {
      const sealed = `${end.rows} rows in ${end.batches} batches`;
      return this.#recordProblem(
        'incomplete',
        `is incomplete: batches are lost or changed, because its seal is for ${sealed}`,
      );
    }
    const rest = this.#source.read(new Uint8Array(PREFIX_BYTES + 1), PREFIX_BYTES + 1);
    if (rest.length < PREFIX_BYTES) return this.#recordProblem('incomplete', NO_END_MARK);
    if (parseHeaderSize(rest) !== 0) return this.#recordProblem('damaged', 'has no end mark after its seal');
    if (rest.length > PREFIX_BYTES) return this.#recordProblem('damaged', BYTES_AFTER_END);
  }

  #reportMissingSeal(): undefined {
    if (this.#source.read(new Uint8Array(1), 1).length > 0) return this.#recordProblem('damaged', BYTES_AFTER_END);
    this.#recordProblem('incomplete', 'is incomplete: it has no seal, so batches may be lost at its end');
  }

  /** Reads the header of a message whose prefix is in `#header`; undefined if the source ends early. */
  #readHeader(size: number): Uint8Array<ArrayBuffer> | undefined {
    const header = this.#source.read(this.#header, size, PREFIX_BYTES);
    this.#header = new Uint8Array(header.buffer);
    return header.length < PREFIX_BYTES + size ? undefined : header;
  }

  /** Records the first problem of the log. Without `what`, the message names the batch at the current position. */
  #recordProblem(kind: LogProblem['kind'], what?: string, why = 'a checksum is wrong'): undefined {
    const { batches, rows, bytes: offset } = this.#position;
    const batch = offset === 0 ? 0 : batches + 1;
    const location = `batch ${batch} at byte ${offset}`;
    const text = what ?? (kind === 'cut' ? `ends within ${location}` : `is damaged in ${location} (${why})`);
    const whole = `${batches} complete batch${batches === 1 ? '' : 'es'}`;
    const validRows = offset === 0 ? '' : `; the ${rows} rows in ${whole} before it are valid`;
    this.problem ??= { kind, message: `${this.#name} ${text}${validRows}`, batch, rows, offset };
  }
}

/**
 * Opens a log from bytes or from chunks of any size (for files: `openLog`). Iteration yields the batches before the
 * first invalid batch; only one batch is in memory.
 * @throws UserError at once if the source is not a log of the expected table; otherwise at the first invalid batch
 */
export function readLog(source: Uint8Array | Iterable<Uint8Array>, options?: ReadOptions): LogReader {
  return new LogReader(source, options);
}

const NO_END_MARK = 'has no end mark (its run was stopped or is still running)';
const BYTES_AFTER_END = 'has bytes after its end mark';

/** Header size, bytes: 0 for the end mark, undefined if the bytes do not start a message. */
function parseHeaderSize(prefix: Uint8Array): number | undefined {
  if (prefix.length < PREFIX_BYTES) return undefined;
  const view = new DataView(prefix.buffer, prefix.byteOffset, PREFIX_BYTES);
  const size = view.getUint32(4, true);
  const possible = size === 0 || (size > SEAL_BYTES && size % 8 === 0 && size <= MAX_HEADER_BYTES);
  return view.getInt32(0, true) === -1 && possible ? size : undefined;
}

function extractFlatbuffer(header: Uint8Array): Uint8Array {
  return header.subarray(PREFIX_BYTES, -SEAL_BYTES);
}

function decodeLatin1(bytes: Uint8Array): string {
  return new TextDecoder('latin1').decode(bytes);
}

class ByteReader {
  readonly #chunks: Iterator<Uint8Array>;
  #chunk: Uint8Array = new Uint8Array(0);

  constructor(chunks: Iterable<Uint8Array>) {
    this.#chunks = chunks[Symbol.iterator]();
  }

  /**
   * Reads `length` bytes, or fewer at the end of the source, and appends them to the first `kept` bytes of `into`. Returns
   * all these bytes, in `into` or in a larger array. The array grows with the bytes read, not with a damaged `length`.
   */
  read(into: Uint8Array<ArrayBuffer>, length: number, kept = 0): Uint8Array<ArrayBuffer> {
    const end = kept + length;
    let all = into;
    let done = kept;
    while (done < end) {
      if (this.#chunk.length === 0) {
        const next = this.#chunks.next();
        if (next.done) break;
        this.#chunk = next.value;
      }
      const part = this.#chunk.subarray(0, end - done);
      if (done + part.length > all.length) {
        const larger = new Uint8Array(Math.min(end, Math.max(done + part.length, 2 * all.length)));
        larger.set(all.subarray(0, done));
        all = larger;
      }
      all.set(part, done);
      this.#chunk = this.#chunk.subarray(part.length);
      done += part.length;
    }
    return all.subarray(0, done);
  }

  close() {
    this.#chunk = new Uint8Array(0);
    this.#chunks.return?.();
  }
}
