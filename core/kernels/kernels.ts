import { log1p, pow } from '../elementary.ts';
import { CounterRandom } from '../random/random.ts';
import { LAYERS, normalZiggurat } from '../random/ziggurat.ts';
import type { Floats, Indices, WithAddress } from './arrays.ts';
import type { PoissonSource } from './kernelInputs.ts';
import { type KernelMemory, kernelMemory, type ModuleExports } from './memory.ts';
import { bindPulseKernels } from './pulseKernels.ts';
import {
  type ArrivalBatchRecord,
  type DeltaRowsRecord,
  type EdgesRecord,
  type MergedRecord,
  type PlasticRecord,
  RECORDS,
  type RecurrentRecord,
} from './records.ts';
import { addCurrentsScalar, type CurrentRow, lowerScalar } from './scalarRows.ts';

/** Creates kernels with a memory of their own, of which arrays may take all bytes from `heapBase` on. */
export function createKernels(): KernelMemory & { kernels: Kernels; heapBase: number } {
  const found = kernelMemory();
  const { memory } = found;
  const fillLayers = (at: number) =>
    new Float64Array(memory.buffer, at, LAYERS + 1).set(normalZiggurat().subarray(0, LAYERS + 1));
  const env = { memory, log1p, pow, noiseOf: CounterRandom.noiseOf, fillLayers };
  const { exports } = new WebAssembly.Instance(found.module, { env });
  const e = exports as unknown as ModuleExports;
  if (e.records!() >>> 0 !== RECORDS) throw new Error('kernels of other records: run npm run build');
  return { ...found, kernels: bindKernels(e), heapBase: e.heapBase!() };
}

/** Kernels: the inner loops in WebAssembly SIMD. All arrays belong to one arena; see core/kernels/wasm/records.mjs for records. */
export type Kernels = ReturnType<typeof bindKernels>;

/** Rows shorter than this are processed in TypeScript: a call into WebAssembly would take longer. */
const MIN_ROW_LENGTH = 8;

/** Address of an array, 0 for null. Hot kernels read `byteOffset` or `address` themselves: this function sees all kinds of arrays (20 ns). */
const at = (a: ArrayBufferView | null): number => (a === null ? 0 : a.byteOffset);
/** `addressOf` for one kind of array each, so that V8 inlines the property access. */
const at64 = (a: Float64Array & WithAddress): number => a.address ?? a.byteOffset;
const at32 = (a: Uint32Array & WithAddress): number => a.address ?? a.byteOffset;

/** Address of synapse `start` in an array with one element per synapse, 0 for null. */
const elementAt = (a: Floats | Indices | null, start: number): number =>
  a === null ? 0 : a.byteOffset + start * a.BYTES_PER_ELEMENT;

const hasWideTargets = ({ targets }: CurrentRow): boolean => targets !== null && targets.BYTES_PER_ELEMENT === 4;

function bindKernels(e: ModuleExports) {
  const { addConductances, addCurrents16, addCurrents32, addTwoConductances, advanceTwoConductances } = e;
  const { addRow, testRow, drawPoissonBlock, multiply32, multiply64 } = e;
  return {
    name: 'simd' as const,
    ...bindPulseKernels(e),

    /**
     * Delivers arrivals to all neurons: u[j] += weight × s(t), then tests u[j] >= bar[j] s(t). Returns the number of arrivals delivered,
     * negative if neurons reached threshold at the last of them. Arrivals of one tick are summed before the test.
     */
    deliverDense: (r: DeltaRowsRecord): number => e.deliverDense!(r.byteOffset),
    /** Delivers arrivals along sparse rows, as `deliverDense` does; `fired` gets the neurons, ascending if one row reached them. */
    deliverSparse: (r: DeltaRowsRecord): number => e.deliverSparse!(r.byteOffset),
    /** Delivers arrivals along rows of blocks, as `deliverSparse` does; blocks of inhibited groups are left out. */
    deliverBlocks: (r: DeltaRowsRecord): number => e.deliverBlocks!(r.byteOffset),
    /**
     * Delivers arrivals to winner-take-all groups and continues past spikes, which are listed unordered until the lists are full. Returns
     * the number of arrivals delivered, in whole ticks; 0 if one tick has too many. `fired` gets the numbers of spikes and blocks.
     */
    raceGroups: (r: DeltaRowsRecord): number => e.raceGroups!(r.byteOffset),
    /** Delivers arrivals to gated winner-take-all groups whose inhibition ends at once, as `raceGroups` does. */
    raceGates: (r: DeltaRowsRecord): number => e.raceGates!(r.byteOffset),
    /** u[j] += weight × factor along one sparse row, without a threshold test. */
    addRow: (r: DeltaRowsRecord, row: number, factor: number) => void addRow!(r.byteOffset, row, factor),
    /** Appends the unmarked targets of a sparse row with u[j] >= bar[j] × scale to the `found` neurons in `fired`; returns their number. */
    testRow: (r: DeltaRowsRecord, row: number, scale: number, found: number): number =>
      testRow!(r.byteOffset, row, scale, found),
    /** Lists all neurons with u[j] >= bar[j] × scale, ascending; returns their number. */
    scanThresholds: (r: DeltaRowsRecord, scale: number, fired: Uint32Array): number =>
      e.scanThresholds!(r.byteOffset, scale, at32(fired)),

    /**
     * Adds arrivals along synapses `start` … `end - 1` to neurons of state [M, E, I, margin]: w >= 0 adds w × steps[0, 1] to M and E and takes
     * w × steps[4] off the margin; w < 0 adds w × steps[2, 3] to M and I and makes a margin of 0 the smallest positive one. Appends neurons
     * whose margin becomes negative to the `found` candidates, which need room for one more than all neurons; returns their number.
     */
    addCurrents(
      u: Float64Array,
      row: CurrentRow,
      start: number,
      end: number,
      steps: Float64Array,
      candidates: Uint32Array,
      found: number,
    ): number {
      if (end - start < MIN_ROW_LENGTH) return addCurrentsScalar(u, row, start, end, steps, candidates, found);
      return (hasWideTargets(row) ? addCurrents32! : addCurrents16!)(
        at64(u),
        elementAt(row.targets, start),
        elementAt(row.weights, start),
        row.weight,
        end - start,
        at64(steps),
        at32(candidates),
        found,
      );
    },

    /**
     * Adds arrivals along synapses `start` … `end - 1` to neurons with conductances of state [C, sum, reversal, until]; see `OneTauConductances`.
     * `steps`: e^(-t/ts), e^(-t), e^t, ts, changes of sum and reversal per unit of weight if w >= 0 and if w < 0, time, tau in ms, end of the
     * check interval. Appends neurons that may reach threshold before their next check to the `found` candidates, with their potentials in
     * `values`, and marks them as listed; returns their number. `rest` gets the number of synapses whose neuron the table does not cover,
     * which are left unchanged, then these synapses.
     */
    addConductances(
      u: Float64Array,
      bar: Float64Array,
      table: Float64Array,
      row: CurrentRow,
      start: number,
      end: number,
      steps: Float64Array,
      candidates: Uint32Array,
      values: Float64Array,
      found: number,
      rest: Uint32Array,
    ): number {
      return addConductances!(
        at64(u),
        at64(bar),
        at64(table),
        elementAt(row.targets, start),
        hasWideTargets(row) ? 1 : 0,
        elementAt(row.weights, start),
        row.weight,
        start,
        end - start,
        at64(steps),
        at32(candidates),
        at64(values),
        found,
        at32(rest),
      );
    },

    /**
     * Adds arrivals to neurons with conductances of two time constants, as `addConductances` does; state [V, since, ge, gi, until], see
     * `advanceTwoConductances`. `steps`: decay rates in membrane time constants, reversals, changes of ge and gi per unit of weight if w >= 0
     * and if w < 0, time, tau in ms, end of the check interval, factors for refractory neurons.
     */
    addTwoConductances: (
      u: Float64Array,
      bar: Float64Array,
      row: CurrentRow,
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
        elementAt(row.targets, start),
        hasWideTargets(row) ? 1 : 0,
        elementAt(row.weights, start),
        row.weight,
        end - start,
        at64(steps),
        at32(candidates),
        at64(values),
        found,
      ),
    /** Advances [V, any, ge, gi] of one neuron by `time` membrane time constants; `params` begins like `steps` of `addTwoConductances`. */
    advanceTwoConductances: (state: Float64Array, params: Float64Array, time: number) =>
      void advanceTwoConductances!(at64(state), at64(params), time),

    /**
     * Lists neurons with exponential currents that may reach threshold within a check interval; returns their number. Sets the threshold
     * margin of the others, Infinity for refractory neurons; neurons of margin 0 have a predicted crossing and are left out. `now` as in
     * `VoltageBoundTables`, `rises` as in `CheckInterval`.
     */
    updateAll: (
      u: Float64Array,
      bar: Floats,
      now: Float64Array,
      rises: Float64Array,
      candidates: Uint32Array,
    ): number =>
      e.updateAll!(u.byteOffset, bar.byteOffset, bar.length, now.byteOffset, rises.byteOffset, candidates.byteOffset),
    /** Checks the first `count` candidates of the record at t; keeps those that need a predicted crossing in the list and returns their number. */
    checkCandidates: (record: PlasticRecord, t: number, count: number): number =>
      e.checkCandidates!(record.byteOffset, t, count),
    /** Delivers arrivals of one queue that pulse their dense row first; returns their number. */
    deliverPlastic: (record: PlasticRecord): number => e.deliverPlastic!(record.byteOffset),
    /** Delivers arrivals of several queues in the order of their batch; returns their number. */
    deliverBatch: (record: PlasticRecord): number => e.deliverBatch!(record.byteOffset),
    /** Appends arrivals from spike queues to a batch, and sorts the batch if there is room for all. */
    collectArrivals: (record: ArrivalBatchRecord) => void e.collectArrivals!(record.byteOffset),
    /** Delivers arrivals and spikes of a recurrent population with conductances; see `RecurrentRecord`. */
    deliverRecurrent: (record: RecurrentRecord) => void e.deliverRecurrent!(record.byteOffset),
    /** Delivers arrivals of all queues of a population in one stream; see `MergedDelivery`. */
    deliverMerged: (record: MergedRecord) => void e.deliverMerged!(record.byteOffset),
    /** Finds the starts of rows ordered by source, or copies the rows to `to` in this order; see core/graph/multiDelayQueue.ts. */
    orderBySource: (record: EdgesRecord, starts: Uint32Array, to: Floats | Indices | null): number =>
      e.orderBySource!(record.byteOffset, starts.byteOffset, at(to)),

    /** Draws up to `capacity` spikes, a multiple of four, ascending in (time, neuron); returns their number. */
    drawPoissonBlock: (p: PoissonSource, times: Float64Array, neurons: Uint32Array, capacity: number): number =>
      drawPoissonBlock!(
        at(times),
        at(neurons),
        capacity,
        at(p.state),
        at(p.clock),
        at(p.ziggurat),
        p.meanGap,
        p.slots,
        at(p.table?.keep ?? null),
        at(p.table?.own ?? null),
        at(p.table?.other ?? null),
        p.stop,
      ),
    /** Builds an alias table and the sum of its weights; returns its number of slots. */
    buildAliasTable: (
      weights: Float64Array,
      table: Readonly<Record<'keep' | 'sum', Float64Array> & Record<'own' | 'other' | 'work', Uint32Array>>,
    ): number =>
      e.buildAliasTable!(
        at64(weights),
        weights.length,
        at64(table.keep),
        at32(table.own),
        at32(table.other),
        at32(table.work),
        at64(table.sum),
      ),

    /** out[i] = table[bytes[i]] for a table that begins with 0; returns the sum, in order. */
    mapBytes(bytes: Uint8Array, table: Float64Array, out: Float64Array): number {
      out.fill(0);
      return e.mapBytes!(bytes.byteOffset, bytes.length, table.byteOffset, out.byteOffset);
    },
    /** b[j] = max(b[j] - by, lowest) for `count` thresholds j from `first` on; returns the smallest of them. */
    lowerThresholds: (b: Floats, first: number, count: number, by: number, lowest: number): number =>
      b.BYTES_PER_ELEMENT === 4
        ? e.lowerThresholds!(b.byteOffset + 4 * first, count, by, lowest)
        : lowerScalar(b, first, count, by, lowest),
    /** values[rows[k]] = e^((times[k] - t0) rate) for k = from … to - 1, in order; exponents lie between -700 and 700. */
    markTraces: (
      values: Float64Array,
      times: Float64Array,
      rows: Uint32Array,
      from: number,
      to: number,
      t0: number,
      rate: number,
    ) => void e.markTraces!(values.byteOffset, times.byteOffset, rows.byteOffset, from, to, t0, rate),
    /** out[i] = last[i] >= earliest ? up : down. */
    recentStrengths: (last: Float64Array, earliest: number, up: number, down: number, out: Float64Array) =>
      void e.recentStrengths!(last.byteOffset, last.length, earliest, up, down, out.byteOffset),
    /** out[i] = values[i] × factor - shift. */
    traceStrengths: (values: Float64Array, factor: number, shift: number, out: Float64Array) =>
      void e.traceStrengths!(values.byteOffset, values.length, factor, shift, out.byteOffset),
    /**
     * C = A B with A of m × k, element (i, p) at i × aRow + p × aColumn, and B of k × n and C of m × n row by row, all of one precision.
     * Sums run along p; each product is rounded first.
     */
    multiply: (a: Floats, aRow: number, aColumn: number, b: Floats, c: Floats, m: number, k: number, n: number) =>
      void (c.BYTES_PER_ELEMENT === 4 ? multiply32! : multiply64!)(
        a.byteOffset,
        aRow,
        aColumn,
        b.byteOffset,
        c.byteOffset,
        m,
        k,
        n,
      ),
  };
}
