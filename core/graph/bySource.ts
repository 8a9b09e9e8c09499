import type { Arena, Floats, Indices } from '../kernels/arena.ts';
import type { EdgesRecord } from '../kernels/records.ts';
import type { Edges } from './edges.ts';
import type { MultiDelayQueue } from './multiDelayQueue.ts';

/**
 * Sparse edges for kernels, sorted by presynaptic terminal. Entries starts[r] … starts[r + 1] - 1 belong to row r. With
 * weights, `targets` is the same array: the weights of a row are followed by its targets.
 */
export interface EdgesBySource {
  readonly starts: Uint32Array;
  readonly targets: Floats | Indices;
  readonly weights: Floats | null;
  /** Bit set per terminal: bit d is 1 if the terminal has a synapse with delay d, by rank. */
  readonly some: Uint32Array;
}

/**
 * Copies sparse edges so that the rows of one terminal are adjacent, delays ascending: row terminal × delays + rank. The
 * synapses that a spike reaches within a few ms are then contiguous and still cached when its next arrival is delivered.
 * Rows sorted by delay would each cost cache misses, for weights and for targets.
 */
export function copyBySource(edges: Edges, record: EdgesRecord, queue: MultiDelayQueue, arena: Arena): EdgesBySource {
  const copy = arena.kernels.orderBySource;
  const starts = arena.u32(edges.rows + 1);
  const some = arena.u32(queue.count * queue.record.wordCount);
  queue.record.nonEmpty = some;
  const length = copy(record, starts, null);
  const weights = edges.weights && arena.f64(length);
  const targets = weights ?? arena.indices(edges.columns, edges.count);
  copy(record, starts, targets);
  return { starts, targets, weights, some };
}
