import { log1p, pow } from '../elementary.ts';
import { CounterRandom } from '../random/random.ts';
import { LAYERS, normalZiggurat } from '../random/ziggurat.ts';
import type { Floats, Indices, TypedArray, WithAddress } from './arrays.ts';
import type { PulseCurve, PulsedDevices, PulseRun, WithDevices } from './devices.ts';
import type { PoissonSource } from './kernelInputs.ts';
import { type KernelMemory, kernelMemory, type ModuleExports } from './memory.ts';
import type { Pulses } from './pulses.ts';
import {
  type ArrivalBatchRecord,
  type DeltaRowsRecord,
  type EdgesRecord,
  type MergedRecord,
  type PlasticRecord,
  RECORDS,
  type RecurrentRecord,
} from './records.ts';
import type { CurrentRow } from './scalarRows.ts';

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

/** Address of an array, 0 for null. Hot kernels read `byteOffset` or `address` themselves: this function sees all kinds of arrays (20 ns). */
const at = (a: ArrayBufferView | null): number => (a === null ? 0 : a.byteOffset);
/** `addressOf` for one kind of array each, so that V8 inlines the property access. */
const at64 = (a: Float64Array & WithAddress): number => a.address ?? a.byteOffset;
const at32 = (a: Uint32Array & WithAddress): number => a.address ?? a.byteOffset;

/** Address of element `start` of an array, 0 for null. */
const elementAt = (a: (TypedArray & WithAddress) | null, start: number): number =>
  a === null ? 0 : (a.address ?? a.byteOffset) + start * a.BYTES_PER_ELEMENT;

const hasWideTargets = ({ targets }: CurrentRow): boolean => targets !== null && targets.BYTES_PER_ELEMENT === 4;

function bindKernels(e: ModuleExports) {
  const { addConductances, addCurrents16, addCurrents32, addTwoConductances, advanceTwoConductances } = e;
  const { addRow, testRow, drawPoissonBlock, multiply32, multiply64 } = e;
  return {
    name: 'simd' as const,
    /**
     * Pulses a run of devices that are their weights, with strength scale × trace of the other side × (1 - g)^mu upwards, g^mu downwards:
     * g = clip(step(g)). Counts writes, row sums and energy.
     */
    pulse: (d: PulsedDevices, run: PulseRun, trace: Float64Array, scale: number, mu: number): void =>
      void (d.weights.BYTES_PER_ELEMENT === 4 ? e.pulse32! : e.pulse64!)(
        d.record.byteOffset,
        elementAt(run.edges, run.offset),
        elementAt(run.others, run.offset),
        run.others?.BYTES_PER_ELEMENT ?? 4,
        run.start,
        run.stride,
        run.count,
        run.row,
        trace.byteOffset,
        scale,
        mu,
      ),
    /** Puts devices `from` … `to - 1` of a run into the batch, without those of strength 0: strengths, states, pulse numbers. Returns their number. */
    takePulses: (
      { record: d }: WithDevices,
      { record: b }: Pulses,
      run: PulseRun,
      from: number,
      to: number,
      trace: Float64Array,
      scale: number,
    ): number =>
      e.takePulses!(
        d.byteOffset,
        b.byteOffset,
        elementAt(run.edges, run.offset),
        elementAt(run.others, run.offset),
        run.others?.BYTES_PER_ELEMENT ?? 4,
        run.start,
        run.stride,
        from,
        to,
        at64(trace),
        scale,
      ),
    /**
     * after = state behind a pulse of this strength on the curve of its direction; `squares`, if present, in proportion to the strength.
     * `levels`: number of levels that states are rounded to, so that the same states recur; 0 without levels.
     */
    curvePulses: ({ record }: Pulses, up: PulseCurve, down: PulseCurve, levels: number): void =>
      void e.curvePulses!(
        record.byteOffset,
        up.a,
        up.back,
        up.whole,
        up.pulses,
        up.square,
        down.a,
        down.back,
        down.whole,
        down.pulses,
        down.square,
        levels,
      ),
    /** Multiplies strengths by the factor of each device for upward or downward steps. */
    scalePulses: ({ record }: Pulses, ups: Float32Array, downs: Float32Array) =>
      void e.scalePulses!(record.byteOffset, ups.byteOffset, downs.byteOffset),
    /** Computes the step if its family is known, then its noise, the noise of the write, step share, bounds and levels, in this order. */
    computeStates: (d: WithDevices, b: Pulses) => void e.computeStates!(d.record.byteOffset, b.record.byteOffset),
    /** Stores the states after the pulses, counts pulses and energy. `stamp`: value stored with each programmed device. */
    storePulses: (d: WithDevices, b: Pulses, stamp: number) =>
      void e.storePulses!(d.record.byteOffset, b.record.byteOffset, stamp),
    /** Puts `count` devices from `start` on into the batch, in the states in which they were left. */
    takeRow: (d: WithDevices, b: Pulses, start: number, count: number) =>
      void e.takeRow!(d.record.byteOffset, b.record.byteOffset, start, count),
    /** before = rest + (before - rest) min(programmed × down, 1): relaxation of states since they were programmed. */
    relaxStates: ({ record }: Pulses, programmed: Float64Array, rest: number, down: number) =>
      void e.relaxStates!(record.byteOffset, at64(programmed), rest, down),
    /** Stores the weights of devices in the states `before`, as `takeRow` found them; returns their total conductance, S. */
    storeWeights: (d: WithDevices, b: Pulses): number => e.storeWeights!(d.record.byteOffset, b.record.byteOffset),
    /**
     * Stores weights as `storeWeights` does, from currents times `cycles` minus `reference` times `after`, one per device (`pair`) or the
     * first for all. Currents below `least` count as `least`; the conductance returned is that of the states.
     */
    storeReadWeights: (d: WithDevices, b: Pulses, pair: boolean, reference: number, least: number): number =>
      e.storeReadWeights!(d.record.byteOffset, b.record.byteOffset, pair ? 1 : 0, reference, least),
    /** out[i] = random.noise(entities[i], counts[i]) and other[i] = random.otherNoise(…) for i < n; arrays have room for a multiple of eight. */
    noise: (
      { key }: CounterRandom,
      entities: Uint32Array,
      counts: Uint32Array,
      n: number,
      out: Float64Array,
      other: Float64Array | null = null,
    ): void => void e.noise!(key[0]!, key[1]!, at32(entities), at32(counts), n, at64(out), at(other)),
    /** out[i] = random.uniform(entities[i], counts[i]) for i < n; arrays have room for a multiple of eight. */
    uniforms: (
      { key }: CounterRandom,
      entities: Uint32Array,
      counts: Uint32Array,
      n: number,
      out: Float64Array,
    ): void => void e.uniforms!(key[0]!, key[1]!, at32(entities), at32(counts), n, at64(out)),

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
     * Delivers arrivals to gated winner-take-all groups whose inhibition ends at once, and continues past spikes until the lists are full.
     * Returns the number of arrivals delivered, in whole ticks. `fired` gets the numbers of spikes and blocks.
     */
    raceGates: (r: DeltaRowsRecord): number => e.raceGates!(r.byteOffset),
    /** u[j] += weight × factor along one sparse row, without a threshold test. */
    addRow: (r: DeltaRowsRecord, row: number, factor: number) => void addRow!(r.byteOffset, row, factor),
    /** Appends the unmarked targets of a sparse row with u[j] >= bar[j] × scale to the `found` neurons in `fired`; returns their number. */
    testRow: (r: DeltaRowsRecord, row: number, scale: number, found: number): number =>
      testRow!(r.byteOffset, row, scale, found),

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
    drawPoissonBlock: (
      { record }: PoissonSource,
      times: Float64Array,
      neurons: Uint32Array,
      capacity: number,
    ): number => drawPoissonBlock!(at(times), at(neurons), capacity, record.byteOffset),
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
