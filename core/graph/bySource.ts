import type { Arena, Floats, Indices } from '../kernels/arena.ts';
import type { Edges } from './edges.ts';
import type { Queue } from './queue.ts';

/**
 * Sparse edges for kernels. Where there are weights, starts[r] … starts[r + 1] - 1 of them are row r: weights, and then, at the same
 * place in `targets`, as many of these as it has weights, two or four to a weight's room.
 */
export interface BySource {
  readonly starts: Uint32Array;
  readonly targets: Indices;
  readonly weights: Floats | null;
}

/**
 * A copy of sparse edges in which the rows of one terminal lie side by side, its delays ascending: row terminal × delays + rank. What a
 * spike reaches within a few ms is then one stretch of memory that is still in the cache when its next piece arrives, where rows that lie
 * by delay are each fetched from afar, and their targets from elsewhere than their weights.
 */
export function bySource({ rows, columns, weights, ...edges }: Edges, { lanes, count }: Queue, arena: Arena): BySource {
  const of = edges.starts!;
  const from = edges.targets!;
  const starts = arena.u32(rows + 1);
  const per = 8 / from.BYTES_PER_ELEMENT;
  let row = 0;
  for (let terminal = 0; terminal < count; terminal++)
    for (const lane of lanes) {
      const n = of[lane * count + terminal + 1]! - of[lane * count + terminal]!;
      starts[row + 1] = starts[row]! + n + (weights === null ? 0 : Math.ceil(n / per));
      row++;
    }
  const both = weights && arena.f64(starts[row]!);
  const Kind = from.constructor as Uint32ArrayConstructor;
  const targets = both
    ? new Kind(both.buffer, both.byteOffset, per * both.length)
    : arena.indices(columns, edges.count);
  row = 0;
  for (let terminal = 0; terminal < count; terminal++)
    for (const lane of lanes) {
      const first = of[lane * count + terminal]!;
      const n = of[lane * count + terminal + 1]! - first;
      const start = starts[row++]!;
      for (let i = 0; i < n; i++) {
        targets[both ? per * (start + n) + i : start + i] = from[first + i]!;
        if (both) both[start + i] = weights![first + i]!;
      }
    }
  return { starts, targets, weights: both };
}
