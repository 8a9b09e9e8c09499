import type { Edges } from '../../../core/graph/edges.ts';
import type { Arena, TypedArray } from '../../../core/kernels/arena.ts';
import type { DeviceConstants } from '../../../core/kernels/devices.ts';
import type { Pulses } from '../../../core/kernels/pulses.ts';

/** Copies a row-major matrix with `width` numbers per entry into column-major order. */
export function transposeMatrix<T extends TypedArray>(from: T, to: T, rows: number, columns: number, width = 1): T {
  for (let i = 0, column = 0; column < columns; column++)
    for (let row = 0; row < rows; row++)
      for (let w = 0; w < width; w++) to[i++] = from[(row * columns + column) * width + w]!;
  return to;
}

/**
 * Memory order of the states that pulses change. Row order is the default. While columns are pulsed and no row is read,
 * column order is used, because devices that are pulsed together are then adjacent in memory. A transposition costs
 * about as much as the pulses of all columns.
 */
export class StateLayout {
  readonly #arrays: readonly TypedArray[];
  readonly #edges: Edges;
  readonly #canTranspose: boolean;
  #isTransposed = false;
  /** Number of columns pulsed since row order was last required. */
  #pulsedColumnCount = 0;

  /** @param turns true if states may be stored in column order */
  constructor(arrays: readonly TypedArray[], edges: Edges, turns: boolean) {
    this.#arrays = arrays;
    this.#edges = edges;
    this.#canTranspose = turns && edges.targets === null;
  }

  /** Index of the first state of a column in column order; -1 in row order. Must be called before each column pulse. */
  findColumnStart(column: number): number {
    const { rows, columns } = this.#edges;
    if (this.#canTranspose && !this.#isTransposed && ++this.#pulsedColumnCount > columns)
      this.#transpose(rows, columns);
    return this.#isTransposed ? column * rows : -1;
  }

  /** Restores row order. */
  useRowOrder(): void {
    this.#pulsedColumnCount = 0;
    if (this.#isTransposed) this.#transpose(this.#edges.columns, this.#edges.rows);
  }

  #transpose(rows: number, columns: number): void {
    for (const array of this.#arrays) transposeMatrix(array.slice(), array, rows, columns);
    this.#isTransposed = !this.#isTransposed;
  }
}

/** Constants per device: weights at both range ends, step factors, lifetime; null or empty if all are equal. */
export interface ConstantArrays extends DeviceConstants {
  readonly lifetimes: Float64Array;
}

/**
 * Device constants in row order and, from the first column pulse of a dense projection on, also in column order, so
 * that devices that are pulsed together are adjacent in memory.
 */
export class OrderedConstants {
  readonly #inRows: ConstantArrays;
  readonly #edges: Edges;
  readonly #arena: Arena;
  readonly #hasColumnOrder: boolean;
  #inColumns: ConstantArrays | null = null;

  constructor(constants: ConstantArrays, edges: Edges, arena: Arena) {
    const { ends, up, lifetimes } = constants;
    this.#inRows = constants;
    this.#edges = edges;
    this.#arena = arena;
    this.#hasColumnOrder = edges.targets === null && (ends !== null || up !== null || lifetimes.length > 0);
  }

  /** Selects the constants in the order of a batch; sets `byColumn` and `first` of the batch. */
  select(p: Pulses): ConstantArrays {
    p.byColumn = this.#hasColumnOrder && p.column >= 0;
    p.first = p.byColumn ? p.column * this.#edges.rows : 0;
    if (!p.byColumn) return this.#inRows;
    this.#inColumns ??= this.#transpose();
    return this.#inColumns;
  }

  #transpose(): ConstantArrays {
    const { ends, up, down, lifetimes } = this.#inRows;
    const { rows, columns } = this.#edges;
    const singles = (from: Float32Array | null) =>
      from && transposeMatrix(from, this.#arena.f32(from.length), rows, columns);
    const ups = singles(up);
    return {
      ends: ends && transposeMatrix(ends, this.#arena.f64(ends.length), rows, columns, 2),
      up: ups,
      down: down === up ? ups : singles(down),
      lifetimes:
        lifetimes.length > 0 ? transposeMatrix(lifetimes, this.#arena.f64(lifetimes.length), rows, columns) : lifetimes,
    };
  }
}
