import type { Floats } from './arrays.ts';

/**
 * Kernel input of `MergedDelivery` (arrivals of all projections in one pass, ordered by time) to a LIF population with
 * delta synapses and fixed thresholds. u is the scaled potential; see `LifDelta`.
 */
export interface DeltaSynapseState {
  readonly potentials: Floats;
  /** Threshold of each neuron: it fires if u >= threshold × scale. Infinity if refractory and `keepsPotential`. */
  readonly activeThresholds: Floats;
  /** True if refractory neurons integrate input. False: their scaled potential u is -Infinity. */
  readonly keepsPotential: boolean;
  /** True if the potential of refractory neurons is not clamped; requires `keepsPotential`. */
  readonly isFree: boolean;
  /** Thresholds of neurons that are not refractory, mV above the steady potential; `minOffset`: their lower bound. */
  readonly thresholds: { readonly offsets: Floats; readonly minOffset: number };
  /**
   * Scale s(t) = e^((t - t0) rate): stored potentials, u = s × potential, stay constant between arrivals; see
   * `exponentialScaleAt`.
   */
  readonly potentialScale: { readonly t0: number; readonly maxDecayRate: number; readonly cellsPerMs: number };
  /** Time until which potential scale and neuron parameters are valid, ms. */
  validUntil: number;
  /** Refractory period, ms: one value for all neurons, or one per neuron. */
  readonly refractoryPeriods: Float64Array;
  /** Reset potential minus steady potential without input, mV: one value for all neurons, or one per neuron. */
  readonly resetOffsets: Float64Array;
  /** Release times (ms) in the ring buffer of refractory neurons; see `RefractoryQueue`. */
  readonly releaseTimes: Float64Array;
  readonly releaseNeurons: Uint32Array;
  readonly releaseRing: Uint32Array;
  readonly isListed: Uint8Array;
  readonly neuronsAtThreshold: Uint32Array;
}

/** Value in `firingBlocks` for rows whose arrivals make no neuron fire; equal to that of wasm/deliverBlocks.ts. */
export const NO_FIRING_BLOCK = 2 ** 32 - 1;

/** Maximum number of spikes per call of `deliverToWtaGroups` and `deliverToGatedGroups`. */
export const MAX_LISTED_SPIKES = 1024;
/** Maximum number of arrivals per batch of `deliverToWtaGroups`. */
export const ARRIVAL_BATCH_SIZE = 16;
export const MAX_WTA_GROUPS = 64;

/** Weights and blocks of the edges of a projection; see `EdgeBlocks`. */
export interface SynapseBlocks {
  readonly weights: Floats;
  readonly blocks: {
    readonly blockSize: number;
    readonly blockStarts: Uint32Array;
    readonly targetGroups: Uint32Array;
    readonly weightOffsets: Uint32Array;
  };
}
