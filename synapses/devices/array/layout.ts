import type { Edges } from '../../../core/graph/edges.ts';
import type { Arena, TypedArray } from '../../../core/kernels/arena.ts';
import type { Pulses } from '../../../core/kernels/pulses.ts';

/** Copies a row-major matrix with `width` numbers per entry into column-major order. */
function transposeMatrix<T extends TypedArray>(from: T, to: T, rows: number, columns: number, width = 1): T {
  for (let i = 0, column = 0; column < columns; column++)
    for (let row = 0; row < rows; row++)
      for (let w = 0; w < width; w++) to[i++] = from[(row * columns + column) * width + w]!;
  return to;
}

/** Constants of each device: ends of the range and step factors; null if all are equal. */
interface DeviceConstants {
  readonly ends: Float64Array | null;
  readonly up: Float32Array | null;
  readonly down: Float32Array | null;
}

/**
 * Device constants in row order and, from the first column pulse of a dense projection on, also in column order, so
 * that constants of devices that are pulsed together are adjacent in memory.
 */
export class OrderedConstants {
  readonly #inRows: DeviceConstants;
  readonly #edges: Edges;
  readonly #arena: Arena;
  readonly #hasColumnOrder: boolean;
  #inColumns: DeviceConstants | null = null;

  constructor(constants: DeviceConstants, edges: Edges, arena: Arena) {
    this.#inRows = constants;
    this.#edges = edges;
    this.#arena = arena;
    this.#hasColumnOrder = edges.targets === null && (constants.ends !== null || constants.up !== null);
  }

  /** Selects the constants in the order of a batch and sets the batch's index of its first device. */
  select(p: Pulses): DeviceConstants {
    const isByColumn = this.#hasColumnOrder && p.column >= 0;
    p.setPlaces(isByColumn, isByColumn ? p.column * this.#edges.rows : 0);
    return isByColumn ? (this.#inColumns ??= this.#transpose()) : this.#inRows;
  }

  #transpose(): DeviceConstants {
    const { ends, up, down } = this.#inRows;
    const { rows, columns } = this.#edges;
    const factors = (from: Float32Array | null) =>
      from && transposeMatrix(from, this.#arena.f32(from.length), rows, columns);
    const ups = factors(up);
    return {
      ends: ends && transposeMatrix(ends, this.#arena.f64(ends.length), rows, columns, 2),
      up: ups,
      down: down === up ? ups : factors(down),
    };
  }
}
