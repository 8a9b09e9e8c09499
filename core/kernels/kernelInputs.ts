import type { Floats } from './arrays.ts';

/** LIF population with delta synapses, fixed thresholds, for merged delivery; u: scaled potential; see `LifDelta`. */
export interface DeltaState {
  readonly u: Floats;
  /** Threshold of each neuron: it fires at u >= bar × scale. Infinity for refractory neurons if `keeps`. */
  readonly bar: Floats;
  /** True if refractory neurons integrate input; their u is then that at release. If false, their u is -Infinity. */
  readonly keeps: boolean;
  /** Threshold of each neuron when it is not refractory, scaled like `bar`; `least`: smallest threshold. */
  readonly thresholds: { readonly offsets: Floats; readonly minOffset: number };
  /** Scale s(t) = e^((t - t0) rate) that turns decaying potentials into constant stored values; see `scaleAt`. */
  readonly scale: { readonly t0: number; readonly rate: number; readonly cells: number };
  /** Time until which scale and parameters are valid, ms. */
  validUntil: number;
  /** Refractory period, ms: one value for all neurons, or one per neuron. */
  readonly refractory: Float64Array;
  /** Reset potential minus steady potential without input, mV: one value for all neurons, or one per neuron. */
  readonly floor: Float64Array;
  /** Ring buffer of refractory neurons; see `RefractoryQueue`. */
  readonly releaseTimes: Float64Array;
  readonly releaseNeurons: Uint32Array;
  readonly releaseRing: Uint32Array;
  readonly marks: Uint8Array;
  readonly hits: Uint32Array;
}

/** Gate of a row whose arrivals allow no block to fire; same constant as in core/kernels/wasm/deliverBlocks.ts. */
export const NO_GATE = 2 ** 32 - 1;

/** Limits of the kernels `raceGroups` and `raceGates`: spikes per call, arrivals per batch, groups. */
export const MAX_LISTED_SPIKES = 1024;
export const BATCH_SIZE = 16;
export const MAX_GROUPS = 64;

/** Synapse rows made of blocks of consecutive neurons; see `Blocks` in core/graph/edges.ts. */
export interface SynapseBlocks {
  readonly weights: Floats;
  readonly blocks: {
    readonly size: number;
    readonly starts: Uint32Array;
    readonly groups: Uint32Array;
    readonly offsets: Uint32Array;
  };
}
