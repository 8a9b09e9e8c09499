/**
 * Table in an untrusted flatbuffer (https://flatbuffers.dev/internals). Fields are identified by their number in the
 * table's definition. An offset beyond the bytes causes a RangeError. Texts and entries longer in total than the buffer
 * also cause one, so a million entries cannot point to the same long text.
 */
export class FlatTable {
  readonly #source: Source;
  readonly #at: number;

  private constructor(source: Source, at: number) {
    this.#source = source;
    this.#at = at;
  }

  static readRoot(bytes: Uint8Array): FlatTable {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    return new FlatTable({ bytes, view, left: bytes.length }, view.getUint32(0, true));
  }

  has(field: number): boolean {
    return this.#offset(field) !== undefined;
  }

  byte(field: number): number {
    return this.#number(field, (view, at) => view.getUint8(at));
  }

  short(field: number): number {
    return this.#number(field, (view, at) => view.getInt16(at, true));
  }

  int(field: number): number {
    return this.#number(field, (view, at) => view.getInt32(at, true));
  }

  /** 64-bit integer; not exact beyond 2^53. */
  long(field: number): number {
    return this.#number(field, (view, at) => Number(view.getBigInt64(at, true)));
  }

  table(field: number): FlatTable | undefined {
    const offset = this.#offset(field);
    return offset === undefined ? undefined : this.#tableAt(offset);
  }

  text(field: number): string {
    const { start, length } = this.#vector(field, 1);
    return new TextDecoder().decode(this.#source.bytes.subarray(start, start + length));
  }

  tables(field: number): FlatTable[] {
    const { start, length } = this.#vector(field, 4);
    return Array.from({ length }, (_, i) => this.#tableAt(start + 4 * i));
  }

  /** Vector of structs of two 64-bit integers. */
  readPairs(field: number): (readonly [number, number])[] {
    const { start, length } = this.#vector(field, 16);
    const long = (at: number) => Number(this.#source.view.getBigInt64(at, true));
    return Array.from({ length }, (_, i) => [long(start + 16 * i), long(start + 16 * i + 8)] as const);
  }

  #number(field: number, read: (view: DataView, at: number) => number): number {
    const offset = this.#offset(field);
    return offset === undefined ? 0 : read(this.#source.view, offset);
  }

  /** Offset of a field; undefined if the field has its default value. */
  #offset(field: number): number | undefined {
    const { view } = this.#source;
    const list = this.#at - view.getInt32(this.#at, true);
    const entry = 4 + 2 * field;
    const offset = entry + 2 > view.getUint16(list, true) ? 0 : view.getUint16(list + entry, true);
    return offset === 0 ? undefined : this.#at + offset;
  }

  #tableAt(offset: number): FlatTable {
    return new FlatTable(this.#source, offset + this.#source.view.getUint32(offset, true));
  }

  #vector(field: number, width: number): { start: number; length: number } {
    const offset = this.#offset(field);
    if (offset === undefined) return { start: 0, length: 0 };
    const { view, bytes } = this.#source;
    const at = offset + view.getUint32(offset, true);
    const length = view.getUint32(at, true);
    this.#source.left -= width * length;
    if (this.#source.left < 0 || at + 4 + width * length > bytes.length)
      throw new RangeError('a vector is longer than the bytes');
    return { start: at + 4, length };
  }
}

interface Source {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  /** Number of bytes of texts and entries that may still be read. */
  left: number;
}
