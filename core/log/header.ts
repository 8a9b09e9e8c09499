/**
 * Headers of the Arrow stream of a log. Field numbers and codes are those of Schema.fbs and Message.fbs of the Arrow format.
 * A checksum does not prove who wrote the bytes, so every length is checked.
 */
import { FlatTable } from './flatbuffer.ts';
import type { LogTrailer } from './seal.ts';
import { COLUMN_ARRAY_TYPES, type ColumnType, MAX_BATCH_ROWS, type TableSpec } from './tables.ts';

export const HEADER_TYPE = { schema: 1, recordBatch: 3 };
export const FIELD_TYPE = { int: 2, floatingPoint: 3 };
const INTEGERS: Readonly<Record<number, ColumnType>> = { 8: 'uint8', 16: 'uint16', 32: 'uint32' };
const FLOATS: Readonly<Record<number, ColumnType>> = { 1: 'float32', 2: 'float64' };

/** Reads a schema message; undefined if memspike cannot have written it. */
export function readSchemaHeader(flatbuffer: Uint8Array) {
  return ignoreRangeError(() => {
    const schema = readHeader(flatbuffer, HEADER_TYPE.schema)?.table;
    if (!schema) return undefined;
    const columns: Record<string, ColumnType> = {};
    for (const field of schema.readTables(1)) {
      const [column, type] = [field.readText(0), readColumnType(field)];
      if (!/^[a-z]\w{0,59}$/i.test(column) || Object.hasOwn(columns, column) || type === undefined) return undefined;
      columns[column] = type;
    }
    const entries = schema.readTables(2).map((entry) => [entry.readText(0), entry.readText(1)] as const);
    const { schema: name = '', ...metadata } = Object.fromEntries(entries);
    if (!/^[\w.-]{1,60}\/\d{1,9}$/.test(name) || Object.keys(columns).length === 0) return undefined;
    return { spec: { name, columns }, metadata };
  });
}

function readColumnType(field: FlatTable): ColumnType | undefined {
  const type = field.readTable(3);
  const nullable = field.readByte(1) !== 0;
  if (!type || nullable || field.hasField(4) || field.readTables(5).length > 0) return undefined;
  if (field.readByte(2) === FIELD_TYPE.floatingPoint) return FLOATS[type.readShort(0)];
  return field.readByte(2) === FIELD_TYPE.int && type.readByte(1) === 0 ? INTEGERS[type.readInt(0)] : undefined;
}

/** Reads the header of an Arrow record batch; undefined if the message is not an uncompressed record batch or a column exceeds the body. */
export function readBatchHeader(flatbuffer: Uint8Array, spec: TableSpec) {
  return ignoreRangeError(() => {
    const header = readHeader(flatbuffer, HEADER_TYPE.recordBatch);
    if (!header || header.table.hasField(3)) return undefined; // compressed
    const rows = header.table.readLong(0);
    const [nodes, buffers] = [header.table.readLongPairs(1), header.table.readLongPairs(2)];
    const types = Object.values(spec.columns);
    if (!(rows >= 1 && rows <= MAX_BATCH_ROWS) || nodes.length !== types.length) return undefined;
    if (buffers.length !== 2 * types.length || nodes.some(([length, nulls]) => length !== rows || nulls !== 0))
      return undefined;
    const { bodyLength } = header;
    const fits = types.every((type, i) => {
      // A column of an Arrow batch consists of two buffers: a bitmap of null values, which is empty because logs have
      // none, and the values.
      const [offset, length] = buffers[2 * i + 1]!;
      const needed = rows * COLUMN_ARRAY_TYPES[type].BYTES_PER_ELEMENT;
      return offset >= 0 && offset % 8 === 0 && length >= needed && offset + length <= bodyLength;
    });
    return fits ? { rows, bodyLength, columnOffsets: types.map((_, i) => buffers[2 * i + 1]![0]) } : undefined;
  });
}

/** Counts and seal (checksum) of a log, from the metadata of its final empty batch; undefined for other messages. */
export function readTrailer(flatbuffer: Uint8Array): LogTrailer | undefined {
  return ignoreRangeError(() => {
    if (readHeader(flatbuffer, HEADER_TYPE.recordBatch)?.table.readLong(0) !== 0) return undefined;
    const entries = FlatTable.readRoot(flatbuffer).readTables(4);
    const numbers = Object.fromEntries(entries.map((entry) => [entry.readText(0), Number(entry.readText(1))]));
    const { batches = Number.NaN, rows = Number.NaN, seal = Number.NaN } = numbers;
    return { batches, rows, seal };
  });
}

function readHeader(flatbuffer: Uint8Array, type: number): { table: FlatTable; bodyLength: number } | undefined {
  const message = FlatTable.readRoot(flatbuffer);
  const table = message.readByte(1) === type ? message.readTable(2) : undefined;
  return table && { table, bodyLength: message.readLong(3) };
}

function ignoreRangeError<T>(read: () => T | undefined): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}
