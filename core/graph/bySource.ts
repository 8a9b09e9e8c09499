import type { Arena } from '../kernels/arena.ts';
import type { Edges } from './edges.ts';
import type { Queue } from './queue.ts';

/**
 * A copy of sparse edges in which the rows of one terminal lie side by side, its delays ascending: row terminal × delays + rank. What a
 * spike reaches within a few ms is then one stretch of memory that is still in the cache when its next piece arrives, where rows that lie
 * by delay are each fetched from afar.
 */
export function bySource(edges: Edges, { lanes, count }: Queue, arena: Arena): Edges {
  const { columns, weights } = edges;
  const of = edges.starts!;
  const from = edges.targets!;
  const starts = arena.u32(edges.rows + 1);
  const targets = arena.indices(columns, edges.count);
  const copied = weights && arena.floats(weights instanceof Float32Array ? 'f32' : 'f64', edges.count);
  let row = 0;
  let k = 0;
  for (let terminal = 0; terminal < count; terminal++)
    for (const lane of lanes) {
      const end = of[lane * count + terminal + 1]!;
      for (let i = of[lane * count + terminal]!; i < end; i++, k++) {
        targets[k] = from[i]!;
        if (copied) copied[k] = weights![i]!;
      }
      starts[++row] = k;
    }
  return { ...edges, starts, targets, weights: copied };
}
