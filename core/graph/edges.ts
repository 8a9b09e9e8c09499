import type { Arena, Floats, Indices } from '../kernels/arena.ts';
import { NO_GATE } from '../kernels/blockRows.ts';

/**
 * The synapses of a projection. A row is a presynaptic terminal (lane × presynaptic neuron), a column a postsynaptic
 * neuron. Dense: edge = row × columns + column and nothing is stored about topology. Sparse: compressed rows, with the
 * transpose built when a rule needs the post side. Where all weights are equal and static one number is stored.
 */
export interface Edges {
  /** How its rows fall into blocks of neurons that lie side by side, where it was made so; a kernel takes these. */
  readonly blocks?: Blocks;
  readonly rows: number;
  readonly columns: number;
  readonly count: number;
  /** One weight an edge in the target's unit, or null: all have `weight`. */
  readonly weights: Floats | null;
  readonly weight: number;
  /** Column of each edge; null when dense. */
  readonly targets: Indices | null;
  /** Edges of row r are starts[r] … starts[r + 1] - 1; null when dense. */
  readonly starts: Uint32Array | null;
  /** No weight lies below it, nor will; 0 where none is negative. */
  least: number;
  /** Sparse, and row i reaches neuron i only. */
  readonly identity: boolean;
  /** Whether no row reaches a column twice. */
  readonly distinct: boolean;
  /** Number of the target's receptor that its projection has chosen, if it has. */
  receptor?: number;
}

/**
 * Rows that consist of blocks: block b of row r, starts[r] <= b < starts[r + 1], leads to all `size` neurons from groups[b] × size on,
 * with the weights from offsets[b] on. Edge k belongs to block floor(k / size).
 */
export interface Blocks {
  readonly size: number;
  readonly starts: Uint32Array;
  readonly groups: Uint32Array;
  readonly offsets: Uint32Array;
  /** Whether blocks have weights in common: `weights` of the edges is then the one copy of them. */
  readonly shared: boolean;
  /** By row: the block whose neurons its arrivals allow to fire, NO_GATE for none; null where all arrivals do. */
  readonly gates: Uint32Array | null;
}

/** Weight of edge k as it lies in `weights`. */
export function weightOf({ weights, weight, blocks }: Edges, k: number): number {
  if (weights === null) return weight;
  return blocks?.shared ? weights[blocks.offsets[Math.floor(k / blocks.size)]! + (k % blocks.size)]! : weights[k]!;
}

/** The edges of each column, in ascending order of row: ids of edges and their rows. */
export interface Transpose {
  readonly starts: Uint32Array;
  readonly edges: Uint32Array;
  readonly rows: Uint32Array;
}

export const isDense = (e: Edges): boolean => e.targets === null;

/** Synapses of every row where all have equally many, else NaN. */
export const rowLength = (e: Edges): number => (e.targets === null ? e.columns : e.identity ? 1 : Number.NaN);

export const rowStart = (e: Edges, row: number): number => (e.starts === null ? row * e.columns : e.starts[row]!);
export const rowEnd = (e: Edges, row: number): number =>
  e.starts === null ? (row + 1) * e.columns : e.starts[row + 1]!;

/** How many edges a row has. */
export const rowSize = (e: Edges, row: number): number => rowEnd(e, row) - rowStart(e, row);

/** Column of edge k, which belongs to `row`. */
export const columnOf = (e: Edges, row: number, k: number): number =>
  e.targets === null ? k - row * e.columns : e.targets[k]!;

/** Edges of a row whose neurons may fire at its arrivals: all, or those of its gate. */
export function testedRange(e: Edges, row: number): readonly [from: number, to: number] {
  const gate = e.blocks?.gates?.[row];
  if (gate === undefined) return [rowStart(e, row), rowEnd(e, row)];
  return gate === NO_GATE ? [0, 0] : [gate * e.blocks!.size, (gate + 1) * e.blocks!.size];
}

export function longestRow(e: Edges): number {
  let longest = 0;
  for (let row = 0; row < e.rows; row++) longest = Math.max(longest, rowSize(e, row));
  return longest;
}

/** The synapses of a column by their place in it: how many, and the edge and the row of the i-th. `t` is null when dense. */
export const columnLength = (e: Edges, t: Transpose | null, column: number): number =>
  t === null ? e.rows : t.starts[column + 1]! - t.starts[column]!;
export const columnEdge = (e: Edges, t: Transpose | null, column: number, i: number): number =>
  t === null ? i * e.columns + column : t.edges[t.starts[column]! + i]!;
export const columnRow = (t: Transpose | null, column: number, i: number): number =>
  t === null ? i : t.rows[t.starts[column]! + i]!;

/** Where each key begins among the sorted ones; `starts` has zeros, one more than there are keys. */
export function countingStarts(keys: ArrayLike<number>, starts: Uint32Array<ArrayBuffer>): Uint32Array<ArrayBuffer> {
  for (let k = 0; k < keys.length; k++) starts[keys[k]! + 1]!++;
  for (let key = 1; key < starts.length; key++) starts[key]! += starts[key - 1]!;
  return starts;
}

/** The transpose of sparse edges: one counting sort. */
export function transpose(e: Edges, arena: Arena): Transpose {
  const targets = e.targets!;
  const starts = e.starts!;
  const columnStarts = countingStarts(targets, arena.u32(e.columns + 1));
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
