import type { Floats } from './arrays.ts';

/** Gate value of a row after whose arrivals no block may fire; core/kernels/wasm/deliverBlocks.ts has the same constant. */
export const NO_GATE = 2 ** 32 - 1;

/** Capacities of the kernels `raceGroups` and `raceGates`: spikes before it returns, arrivals per batch, groups. */
export const MAX_LISTED_SPIKES = 1024;
export const BATCH_SIZE = 16;
export const MAX_GROUPS = 64;

/** Synapse rows that consist of blocks of neurons; see `Blocks` in core/graph/edges.ts. */
export interface BlockRows {
  readonly weights: Floats;
  readonly blocks: {
    readonly size: number;
    readonly starts: Uint32Array;
    readonly groups: Uint32Array;
    readonly offsets: Uint32Array;
    readonly gates: Uint32Array | null;
  };
}
