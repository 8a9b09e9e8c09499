/** Reads bytes one after the other out of chunks of any size. */
export class ByteReader {
  readonly #chunks: Iterator<Uint8Array>;
  #chunk: Uint8Array = new Uint8Array(0);

  constructor(chunks: Iterable<Uint8Array>) {
    this.#chunks = chunks[Symbol.iterator]();
  }

  /** Fills `into`; returns how many bytes there were, fewer than asked only at the end. */
  read(into: Uint8Array): number {
    let done = 0;
    while (done < into.length) {
      if (this.#chunk.length === 0) {
        const next = this.#chunks.next();
        if (next.done) break;
        this.#chunk = next.value;
      }
      const part = this.#chunk.subarray(0, into.length - done);
      into.set(part, done);
      this.#chunk = this.#chunk.subarray(part.length);
      done += part.length;
    }
    return done;
  }

  close(): void {
    this.#chunk = new Uint8Array(0);
    this.#chunks.return?.();
  }
}
