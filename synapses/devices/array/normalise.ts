import { columnEdge, columnLength, columnRow, type Edges, type Transpose } from '../../../core/graph/edges.ts';
import type { Floats } from '../../../core/kernels/arena.ts';

/** Scales the weights of one column to a sum and carries the change into the sums of the rows, if they are kept. */
export function normaliseColumn(
  edges: Edges,
  transpose: Transpose | null,
  column: number,
  sum: number,
  rowSums: Float64Array,
): void {
  const weights = edges.weights as Floats;
  const count = columnLength(edges, transpose, column);
  let total = 0;
  for (let i = 0; i < count; i++) total += weights[columnEdge(edges, transpose, column, i)]!;
  if (total === 0) return;
  const factor = sum / total;
  for (let i = 0; i < count; i++) {
    const edge = columnEdge(edges, transpose, column, i);
    const before = weights[edge]!;
    weights[edge] = before * factor;
    if (rowSums.length > 0) rowSums[columnRow(transpose, column, i)]! += weights[edge]! - before;
  }
}
