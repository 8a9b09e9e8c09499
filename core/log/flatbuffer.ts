/**
 * A table in a flatbuffer (https://flatbuffers.dev/internals) that nobody vouches for. Fields go by their number in the
 * table's definition. A place outside the bytes is a RangeError (of DataView), and so is more text and entries together
 * than there are bytes, as when a million entries all point to the same long text.
 */
export class FlatTable {
  readonly #source: Source;
  readonly #at: number;

  private constructor(source: Source, at: number) {
    this.#source = source;
    this.#at = at;
  }

  /** The table that the whole buffer is. */
  static root(bytes: Uint8Array): FlatTable {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    return new FlatTable({ bytes, view, left: bytes.length }, view.getUint32(0, true));
  }

  has(field: number): boolean {
    return this.#place(field) !== undefined;
  }

  byte(field: number): number {
    const place = this.#place(field);
    return place === undefined ? 0 : this.#source.view.getUint8(place);
  }

  short(field: number): number {
    const place = this.#place(field);
    return place === undefined ? 0 : this.#source.view.getInt16(place, true);
  }

  int(field: number): number {
    const place = this.#place(field);
    return place === undefined ? 0 : this.#source.view.getInt32(place, true);
  }

  /** A 64-bit integer; beyond 2^53 it is no longer exact. */
  long(field: number): number {
    const place = this.#place(field);
    return place === undefined ? 0 : Number(this.#source.view.getBigInt64(place, true));
  }

  table(field: number): FlatTable | undefined {
    const place = this.#place(field);
    return place === undefined ? undefined : this.#tableAt(place);
  }

  text(field: number): string {
    const { start, length } = this.#vector(field, 1);
    return new TextDecoder().decode(this.#source.bytes.subarray(start, start + length));
  }

  tables(field: number): FlatTable[] {
    const { start, length } = this.#vector(field, 4);
    return Array.from({ length }, (_, i) => this.#tableAt(start + 4 * i));
  }

  /** Structs of two 64-bit integers. */
  pairs(field: number): (readonly [number, number])[] {
    const { start, length } = this.#vector(field, 16);
    const long = (at: number) => Number(this.#source.view.getBigInt64(at, true));
    return Array.from({ length }, (_, i) => [long(start + 16 * i), long(start + 16 * i + 8)] as const);
  }

  /** Where a field lies; undefined if it has its default. */
  #place(field: number): number | undefined {
    const { view } = this.#source;
    const list = this.#at - view.getInt32(this.#at, true);
    const entry = 4 + 2 * field;
    const offset = entry + 2 > view.getUint16(list, true) ? 0 : view.getUint16(list + entry, true);
    return offset === 0 ? undefined : this.#at + offset;
  }

  #tableAt(place: number): FlatTable {
    return new FlatTable(this.#source, place + this.#source.view.getUint32(place, true));
  }

  #vector(field: number, width: number): { start: number; length: number } {
    const place = this.#place(field);
    if (place === undefined) return { start: 0, length: 0 };
    const { view, bytes } = this.#source;
    const at = place + view.getUint32(place, true);
    const length = view.getUint32(at, true);
    this.#source.left -= width * length;
    if (this.#source.left < 0 || at + 4 + width * length > bytes.length) throw new RangeError('longer than its bytes');
    return { start: at + 4, length };
  }
}

interface Source {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  /** How many bytes of texts and entries may still be read. */
  left: number;
}
