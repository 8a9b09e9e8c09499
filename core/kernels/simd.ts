import type { Floats } from './arrays.ts';
import type { Kernels, SparseRows } from './kernels.ts';
import { type KernelMemory, kernelMemory } from './memory.ts';
import { addCurrents } from './plainCurrents.ts';
import { pulse } from './plainPulse.ts';
import { putPulses } from './plainStages.ts';
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

function wrap(e: Exported): Kernels {
  const { addCurrents16, addCurrents32, denseStretch32, denseStretch64, poissonBlock } = e;
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
      const { others, edges, offset } = run;
      (isSingle(d.weights) ? e.pulse32! : e.pulse64!)(
        d.weights.byteOffset,
        edges === null ? 0 : edges.byteOffset + offset * 4,
        others === null ? 0 : others.byteOffset + offset * others.BYTES_PER_ELEMENT,
        others === null ? 4 : others.BYTES_PER_ELEMENT,
        run.start,
        run.stride,
        run.count,
        run.row,
        trace.byteOffset,
        scale,
        mu,
        d.soft ? 1 : 0,
        d.parameters.byteOffset,
        d.spread === null ? 0 : d.spread.wMax.byteOffset,
        d.spread?.wMin ? d.spread.wMin.byteOffset : 0,
        d.spread === null ? 0 : d.spread.up.byteOffset,
        d.spread === null ? 0 : d.spread.down.byteOffset,
        d.rowSums.length > 0 ? d.rowSums.byteOffset : 0,
        d.totals.byteOffset,
        d.pulses.length > 0 ? d.pulses.byteOffset : 0,
        d.joules.length > 0 ? d.joules.byteOffset : 0,
        d.random.key[0]!,
        d.random.key[1]!,
        d.room.edges.byteOffset,
        d.room.numbers.byteOffset,
        d.room.draws.byteOffset,
      );
    },
    takePulses: (d, run, from, to, trace, scale, b) => {
      const { others, edges, offset } = run;
      b.row = run.row;
      b.column = run.column;
      b.count = e.takePulses!(
        edges === null ? 0 : edges.byteOffset + offset * 4,
        others === null ? 0 : others.byteOffset + offset * others.BYTES_PER_ELEMENT,
        others === null ? 4 : others.BYTES_PER_ELEMENT,
        run.start,
        run.stride,
        from,
        to,
        trace.byteOffset,
        scale,
        d.g.byteOffset,
        d.pulses.byteOffset,
        b.edges.byteOffset,
        b.others.byteOffset,
        b.numbers.byteOffset,
        b.amounts.byteOffset,
        b.before.byteOffset,
      );
    },
    stepPulses: (b, soft, aUp, bUp, aDown, bDown) =>
      void e.stepPulses!(
        b.before.byteOffset,
        b.amounts.byteOffset,
        b.after.byteOffset,
        b.count,
        soft ? 1 : 0,
        aUp,
        bUp,
        aDown,
        bDown,
      ),
    settlePulses: (b, { cycleToCycle, writeNoise, levels }) =>
      void e.settlePulses!(
        b.before.byteOffset,
        b.after.byteOffset,
        b.amounts.byteOffset,
        b.count,
        cycleToCycle > 0 ? b.cycles.byteOffset : 0,
        cycleToCycle,
        writeNoise > 0 ? b.writes.byteOffset : 0,
        writeNoise,
        b.low.byteOffset,
        b.high.byteOffset,
        b.share.byteOffset,
        levels,
        b.rounding.byteOffset,
      ),
    putPulses: (d, b) => {
      if (d.disturb !== null) return putPulses(d, b);
      const electrical = d.rows.length > 0;
      e.putPulses!(
        b.edges.byteOffset,
        b.others.byteOffset,
        b.row,
        b.count,
        b.numbers.byteOffset,
        b.amounts.byteOffset,
        b.before.byteOffset,
        b.after.byteOffset,
        d.g.byteOffset,
        d.weights.byteOffset,
        isSingle(d.weights) ? 1 : 0,
        d.pulses.byteOffset,
        d.totals.byteOffset,
        electrical ? d.rows.byteOffset : 0,
        electrical ? d.all.byteOffset : 0,
        d.joules.length > 0 ? d.joules.byteOffset : 0,
        d.square,
        b.squares === null ? 0 : b.squares.byteOffset,
        d.gMin,
        d.perWeight,
        d.low,
        d.top,
        d.lows === null ? 0 : d.lows.byteOffset,
        d.tops === null ? 0 : d.tops.byteOffset,
      );
    },
    normals: ({ key }, entities, counts, n, out) =>
      void e.normals!(key[0]!, key[1]!, entities.byteOffset, counts.byteOffset, n, out.byteOffset),
    uniforms: ({ key }, entities, counts, n, out) =>
      void e.uniforms!(key[0]!, key[1]!, entities.byteOffset, counts.byteOffset, n, out.byteOffset),
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
