import type { Arena, Floats, Indices } from '../kernels/arena.ts';
import { NO_FIRING_BLOCK } from '../kernels/kernelInputs.ts';

/**
 * Synapses of a projection. A row is a presynaptic terminal (spike queue × presynaptic neuron), a column a postsynaptic
 * neuron. Dense edges store no topology: edge = row × columns + column. Sparse edges are compressed rows; the transpose is
 * built if a rule needs the postsynaptic side.
 */
export interface Edges {
  /** Blocks of consecutive target neurons, for kernels; undefined for edges without blocks. */
  readonly blocks?: EdgeBlocks;
  readonly rows: number;
  readonly columns: number;
  readonly count: number;
  /** Weight per edge in the target's unit; null if all edges have `weight`. */
  readonly weights: Floats | null;
  readonly weight: number;
  /** Column (postsynaptic neuron) of each edge; null if the edges are dense. */
  readonly targets: Indices | null;
  /** Edges of row r are starts[r] … starts[r + 1] - 1; null if the edges are dense. */
  readonly starts: Uint32Array | null;
  /** Lower bound of all present and future weights; 0 if no weight can be negative. */
  minWeight: number;
  /** True if the edges are sparse and row i connects to neuron i only. */
  readonly isOneToOne: boolean;
  /** True if no row connects to a column twice. */
  readonly hasDistinctTargets: boolean;
  /** Index of the target's receptor; undefined if the receptor depends on the sign of the weight. */
  receptor?: number;
}

/**
 * Edges as blocks of `blockSize` consecutive target neurons. Row r has blocks blockStarts[r] … blockStarts[r + 1] - 1.
 * The first target of block b is neuron targetGroups[b] × blockSize; its first weight has index weightOffsets[b].
 */
interface EdgeBlocks {
  readonly blockSize: number;
  readonly blockStarts: Uint32Array;
  /** Index of the group of `blockSize` target neurons of each block. */
  readonly targetGroups: Uint32Array;
  readonly weightOffsets: Uint32Array;
  /** True if all blocks share one set of weights, stored once in `weights` of the edges. */
  readonly hasSharedWeights: boolean;
  /** Per row, the only block that may fire at an arrival, or `NO_FIRING_BLOCK`; null if all blocks may fire. */
  readonly firingBlocks: Uint32Array | null;
}

export function getWeight({ weights, weight, blocks }: Edges, k: number): number {
  if (weights === null) return weight;
  return blocks?.hasSharedWeights
    ? weights[blocks.weightOffsets[Math.floor(k / blocks.blockSize)]! + (k % blocks.blockSize)]!
    : weights[k]!;
}

/** Transpose of sparse edges: edge indices and rows of each column, ascending by row. */
export interface Transpose {
  readonly starts: Uint32Array;
  readonly edges: Uint32Array;
  readonly rows: Uint32Array;
}

/** Lowest weight, at most 0; -Infinity if a weight is not a number. */
export function findMinWeight(weights: Floats) {
  let lowest = 0;
  for (let k = 0; k < weights.length; k++)
    if (!(weights[k]! >= lowest)) lowest = weights[k]! < lowest ? weights[k]! : -Infinity; // NaN
  return lowest;
}

/** Number of synapses per row if all rows have equal numbers, otherwise NaN. */
export const getUniformRowLength = (e: Edges): number =>
  e.targets === null ? e.columns : e.isOneToOne ? 1 : Number.NaN;

/** Index of the first edge of a row (presynaptic terminal). */
export const getRowStart = (e: Edges, row: number): number => (e.starts === null ? row * e.columns : e.starts[row]!);
/** Index after the last edge of a row (presynaptic terminal). */
export const getRowEnd = (e: Edges, row: number): number =>
  e.starts === null ? (row + 1) * e.columns : e.starts[row + 1]!;

export const getRowLength = (e: Edges, row: number): number => getRowEnd(e, row) - getRowStart(e, row);

export const getColumn = (e: Edges, row: number, k: number): number =>
  e.targets === null ? k - row * e.columns : e.targets[k]!;

/** Range of a row's edges whose target neurons need a threshold test after an arrival. */
export function findThresholdTestRange(e: Edges, row: number): readonly [from: number, to: number] {
  const gate = e.blocks?.firingBlocks?.[row];
  if (gate === undefined) return [getRowStart(e, row), getRowEnd(e, row)];
  return gate === NO_FIRING_BLOCK ? [0, 0] : [gate * e.blocks!.blockSize, (gate + 1) * e.blocks!.blockSize];
}

export function findMaxRowLength(e: Edges): number {
  let longest = 0;
  for (let row = 0; row < e.rows; row++) longest = Math.max(longest, getRowLength(e, row));
  return longest;
}

/** Number of edges of a column. `t`: transpose of the edges, null if the edges are dense. */
export const getColumnLength = (e: Edges, t: Transpose | null, column: number): number =>
  t === null ? e.rows : t.starts[column + 1]! - t.starts[column]!;
/** Index of the i-th edge of a column. `t`: transpose of the edges, null if the edges are dense. */
export const getColumnEdge = (e: Edges, t: Transpose | null, column: number, i: number): number =>
  t === null ? i * e.columns + column : t.edges[t.starts[column]! + i]!;
/** Row (presynaptic terminal) of the i-th edge of a column. `t`: transpose of the edges, null if the edges are dense. */
export const getColumnRow = (t: Transpose | null, column: number, i: number): number =>
  t === null ? i : t.rows[t.starts[column]! + i]!;

/** Computes the index of the first item of each key, for a counting sort. `starts`: zeros, one entry more than keys. */
export function computePrefixSums(keys: ArrayLike<number>, starts: Uint32Array<ArrayBuffer>): Uint32Array<ArrayBuffer> {
  for (let k = 0; k < keys.length; k++) starts[keys[k]! + 1]!++;
  for (let key = 1; key < starts.length; key++) starts[key]! += starts[key - 1]!;
  return starts;
}

export function transpose(e: Edges, arena: Arena): Transpose {
  const targets = e.targets!;
  const starts = e.starts!;
  const columnStarts = computePrefixSums(targets, arena.u32(e.columns + 1));
  const edges = arena.u32(e.count);
  const rows = arena.u32(e.count);
  const fill = columnStarts.slice();
  for (let row = 0; row < e.rows; row++) {
    for (let k = starts[row]!; k < starts[row + 1]!; k++) {
      const at = fill[targets[k]!]!++;
      edges[at] = k;
      rows[at] = row;
    }
  }
  return { starts: columnStarts, edges, rows };
}
