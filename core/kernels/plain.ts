import { scaleAt } from '../math.ts';
import type { Floats } from './arrays.ts';
import type { Kernels } from './kernels.ts';
import { aliasTable } from './plainAlias.ts';
import { blockStretch } from './plainBlocks.ts';
import { addConductances } from './plainConductances.ts';
import { addCurrents } from './plainCurrents.ts';
import { curvePulses } from './plainCurve.ts';
import { factors, noise, uniforms } from './plainDraws.ts';
import { multiply } from './plainMultiply.ts';
import { poissonBlock } from './plainPoisson.ts';
import { pulse } from './plainPulse.ts';
import { fadePulses, readStates, showStates, takeRow } from './plainShow.ts';
import { putPulses, scalePulses, settlePulses, takePulses } from './plainStages.ts';
import { sweep } from './plainSweep.ts';
import { tablePulses } from './plainTable.ts';
import { markTraces, recentStrengths, traceStrengths } from './plainTraces.ts';
import { addTwoConductances, shuntNumbersOn } from './plainTwoConductances.ts';
import { wearPulses } from './plainWear.ts';

const { fround } = Math;

/** The kernels in plain TypeScript: the reference, and what runs where there is no WebAssembly SIMD. */
export const PLAIN: Kernels = {
  name: 'plain',
  denseStretch(u, bar, weights, _drop, _saved, times, rows, from, to, scale, until) {
    const single = u instanceof Float32Array;
    for (let k = from; k < to; k++) {
      const t = times[k]!;
      if (t >= until) return k - from;
      const s = scaleAt(t, scale.t0, scale.rate, scale.cells);
      const start = rows[k]! * u.length;
      const hit = single
        ? dense32(u, bar as Float32Array, weights as Float32Array, start, fround(s))
        : dense64(u, bar as Float64Array, weights as Float64Array, start, s);
      if (hit && (k + 1 === to || times[k + 1] !== t)) return from - k - 1;
    }
    return to - from;
  },

  sparseStretch(u, bar, least, edges, times, rows, from, to, scale, until, marks, fired) {
    for (let k = from; k < to; ) {
      const t = times[k]!;
      if (t >= until) return k - from;
      const s = scaleAt(t, scale.t0, scale.rate, scale.cells);
      const first = k++;
      while (k < to && times[k] === t) k++;
      for (let i = first; i < k; i++) PLAIN.addRow(u, edges, rows[i]!, s);
      let hits = 0;
      for (let i = first; i < k; i++) hits = PLAIN.testRow(u, bar, least, edges, rows[i]!, s, marks, fired, hits);
      for (let i = 1; i <= hits; i++) marks[fired[i]!] = 0;
      if (hits === 0) continue;
      fired[0] = hits;
      return from - k;
    }
    return to - from;
  },

  blockStretch,
  blockRace: () => 0,

  addRow(u, edges, row, factor) {
    deliver(u, edges, edges.starts[row]!, edges.starts[row + 1]!, factor);
  },

  testRow(u, bar, _least, { targets, starts }, row, scale, marks, fired, found) {
    const round = u instanceof Float32Array ? fround : same;
    const s = round(scale);
    let hits = found;
    for (let k = starts[row]!; k < starts[row + 1]!; k++) {
      const j = targets[k]!;
      if (u[j]! < round(bar[j]! * s) || marks[j] !== 0) continue;
      marks[j] = 1;
      fired[++hits] = j;
    }
    return hits;
  },

  thresholdScan(u, bar, scale, fired) {
    const round = u instanceof Float32Array ? fround : same;
    const s = round(scale);
    let count = 0;
    for (let j = 0; j < u.length; j++) if (u[j]! >= round(bar[j]! * s)) fired[count++] = j;
    return count;
  },

  addCurrents,
  addConductances,
  addTwoConductances,
  shuntOn: shuntNumbersOn,

  sweep,

  looks: null,

  plastic: null,
  stream: null,
  recurrent: null,
  collect: null,
  bySource: null,

  pulse,

  takePulses,

  curvePulses,
  tablePulses,
  scalePulses,
  wearPulses,
  takeRow,
  fadePulses,
  showStates,
  readStates,

  settlePulses,

  putPulses,

  noise,

  uniforms,
  factors,

  confluence: null,

  poissonBlock,

  aliasTable,

  lookUp(bytes, table, out) {
    let sum = 0;
    for (let i = 0; i < bytes.length; i++) sum += out[i] = table[bytes[i]!]!;
    return sum;
  },

  lower(b, first, count, by, lowest) {
    let least = Infinity;
    for (let j = first; j < first + count; j++) {
      b[j] = Math.max(b[j]! - by, lowest);
      if (b[j]! < least) least = b[j]!;
    }
    return least;
  },

  markTraces,

  recentStrengths,
  traceStrengths,

  multiply,
};

const same = (x: number): number => x;

function dense32(u: Float32Array, bar: Float32Array, weights: Float32Array, start: number, s: number): boolean {
  let hit = 0;
  for (let j = 0; j < u.length; j++) {
    const v = fround(u[j]! + fround(weights[start + j]! * s));
    u[j] = v;
    if (v >= fround(bar[j]! * s)) hit = 1;
  }
  return hit === 1;
}

function dense64(u: Float64Array, bar: Float64Array, weights: Float64Array, start: number, s: number): boolean {
  let hit = 0;
  for (let j = 0; j < u.length; j++) {
    const v = u[j]! + weights[start + j]! * s;
    u[j] = v;
    if (v >= bar[j]! * s) hit = 1;
  }
  return hit === 1;
}

/** u[j] += weights × factor along one row, without a test (arrivals that share their instant). */
export function deliver(
  u: Floats,
  e: { weights: Floats | null; weight: number; targets: ArrayLike<number> | null },
  start: number,
  end: number,
  factor: number,
): void {
  const { weights, targets, weight } = e;
  const round = u instanceof Float32Array ? fround : same;
  const f = round(factor);
  for (let k = start; k < end; k++) {
    const j = targets === null ? k - start : targets[k]!;
    u[j] = u[j]! + round(round(weights === null ? weight : weights[k]!) * f);
  }
}
