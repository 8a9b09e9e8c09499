import type { Floats, Indices } from './arrays.ts';
import type { BlockRace, BlockRows } from './blockRows.ts';
import type { PulsedDevices, PulseRun } from './devices.ts';
import type { ArrivalsRecord, ConfluenceRecord, EdgesRecord, PlasticRecord, RecurrentRecord } from './records.ts';
import type { CurrentRow } from './scalarRows.ts';
import type { PulseStages } from './stages.ts';

export type { CurrentRow } from './scalarRows.ts';

/** The shared scale s(t) = e^((t - t0) rate); see `scaleAt`. */
export interface Scale {
  readonly t0: number;
  readonly rate: number;
  readonly cells: number;
}

/** Sparse rows as kernels take them; each row reaches a target at most once. */
export interface SparseRows {
  readonly weights: Floats | null;
  readonly weight: number;
  readonly targets: Indices;
  readonly starts: Uint32Array;
  /** Row i reaches neuron i only. */
  readonly identity: boolean;
}

/** Poisson sources as one process; `table` is null when all rates are equal. */
export interface PoissonSource {
  /** Of the generators; see core/kernels/poissonSeed.ts. */
  readonly state: Uint32Array;
  /** [time of the next spike] */
  readonly clock: Float64Array;
  readonly ziggurat: Float64Array;
  /** Slots to draw from: all neurons, or those of the table. */
  readonly slots: number;
  readonly table: { readonly keep: Float64Array; readonly own: Uint32Array; readonly other: Uint32Array } | null;
  /** Mean interval of the whole process, ms. */
  readonly meanGap: number;
  readonly stop: number;
}

/** A population of LIF neurons with delta synapses and fixed thresholds, as the kernel `confluence` takes it; see `LifDelta`. */
export interface DeltaState {
  readonly u: Floats;
  /** What u is compared with, in units of the scale. */
  readonly bar: Floats;
  /** Whether refractory neurons have the u that they will be released with and an infinite bar; else they have u = -Infinity. */
  readonly keeps: boolean;
  /** u at threshold, in units of the scale, and the smallest of them. */
  readonly thresholds: { readonly b: Floats; readonly least: number };
  readonly scale: Scale;
  /** Until when that stays so. */
  until: number;
  /** ms; released neurons are at `floor`, in units of the scale, and are queued as in `RefractoryQueue`: one value of each for all, or one for each. */
  readonly refractory: Float64Array;
  readonly floor: Float64Array;
  readonly releaseTimes: Float64Array;
  readonly releaseNeurons: Uint32Array;
  readonly releaseRing: Uint32Array;
  readonly marks: Uint8Array;
  readonly hits: Uint32Array;
}

/** What `Outlook` looks ahead with; see core/kernels/wasm/outlook.ts. */
export interface OutlookTables {
  readonly now: Float64Array;
  readonly table: Float64Array;
  readonly starts: Float64Array;
  readonly ceiling: Float64Array;
}

/**
 * Kernels: the inner loops in WebAssembly SIMD. All arrays belong to one arena.
 * A stretch takes arrivals `from` … `to - 1` one by one: u[j] += w s(t) for the targets j of the row, then a test of
 * u[j] >= bar[j] s(t). It returns how many it took, as a negative number when neurons reached their bar at the last of
 * them, and stops before an arrival at or after `until`.
 */
export interface Kernels extends PulseStages {
  readonly name: 'simd';
  /**
   * Dense rows: every element of u is a target. Arrivals of one instant are summed before the test. An arrival
   * takes at most the share `drop` of the smallest bar away, at scale 1: 0 where no weight is negative;
   */
  denseStretch(
    u: Floats,
    bar: Floats,
    weights: Floats,
    drop: number,
    saved: Floats,
    times: Float64Array,
    rows: Uint32Array,
    from: number,
    to: number,
    scale: Scale,
    until: number,
  ): number;
  /**
   * Sparse rows. `fired` gets the number of hits, then the hits, ascending unless several arrivals shared the instant. No
   * bar is below `least`.
   */
  sparseStretch(
    u: Floats,
    bar: Floats,
    least: number,
    edges: SparseRows,
    times: Float64Array,
    rows: Uint32Array,
    from: number,
    to: number,
    scale: Scale,
    until: number,
    marks: Uint8Array,
    fired: Uint32Array,
  ): number;
  /**
   * Rows that consist of blocks; the blocks of a group are passed over before its time in `held`, where that is given. `fired` as for
   * sparse rows; where there are gates, only neurons of the block of its row's gate are looked at. `saved`: room for u.
   */
  blockStretch(
    u: Floats,
    bar: Floats,
    edges: BlockRows,
    held: Float64Array | null,
    times: Float64Array,
    rows: Uint32Array,
    from: number,
    to: number,
    scale: Scale,
    until: number,
    fired: Uint32Array,
    saved: Floats,
  ): number;
  /**
   * Arrivals `from` … `to - 1` before `until` at groups that race: goes on past spikes, of which it lists ROOM and those of one more batch, in
   * no order. Returns how many arrivals were taken, whole instants, 0 where one of them is too large, or where it must be done with a stop at each spike.
   */
  blockRace(
    race: BlockRace,
    times: Float64Array,
    rows: Uint32Array,
    from: number,
    to: number,
    scale: Scale,
    until: number,
  ): number;
  /** u[j] += weights × factor along one sparse row, without a test. */
  addRow(u: Floats, edges: SparseRows, row: number, factor: number): void;
  /**
   * Appends the targets of a sparse row that have u[j] >= bar[j] × scale and no mark to the `found` ones after the first
   * element of `fired`, and marks them; returns how many are there then.
   */
  testRow(
    u: Floats,
    bar: Floats,
    least: number,
    edges: SparseRows,
    row: number,
    scale: number,
    marks: Uint8Array,
    fired: Uint32Array,
    found: number,
  ): number;
  /** Lists every j with u[j] >= bar[j] × scale, ascending; returns how many. */
  thresholdScan(u: Floats, bar: Floats, scale: number, fired: Uint32Array): number;
  /**
   * Arrivals along edges `start` … `end - 1` at neurons of state [M, E, I, slack]: w >= 0 adds w × steps[0, 1] to M and E
   * and takes w × steps[4] off the slack, w < 0 adds w × steps[2, 3] to M and I and makes a slack of 0 the smallest positive
   * one. Appends the neurons whose slack becomes negative to the `found` suspects (there is room for one more than all);
   * returns how many there are.
   */
  addCurrents(
    u: Float64Array,
    edges: CurrentRow,
    start: number,
    end: number,
    steps: Float64Array,
    suspects: Uint32Array,
    found: number,
  ): number;
  /**
   * Arrivals along edges `start` … `end - 1` at neurons with conductances of state [C, sum, reversal, until], see `ShuntedState`. `steps`: e^(-t/ts),
   * e^(-t), e^t, ts, then what a unit of weight adds to sum and reversal when w >= 0, and when w < 0, the instant, tau in ms, the end of the round.
   * Appends to the `found` suspects, and marks as listed, who may reach its bar before it is looked at anyway, with their potentials in `values`;
   * returns how many there are. `rest` gets the number of edges whose neuron the table does not cover, which are left as they are, then those.
   */
  addConductances(
    u: Float64Array,
    bar: Float64Array,
    table: Float64Array,
    edges: CurrentRow,
    start: number,
    end: number,
    steps: Float64Array,
    suspects: Uint32Array,
    values: Float64Array,
    found: number,
    rest: Uint32Array,
  ): number;
  /**
   * The same for two time constants and the state [V, since, ge, gi, until], see `shuntOn`. `steps`: rates of decay in membrane time
   * constants, reversals, what a unit of weight adds to each when w >= 0, and when w < 0, the instant, tau in ms, round's end, factors if refractory.
   */
  addTwoConductances(
    u: Float64Array,
    bar: Float64Array,
    edges: CurrentRow,
    start: number,
    end: number,
    steps: Float64Array,
    suspects: Uint32Array,
    values: Float64Array,
    found: number,
  ): number;
  /** Brings [V, any, ge, gi] of a neuron on by `time`, see `shuntOn`; `shunts` begins like `steps`. */
  shuntOn(onward: Float64Array, shunts: Float64Array, time: number): void;
  /**
   * Lists the neurons that may reach threshold within a round and returns how many; gives the others their slack, Infinity to
   * refractory ones, and passes over those of slack 0, which were solved for. `now` as in `OutlookTables`, `rises` as in `Rounds`.
   */
  sweep(u: Float64Array, bar: Floats, now: Float64Array, rises: Float64Array, listed: Uint32Array): number;
  /** `Watch` looks at `count` suspects of its record at t; leaves those in the list, and returns how many, that need more. */
  looks(record: PlasticRecord, t: number, count: number): number;
  /** Arrivals that pulse their row and are delivered, as its record says (see `Plastic` in neurons/lif). */
  plastic(record: PlasticRecord): number;
  /** Arrivals along many rows, in the order of the record. */
  stream(record: PlasticRecord): number;
  /** Appends arrivals out of queues to those of a record, and sorts all if they have room. */
  collect(record: ArrivalsRecord): void;
  /** Goes on with neurons that hear each other, see `RecurrentRecord`. */
  recurrent(record: RecurrentRecord): void;
  /** Where rows begin by source, and brings them there; see core/graph/bySource.ts. */
  bySource(record: EdgesRecord, starts: Uint32Array, to: Floats | Indices | null): number;
  /**
   * Pulses a run of devices with strength scale × trace of the other side × (1 - g)^mu upwards, g^mu downwards: g <- clip(step(g)),
   * and books writes, row sums and energy.
   */
  pulse(d: PulsedDevices, run: PulseRun, trace: Float64Array, scale: number, mu: number): void;
  /** Runs what the record describes (see `Confluence`). */
  confluence(record: ConfluenceRecord, u: Floats, edges: SparseRows): void;
  /** Writes up to `capacity` spikes, a multiple of four, ascending in (time, neuron), and moves clock and random state on; returns how many. */
  poissonBlock(source: PoissonSource, times: Float64Array, neurons: Uint32Array, capacity: number): number;
  /** Builds the table of an `AliasTable`, with the sum of the weights; returns how many slots it has. */
  aliasTable(
    weights: Float64Array,
    table: Readonly<Record<'keep' | 'sum', Float64Array> & Record<'own' | 'other' | 'work', Uint32Array>>,
  ): number;
  /** out[i] = table[bytes[i]] for a table that begins with 0; returns the sum, in order. */
  lookUp(bytes: Uint8Array, table: Float64Array, out: Float64Array): number;
  /** b[j] = max(b[j] - by, lowest) for `count` j from `first` on; returns the least of them. */
  lower(b: Floats, first: number, count: number, by: number, lowest: number): number;
  /** values[rows[k]] = e^((times[k] - t0) rate) for k = from … to - 1, in order. Exponents lie between -700 and 700. */
  markTraces(
    values: Float64Array,
    times: Float64Array,
    rows: Uint32Array,
    from: number,
    to: number,
    t0: number,
    rate: number,
  ): void;
  /** out[i] = last[i] >= earliest ? up : down. */
  recentStrengths(last: Float64Array, earliest: number, up: number, down: number, out: Float64Array): void;
  /** out[i] = values[i] × factor - shift. */
  traceStrengths(values: Float64Array, factor: number, shift: number, out: Float64Array): void;
  /**
   * C = A B: A of m × k with element (i, p) at i × aRow + p × aColumn, B of k × n and C of m × n row by row; all of one precision.
   * Sums go along p, each product rounded first.
   */
  multiply(a: Floats, aRow: number, aColumn: number, b: Floats, c: Floats, m: number, k: number, n: number): void;
}
