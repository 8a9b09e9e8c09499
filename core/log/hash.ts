import type { ColumnRecord } from './columns.ts';
import { RowPacker } from './pack.ts';
import type { TableSpec } from './tables.ts';

/** An incremental hash of bytes; `createHash('sha256')` of Node is one. */
interface ByteHash {
  update(bytes: Uint8Array): unknown;
  digest(encoding: 'hex'): string;
}

/**
 * Hash of the rows of a table in their order, each packed without gaps (see `RowPacker`). It does not depend on how rows
 * come in batches or what else the log holds. NaN counts with the bits it has.
 */
export class RowHash {
  readonly #hash: ByteHash;
  readonly #packer: RowPacker;

  constructor(spec: TableSpec, hash: ByteHash) {
    this.#hash = hash;
    this.#packer = new RowPacker(spec);
  }

  update(columns: ColumnRecord, rows: number): void {
    this.#packer.pack(columns, rows, (bytes) => this.#hash.update(bytes));
  }

  /** The hash as lower-case hex; ends the hash. */
  digest(): string {
    return this.#hash.digest('hex');
  }
}
