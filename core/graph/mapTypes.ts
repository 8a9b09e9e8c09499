import type { Distribution } from '../declare/distribution.ts';
import type { Floats } from '../kernels/arena.ts';

/** Maps: neuron (y × columns + x) × channels + c stands at row y and column x. */
export interface MapGeometry {
  /** Width of the source's map; its height is what is there. */
  readonly columns: number;
  /** Neurons a place, which follow each other. Default 1. */
  readonly channels?: number;
}

/** A window of `size` (rows, columns) at every `stride`; the neurons of the target fall to the windows in equal parts, row by row. */
export interface Windows extends MapGeometry {
  readonly size: readonly [number, number];
  readonly stride: readonly [number, number];
  /** Drawn, or one a synapse: by presynaptic neuron, then by window, then by neuron of the window; or those of one window. */
  readonly weight: Distribution | Floats;
}

/** The same with empty places around the map, and with one kernel for all windows. */
export interface Convolution extends Windows {
  /** Empty rows and columns around the map. Default 0. */
  readonly padding?: number;
  /** Whether all places have one kernel in common, or replicas of it with devices of their own. Default true. */
  readonly shared?: boolean;
  /** The channel whose arrivals at the centre of a patch alone let its neurons fire. Default: all arrivals do. */
  readonly gate?: number;
}

/**
 * Fixed weights from a map to a smaller one with as many channels: the neuron at place y of the rows of the source lies at
 * p = (y + 1/2) rows' / rows - 1/2 among the rows' of the target, columns likewise, and reaches those nearer than `reach` with
 * weight × (1 - |distance down| / reach) × (1 - |distance across| / reach).
 */
export interface Pooling extends MapGeometry {
  /** Rows and columns of the target's map. */
  readonly to: readonly [number, number];
  /** In cells of the target. */
  readonly reach: number;
  readonly weight: number;
}
