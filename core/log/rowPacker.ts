import { allocateColumns, type ColumnsByName, countRowBytes, type TableSpec } from './tables.ts';

const BLOCK_ROWS = 2048;

/** Packs rows without gaps, columns in the order of the table, little endian (13 bytes for a spike). */
export class RowPacker {
  readonly #packed;
  readonly #rowBytes;
  readonly #names;
  readonly #widths;

  constructor(spec: TableSpec) {
    this.#rowBytes = countRowBytes(spec);
    this.#packed = new Uint8Array(this.#rowBytes * BLOCK_ROWS);
    this.#names = Object.keys(spec.columns);
    this.#widths = Object.values(allocateColumns(spec, 0)).map((column) => column.BYTES_PER_ELEMENT);
  }

  /** Passes the packed rows to `take` in blocks; each block is overwritten by the next. */
  pack(columns: ColumnsByName, rows: number, take: (bytes: Uint8Array) => void) {
    for (let first = 0; first < rows; first += BLOCK_ROWS) {
      const n = Math.min(BLOCK_ROWS, rows - first);
      let offset = 0;
      for (const [c, name] of this.#names.entries()) {
        const width = this.#widths[c]!;
        const { buffer, byteOffset } = columns[name]!;
        const bytes = new Uint8Array(buffer, byteOffset + first * width, n * width);
        scatterElements(bytes, width, this.#packed, offset, this.#rowBytes);
        offset += width;
      }
      take(this.#packed.subarray(0, n * this.#rowBytes));
    }
  }
}

/** Copies elements of `width` bytes to offsets that are `stride` bytes apart. */
function scatterElements(from: Uint8Array, width: number, to: Uint8Array, offset: number, stride: number) {
  for (let byte = 0; byte < width; byte++) {
    for (let i = byte, o = offset + byte; i < from.length; i += width, o += stride) to[o] = from[i]!;
  }
}
