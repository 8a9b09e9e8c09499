import type { Edges } from '../../../core/graph/edges.ts';
import type { TypedArray } from '../../../core/kernels/arena.ts';

/** Puts a matrix of so many rows and columns, with `width` numbers an entry, into the order of columns. */
export function turn<T extends TypedArray>(from: T, to: T, rows: number, columns: number, width = 1): T {
  for (let i = 0, column = 0; column < columns; column++)
    for (let row = 0; row < rows; row++)
      for (let w = 0; w < width; w++) to[i++] = from[(row * columns + column) * width + w]!;
  return to;
}

/**
 * In which order that lies what pulses change of devices: in that of rows, as everybody looks at it, or, where one column is pulsed
 * after the other and nobody looks in between, in that of columns, because what is pulsed together is found faster together.
 * Turning costs about what as many pulses as there are columns bring.
 */
export class Layout {
  readonly #arrays: readonly TypedArray[];
  readonly #edges: Edges;
  readonly #turns: boolean;
  #turned = false;
  /** Columns pulsed since somebody looked. */
  #pulsed = 0;

  /** @param turns whether it may change */
  constructor(arrays: readonly TypedArray[], edges: Edges, turns: boolean) {
    this.#arrays = arrays;
    this.#edges = edges;
    this.#turns = turns && edges.targets === null;
  }

  /** A column is to be pulsed: where its devices begin in the order of columns; -1: they lie in that of rows. */
  column(column: number): number {
    const { rows, columns } = this.#edges;
    if (this.#turns && !this.#turned && ++this.#pulsed > columns) this.#turn(rows, columns);
    return this.#turned ? column * rows : -1;
  }

  /** Puts all into the order of rows. */
  inRows(): void {
    this.#pulsed = 0;
    if (this.#turned) this.#turn(this.#edges.columns, this.#edges.rows);
  }

  #turn(rows: number, columns: number): void {
    for (const array of this.#arrays) turn(array.slice(), array, rows, columns);
    this.#turned = !this.#turned;
  }
}
