import type { Edges } from '../graph/edges.ts';

/**
 * Synaptic events that one call may take, a tenth of a second at most: a run can be interrupted only between calls. A call
 * with one arrival may take more.
 */
export const WORK = 2 ** 22;

/** Synapses of a row, on the average. */
export const meanRow = ({ count, rows }: Edges): number => count / rows;

/** How many arrivals one call may take. */
export const arrivalsAtOnce = (edges: Edges): number => Math.max(1, Math.floor(WORK / meanRow(edges)));
