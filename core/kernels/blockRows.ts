import type { Floats } from './arrays.ts';

/** Rows that consist of blocks of neurons; see `Blocks` in core/graph/edges.ts. */
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
 * Groups of neurons in 32 bits that race for the arrivals of such rows, whose blocks they are: in each the neuron furthest above its
 * bar fires, which inhibits the group.
 */
export interface BlockRace {
  readonly u: Floats;
  readonly bar: Floats;
  /** Room for u. */
  readonly saved: Floats;
  readonly edges: BlockRows;
  /** By group: until when it is or was deaf; potentials of -Infinity start again from `floor` then. */
  readonly held: Float64Array;
  /** Spikes of each group since the network rested. */
  readonly spent: Uint32Array;
  readonly vInf: number;
  readonly floor: number;
  /** For how long a spike makes its group deaf, and after how many it is silent. With gates it is 0, and never. */
  readonly hold: number;
  readonly most: number;
  /** With gates: how often silent groups have changed, from 1 on; by row, as of which change and up to where its blocks that are heard are listed; the lists. */
  changes: number;
  readonly rows: Uint32Array;
  readonly blocks: Uint32Array;
  /** Those that have fired. */
  readonly spikes: { readonly times: Float64Array; readonly neurons: Uint32Array };
  /** How many, and how many blocks have heard an arrival. */
  readonly fired: Uint32Array;
}
