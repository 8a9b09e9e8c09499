import type { Floats, Indices } from './arrays.ts';
import { FAILURES, type PulseCurve } from './devices.ts';
import type { Kernels, SparseRows } from './kernels.ts';
import { type KernelMemory, kernelMemory } from './memory.ts';
import { addConductances } from './plainConductances.ts';
import { addCurrents } from './plainCurrents.ts';
import { pulse } from './plainPulse.ts';
import { putPulses } from './plainStages.ts';
import { wearPulses } from './plainWear.ts';
import { RECORDS } from './records.ts';

type Exported = Record<string, (...values: number[]) => number>;

/** The kernels on a memory of their own, which an arena then hands out from `heapBase` on; null where they cannot run. */
export function simdKernels(): (KernelMemory & { kernels: Kernels; heapBase: number }) | null {
  const found = kernelMemory();
  if (found === null) return null;
  const { exports } = new WebAssembly.Instance(found.module, { env: { memory: found.memory } });
  const e = exports as unknown as Exported;
  if (e.records!() >>> 0 !== RECORDS)
    throw new Error('kernels were compiled with other records; run npm run build again');
  return { ...found, kernels: wrap(e), heapBase: e.heapBase!() };
}

/** Rows shorter than this are not worth a call into WebAssembly. */
const SHORT = 8;

const isSingle = (a: Floats): boolean => a.BYTES_PER_ELEMENT === 4;
/** Where it matters, kernels are called with `byteOffset` itself: this sees arrays of all kinds, which costs 20 ns. */
const at = (a: ArrayBufferView | null): number => (a === null ? 0 : a.byteOffset);

/** Where a list begins; 0: there is none. */
const listed = (list: Indices | null, offset: number): number =>
  list === null ? 0 : list.byteOffset + offset * list.BYTES_PER_ELEMENT;

const ofCurve = ({ a, back, whole, pulses }: PulseCurve) => [a, back, whole, pulses] as const;

function wrap(e: Exported): Kernels {
  const {
    addConductances16,
    addConductances32,
    addCurrents16,
    addCurrents32,
    denseStretch32,
    denseStretch64,
    poissonBlock,
  } = e;
  const { pulse32, pulse64, putPulses: put, takePulses, stepPulses, settlePulses, normals, uniforms } = e;
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
    denseStretch: (u, bar, weights, positive, saved, times, rows, from, to, { t0, rate, cells }, until) =>
      (isSingle(u) ? denseStretch32! : denseStretch64!)(
        u.byteOffset,
        bar.byteOffset,
        u.length,
        saved.byteOffset,
        weights.byteOffset,
        positive ? 1 : 0,
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
      if (end - start < SHORT) return addCurrents(u, edges, start, end, steps, suspects, found);
      const { weights, weight, targets } = edges;
      const wide = targets !== null && targets.BYTES_PER_ELEMENT === 4;
      return (wide ? addCurrents32! : addCurrents16!)(
        u.byteOffset,
        targets === null ? 0 : targets.byteOffset + start * targets.BYTES_PER_ELEMENT,
        weights === null ? 0 : weights.byteOffset + start * weights.BYTES_PER_ELEMENT,
        weight,
        end - start,
        steps.byteOffset,
        suspects.byteOffset,
        found,
      );
    },
    addConductances: (u, bar, table, edges, start, end, steps, suspects, values, found, rest) => {
      if (end - start < SHORT)
        return addConductances(u, bar, table, edges, start, end, steps, suspects, values, found, rest);
      const { weights, weight, targets } = edges;
      const wide = targets !== null && targets.BYTES_PER_ELEMENT === 4;
      return (wide ? addConductances32! : addConductances16!)(
        u.byteOffset,
        bar.byteOffset,
        table.byteOffset,
        targets === null ? 0 : targets.byteOffset + start * targets.BYTES_PER_ELEMENT,
        weights === null ? 0 : weights.byteOffset + start * weights.BYTES_PER_ELEMENT,
        weight,
        start,
        end - start,
        steps.byteOffset,
        suspects.byteOffset,
        values.byteOffset,
        found,
        rest.byteOffset,
      );
    },
    sweep: (u, bar, now, rises, listed) =>
      e.sweep!(u.byteOffset, bar.byteOffset, bar.length, now.byteOffset, rises.byteOffset, listed.byteOffset),
    lookAhead: (u, bar, count, o, limit) =>
      void e.lookAhead!(
        u.byteOffset,
        bar.byteOffset,
        o.listed.byteOffset,
        count,
        o.now.byteOffset,
        o.table.byteOffset,
        o.starts.length,
        o.starts.byteOffset,
        o.ceiling.byteOffset,
        o.untils.byteOffset,
        limit,
      ),
    plastic: (record) => e.plastic!(record.byteOffset),
    pulse: (d, run, trace, scale, mu) => {
      if (mu !== 0 && mu !== 1) return pulse(d, run, trace, scale, mu);
      (isSingle(d.weights) ? pulse32! : pulse64!)(
        d.record.byteOffset,
        listed(run.edges, run.offset),
        listed(run.others, run.offset),
        run.others === null ? 4 : run.others.BYTES_PER_ELEMENT,
        run.start,
        run.stride,
        run.count,
        run.row,
        trace.byteOffset,
        scale,
        mu,
      );
    },
    takePulses: (d, run, from, to, trace, scale, b) => {
      b.row = b.record.row = run.row;
      b.column = run.column;
      b.count = takePulses!(
        d.record.byteOffset,
        b.record.byteOffset,
        listed(run.edges, run.offset),
        listed(run.others, run.offset),
        run.others === null ? 4 : run.others.BYTES_PER_ELEMENT,
        run.start,
        run.stride,
        from,
        to,
        trace.byteOffset,
        scale,
      );
    },
    stepPulses: (b, soft, aUp, bUp, aDown, bDown) => {
      b.record.count = b.count;
      stepPulses!(b.record.byteOffset, soft ? 1 : 0, aUp, bUp, aDown, bDown);
    },
    curvePulses: (b, up, down) => {
      b.record.count = b.count;
      e.curvePulses!(b.record.byteOffset, ...ofCurve(up), ...ofCurve(down));
    },
    tablePulses: (b, up, down) => {
      b.record.count = b.count;
      e.tablePulses!(b.record.byteOffset, up.record.byteOffset, down.record.byteOffset);
    },
    scalePulses: (b, ups, downs) => {
      b.record.count = b.count;
      e.scalePulses!(b.record.byteOffset, ups.byteOffset, downs.byteOffset);
    },
    wearPulses: (b, w) => {
      const { stuck, lifetimes, failure, wear } = w;
      const wears = lifetimes.length > 0;
      if (wears && wear !== 2 && wear !== Number.POSITIVE_INFINITY) return wearPulses(b, w);
      b.record.count = b.count;
      b.markedCount = e.wearPulses!(
        b.record.byteOffset,
        stuck.byteOffset,
        wears ? lifetimes.byteOffset : 0,
        FAILURES.indexOf(failure),
        wear === 2 ? 1 : 0,
      );
    },
    settlePulses: (b, { cycleToCycle, writeNoise, levels }) => {
      b.record.count = b.count;
      settlePulses!(b.record.byteOffset, cycleToCycle, writeNoise, levels);
    },
    putPulses: (d, b) => {
      if (d.disturb !== null) return putPulses(d, b);
      b.record.count = b.count;
      put!(d.record.byteOffset, b.record.byteOffset);
    },
    takeRow: (d, start, count, b) => {
      b.count = b.record.count = count;
      e.takeRow!(d.record.byteOffset, b.record.byteOffset, start, count);
    },
    fadePulses: (b, programmed, rest, down) => {
      b.record.count = b.count;
      e.fadePulses!(b.record.byteOffset, programmed.byteOffset, rest, down);
    },
    showStates: (d, b) => e.showStates!(d.record.byteOffset, b.record.byteOffset),
    readStates: (d, b, pair, reference, least) =>
      e.readStates!(d.record.byteOffset, b.record.byteOffset, pair ? 1 : 0, reference, least),
    normals: ({ key }, entities, counts, n, out) =>
      void normals!(key[0]!, key[1]!, entities.byteOffset, counts.byteOffset, n, out.byteOffset),
    uniforms: ({ key }, entities, counts, n, out) =>
      void uniforms!(key[0]!, key[1]!, entities.byteOffset, counts.byteOffset, n, out.byteOffset),
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
    markTraces: (values, times, rows, from, to, t0, rate) =>
      void e.markTraces!(values.byteOffset, times.byteOffset, rows.byteOffset, from, to, t0, rate),
    traceStrengths: (values, factor, shift, out) =>
      void e.traceStrengths!(values.byteOffset, values.length, factor, shift, out.byteOffset),
  };
}
