import type { Edges } from './graph/edges.ts';
import type { Inhibition } from './graph/inhibition.ts';
import type { DeltaSynapseState } from './kernels/kernelInputs.ts';
import type {
  ArrivalBatchRecord,
  PoissonRecord,
  RecurrentRecord,
  TracesRecord,
  WeightsRecord,
} from './kernels/records.ts';

/** Presynaptic spikes of one queue: arrival k reaches the synapses of row `rows[k]` of `edges` at `times[k]`, ms. */
export interface QueuedArrivals {
  readonly edges: Edges;
  readonly times: Float64Array;
  readonly rows: Uint32Array;
}

/** Common parameters of a population of LIF neurons with exponential currents; potentials in mV from rest. */
export type LinearNeurons = Readonly<
  Record<'tau' | 'tauExc' | 'tauInh' | 'capacitance' | 'threshold' | 'reset' | 'refractory' | 'steadyPotential', number>
>;

/**
 * Optional methods of neuron models that process many events in one call, for delivery strategies. Results are
 * bit-identical to single calls. Methods return between ticks only.
 */
export interface NeuronHooks {
  /** Parameters for delivery in time windows, or the name of the model part that this delivery does not support. */
  readonly linearNeurons: LinearNeurons | string;
  /**
   * Runs `receiveArrival` and `testThresholds` for arrivals `from` … `to - 1` of one queue. Stops after the first tick at
   * which a neuron fires, or before the first arrival at or after the model's `nextSpikeTime`. Returns the number of arrivals
   * processed; 0 if they must be processed one by one.
   */
  receiveUntilSpike(queue: QueuedArrivals, from: number, to: number): number;
  /**
   * Processes arrivals `from` … `to - 1` of one queue before time `until`. Each arrival pulses and reads the devices of
   * its dense row and adds the weights to the neurons. Stops after the first tick at which a neuron may reach
   * threshold. Returns the number of arrivals processed; 0 if no kernel applies.
   */
  receivePlastic(queue: QueuedArrivals, pulses: ArrivalPulses, from: number, to: number, until: number): number;
  /**
   * Runs `receiveArrival` for arrivals `from` … `to - 1` of several queues, in order, before time `until`. The first arrival
   * must come before `nextSpikeTime`. Stops after the first tick at which a neuron may reach threshold. Returns the index after
   * the last arrival processed; `from` if no kernel applies.
   */
  receiveBatch(arrivals: ArrivalBatch, from: number, to: number, until: number): number;
  /** Time, ms, before which arrivals at rows without synapses may be skipped; call `advanceTo` after skipping. */
  readonly idleUntil: number;
  advanceTo(t: number): void;
  /**
   * Processes arrivals `from` … `to - 1` of one queue and adds the spikes that they cause to `spikes`. No other part of
   * the network may depend on these spikes. Returns the number of arrivals processed; 0 if the model must stop at
   * spikes.
   * @param groups winner-take-all groups, in which the spikes are recorded; null without inhibition
   */
  receivePastSpikes(
    queue: QueuedArrivals,
    from: number,
    to: number,
    groups: WtaGroupState | null,
    spikes: { add(neuron: number, t: number): void; deliveredCount: number },
  ): number;
  /**
   * Simulates a recurrent population, including its own spikes, from t to the horizon in `record`. Returns null if it
   * reaches the horizon. Otherwise, the caller must complete tick `record.now`; the result is true if threshold
   * crossings of this tick are already collected.
   */
  runRecurrent(record: RecurrentRecord, queues: readonly QueuedArrivals[], t: number): boolean | null;
  /** State of a delta-synapse population at t, for the kernel of `MergedDelivery`; null if the kernel cannot be used. */
  getDeltaState(t: number): DeltaSynapseState | null;
}

/** Arrivals of several projections; `order` lists their indices by time. */
export interface ArrivalBatch {
  readonly times: Float64Array;
  readonly rows: Uint32Array;
  /** Index of the projection of each arrival, among the incoming projections. */
  readonly projectionIndices: Uint32Array;
  readonly order: Uint32Array;
  readonly record: ArrivalBatchRecord;
}

/** Winner-take-all groups, as seen by the kernels of a neuron model. */
export type WtaGroupState = Pick<
  Inhibition,
  'inhibitionTime' | 'maxSpikes' | 'spikeCounts' | 'allInhibitedUntil' | 'recordSpike'
>;

/** Optional members of stimulus models, through which a kernel draws their spikes. */
export interface StimulusHooks {
  /** Parameters with which a kernel draws the spikes that `emit` would write. */
  readonly poissonSource: PoissonRecord;
  /** Rate of each neuron, Hz; null if rates differ or the stimulus starts late or stops. */
  readonly steadyRate: number | null;
}

/** Optional methods of learning rules, through which delivery strategies process many arrivals in one call. */
export interface RuleHooks {
  /** Runs `onPre` for arrivals `from` … `to - 1` of a queue, for rules that do not pulse at arrivals. */
  onPreBatch(times: Float64Array, rows: Uint32Array, from: number, to: number): void;
  /** Parameters of a kernel that replaces `onPre` until the next postsynaptic spike; null if no kernel applies. */
  getArrivalPulses(t: number): ArrivalPulses | null;
}

/** Optional methods of devices, through which rules and delivery strategies process many events in one call. */
export interface DeviceHooks {
  /** Parameters for a kernel that pulses dense rows of 64-bit weights; null if the kernel does not support the devices. */
  getWeightsRecord(): WeightsRecord | null;
  /**
   * Pulses a row like `pulseRow`, for a trace that is 0 except at the first `count` indices in `columns`, ascending.
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
   * Runs `readRow` for arrivals `from` … `to - 1` of a queue; only for devices whose weights change by pulses alone.
   * @param sums total conductance of the row of each arrival
   */
  readBatch(times: Float64Array, rows: Uint32Array, from: number, to: number, sums?: Float64Array): void;
}

/** Effects of an arrival: pulses of `pulseAmount` × postsynaptic trace, then an increment of the presynaptic trace. */
export interface ArrivalPulses {
  readonly weightsRecord: WeightsRecord;
  readonly pulseAmount: number;
  readonly preTraces: TracesRecord;
  readonly postTraces: TracesRecord;
}

/** Quantity that can be recorded at any time up to which all events are processed. Reading changes no state. */
export interface Quantity {
  /** Unit; '1' for a dimensionless quantity. */
  readonly unit: string;
  /** Owner of each value: neuron of a population, or presynaptic terminal or postsynaptic neuron of a projection. */
  readonly owner: 'neuron' | 'pre' | 'post';
  read(index: number, t: number): number;
}

export interface RecordableState {
  readonly quantities: Readonly<Record<string, Quantity>>;
}
