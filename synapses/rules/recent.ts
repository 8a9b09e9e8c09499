/** The neurons of one side that may still count, so that an arrival need not look at all of them. It follows from other state. */
export class Recent {
  readonly list: Uint32Array;
  count = 0;
  readonly #listed: Uint8Array;

  constructor(size: number) {
    this.list = new Uint32Array(size);
    this.#listed = new Uint8Array(size);
  }

  add(index: number): void {
    if (this.#listed[index] === 1) return;
    this.#listed[index] = 1;
    this.list[this.count++] = index;
  }

  /** Drops the entry at place k, where the last one then stands. */
  drop(k: number): void {
    const { list } = this;
    this.#listed[list[k]!] = 0;
    list[k] = list[--this.count]!;
  }

  clear(): void {
    while (this.count > 0) this.drop(this.count - 1);
  }
}
