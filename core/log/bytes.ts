/** Byte reader over chunks of any size. */
export class ByteReader {
  readonly #chunks: Iterator<Uint8Array>;
  #chunk: Uint8Array = new Uint8Array(0);

  constructor(chunks: Iterable<Uint8Array>) {
    this.#chunks = chunks[Symbol.iterator]();
  }

  /**
   * Reads `length` bytes after the first `kept` bytes of `into`; fewer only at the end. Returns kept and new bytes, in `into`
   * or in a larger array. The array grows with the bytes read, so a wrong length allocates no memory in advance.
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

  close(): void {
    this.#chunk = new Uint8Array(0);
    this.#chunks.return?.();
  }
}
