/** Kernels in SIMD that devices in states go through: pulses stage by stage, reads, draws. */
import type { Indices } from './arrays.ts';
import { FAILURES, type PulseCurve, type StagesLeft, type StepFamily } from './devices.ts';
import type { Kernels } from './kernels.ts';
import { putPulses } from './plainStages.ts';
import { wearPulses } from './plainWear.ts';
import type { Pulses } from './pulses.ts';

/** Functions of the module. */
export type Exported = Record<string, (...values: number[]) => number>;

type Stages = Pick<
  Kernels,
  | 'takePulses'
  | 'stepPulses'
  | 'curvePulses'
  | 'tablePulses'
  | 'scalePulses'
  | 'wearPulses'
  | 'settlePulses'
  | 'putPulses'
  | 'takeRow'
  | 'fadePulses'
  | 'showStates'
  | 'readStates'
  | 'normals'
  | 'uniforms'
  | 'factors'
>;

/** Where a list begins; 0: there is none. */
export const listed = (list: Indices | null, offset: number): number =>
  list === null ? 0 : list.byteOffset + offset * list.BYTES_PER_ELEMENT;

function placed({ record, count, byColumn }: Pulses): void {
  record.count = count;
  record.byColumn = byColumn ? 1 : 0;
}

const NO_FAMILY: StepFamily = { soft: false, up: { a: 0, b: 0 }, down: { a: 0, b: 0 } };
const NONE: StagesLeft = { family: null, straying: { cycleToCycle: 0, writeNoise: 0, levels: 0 } };

const ofCurve = ({ a, back, whole, pulses }: PulseCurve) => [a, back, whole, pulses] as const;

export function stagesOf(e: Exported): Stages {
  const { putPulses: put, takePulses, stepPulses, settlePulses, normals, uniforms } = e;
  return {
    takePulses: (d, run, from, to, trace, scale, b) => {
      b.row = b.record.row = run.row;
      b.record.statesFrom = b.statesFrom;
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
    stepPulses: (b, { soft, up, down }) => {
      b.record.count = b.count;
      stepPulses!(b.record.byteOffset, soft ? 1 : 0, up.a, up.b, down.a, down.b);
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
      placed(b);
      e.scalePulses!(b.record.byteOffset, ups.byteOffset + 4 * b.first, downs.byteOffset + 4 * b.first);
    },
    wearPulses: (b, w, lifetimes) => {
      const { stuck, failure, wear } = w;
      const wears = lifetimes.length > 0;
      if (wears && wear !== 2 && wear !== Infinity) return wearPulses(b, w, lifetimes);
      placed(b);
      b.markedCount = e.wearPulses!(
        b.record.byteOffset,
        w.some ? stuck.byteOffset : 0,
        wears ? lifetimes.byteOffset + 8 * b.first : 0,
        FAILURES.indexOf(failure),
        wear === 2 ? 1 : 0,
      );
    },
    settlePulses: (b, { cycleToCycle, writeNoise, levels }) => {
      b.record.count = b.count;
      settlePulses!(b.record.byteOffset, cycleToCycle, writeNoise, levels);
    },
    putPulses: (d, b, ends, stamp, left) => {
      if (d.disturb !== null) return putPulses(d, b, ends, stamp, left);
      placed(b);
      const { family, straying } = left ?? NONE;
      const { soft, up, down } = family ?? NO_FAMILY;
      put!(
        d.record.byteOffset,
        b.record.byteOffset,
        ends === null ? 0 : ends.byteOffset + 16 * b.first,
        stamp,
        left === null ? 0 : 1,
        straying.cycleToCycle,
        straying.writeNoise,
        straying.levels,
        family === null ? 0 : soft ? 2 : 1,
        up.a,
        up.b,
        down.a,
        down.b,
      );
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
    factors: (x, n, sd) => void e.factors!(x.byteOffset, n, sd),
  };
}
