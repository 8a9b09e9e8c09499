import type { Arena } from '../kernels/arena.ts';
import type { Kernels } from '../kernels/kernels.ts';

/**
 * Alias table: draws an index with given relative weights in constant time (Walker 1977; construction by Vose 1991,
 * doi:10.1109/32.92917). Indices with a weight of 0 are never drawn. The table is rebuilt in place if the weights change.
 */
export class AliasTable {
  /** Slot i (i < used) draws index own[i] with probability keep[i], otherwise index other[i]. */
  readonly keep: Float64Array;
  readonly own: Uint32Array;
  readonly other: Uint32Array;
  /** Work arrays of the construction, and an array of one entry: the sum of the weights. */
  readonly work: Uint32Array;
  readonly sum: Float64Array;
  readonly #kernels: Kernels;
  used = 0;

  constructor(size: number, arena: Arena) {
    this.keep = arena.f64(size);
    this.own = arena.u32(size);
    this.other = arena.u32(size);
    this.work = arena.u32(size);
    this.sum = arena.f64(1);
    this.#kernels = arena.kernels;
  }

  get total(): number {
    return this.sum[0]!;
  }

  /** Builds the table. @param weights relative weights, in the arena */
  build(weights: Float64Array): void {
    this.used = this.#kernels.buildAliasTable(weights, this);
  }
}
