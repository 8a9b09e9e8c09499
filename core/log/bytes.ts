/** Reads bytes one after the other out of chunks of any size. */
export class ByteReader {
  readonly #chunks: Iterator<Uint8Array>;
  #chunk: Uint8Array = new Uint8Array(0);

  constructor(chunks: Iterable<Uint8Array>) {
    this.#chunks = chunks[Symbol.iterator]();
  }

  /**
   * Reads `length` bytes behind the first `kept` of `into`; fewer only at the end. Returns them all, those that were kept
   * too, in `into` or in a larger array if they do not fit. That one grows as bytes come, so a false length costs nothing.
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
