/**
 * The headers of an Arrow stream as memspike reads them. Field numbers and codes: Schema.fbs and Message.fbs of Arrow's format.
 * A checksum proves that bytes are those that were written, not who wrote them, so every length is compared with what is there.
 */
import { COLUMN_ARRAYS, MAX_BATCH_ROWS } from './columns.ts';
import { FlatTable } from './flatbuffer.ts';
import type { EndSeal } from './seal.ts';
import type { ColumnType, TableSpec } from './tables.ts';

const HEADER_TYPE = { schema: 1, recordBatch: 3 };
const TYPE = { int: 2, floatingPoint: 3 };
const INTEGERS: Readonly<Record<number, ColumnType>> = { 8: 'uint8', 16: 'uint16', 32: 'uint32' };
const FLOATS: Readonly<Record<number, ColumnType>> = { 1: 'float32', 2: 'float64' };

export interface SchemaHeader {
  readonly spec: TableSpec;
  readonly metadata: Readonly<Record<string, string>>;
  /** Whether the log says that its end is sealed; what 0.1.0 wrote is not. */
  readonly sealed: boolean;
}

/** The table of a schema message; undefined if it is none that memspike writes. */
export function readSchemaHeader(flatbuffer: Uint8Array): SchemaHeader | undefined {
  return believed(() => {
    const schema = headerOf(flatbuffer, HEADER_TYPE.schema)?.table;
    if (!schema) return undefined;
    const columns: Record<string, ColumnType> = {};
    for (const field of schema.tables(1)) {
      const [column, type] = [field.text(0), columnType(field)];
      if (!/^[a-z]\w{0,59}$/i.test(column) || Object.hasOwn(columns, column) || type === undefined) return undefined;
      columns[column] = type;
    }
    const entries = schema.tables(2).map((entry) => [entry.text(0), entry.text(1)] as const);
    const { schema: name = '', sealed, ...metadata } = Object.fromEntries(entries);
    if (!/^[\w.-]{1,60}\/\d{1,9}$/.test(name) || Object.keys(columns).length === 0) return undefined;
    return { spec: { name, columns }, metadata, sealed: sealed !== undefined };
  });
}

function columnType(field: FlatTable): ColumnType | undefined {
  const type = field.table(3);
  const nullable = field.byte(1) !== 0;
  if (!type || nullable || field.has(4) || field.tables(5).length > 0) return undefined;
  if (field.byte(2) === TYPE.floatingPoint) return FLOATS[type.short(0)];
  return field.byte(2) === TYPE.int && type.byte(1) === 0 ? INTEGERS[type.int(0)] : undefined;
}

export interface BatchHeader {
  readonly rows: number;
  readonly bodyLength: number;
  /** Where each column starts in the body, in bytes. */
  readonly offsets: readonly number[];
}

/** The layout of a batch of this table; undefined if it is none, or one whose columns do not lie within the body. */
export function readBatchHeader(flatbuffer: Uint8Array, spec: TableSpec): BatchHeader | undefined {
  return believed(() => {
    const header = headerOf(flatbuffer, HEADER_TYPE.recordBatch);
    if (!header || header.table.has(3)) return undefined; // compressed
    const rows = header.table.long(0);
    const [nodes, buffers] = [header.table.pairs(1), header.table.pairs(2)];
    const types = Object.values(spec.columns);
    if (!(rows >= 1 && rows <= MAX_BATCH_ROWS) || nodes.length !== types.length) return undefined;
    if (buffers.length !== 2 * types.length || nodes.some(([length, nulls]) => length !== rows || nulls !== 0))
      return undefined;
    const { bodyLength } = header;
    const fits = types.every((type, i) => {
      // Two buffers a column: validity, which is empty without nulls, and the values.
      const [offset, length] = buffers[2 * i + 1]!;
      const needed = rows * COLUMN_ARRAYS[type].BYTES_PER_ELEMENT;
      return offset >= 0 && offset % 8 === 0 && length >= needed && offset + length <= bodyLength;
    });
    return fits ? { rows, bodyLength, offsets: types.map((_, i) => buffers[2 * i + 1]![0]) } : undefined;
  });
}

/** The seal of the whole log in the custom metadata of a batch without rows; undefined if this message is not such a batch. */
export function readEndSeal(flatbuffer: Uint8Array): EndSeal | undefined {
  return believed(() => {
    if (headerOf(flatbuffer, HEADER_TYPE.recordBatch)?.table.long(0) !== 0) return undefined;
    const entries = FlatTable.root(flatbuffer).tables(4);
    const numbers = Object.fromEntries(entries.map((entry) => [entry.text(0), Number(entry.text(1))]));
    const { batches = Number.NaN, rows = Number.NaN, seal = Number.NaN } = numbers;
    return { batches, rows, seal };
  });
}

function headerOf(flatbuffer: Uint8Array, type: number): { table: FlatTable; bodyLength: number } | undefined {
  const message = FlatTable.root(flatbuffer);
  const table = message.byte(1) === type ? message.table(2) : undefined;
  return table && { table, bodyLength: message.long(3) };
}

/** What `read` makes of bytes; undefined if they point outside of themselves. */
function believed<T>(read: () => T | undefined): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}
