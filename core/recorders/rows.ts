import type { Column, RowSink } from '../log/tables.ts';

/** The rows of a log under way, shared by its recorders: their order is that of events, however often it is flushed. */
export class RowBuffer<C extends Readonly<Record<string, Column>>> {
  readonly columns: C;
  readonly #sink: RowSink;
  readonly #room: number;
  #count = 0;

  /** `columns`, of equal lengths, are what rows are filled into. */
  constructor(sink: RowSink, columns: C) {
    this.columns = columns;
    this.#sink = sink;
    this.#room = Object.values(columns)[0]!.length;
  }

  /** The index of a new row, for the caller to fill at once. */
  next(): number {
    if (this.#count === this.#room) this.flush();
    return this.#count++;
  }

  flush(): void {
    if (this.#count > 0) this.#sink.write(this.columns, this.#count);
    this.#count = 0;
  }
}
