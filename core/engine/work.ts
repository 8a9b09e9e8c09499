import type { Edges } from '../graph/edges.ts';

/**
 * Synaptic events that one call may take, a tenth of a second at most: a run can be interrupted only between calls. A call
 * with one arrival may take more.
 */
export const MAX_SYNAPTIC_EVENTS_PER_CALL = 2 ** 22;

/** Synapses of a row, on the average. */
export const meanRowLength = ({ count, rows }: Edges): number => count / rows;

/** How many arrivals one call may take. */
export const maxArrivalsPerCall = (edges: Edges): number =>
  Math.max(1, Math.floor(MAX_SYNAPTIC_EVENTS_PER_CALL / meanRowLength(edges)));
