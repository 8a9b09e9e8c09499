import { log1p, pow } from '../elementary.ts';
import { CounterRandom } from '../random/random.ts';
import { getNormalZiggurat, LAYER_COUNT } from '../random/ziggurat.ts';
import { addressAt, type Floats, type Indices, type WithAddress } from './arrays.ts';
import type { WrittenLine } from './devices.ts';
import { allocateKernelMemory, type KernelMemory, type ModuleExports } from './memory.ts';
import { bindPulseKernels } from './pulseKernels.ts';
import {
  type ArrivalBatchRecord,
  type DeltaRowsRecord,
  type DevicesRecord,
  type EdgesRecord,
  type MergedRecord,
  type PartialPulsesRecord,
  type PlasticRecord,
  type PoissonRecord,
  RECORDS_VERSION,
  type RecurrentRecord,
  type WindowNetworkRecord,
  type WindowProjectionRecord,
} from './records.ts';
import { addCurrentsScalar, lowerThresholdsScalar, type SynapseRow } from './scalarRows.ts';

/** Creates a network's kernels and memory; arrays may use all bytes from `heapBase` on. */
export function createKernels(): KernelMemory & { kernels: Kernels; heapBase: number } {
  const found = allocateKernelMemory();
  const { memory } = found;
  const fillLayers = (at: number) =>
    new Float64Array(memory.buffer, at, LAYER_COUNT + 1).set(getNormalZiggurat().subarray(0, LAYER_COUNT + 1));
  const env = { memory, log1p, pow, noiseOf: CounterRandom.convertToNormal, fillLayers };
  const { exports } = new WebAssembly.Instance(found.module, { env });
  const e = exports as unknown as ModuleExports;
  if (e.getRecordsVersion!() >>> 0 !== RECORDS_VERSION)
    throw new Error('The record layouts of the compiled kernels differ from the program: run `npm run build`.');
  return { ...found, kernels: bindKernels(e), heapBase: e.getHeapBase!() };
}

/** Inner loops, in WebAssembly SIMD. All arrays belong to one arena; see also wasm/records.mjs. */
export type Kernels = ReturnType<typeof bindKernels>;

/** Minimum row length for a kernel call; for shorter rows TypeScript is faster than the call. */
const MIN_ROW_LENGTH = 8;

/** `addressOf` for a Float64Array only: V8 inlines functions that get one type of array. */
const at64 = (a: Float64Array & WithAddress): number => a.address ?? a.byteOffset;
const at32 = (a: Uint32Array & WithAddress): number => a.address ?? a.byteOffset;

type KernelValue = number | { readonly byteOffset: number };
/** Calls a kernel with numbers and with the addresses of arrays and records; takes 20 ns per argument. */
const callWith = (kernel: (...values: number[]) => number, ...values: readonly KernelValue[]): number =>
  kernel(...values.map((value) => (typeof value === 'number' ? value : value.byteOffset)));

const hasWideTargets = ({ targets }: SynapseRow): number => (targets?.BYTES_PER_ELEMENT === 4 ? 1 : 0);

function bindKernels(e: ModuleExports) {
  const { addCurrents, addConductances, addTwoConductances, advanceTwoConductances, addRow, testRow } = e;
  return {
    name: 'simd' as const,
    ...bindPulseKernels(e),

    /**
     * Delivers arrivals along dense rows: u[j] += weight × s(t), s: scale of potentials u; tests u[j] >= bar[j] s(t),
     * bar: thresholds, once per tick. Returns the number delivered, < 0 if neurons reached threshold at the last.
     */
    deliverDense: (r: DeltaRowsRecord): number => e.deliverDense!(r.byteOffset),
    /**
     * Delivers arrivals along sparse rows, like `deliverDense`. `fired` ascends only after a tick with a single row.
     */
    deliverSparse: (r: DeltaRowsRecord): number => e.deliverSparse!(r.byteOffset),
    /** Delivers arrivals along rows of blocks, except blocks of inhibited groups. */
    deliverBlocks: (r: DeltaRowsRecord): number => e.deliverBlocks!(r.byteOffset),
    /**
     * Delivers arrivals to winner-take-all groups until the unordered list of spikes is full. Returns the number of
     * arrivals delivered, in whole ticks; 0 if a tick exceeds a batch. `fired`: numbers of spikes and of delivered
     * blocks.
     */
    deliverToWtaGroups: (r: DeltaRowsRecord): number => e.deliverToWtaGroups!(r.byteOffset),
    /** Like `deliverToWtaGroups`, for rows with a gate (the group that may fire) and an inhibition time of 0. */
    deliverToGatedGroups: (r: DeltaRowsRecord): number => e.deliverToGatedGroups!(r.byteOffset),
    /** Adds one sparse row without a threshold test: u[j] += weight × factor. */
    addRow: (r: DeltaRowsRecord, row: number, factor: number) => void addRow!(r.byteOffset, row, factor),
    /**
     * Appends targets j of a row that are at threshold, u[j] >= bar[j] × scale, to `fired`, which has `found` entries,
     * unless they are marked as listed. Returns the new number of entries.
     */
    testRow: (r: DeltaRowsRecord, row: number, scale: number, found: number): number =>
      testRow!(r.byteOffset, row, scale, found),
    /** Lists all neurons at threshold, u[j] >= bar[j] × scale, in `fired`, ascending; returns their number. */
    scanThresholds: (r: DeltaRowsRecord, scale: number, fired: Uint32Array): number =>
      e.scanThresholds!(r.byteOffset, scale, at32(fired)),

    /**
     * Adds arrivals to neurons with exponential currents, state [M, E, I, margin]; see `LifExponential`. Changes per
     * unit of weight: excitatory: `steps`[0, 1] of M and E, -`steps`[4] of the margin; inhibitory: `steps`[2, 3] of M
     * and I. Appends neurons with negative margins to the `found` candidates; returns the number of candidates.
     */
    addCurrents(
      u: Float64Array,
      row: SynapseRow,
      start: number,
      end: number,
      steps: Float64Array,
      candidates: Uint32Array,
      found: number,
    ): number {
      if (end - start < MIN_ROW_LENGTH) return addCurrentsScalar(u, row, start, end, steps, candidates, found);
      return addCurrents!(
        at64(u),
        addressAt(row.targets, start),
        hasWideTargets(row),
        addressAt(row.weights, start),
        row.weight,
        end - start,
        at64(steps),
        at32(candidates),
        found,
      );
    },

    /**
     * Adds arrivals to neurons with conductances of one time constant, state [C, sum, reversal, until]; see
     * `OneTauConductances`. `steps`: e^(-t/ts), e^(-t), e^t, ts (time since the reference t and synaptic time constant
     * ts, in membrane time constants); changes of sum and reversal per unit of excitatory, then of inhibitory weight;
     * time, tau (ms), end of the check interval. Appends neurons that may reach threshold before their next check to
     * the `found` candidates; returns the number of candidates. `uncovered`: number and list of undelivered synapses,
     * whose neurons are outside the table.
     */
    addConductances(
      u: Float64Array,
      bar: Float64Array,
      table: Float64Array,
      row: SynapseRow,
      start: number,
      end: number,
      steps: Float64Array,
      candidates: Uint32Array,
      values: Float64Array,
      found: number,
      uncovered: Uint32Array,
    ): number {
      return addConductances!(
        at64(u),
        at64(bar),
        at64(table),
        addressAt(row.targets, start),
        hasWideTargets(row),
        addressAt(row.weights, start),
        row.weight,
        start,
        end - start,
        at64(steps),
        at32(candidates),
        at64(values),
        found,
        at32(uncovered),
      );
    },

    /**
     * Adds arrivals to neurons with conductances of two time constants, state [V, since, ge, gi, until]; see also
     * `addConductances`. `steps`: decay rates per membrane time constant, reversal potentials; changes of ge and gi per
     * unit of excitatory, then of inhibitory weight; time, tau (ms), end of the check interval; scales of ge and gi of
     * refractory neurons.
     */
    addTwoConductances: (
      u: Float64Array,
      bar: Float64Array,
      row: SynapseRow,
      start: number,
      end: number,
      steps: Float64Array,
      candidates: Uint32Array,
      values: Float64Array,
      found: number,
    ): number =>
      addTwoConductances!(
        at64(u),
        at64(bar),
        addressAt(row.targets, start),
        hasWideTargets(row),
        addressAt(row.weights, start),
        row.weight,
        end - start,
        at64(steps),
        at32(candidates),
        at64(values),
        found,
      ),
    /** Advances the state [V, unused, ge, gi] of a neuron by `time` membrane time constants. `params`: decay rates, reversals. */
    advanceTwoConductances: (state: Float64Array, params: Float64Array, time: number) =>
      void advanceTwoConductances!(at64(state), at64(params), time),
    /** Lower bound of the time from t until a neuron reaches threshold `bar` without arrivals, ms; Infinity: never. */
    boundTwoConductances: (record: RecurrentRecord, neuron: number, t: number, bar: number): number =>
      e.boundTwoConductances!(record.byteOffset, neuron, t, bar),
    /** Lower bound of the time to threshold from a state [V, unused, ge, gi], in membrane time constants. */
    boundTwoConductancesState: (state: Float64Array, params: Float64Array, bar: number): number =>
      e.boundTwoConductancesState!(at64(state), at64(params), bar),
    /** Time at which a neuron reaches threshold `bar` without arrivals, ms; Infinity: never; NaN: not found. */
    findTwoConductancesCrossing: (record: RecurrentRecord, neuron: number, t: number, bar: number): number =>
      e.findTwoConductancesCrossing!(record.byteOffset, neuron, t, bar),
    /** Time at which a neuron with potential v at t reaches threshold `bar` without arrivals, ms; results as above. */
    findOneConductanceCrossing: (r: RecurrentRecord, neuron: number, t: number, v: number, bar: number): number =>
      e.findOneConductanceCrossing!(r.byteOffset, neuron, t, v, bar),

    /**
     * Lists neurons with exponential currents that may reach threshold within a check interval; returns their number.
     * Sets the threshold margin of each other neuron to the smallest possible distance from threshold, mV; to Infinity if
     * it is refractory; leaves it if a crossing is scheduled. `now`: factors from state to potential and currents
     * (`VoltageRecord`); `rises`: `CheckInterval.currentRises`.
     */
    updateAll: (
      u: Float64Array,
      bar: Floats,
      now: Float64Array,
      rises: Float64Array,
      candidates: Uint32Array,
    ): number =>
      e.updateAll!(u.byteOffset, bar.byteOffset, bar.length, now.byteOffset, rises.byteOffset, candidates.byteOffset),
    /**
     * Postpones the threshold checks of candidate neurons at t. Keeps the candidates whose crossing must be computed;
     * returns their number.
     */
    checkCandidates: (record: PlasticRecord, t: number, count: number): number =>
      e.checkCandidates!(record.byteOffset, t, count),
    /** Delivers arrivals of one queue; each arrival first pulses its dense row. Returns the number delivered. */
    deliverPlastic: (record: PlasticRecord): number => e.deliverPlastic!(record.byteOffset),
    /** Delivers a batch of arrivals in order of time. Returns the index after the last arrival delivered. */
    deliverBatch: (record: PlasticRecord): number => e.deliverBatch!(record.byteOffset),
    /** Appends arrivals in flight to a batch; sorts the batch if its arrays can hold all arrivals. */
    collectArrivals: (record: ArrivalBatchRecord) => void e.collectArrivals!(record.byteOffset),
    /** Delivers arrivals to a recurrent population with conductances and enqueues its spikes; see `RecurrentRecord`. */
    deliverRecurrent: (record: RecurrentRecord) => void e.deliverRecurrent!(record.byteOffset),
    /** Delivers the arrivals of all queues of a population in order of time; see `MergedDelivery`. */
    deliverMerged: (record: MergedRecord) => void e.deliverMerged!(record.byteOffset),
    /** Computes starts of edge rows sorted by source; copies rows to `to` if given. See graph/multiDelayQueue.ts. */
    orderBySource: (record: EdgesRecord, starts: Uint32Array, to: Floats | Indices | null): number =>
      e.orderBySource!(record.byteOffset, starts.byteOffset, addressAt(to, 0)),

    /**
     * State g of device k after n repetitions of two half-select pulses of one sign, with strengths `first` and
     * `second` (0: one pulse).
     */
    followPartialRun: (
      d: DevicesRecord,
      p: PartialPulsesRecord,
      k: number,
      g: number,
      first: number,
      second: number,
      n: number,
    ): number => e.followPartialRun!(d.byteOffset, p.byteOffset, k, g, first, second, n),
    /** Applies the half-select disturb of a write to the devices of the written line; see `HalfSelectDisturb`. */
    pulseWrittenLine: (
      d: DevicesRecord,
      p: PartialPulsesRecord,
      { line, isColumn, own, count, up, down, isBefore }: WrittenLine,
    ) => {
      const [address, side] = [own.byteOffset, Number(isColumn)];
      e.pulseWrittenLine!(d.byteOffset, p.byteOffset, line, side, address, count, up, down, Number(isBefore));
    },
    /** Applies the logged half-select pulses of a row to its devices; restarts the log of the row. */
    updateDisturbedRow: (d: DevicesRecord, p: PartialPulsesRecord, row: number) =>
      void e.updateDisturbedRow!(d.byteOffset, p.byteOffset, row),
    /** Applies the logged partial pulses of all rows to the devices of a column and marks these pulses as applied. */
    updateDisturbedColumn: (d: DevicesRecord, p: PartialPulsesRecord, column: number, rows: number) =>
      void e.updateDisturbedColumn!(d.byteOffset, p.byteOffset, column, rows),

    /** Draws the sources of a projection's synapses; returns the largest out-degree. See core/windows/. */
    countWindowSources: (p: WindowProjectionRecord): number => e.countWindowSources!(p.byteOffset),
    /** Draws the rows of a source population from its `count` projections; returns the index after the last synapse. */
    fillWindowRows: (
      r: WindowNetworkRecord,
      projections: WindowProjectionRecord,
      count: number,
      start: number,
      words: Uint32Array,
      delays: Uint8Array,
    ): number => callWith(e.fillWindowRows!, r, projections, count, start, words, delays),
    /** Delivers the spikes that arrive in the next time window and integrates all neurons. */
    advanceWindow: (r: WindowNetworkRecord) => void e.advanceWindow!(r.byteOffset),
    /** Finds the spikes of the time window. Returns 0, or the number of arrivals if their list is too small. */
    finishWindow: (r: WindowNetworkRecord): number => e.finishWindow!(r.byteOffset),

    /** Draws up to `capacity` spikes (a multiple of four), ascending in (time, neuron); returns their number. */
    drawPoissonBlock: (p: PoissonRecord, times: Float64Array, neurons: Uint32Array, capacity: number): number =>
      e.drawPoissonBlock!(p.byteOffset, times.byteOffset, neurons.byteOffset, capacity),
    /** Builds an alias table for draws in proportion to `weights` and sums them up; returns the number of slots. */
    buildAliasTable: (
      weights: Float64Array,
      table: Readonly<
        Record<'keepProbabilities' | 'weightSum', Float64Array> &
          Record<'ownIndices' | 'otherIndices' | 'workArray', Uint32Array>
      >,
    ): number =>
      callWith(
        e.buildAliasTable!,
        weights,
        weights.length,
        table.keepProbabilities,
        table.ownIndices,
        table.otherIndices,
        table.workArray,
        table.weightSum,
      ),

    /** Converts pixels to numbers: out[i] = table[bytes[i]], with table[0] = 0; returns the sum, added in order of i. */
    mapBytes(bytes: Uint8Array, table: Float64Array, out: Float64Array): number {
      out.fill(0);
      return e.mapBytes!(bytes.byteOffset, bytes.length, table.byteOffset, out.byteOffset);
    },
    /** Lowers `count` thresholds b from index `first` on: b[j] = max(b[j] - by, lowest); returns the smallest. */
    lowerThresholds: (b: Floats, first: number, count: number, by: number, lowest: number): number =>
      b.BYTES_PER_ELEMENT === 4
        ? e.lowerThresholds!(b.byteOffset + 4 * first, count, by, lowest)
        : lowerThresholdsScalar(b, first, count, by, lowest),
    /** Sets traces at spikes: values[rows[k]] = e^((times[k] - t0) rate), k = from … to - 1; exponents -700 … 700. */
    setTraces: (
      values: Float64Array,
      times: Float64Array,
      rows: Uint32Array,
      from: number,
      to: number,
      t0: number,
      rate: number,
    ) => void e.setTraces!(values.byteOffset, times.byteOffset, rows.byteOffset, from, to, t0, rate),
    /** Pulse strengths of the rectangular rule, from the last spike times: out[i] = last[i] >= earliest ? up : down. */
    computeRecentStrengths: (last: Float64Array, earliest: number, up: number, down: number, out: Float64Array) =>
      void e.computeRecentStrengths!(last.byteOffset, last.length, earliest, up, down, out.byteOffset),
    /** Pulse strengths of a trace rule, from the traces `values`: out[i] = values[i] × factor - shift. */
    computeTraceStrengths: (values: Float64Array, factor: number, shift: number, out: Float64Array) =>
      void e.computeTraceStrengths!(values.byteOffset, values.length, factor, shift, out.byteOffset),
    /**
     * Matrix product C = A B (m × k, k × n). B and C are row-major; element (i, p) of A is at i × aRow + p × aColumn.
     * All three matrices have the same precision. Sums run in the order of p; products are rounded before addition.
     */
    multiply: (a: Floats, aRow: number, aColumn: number, b: Floats, c: Floats, m: number, k: number, n: number) =>
      void callWith(e.multiply!, c.BYTES_PER_ELEMENT === 4 ? 1 : 0, a, aRow, aColumn, b, c, m, k, n),
  };
}
