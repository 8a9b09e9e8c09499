import {
  type Edges,
  findMaxRowLength,
  getColumn,
  getColumnEdge,
  getColumnLength,
  getColumnRow,
  getRowEnd,
  getRowStart,
  type Transpose,
} from '../../../core/graph/edges.ts';

/** List of the devices of one row or column of an array, with their rows and columns. */
export class ArrayLine {
  count = 0;
  readonly devices: Uint32Array;
  readonly rows: Uint32Array;
  readonly columns: Uint32Array;
  readonly #edges: Edges;
  readonly #transpose: Transpose | null;

  constructor(edges: Edges, transpose: Transpose | null) {
    const size = Math.max(findMaxRowLength(edges), edges.rows);
    this.devices = new Uint32Array(size);
    this.rows = new Uint32Array(size);
    this.columns = new Uint32Array(size);
    this.#edges = edges;
    this.#transpose = transpose;
  }

  listRow(row: number) {
    const start = getRowStart(this.#edges, row);
    this.count = getRowEnd(this.#edges, row) - start;
    for (let i = 0; i < this.count; i++) this.#setDevice(i, start + i, row, getColumn(this.#edges, row, start + i));
  }

  listColumn(column: number) {
    this.count = getColumnLength(this.#edges, this.#transpose, column);
    for (let i = 0; i < this.count; i++) {
      const k = getColumnEdge(this.#edges, this.#transpose, column, i);
      this.#setDevice(i, k, getColumnRow(this.#transpose, column, i), column);
    }
  }

  listDevice(k: number, row: number, column: number) {
    this.count = 1;
    this.#setDevice(0, k, row, column);
  }

  #setDevice(i: number, k: number, row: number, column: number) {
    this.devices[i] = k;
    this.rows[i] = row;
    this.columns[i] = column;
  }
}

/** Finds the row of a device by its edge. */
export function findRow({ starts, columns }: Edges, k: number): number {
  if (starts === null) return Math.floor(k / columns);
  let [low, high] = [0, starts.length - 1];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (starts[middle]! <= k) low = middle;
    else high = middle;
  }
  return low;
}
