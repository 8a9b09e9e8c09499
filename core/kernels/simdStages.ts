/** Kernels in SIMD that devices in states go through: pulses stage by stage, reads, draws. */
import { addressOf, type Indices, type TypedArray } from './arrays.ts';
import { FAILURES } from './devices.ts';
import type { Pulses } from './pulses.ts';
import { putScalar, wearScalar } from './scalarPulses.ts';
import type { PulseStages } from './stages.ts';

/** Functions of the module. */
export type Exported = Record<string, (...values: number[]) => number>;

/** Where a list begins; 0: there is none. */
export const listed = (list: Indices | null, offset: number): number =>
  list === null ? 0 : addressOf(list) + offset * list.BYTES_PER_ELEMENT;

/** The same, so many bytes on. */
const beyond = (array: TypedArray | null | undefined, bytes: number): number => (!array ? 0 : addressOf(array) + bytes);

function placed({ record, count, row, statesFrom, byColumn }: Pulses): void {
  record.count = count;
  record.row = row;
  record.statesFrom = statesFrom;
  record.byColumn = byColumn ? 1 : 0;
}

export function stagesOf(e: Exported): PulseStages {
  const { putPulses: put, takePulses, settlePulses, noise, uniforms } = e;
  const stages: PulseStages = {
    takePulses: (d, run, from, to, trace, scale, b) => {
      placed(b);
      b.count = takePulses!(
        d.record.byteOffset,
        b.record.byteOffset,
        listed(run.edges, run.offset),
        listed(run.others, run.offset),
        run.others?.BYTES_PER_ELEMENT ?? 4,
        run.start,
        run.stride,
        from,
        to,
        addressOf(trace),
        scale,
      );
    },
    curvePulses: (b, up, down, levels) => {
      b.record.count = b.count;
      e.curvePulses!(
        b.record.byteOffset,
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
      );
    },
    tablePulses: (b, { rows, values, first, last }) => {
      b.record.count = b.count;
      const cells = first.length / 2 - 1;
      const [here, there, from] = [addressOf(rows), addressOf(values), addressOf(first)];
      e.tablePulses!(b.record.byteOffset, here, there, from, cells, last[0], last[1]);
    },
    scalePulses: (b, ups, downs) => {
      placed(b);
      e.scalePulses!(b.record.byteOffset, beyond(ups, 4 * b.first), beyond(downs, 4 * b.first));
    },
    wearPulses: (b, w, lifetimes) => {
      const { stuck, failure, wear } = w;
      const wears = lifetimes.length > 0;
      if (wears && wear !== 2 && wear !== Infinity) return wearScalar(b, w, lifetimes);
      placed(b);
      b.markedCount = e.wearPulses!(
        b.record.byteOffset,
        w.some ? addressOf(stuck) : 0,
        wears ? beyond(lifetimes, 8 * b.first) : 0,
        FAILURES.indexOf(failure),
        wear === 2 ? 1 : 0,
      );
    },
    settlePulses: (d, b) => {
      b.record.count = b.count;
      settlePulses!(d.record.byteOffset, b.record.byteOffset);
    },
    putPulses: (d, b, differing, stamp, settles) => {
      if (d.disturb !== null) {
        const { up, down } = differing;
        if (settles && d.stages.family && up && down) stages.scalePulses(b, up, down);
        if (settles) stages.settlePulses(d, b);
        return putScalar(d, b, differing, stamp);
      }
      placed(b);
      const { ends, up, down } = differing;
      put!(
        d.record.byteOffset,
        b.record.byteOffset,
        beyond(ends, 16 * b.first),
        beyond(up, 4 * b.first),
        beyond(down, 4 * b.first),
        stamp,
        settles ? 1 : 0,
      );
    },
    pulseColumn: (d, run, trace, scale, b, { ends, up, down }, { key }) => {
      b.count = run.count;
      placed(b);
      return !!e.pulseColumn!(
        d.record.byteOffset,
        b.record.byteOffset,
        beyond(ends, 16 * b.first),
        beyond(up, 4 * b.first),
        beyond(down, 4 * b.first),
        run.start,
        run.stride,
        addressOf(trace),
        scale,
        key[0]!,
        key[1]!,
      );
    },
    takeRow: (d, start, count, b) => {
      b.count = b.record.count = count;
      e.takeRow!(d.record.byteOffset, b.record.byteOffset, start, count);
    },
    fadePulses: (b, programmed, rest, down) => {
      b.record.count = b.count;
      e.fadePulses!(b.record.byteOffset, addressOf(programmed), rest, down);
    },
    showStates: (d, b) => e.showStates!(d.record.byteOffset, b.record.byteOffset),
    readStates: (d, b, pair, reference, least) =>
      e.readStates!(d.record.byteOffset, b.record.byteOffset, pair ? 1 : 0, reference, least),
    noise: ({ key }, entities, counts, n, out, other = null) =>
      void noise!(key[0]!, key[1]!, addressOf(entities), addressOf(counts), n, addressOf(out), beyond(other, 0)),
    uniforms: ({ key }, entities, counts, n, out) =>
      void uniforms!(key[0]!, key[1]!, addressOf(entities), addressOf(counts), n, addressOf(out)),
    factors: (x, n, sd) => void e.factors!(addressOf(x), n, sd),
  };
  return stages;
}
