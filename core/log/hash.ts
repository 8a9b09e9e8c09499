import { allocateColumns, type ColumnRecord, rowBytes } from './columns.ts';
import type { TableSpec } from './tables.ts';

/** An incremental hash of bytes; `createHash('sha256')` of Node is one. */
export interface ByteHash {
  update(bytes: Uint8Array): unknown;
  digest(encoding: 'hex'): string;
}

/**
 * Hash of the rows of a table in their order, each packed without gaps: the columns in the order of the table, little
 * endian (13 bytes for a spike). It does not depend on how rows come in batches or what else the log holds. NaN
 * counts with the bits it has.
 */
export class RowHash {
  readonly #hash: ByteHash;
  readonly #packed: Uint8Array;
  readonly #rowBytes: number;
  readonly #names: readonly string[];
  readonly #widths: readonly number[];

  constructor(spec: TableSpec, hash: ByteHash) {
    this.#hash = hash;
    this.#rowBytes = rowBytes(spec);
    this.#packed = new Uint8Array(this.#rowBytes * BLOCK_ROWS);
    this.#names = Object.keys(spec.columns);
    this.#widths = Object.values(allocateColumns(spec, 0)).map((column) => column.BYTES_PER_ELEMENT);
  }

  update(columns: ColumnRecord, rows: number): void {
    for (let first = 0; first < rows; first += BLOCK_ROWS) {
      const n = Math.min(BLOCK_ROWS, rows - first);
      let offset = 0;
      for (const [c, name] of this.#names.entries()) {
        const width = this.#widths[c]!;
        const { buffer, byteOffset } = columns[name]!;
        const bytes = new Uint8Array(buffer, byteOffset + first * width, n * width);
        spread(bytes, width, this.#packed, offset, this.#rowBytes);
        offset += width;
      }
      this.#hash.update(this.#packed.subarray(0, n * this.#rowBytes));
    }
  }

  /** The hash as lower-case hex; ends the hash. */
  digest(): string {
    return this.#hash.digest('hex');
  }
}

const BLOCK_ROWS = 2048;

/** Puts each `width` bytes of `from` at the next multiple of `stride` of `to`, `offset` bytes in. */
function spread(from: Uint8Array, width: number, to: Uint8Array, offset: number, stride: number): void {
  for (let byte = 0; byte < width; byte++) {
    for (let i = byte, o = offset + byte; i < from.length; i += width, o += stride) to[o] = from[i]!;
  }
}
