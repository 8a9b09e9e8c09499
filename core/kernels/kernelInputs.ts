import type { Blocks } from '../graph/edges.ts';
import type { Floats } from './arrays.ts';
import type { PoissonRecord } from './records.ts';

/** Independent Poisson sources with individual rates, drawn as one Poisson process. */
export interface PoissonSource {
  /** Kernel record with the fields of this interface. */
  readonly record: PoissonRecord;
  /** State of the generators; see core/kernels/poissonSeed.ts. */
  readonly state: Uint32Array;
  /** Array of one entry: time of the next spike, ms. */
  readonly clock: Float64Array;
  readonly ziggurat: Float64Array;
  /** Number of slots from which a spike's neuron is drawn: of the alias table, or of all neurons. */
  readonly slots: number;
  /** Alias table; null if all rates are equal. */
  readonly table: { readonly keep: Float64Array; readonly own: Uint32Array; readonly other: Uint32Array } | null;
  /** Mean interval between spikes of all sources together, ms. */
  readonly meanGap: number;
  readonly stop: number;
}

/** LIF population with delta synapses, fixed thresholds, for merged delivery; u: scaled potential; see `LifDelta`. */
export interface DeltaState {
  readonly u: Floats;
  /** Threshold of each neuron: it fires at u >= bar × scale. Infinity for refractory neurons if `keeps`. */
  readonly bar: Floats;
  /** True if refractory neurons integrate input; their u is then that at release. If false, their u is -Infinity. */
  readonly keeps: boolean;
  /** Threshold of each neuron when it is not refractory, scaled like `bar`; `least`: smallest threshold. */
  readonly thresholds: { readonly b: Floats; readonly least: number };
  /** Scale s(t) = e^((t - t0) rate) that turns decaying potentials into constant stored values; see `scaleAt`. */
  readonly scale: { readonly t0: number; readonly rate: number; readonly cells: number };
  /** Time until which scale and parameters are valid, ms. */
  until: number;
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
export interface BlockRows {
  readonly weights: Floats;
  readonly blocks: Blocks;
}
