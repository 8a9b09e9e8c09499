import type { Floats, Indices } from './arrays.ts';

/** Scale s(t) = e^((t - t0) rate) of potentials that do not decay; see `scaleAt` in core/math.ts. */
export interface Scale {
  readonly t0: number;
  readonly rate: number;
  readonly cells: number;
}

/** Sparse synapse rows; each row reaches a target at most once. */
export interface SparseRows {
  readonly weights: Floats | null;
  readonly weight: number;
  readonly targets: Indices;
  readonly starts: Uint32Array;
  /** True if row i reaches neuron i only. */
  readonly identity: boolean;
}

/** Poisson sources as one process. */
export interface PoissonSource {
  /** State of the generators; see core/kernels/poissonSeed.ts. */
  readonly state: Uint32Array;
  /** [time of the next spike, ms] */
  readonly clock: Float64Array;
  readonly ziggurat: Float64Array;
  /** Number of slots to draw from: of the alias table, or of all neurons. */
  readonly slots: number;
  /** Alias table; null if all rates are equal. */
  readonly table: { readonly keep: Float64Array; readonly own: Uint32Array; readonly other: Uint32Array } | null;
  /** Mean interval of the whole process, ms. */
  readonly meanGap: number;
  readonly stop: number;
}

/** Population of LIF neurons with delta synapses and fixed thresholds, for merged delivery; see `LifDelta`. */
export interface DeltaState {
  readonly u: Floats;
  /** Value of u at threshold, in units of the scale; Infinity for refractory neurons if `keeps`. */
  readonly bar: Floats;
  /** True if refractory neurons integrate input: their u is that at release. If false, their u is -Infinity. */
  readonly keeps: boolean;
  /** Value of u at threshold of each neuron, in units of the scale, and the smallest of these. */
  readonly thresholds: { readonly b: Floats; readonly least: number };
  readonly scale: Scale;
  /** Time until which scale and parameters stay valid, ms. */
  until: number;
  /** Refractory period, ms: one value for all neurons, or one per neuron. */
  readonly refractory: Float64Array;
  /** Reset potential minus that without input, mV: one value for all neurons, or one per neuron. */
  readonly floor: Float64Array;
  /** Ring buffer of refractory neurons; see `RefractoryQueue`. */
  readonly releaseTimes: Float64Array;
  readonly releaseNeurons: Uint32Array;
  readonly releaseRing: Uint32Array;
  readonly marks: Uint8Array;
  readonly hits: Uint32Array;
}

/** Tables by which crossings of neurons with exponential currents are bounded; see core/kernels/wasm/voltageBound.ts. */
export interface VoltageBoundTables {
  readonly now: Float64Array;
  readonly table: Float64Array;
  readonly starts: Float64Array;
  readonly ceiling: Float64Array;
}

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
