import { log1p } from '../elementary.ts';
import { CounterRandom } from '../random/random.ts';
import { LAYERS, normalZiggurat } from '../random/ziggurat.ts';
import type { Floats, Placed } from './arrays.ts';
import { MAX_GROUPS } from './blockRows.ts';
import { addConductances } from './conductances.ts';
import type { Kernels, SparseRows } from './kernels.ts';
import { type KernelMemory, kernelMemory } from './memory.ts';
import { RECORDS } from './records.ts';
import { pulseScalar } from './scalarPulses.ts';
import { addCurrentsScalar, lowerScalar } from './scalarRows.ts';
import { type Exported, listed, stagesOf } from './simdStages.ts';
import { addTwoConductances } from './twoConductances.ts';

/** Kernels on a memory of their own, of which arrays may take all bytes from `heapBase` on. */
export function createKernels(): KernelMemory & { kernels: Kernels; heapBase: number } {
  const found = kernelMemory();
  const { memory } = found;
  const fillLayers = (at: number) =>
    new Float64Array(memory.buffer, at, LAYERS + 1).set(normalZiggurat().subarray(0, LAYERS + 1));
  const env = { memory, log1p, noiseOf: CounterRandom.noiseOf, fillLayers };
  const { exports } = new WebAssembly.Instance(found.module, { env });
  const e = exports as unknown as Exported;
  if (e.records!() >>> 0 !== RECORDS) throw new Error('kernels of other records: run npm run build');
  return { ...found, kernels: wrap(e), heapBase: e.heapBase!() };
}

/** Rows shorter than this are not worth a call into WebAssembly. */
const SHORT = 8;

const isSingle = (a: Floats): boolean => a.BYTES_PER_ELEMENT === 4;
/** Where it matters, kernels are called with `byteOffset` itself: this sees arrays of all kinds, which costs 20 ns. */
const at = (a: ArrayBufferView | null): number => (a === null ? 0 : a.byteOffset);
/** `addressOf` for one kind of array each, which that knows where it looks. */
const at64 = (a: Float64Array & Placed): number => a.address ?? a.byteOffset;
const at32 = (a: Uint32Array & Placed): number => a.address ?? a.byteOffset;

function wrap(e: Exported): Kernels {
  const {
    addConductances: conductances,
    addCurrents16,
    addCurrents32,
    denseStretch32,
    denseStretch64,
    poissonBlock,
  } = e;
  const { addTwoConductances: twoConductances, shuntOn, pulse32, pulse64, multiply32, multiply64 } = e;
  const variants = (name: string) => ({
    '4x2': e[`${name}32x16`]!,
    '4x4': e[`${name}32x32`]!,
    '8x2': e[`${name}64x16`]!,
    '8x4': e[`${name}64x32`]!,
  });
  const [sparse, add, test] = [variants('sparseStretch'), variants('addRow'), variants('testRow')];
  const confluence = variants('confluence');
  const kind = (u: Floats, edges: SparseRows) => {
    const wide = edges.targets.BYTES_PER_ELEMENT === 4;
    return isSingle(u) ? (wide ? '4x4' : '4x2') : wide ? '8x4' : '8x2';
  };
  return {
    name: 'simd',
    denseStretch: (u, bar, weights, drop, saved, times, rows, from, to, { t0, rate, cells }, until) =>
      (isSingle(u) ? denseStretch32! : denseStretch64!)(
        u.byteOffset,
        bar.byteOffset,
        u.length,
        saved.byteOffset,
        weights.byteOffset,
        drop,
        times.byteOffset,
        rows.byteOffset,
        from,
        to,
        t0,
        rate,
        cells,
        until,
      ),
    sparseStretch: (u, bar, least, edges, times, rows, from, to, { t0, rate, cells }, until, marks, fired) =>
      sparse[kind(u, edges)](
        u.byteOffset,
        bar.byteOffset,
        least,
        edges.starts.byteOffset,
        edges.identity ? 0 : edges.targets.byteOffset,
        edges.weights === null ? 0 : edges.weights.byteOffset,
        edges.weight,
        times.byteOffset,
        rows.byteOffset,
        from,
        to,
        t0,
        rate,
        cells,
        until,
        marks.byteOffset,
        fired.byteOffset,
      ),
    blockStretch: (u, bar, edges, held, times, rows, from, to, { t0, rate, cells }, until, fired, saved) =>
      (isSingle(u) ? e.blockStretch32! : e.blockStretch64!)(
        u.byteOffset,
        bar.byteOffset,
        edges.weights.byteOffset,
        edges.blocks.size,
        edges.blocks.starts.byteOffset,
        edges.blocks.groups.byteOffset,
        edges.blocks.offsets.byteOffset,
        at(edges.blocks.gates),
        at(held),
        times.byteOffset,
        rows.byteOffset,
        from,
        to,
        t0,
        rate,
        cells,
        until,
        fired.byteOffset,
        saved.byteOffset,
        held !== null && held.length <= MAX_GROUPS && edges.least === 0 && edges.blocks.gates === null
          ? held.length
          : 0,
      ),
    blockRace: (r, times, rows, from, to, { t0, rate, cells }, until) => {
      const { weights, blocks } = r.edges;
      return (blocks.gates === null ? e.groupRace32! : e.blockRace32!)(
        r.u.byteOffset,
        r.bar.byteOffset,
        weights.byteOffset,
        blocks.size,
        blocks.starts.byteOffset,
        blocks.groups.byteOffset,
        blocks.offsets.byteOffset,
        r.held.byteOffset,
        times.byteOffset,
        rows.byteOffset,
        from,
        to,
        t0,
        rate,
        cells,
        until,
        r.vInf,
        r.floor,
        r.spikes.times.byteOffset,
        r.spikes.neurons.byteOffset,
        r.fired.byteOffset,
        at(blocks.gates),
        r.changes,
        r.rows.byteOffset,
        r.blocks.byteOffset,
        r.saved.byteOffset,
        r.held.length,
        r.hold,
        r.most,
        r.spent.byteOffset,
      );
    },
    addRow: (u, edges, row, factor) =>
      void add[kind(u, edges)](
        u.byteOffset,
        edges.starts.byteOffset,
        edges.targets.byteOffset,
        edges.weights === null ? 0 : edges.weights.byteOffset,
        edges.weight,
        row,
        factor,
      ),
    testRow: (u, bar, least, edges, row, scale, marks, fired, found) =>
      test[kind(u, edges)](
        u.byteOffset,
        bar.byteOffset,
        least,
        edges.starts.byteOffset,
        edges.targets.byteOffset,
        row,
        scale,
        marks.byteOffset,
        fired.byteOffset,
        found,
      ),
    thresholdScan: (u, bar, scale, fired) =>
      (isSingle(u) ? e.thresholdScan32! : e.thresholdScan64!)(
        u.byteOffset,
        bar.byteOffset,
        u.length,
        scale,
        fired.byteOffset,
      ),
    addCurrents: (u, edges, start, end, steps, suspects, found) => {
      if (end - start < SHORT) return addCurrentsScalar(u, edges, start, end, steps, suspects, found);
      const { weights, weight, targets } = edges;
      const wide = targets !== null && targets.BYTES_PER_ELEMENT === 4;
      return (wide ? addCurrents32! : addCurrents16!)(
        at64(u),
        targets === null ? 0 : targets.byteOffset + start * targets.BYTES_PER_ELEMENT,
        weights === null ? 0 : weights.byteOffset + start * weights.BYTES_PER_ELEMENT,
        weight,
        end - start,
        at64(steps),
        at32(suspects),
        found,
      );
    },
    addTwoConductances: (u, bar, edges, start, end, steps, suspects, values, found) => {
      if (end - start < SHORT) return addTwoConductances(u, bar, edges, start, end, steps, suspects, values, found);
      const { weights, weight, targets } = edges;
      return twoConductances!(
        at64(u),
        at64(bar),
        targets === null ? 0 : targets.byteOffset + start * targets.BYTES_PER_ELEMENT,
        targets !== null && targets.BYTES_PER_ELEMENT === 4 ? 1 : 0,
        weights === null ? 0 : weights.byteOffset + start * weights.BYTES_PER_ELEMENT,
        weight,
        end - start,
        at64(steps),
        at32(suspects),
        at64(values),
        found,
      );
    },
    shuntOn: (onward, shunts, time) => shuntOn!(at64(onward), at64(shunts), time),
    addConductances: (u, bar, table, edges, start, end, steps, suspects, values, found, rest) => {
      if (end - start < SHORT)
        return addConductances(u, bar, table, edges, start, end, steps, suspects, values, found, rest);
      const { weights, weight, targets } = edges;
      return conductances!(
        at64(u),
        at64(bar),
        at64(table),
        targets === null ? 0 : targets.byteOffset + start * targets.BYTES_PER_ELEMENT,
        targets !== null && targets.BYTES_PER_ELEMENT === 4 ? 1 : 0,
        weights === null ? 0 : weights.byteOffset + start * weights.BYTES_PER_ELEMENT,
        weight,
        start,
        end - start,
        at64(steps),
        at32(suspects),
        at64(values),
        found,
        at32(rest),
      );
    },
    sweep: (u, bar, now, rises, listed) =>
      e.sweep!(u.byteOffset, bar.byteOffset, bar.length, now.byteOffset, rises.byteOffset, listed.byteOffset),
    looks: (record, t, count) => e.looks!(record.byteOffset, t, count),
    plastic: (record) => e.plastic!(record.byteOffset),
    stream: (record) => e.streamOn!(record.byteOffset),
    bySource: (record, starts, to) => e.bySource!(record.byteOffset, starts.byteOffset, at(to)),
    recurrent: (record) => void e.recurrent!(record.byteOffset),
    collect: (record) => void e.collect!(record.byteOffset),
    pulse: (d, run, trace, scale, mu) => {
      if (mu !== 0 && mu !== 1) return pulseScalar(d, run, trace, scale, mu);
      (isSingle(d.weights) ? pulse32! : pulse64!)(
        d.record.byteOffset,
        listed(run.edges, run.offset),
        listed(run.others, run.offset),
        run.others?.BYTES_PER_ELEMENT ?? 4,
        run.start,
        run.stride,
        run.count,
        run.row,
        trace.byteOffset,
        scale,
        mu,
      );
    },
    ...stagesOf(e),
    confluence: (record, u, edges) => void confluence[kind(u, edges)](record.byteOffset),
    poissonBlock: (p, times, neurons, capacity) =>
      poissonBlock!(
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
    aliasTable: (weights, { keep, own, other, work, sum }) =>
      e.aliasTable!(
        weights.byteOffset,
        weights.length,
        keep.byteOffset,
        own.byteOffset,
        other.byteOffset,
        work.byteOffset,
        sum.byteOffset,
      ),
    lookUp: (bytes, table, out) => {
      out.fill(0);
      return e.lookUp!(bytes.byteOffset, bytes.length, table.byteOffset, out.byteOffset);
    },
    lower: (b, first, count, by, lowest) =>
      isSingle(b) ? e.lower!(b.byteOffset + 4 * first, count, by, lowest) : lowerScalar(b, first, count, by, lowest),
    markTraces: (values, times, rows, from, to, t0, rate) =>
      void e.markTraces!(values.byteOffset, times.byteOffset, rows.byteOffset, from, to, t0, rate),
    recentStrengths: (last, earliest, up, down, out) =>
      void e.recentStrengths!(last.byteOffset, last.length, earliest, up, down, out.byteOffset),
    traceStrengths: (values, factor, shift, out) =>
      void e.traceStrengths!(values.byteOffset, values.length, factor, shift, out.byteOffset),
    multiply: (a, aRow, aColumn, b, c, m, k, n) =>
      void (isSingle(c) ? multiply32! : multiply64!)(a.byteOffset, aRow, aColumn, b.byteOffset, c.byteOffset, m, k, n),
  };
}
