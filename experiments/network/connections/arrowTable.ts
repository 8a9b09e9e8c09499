/**
 * Reader of numeric columns in uncompressed Arrow files and streams (format version 1.0 and later). Each length is
 * checked against the file size before allocation. Field numbers and codes: Schema.fbs and Message.fbs of Arrow.
 */
import { UserError } from '../../../core/declare/errors.ts';
import { show } from '../../../core/declare/show.ts';
import { FlatTable } from '../../../core/log/flatbuffer.ts';
import { FIELD_TYPE, HEADER_TYPE } from '../../../core/log/header.ts';
import { NUMBER_READERS, type NumberReader } from '../../logs/npy.ts';

/**
 * Number of buffers of a column by Arrow type code, without the buffers of child columns. Types not listed here have 2
 * buffers.
 */
const BUFFERS: ReadonlyMap<number, number> = new Map([[1, 0], [4, 3], [5, 3], [13, 1], [16, 1], [19, 3], [20, 3]]); // biome-ignore format: pairs
/** Codes of column types with different buffer layouts: unions, views and run-end encoding. */
const OTHER_LAYOUTS = [0, 14, 22, 23, 24, 25, 26];

const FILE_MARK = 'ARROW1';
const FILE_PREFIX_BYTES = 8;
const CONTINUATION = 0xffffffff;

class LayoutError extends RangeError {}

interface Column {
  readonly columnName: string;
  /** Reader of the column's values; undefined if they are not numbers. */
  readonly reader: NumberReader | undefined;
  readonly nodeIndex: number;
  readonly firstBufferIndex: number;
}

interface Chunk {
  readonly rowCount: number;
  readonly byteOffset: number;
  /** Byte offset of the validity bits; undefined if no value is null. */
  readonly validityOffset: number | undefined;
}

export class ArrowTable {
  readonly metadata: ReadonlyMap<string, string>;
  readonly rowCount: number = 0;
  readonly #columns: readonly Column[];
  readonly #chunks: readonly Chunk[][];
  readonly #path;
  readonly #view;

  /** Reads schema and batches. @throws UserError if `bytes` are not an Arrow table, or lengths are inconsistent */
  constructor(bytes: Uint8Array, path: string) {
    this.#path = path;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    try {
      const footer = readFooter(bytes, this.#view);
      const messages = readMessages(bytes, this.#view, footer?.at);
      const schema = footer ? footer.table.readTable(1) : messages.next().value?.readHeader(HEADER_TYPE.schema);
      if (schema === undefined) throw new LayoutError('the file or stream has no schema');
      if (schema.readShort(0) !== 0) throw new LayoutError('the numbers are big-endian, but must be little-endian');
      this.metadata = new Map(schema.readTables(2).map((entry) => [entry.readText(0), entry.readText(1)]));
      this.#columns = listColumns(schema.readTables(1));
      this.#chunks = this.#columns.map(() => []);
      for (const message of messages) {
        const batch = message.readHeader(HEADER_TYPE.recordBatch);
        if (batch === undefined) continue; // a dictionary, or the schema that a file repeats
        if (batch.hasField(3))
          throw new LayoutError('the data are compressed, which is not supported; write them with compression=None');
        this.rowCount += this.#addBatch(batch, message);
      }
    } catch (cause) {
      if (!(cause instanceof RangeError)) throw cause;
      throw new UserError(
        `${path} is not a readable Arrow file or stream: ${cause instanceof LayoutError ? cause.message : 'a length in it reaches beyond its end'}.`,
        { cause },
      );
    }
  }

  get names(): readonly string[] {
    return this.#columns.map(({ columnName: name }) => name);
  }

  /** Values of a numeric column. @throws UserError if the column is not numeric or contains null */
  readColumn(name: string): Float64Array {
    const index = this.#columns.findIndex((column) => column.columnName === name);
    const reader = this.#columns[index]!.reader;
    if (reader === undefined)
      throw new UserError(
        `${this.#path}: column ${show(name)} must hold integers of 8 to 64 bits or floating-point numbers of 32 or 64 bits.`,
      );
    const [bytes, read] = reader;
    const values = new Float64Array(this.rowCount);
    let n = 0;
    for (const { rowCount, byteOffset, validityOffset } of this.#chunks[index]!)
      for (let k = 0; k < rowCount; k++) {
        if (validityOffset !== undefined && ((this.#view.getUint8(validityOffset + (k >> 3)) >> (k & 7)) & 1) === 0)
          throw new UserError(`${this.#path}, row ${n + 1}: ${show(name)} is null, but must be a number.`);
        values[n++] = read(this.#view, byteOffset + k * bytes);
      }
    return values;
  }

  /** Stores the byte positions of the columns of a record batch. @returns number of rows */
  #addBatch(batch: FlatTable, { bodyOffset, bodyLength }: Message): number {
    const rows = batch.readLong(0);
    const [nodes, buffers] = [batch.readLongPairs(1), batch.readLongPairs(2)];
    const needed = this.#columns.reduce((sum, { reader }) => sum + rows * (reader?.[0] ?? 0), 0);
    if (needed > bodyLength)
      throw new LayoutError(`a batch of ${rows} rows needs ${needed} bytes, but has ${bodyLength}`);
    for (const [c, { reader, nodeIndex, firstBufferIndex: first, columnName: name }] of this.#columns.entries()) {
      if (reader === undefined) continue;
      const [length, nulls] = nodes[nodeIndex] ?? [-1, 0];
      const [[validity = 0, bits = 0] = [], [offset = 0, size = 0] = []] = [buffers[first], buffers[first + 1]];
      const fits = (from: number, have: number, need: number) => from >= 0 && have >= need && from + have <= bodyLength;
      const hasNulls = nulls !== 0 && bits > 0;
      if (
        length !== rows ||
        rows < 0 ||
        !fits(offset, size, rows * reader[0]) ||
        (hasNulls && !fits(validity, bits, Math.ceil(rows / 8)))
      )
        throw new LayoutError(`a batch does not hold the ${rows} values of column ${show(name)} that it states`);
      this.#chunks[c]!.push({
        rowCount: rows,
        byteOffset: bodyOffset + offset,
        validityOffset: hasNulls ? bodyOffset + validity : undefined,
      });
    }
    return this.#columns.some(({ reader }) => reader !== undefined) ? rows : 0;
  }
}

type Message = ReturnType<typeof readMessage>;

/** Reads an IPC message. @param bodyOffset byte offset of its body @param remainingBytes number of bytes from there on */
function readMessage(metadata: Uint8Array, bodyOffset: number, remainingBytes: number) {
  const table = FlatTable.readRoot(metadata);
  const bodyLength = table.readLong(3);
  if (!(bodyLength >= 0 && bodyLength <= remainingBytes)) throw new LayoutError('the file ends within a message');
  const readHeader = (type: number) => (table.readByte(1) === type ? table.readTable(2) : undefined);
  return { bodyOffset, bodyLength, readHeader };
}

/** Footer of an Arrow file, which contains the schema, with its byte offset; undefined for a stream. */
function readFooter(bytes: Uint8Array, view: DataView): { readonly table: FlatTable; readonly at: number } | undefined {
  const textAt = (at: number) => String.fromCharCode(...bytes.subarray(Math.max(0, at), at + FILE_MARK.length));
  if (textAt(0) !== FILE_MARK) return undefined;
  const end = bytes.length - FILE_MARK.length - 4;
  if (textAt(end + 4) !== FILE_MARK) throw new LayoutError('the file ends without its end mark');
  const at = end - view.getUint32(end, true);
  if (at < FILE_PREFIX_BYTES) throw new LayoutError('the footer is longer than the file');
  return { table: FlatTable.readRoot(bytes.subarray(at, end)), at };
}

function* readMessages(bytes: Uint8Array, view: DataView, footer: number | undefined): Generator<Message, undefined> {
  const end = footer ?? bytes.length;
  let at = footer === undefined ? 0 : FILE_PREFIX_BYTES;
  while (at < end) {
    if (view.getUint32(at, true) !== CONTINUATION) throw new LayoutError(`there is no message at byte ${at}`);
    const length = view.getUint32(at + 4, true);
    if (length === 0) return;
    const body = at + 8 + length;
    const message = readMessage(bytes.subarray(at + 8, body), body, end - body);
    yield message;
    at = body + Math.ceil(message.bodyLength / 8) * 8;
  }
}

/** Lists columns with the indices of their field node and first buffer. Record batches store both depth-first. */
function listColumns(fields: readonly FlatTable[]): Column[] {
  let [nodes, buffers] = [0, 0];
  const visit = (field: FlatTable) => {
    const isDictionary = field.hasField(4);
    const type = field.readByte(2);
    if (!isDictionary && OTHER_LAYOUTS.includes(type))
      throw new LayoutError(`column ${show(field.readText(0))} has a type that is not supported`);
    nodes++;
    buffers += isDictionary ? 2 : (BUFFERS.get(type) ?? 2);
    if (!isDictionary) for (const child of field.readTables(5)) visit(child);
  };
  const columns = fields.map((field): Column => {
    const column = {
      columnName: field.readText(0),
      reader: findReader(field),
      nodeIndex: nodes,
      firstBufferIndex: buffers,
    };
    visit(field);
    return column;
  });
  if (columns.length === 0) throw new LayoutError('the schema has no columns at all');
  const twice = columns.find(({ columnName: name }, k) => columns.findIndex((other) => other.columnName === name) < k);
  if (twice) throw new LayoutError(`two columns have the name ${show(twice.columnName)}`);
  return columns;
}

function findReader(field: FlatTable): NumberReader | undefined {
  const type = field.hasField(4) ? undefined : field.readTable(3);
  if (type === undefined) return undefined;
  const { f4, f8 } = NUMBER_READERS;
  if (field.readByte(2) === FIELD_TYPE.floatingPoint) return [undefined, f4, f8][type.readShort(0)]; // code 0: 16 bits
  const name = `${type.readByte(1) ? 'i' : 'u'}${type.readInt(0) / 8}`;
  return field.readByte(2) === FIELD_TYPE.int
    ? (NUMBER_READERS as Readonly<Record<string, NumberReader>>)[name]
    : undefined;
}
