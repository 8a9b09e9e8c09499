import type { Edges } from './graph/edges.ts';
import type { PulsedDevices } from './kernels/devices.ts';
import type { DeltaState, PoissonSource } from './kernels/kernelInputs.ts';
import type { ArrivalsRecord, RecurrentRecord, TracesRecord } from './kernels/records.ts';

/**
 * What a model may offer beyond core/model.ts so that the strategies of core/engine get on faster. It need not: each of these
 * does many events in one go and leaves the same bits as one by one. (`Shows` is for recorders.)
 */
export interface NeuronHooks {
  /**
   * `receive` and `settle` for arrivals `from` … `to - 1` of one lane: returns how many were taken, whole instants, up to the
   * first at which a neuron fires or before the first at or after `next`; 0 where these must come one by one.
   */
  receiveUntilSpike(edges: Edges, times: Float64Array, rows: Uint32Array, from: number, to: number): number;
  /**
   * Takes arrivals `from` … `to - 1` before `until` along dense rows, each of which pulses and reads its row first, and returns
   * how many: whole instants, up to the first one after which `settle` has work. 0 where no kernel does that.
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
   * `receive` for arrivals `from` … `to - 1` of many lanes, in their order, before `until`, the first of which comes before `next`, and all
   * that is due between: returns the index after the last, whole instants up to the first one after which `settle` or `cross` has work;
   * `from` where no kernel does that.
   */
  receiveBatch(arrivals: ArrivalBatch, from: number, to: number, until: number): number;
  /** Up to then arrivals without synapses may be left out, if the neurons are told of the last. */
  readonly idleUntil: number;
  advanceTo(t: number): void;
  /**
   * Takes arrivals `from` … `to - 1` of one lane and goes on past spikes, which it appends to `spikes`, with all that they do to the
   * population: nobody else has to know of one before the next. `groups` under winner-take-all inhibition are told of theirs, and the
   * synapses that they heard are added to those of `spikes`; null: no inhibition. Returns how many arrivals were taken, 0 where these
   * must come with a stop at each spike.
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
   * Goes on from t with a population that hears itself, with all that its spikes do to it, as the record says; an instant that the kernel
   * has left unfinished is to be finished by the caller: `false` before its arrivals, `true` with some of them. Null: it has come as far as it was to.
   */
  runRecurrent(
    record: RecurrentRecord,
    lanes: readonly { readonly projection: { readonly edges: Edges } }[],
    t: number,
  ): boolean | null;
  /** Its state at t, where a kernel can deal with its spikes too; null where it cannot. */
  deltaState(t: number): DeltaState | null;
}

/** Arrivals along rows of different edges; `order` lists them by time. */
export interface ArrivalBatch {
  readonly times: Float64Array;
  readonly rows: Uint32Array;
  /** The number of the edges of each. */
  readonly edgesIndex: Uint32Array;
  readonly order: Uint32Array;
  readonly record: ArrivalsRecord;
}

/** Equal groups of neurons, each of which is deaf for `hold` ms after a spike, and after `most` of them until the network rests. */
export interface InhibitedGroups {
  readonly inhibitionTime: number;
  readonly maxSpikes: number;
  /** Of each since the network rested. */
  readonly spikes: Uint32Array;
  readonly allInhibitedUntil: number;
  /** A neuron has fired at t: until when its group is deaf now. */
  recordSpike(neuron: number, t: number): number;
}

export interface StimulusHooks {
  /** For a kernel that draws the same spikes as `emit` would. */
  readonly poissonSource: PoissonSource;
}

export interface RuleHooks {
  /** `arrive` for arrivals `from` … `to - 1` of a lane, where they do not pulse. */
  onPreBatch(times: Float64Array, rows: Uint32Array, from: number, to: number): void;
  /** What `arrive` does at t and later before the next spike, for a kernel to do; null where it cannot. */
  arrivalPulses(t: number): ArrivalPulses | null;
}

export interface DeviceHooks {
  /** For a kernel that pulses dense rows of 64-bit weights by itself; null for devices that it does not know. */
  pulsedDevices(): PulsedDevices | null;
  /** `pulseRow` where only the first `count` of these columns, ascending, have a strength; false, with nothing done, where that is no faster. */
  pulseColumns(
    row: number,
    columns: Uint32Array,
    count: number,
    trace: Float64Array,
    scale: number,
    mu: number,
    t: number,
  ): boolean;
  /** `read` for arrivals `from` … `to - 1` of a lane, where devices are steady; with the `sums` of rows that each of them found. */
  readBatch(times: Float64Array, rows: Uint32Array, from: number, to: number, sums?: Float64Array): void;
}

/** What arrivals do: pulse the devices of their row with amount × the traces of columns, and leave a trace of their own. */
export interface ArrivalPulses {
  readonly devices: PulsedDevices;
  readonly amount: number;
  readonly pre: TracesRecord;
  readonly post: TracesRecord;
}

/** A quantity that can be recorded, at any time up to which everything has happened. Reading changes nothing. */
export interface Quantity {
  /** '1' for a pure number. */
  readonly unit: string;
  /** What its index counts: neurons of the population; of a projection presynaptic terminals or postsynaptic neurons. */
  readonly of: 'neuron' | 'pre' | 'post';
  read(index: number, t: number): number;
}

/** What of a model's state can be recorded, by name. */
export interface RecordableState {
  readonly quantities: Readonly<Record<string, Quantity>>;
}
