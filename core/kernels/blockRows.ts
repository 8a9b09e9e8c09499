import type { Floats } from './arrays.ts';

/** Gate value of a row after whose arrivals no block may fire; core/kernels/wasm/blocks.ts has the same constant. */
export const NO_GATE = 2 ** 32 - 1;

/** Capacities of the kernel `blockRace`: spikes before it returns, arrivals per batch, groups. */
export const MAX_LISTED_SPIKES = 1024;
export const BATCH_SIZE = 16;
export const MAX_GROUPS = 64;

/** Synapse rows that consist of blocks of neurons; see `Blocks` in core/graph/edges.ts. */
export interface BlockRows {
  readonly weights: Floats;
  readonly least: number;
  readonly blocks: {
    readonly size: number;
    readonly starts: Uint32Array;
    readonly groups: Uint32Array;
    readonly offsets: Uint32Array;
    readonly gates: Uint32Array | null;
  };
}

/**
 * Winner-take-all groups of single-precision neurons that receive block rows; each block is a group. In a group the neuron furthest above
 * its threshold fires and inhibits the group.
 */
export interface BlockRace {
  readonly u: Floats;
  readonly bar: Floats;
  /** Work space of the length of u. */
  readonly saved: Floats;
  readonly edges: BlockRows;
  /** End of inhibition of each group, ms. Potentials of -Infinity restart from `floor` then. */
  readonly held: Float64Array;
  /** Number of spikes of each group since the last reset. */
  readonly spent: Uint32Array;
  readonly vInf: number;
  readonly floor: number;
  /** Inhibition time after a spike, ms, and number of spikes after which a group is disabled. With gates: 0 and Infinity. */
  readonly hold: number;
  readonly most: number;
  /** With gates: version of the set of disabled groups, from 1 on. */
  changes: number;
  /** With gates: per row, the version for which its enabled blocks are listed and the end of the list; then the lists. */
  readonly rows: Uint32Array;
  readonly blocks: Uint32Array;
  /** Spikes of the last call, unordered. */
  readonly spikes: { readonly times: Float64Array; readonly neurons: Uint32Array };
  /** Number of these spikes, then number of blocks that received an arrival. */
  readonly fired: Uint32Array;
}
