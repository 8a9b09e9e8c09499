import type { Arena } from '../kernels/arena.ts';

/**
 * Alias table: draws an index with given relative weights in constant time (Walker 1977; construction by Vose 1991,
 * doi:10.1109/32.92917). Indices with a weight of 0 are never drawn.
 */
export class AliasTable {
  /** Slot i (< slotCount) draws index ownIndices[i] with probability keepProbabilities[i], else otherIndices[i]. */
  readonly keepProbabilities: Float64Array;
  readonly ownIndices: Uint32Array;
  readonly otherIndices: Uint32Array;
  readonly workArray: Uint32Array;
  /** Sum of the weights (one entry). */
  readonly weightSum: Float64Array;
  readonly #kernels;
  slotCount = 0;

  constructor(size: number, arena: Arena) {
    this.keepProbabilities = arena.f64(size);
    this.ownIndices = arena.u32(size);
    this.otherIndices = arena.u32(size);
    this.workArray = arena.u32(size);
    this.weightSum = arena.f64(1);
    this.#kernels = arena.kernels;
  }

  get total(): number {
    return this.weightSum[0]!;
  }

  /** Builds the table from relative weights, an array of the network's `Arena`. */
  build(weights: Float64Array) {
    this.slotCount = this.#kernels.buildAliasTable(weights, this);
  }
}
