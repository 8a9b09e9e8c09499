import type { Arena, Floats, Indices } from '../kernels/arena.ts';
import type { EdgesRecord } from '../kernels/records.ts';
import type { Edges } from './edges.ts';
import type { MultiDelayQueue } from './multiDelayQueue.ts';

/**
 * Sparse edges for kernels. Where there are weights, starts[r] … starts[r + 1] - 1 of them are row r: weights, and then, in the room of
 * as many as they take, its targets.
 */
export interface EdgesBySource {
  readonly starts: Uint32Array;
  readonly targets: Floats | Indices;
  readonly weights: Floats | null;
  /** For each terminal, by rank of the delay, one bit: whether it reaches a synapse then. */
  readonly some: Uint32Array;
}

/**
 * A copy of sparse edges in which the rows of one terminal lie side by side, its delays ascending: row terminal × delays + rank. What a
 * spike reaches within a few ms is then one stretch of memory that is still in the cache when its next piece arrives, where rows that lie
 * by delay are each fetched from afar, and their targets from elsewhere than their weights.
 */
export function copyBySource(edges: Edges, record: EdgesRecord, queue: MultiDelayQueue, arena: Arena): EdgesBySource {
  const copy = arena.kernels.orderBySource;
  const starts = arena.u32(edges.rows + 1);
  const some = arena.u32(queue.count * queue.record.words);
  queue.record.some = some;
  const places = copy(record, starts, null);
  const weights = edges.weights && arena.f64(places);
  const targets = weights ?? arena.indices(edges.columns, edges.count);
  copy(record, starts, targets);
  return { starts, targets, weights, some };
}
