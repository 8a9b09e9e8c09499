import type { Edges, Transpose } from '../../../core/graph/edges.ts';
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
  const first = transpose === null ? 0 : transpose.starts[column]!;
  const count = transpose === null ? edges.rows : transpose.starts[column + 1]! - first;
  let total = 0;
  for (let i = 0; i < count; i++) {
    total += weights[transpose === null ? i * edges.columns + column : transpose.edges[first + i]!]!;
  }
  if (total === 0) return;
  const factor = sum / total;
  for (let i = 0; i < count; i++) {
    const edge = transpose === null ? i * edges.columns + column : transpose.edges[first + i]!;
    const before = weights[edge]!;
    weights[edge] = before * factor;
    const after = weights[edge]!;
    if (rowSums.length > 0) rowSums[transpose === null ? i : transpose.rows[first + i]!]! += after - before;
  }
}
