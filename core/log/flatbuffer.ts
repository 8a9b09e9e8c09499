/**
 * Table in an untrusted flatbuffer (https://flatbuffers.dev/internals). Fields are identified by their number in the
 * table's definition. A read beyond the buffer throws a RangeError. So does reading more bytes in total than the buffer
 * has, because a million entries may point to the same long text.
 */
export class FlatTable {
  readonly #source;
  readonly #tableOffset;

  private constructor(
    source: { readonly bytes: Uint8Array; readonly view: DataView; remainingBytes: number },
    at: number,
  ) {
    this.#source = source;
    this.#tableOffset = at;
  }

  static readRoot(bytes: Uint8Array): FlatTable {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    return new FlatTable({ bytes, view, remainingBytes: bytes.length }, view.getUint32(0, true));
  }

  hasField(field: number): boolean {
    return this.#findOffset(field) !== undefined;
  }

  readByte(field: number): number {
    return this.#readNumber(field, (view, at) => view.getUint8(at));
  }

  readShort(field: number): number {
    return this.#readNumber(field, (view, at) => view.getInt16(at, true));
  }

  readInt(field: number): number {
    return this.#readNumber(field, (view, at) => view.getInt32(at, true));
  }

  /** 64-bit integer; not exact beyond 2^53. */
  readLong(field: number): number {
    return this.#readNumber(field, (view, at) => Number(view.getBigInt64(at, true)));
  }

  readTable(field: number): FlatTable | undefined {
    const offset = this.#findOffset(field);
    return offset === undefined ? undefined : this.#readTableAt(offset);
  }

  readText(field: number): string {
    const { start, length } = this.#readVector(field, 1);
    return new TextDecoder().decode(this.#source.bytes.subarray(start, start + length));
  }

  readTables(field: number): FlatTable[] {
    const { start, length } = this.#readVector(field, 4);
    return Array.from({ length }, (_, i) => this.#readTableAt(start + 4 * i));
  }

  readLongPairs(field: number): (readonly [number, number])[] {
    const { start, length } = this.#readVector(field, 16);
    const long = (at: number) => Number(this.#source.view.getBigInt64(at, true));
    return Array.from({ length }, (_, i) => [long(start + 16 * i), long(start + 16 * i + 8)] as const);
  }

  #readNumber(field: number, read: (view: DataView, at: number) => number): number {
    const offset = this.#findOffset(field);
    return offset === undefined ? 0 : read(this.#source.view, offset);
  }

  /** Offset of a field; undefined if the field has its default value. */
  #findOffset(field: number): number | undefined {
    const { view } = this.#source;
    const list = this.#tableOffset - view.getInt32(this.#tableOffset, true);
    const entry = 4 + 2 * field;
    const offset = entry + 2 > view.getUint16(list, true) ? 0 : view.getUint16(list + entry, true);
    return offset === 0 ? undefined : this.#tableOffset + offset;
  }

  #readTableAt(offset: number): FlatTable {
    return new FlatTable(this.#source, offset + this.#source.view.getUint32(offset, true));
  }

  #readVector(field: number, width: number): { start: number; length: number } {
    const offset = this.#findOffset(field);
    if (offset === undefined) return { start: 0, length: 0 };
    const { view, bytes } = this.#source;
    const at = offset + view.getUint32(offset, true);
    const length = view.getUint32(at, true);
    this.#source.remainingBytes -= width * length;
    if (this.#source.remainingBytes < 0 || at + 4 + width * length > bytes.length)
      throw new RangeError('a vector extends beyond the flatbuffer');
    return { start: at + 4, length };
  }
}
