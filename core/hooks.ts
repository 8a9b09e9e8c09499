import type { Edges } from './graph/edges.ts';
import type { Inhibition } from './graph/inhibition.ts';
import type { DeltaState } from './kernels/kernelInputs.ts';
import type {
  ArrivalBatchRecord,
  PoissonRecord,
  RecurrentRecord,
  TracesRecord,
  WeightsRecord,
} from './kernels/records.ts';

/**
 * Optional methods of neuron models, beyond core/model.ts, that let delivery strategies process many events in one call. The
 * results are bit-identical to processing the events one by one.
 */
export interface NeuronHooks {
  /**
   * Runs `receive` and `testThresholds` for arrivals `from` … `to - 1` of one queue. Stops after the first tick at
   * which a neuron fires, or before the first tick that reaches the model's `next` time. Never stops within a tick.
   * Returns the number of arrivals processed; 0 if the arrivals must be processed one by one.
   */
  receiveUntilSpike(edges: Edges, times: Float64Array, rows: Uint32Array, from: number, to: number): number;
  /**
   * Processes those of the arrivals `from` … `to - 1` that come before `until`, along dense rows. Each arrival pulses the
   * devices of its row, reads them, and adds the weights to the neurons. Stops after the first tick at which a neuron may
   * reach threshold, and never within a tick. Returns the number of arrivals processed; 0 if no kernel applies.
   */
  receivePlastic(
    pulses: ArrivalPulses,
    edges: Edges,
    times: Float64Array,
    rows: Uint32Array,
    from: number,
    to: number,
    until: number,
  ): number;
  /**
   * Runs `receive` for arrivals `from` … `to - 1` of several queues, in order, before `until`. All events due between
   * arrivals are processed too; the first arrival must come before `next`. Stops after the first tick with work for
   * `testThresholds` or `collectCrossings`, never within a tick. Returns the index after the last arrival processed;
   * `from` if no kernel applies.
   */
  receiveBatch(arrivals: ArrivalBatch, from: number, to: number, until: number): number;
  /** Time, ms, before which arrivals at rows without synapses may be skipped; call `advanceTo` after skipping. */
  readonly idleUntil: number;
  advanceTo(t: number): void;
  /**
   * Processes arrivals `from` … `to - 1` of one queue without a stop at spikes. Spikes are appended to `spikes`, and their
   * effects on the population are applied; no other part of the network may depend on them. Returns the number of arrivals
   * processed; 0 if the model must stop at each spike.
   * @param groups winner-take-all groups, which record the spikes; synaptic events are then added to
   *   `spikes.deliveredCount`. Null without inhibition.
   */
  receivePastSpikes(
    edges: Edges,
    times: Float64Array,
    rows: Uint32Array,
    from: number,
    to: number,
    groups: InhibitedGroups | null,
    spikes: { add(neuron: number, t: number): void; deliveredCount: number },
  ): number;
  /**
   * Simulates a recurrent population from t on, including the effects of its own spikes; `record` holds the inputs.
   * Returns null if the kernel has reached the horizon. Otherwise the caller must finish the tick `record.now`: the
   * result is true if its threshold crossings have already been collected.
   */
  runRecurrent(
    record: RecurrentRecord,
    lanes: readonly { readonly projection: { readonly edges: Edges } }[],
    t: number,
  ): boolean | null;
  /** State of the population at t for a kernel that also handles spikes; null if no kernel supports it. */
  deltaState(t: number): DeltaState | null;
}

/** Arrivals of several projections; `order` lists their indices by time. */
export interface ArrivalBatch {
  readonly times: Float64Array;
  readonly rows: Uint32Array;
  /** Index of each arrival's projection among the incoming projections. */
  readonly edgesIndex: Uint32Array;
  readonly order: Uint32Array;
  readonly record: ArrivalBatchRecord;
}

/** Winner-take-all groups, as seen by the kernels of a neuron model. */
export type InhibitedGroups = Pick<
  Inhibition,
  'inhibitionTime' | 'maxSpikes' | 'spikeCounts' | 'allInhibitedUntil' | 'recordSpike'
>;

export interface StimulusHooks {
  /** Parameters for a kernel that draws the same spikes as `emit`. */
  readonly poissonSource: PoissonRecord;
}

export interface RuleHooks {
  /** Runs `onPre` for arrivals `from` … `to - 1` of a queue, for rules that do not pulse at arrivals. */
  onPreBatch(times: Float64Array, rows: Uint32Array, from: number, to: number): void;
  /** Parameters of a kernel call that replaces `onPre` until the next postsynaptic spike; null if no kernel can. */
  arrivalPulses(t: number): ArrivalPulses | null;
}

export interface DeviceHooks {
  /** Parameters for a kernel that pulses dense rows of 64-bit weights; null if the kernel does not support the devices. */
  pulsedDevices(): WeightsRecord | null;
  /**
   * Does `pulseRow` for the first `count` entries of `columns`, ascending, if no other column has a nonzero strength.
   * Returns false, with no state changed, if `pulseRow` is faster.
   */
  pulseColumns(
    row: number,
    columns: Uint32Array,
    count: number,
    trace: Float64Array,
    scale: number,
    mu: number,
    t: number,
  ): boolean;
  /**
   * Runs `read` for arrivals `from` … `to - 1` of a queue, for steady devices.
   * @param sums total conductance of the row that each arrival reads
   */
  readBatch(times: Float64Array, rows: Uint32Array, from: number, to: number, sums?: Float64Array): void;
}

/** Effects of an arrival: pulses of `pulseAmount` × postsynaptic trace, then an increment of the presynaptic trace. */
export interface ArrivalPulses {
  readonly devices: WeightsRecord;
  readonly pulseAmount: number;
  readonly preTraces: TracesRecord;
  readonly postTraces: TracesRecord;
}

/** Quantity that can be recorded at any time up to which all events are processed. Reading changes no state. */
export interface Quantity {
  /** Unit; '1' for a dimensionless quantity. */
  readonly unit: string;
  /** Entities that the index counts: neurons of a population, or terminals or postsynaptic neurons of a projection. */
  readonly of: 'neuron' | 'pre' | 'post';
  read(index: number, t: number): number;
}

export interface RecordableState {
  readonly quantities: Readonly<Record<string, Quantity>>;
}
