/** Deliveries of rows neuron by neuron, with the same operations in the same order as the SIMD kernels. */
import type { Floats } from '../../../../core/kernels/arrays.ts';
import type { BlockRows } from '../../../../core/kernels/blockRows.ts';
import type { Kernels, Scale } from '../../../../core/kernels/kernels.ts';
import { ViewPlaces as AT } from '../../../../core/kernels/records.ts';
import { addBlocksScalar, addRowScalar, roundingOf } from '../../../../core/kernels/scalarRows.ts';
import { scaleAt } from '../../../../core/math.ts';

type RowKernels = 'denseStretch' | 'sparseStretch' | 'blockStretch' | 'addRow' | 'testRow' | 'thresholdScan' | 'sweep';

/** Margin of a neuron with a predicted crossing. */
const PREDICTED = 0;

const { fround } = Math;

export const ROWS: Pick<Kernels, RowKernels> = {
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
      for (let i = first; i < k; i++) ROWS.addRow(u, edges, rows[i]!, s);
      let hits = 0;
      for (let i = first; i < k; i++) hits = ROWS.testRow(u, bar, least, edges, rows[i]!, s, marks, fired, hits);
      for (let i = 1; i <= hits; i++) marks[fired[i]!] = 0;
      if (hits === 0) continue;
      fired[0] = hits;
      return from - k;
    }
    return to - from;
  },

  blockStretch,
  addRow(u, edges, row, factor) {
    addRowScalar(u, edges, edges.starts[row]!, edges.starts[row + 1]!, factor);
  },

  testRow(u, bar, _least, { targets, starts }, row, scale, marks, fired, found) {
    const round = roundingOf(u);
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
    const round = roundingOf(u);
    const s = round(scale);
    let count = 0;
    for (let j = 0; j < u.length; j++) if (u[j]! >= round(bar[j]! * s)) fired[count++] = j;
    return count;
  },

  sweep,
};

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

function blockStretch(
  u: Floats,
  bar: Floats,
  e: BlockRows,
  held: Float64Array | null,
  times: Float64Array,
  rows: Uint32Array,
  from: number,
  to: number,
  scale: Scale,
  until: number,
  fired: Uint32Array,
): number {
  const { size, starts, groups, gates } = e.blocks;
  const round = roundingOf(u);
  for (let k = from; k < to; ) {
    const t = times[k]!;
    if (t >= until) return k - from;
    const s = scaleAt(t, scale.t0, scale.rate, scale.cells);
    const first = k++;
    while (k < to && times[k] === t) k++;
    for (let i = first; i < k; i++) addBlocksScalar(u, e, rows[i]!, s, held, t);
    let hits = 0;
    for (let i = first; i < k; i++) {
      const row = rows[i]!;
      for (let b = starts[row]!; b < starts[row + 1]!; b++) {
        if (gates !== null && b !== gates[row]) continue;
        for (let j = groups[b]! * size; j < (groups[b]! + 1) * size; j++)
          if (u[j]! >= round(bar[j]! * round(s)) && !fired.subarray(1, hits + 1).includes(j)) fired[++hits] = j;
      }
    }
    if (hits === 0) continue;
    fired[0] = hits;
    return from - k;
  }
  return to - from;
}

function sweep(
  u: Float64Array,
  bar: ArrayLike<number>,
  now: Float64Array,
  rises: Float64Array,
  listed: Uint32Array,
): number {
  const [decayM, shapeE, shapeI] = [now[AT.decayM]!, now[AT.shapeE]!, now[AT.shapeI]!];
  const [decayE, decayI, guard] = [now[AT.decayE]!, now[AT.decayI]!, now[AT.guard]!];
  const [positive, negative, exc, inh] = [rises[0]!, rises[1]!, decayE * rises[2]!, decayI * rises[3]!];
  let count = 0;
  for (let j = 0, o = 0; o < u.length; j++, o += 4) {
    const m = u[o]!;
    if (u[o + 3] === PREDICTED) continue;
    if (m === -Infinity) {
      u[o + 3] = Infinity;
      continue;
    }
    const e = u[o + 1]!;
    const i = u[o + 2]!;
    const p = m * decayM + e * shapeE + i * shapeI;
    const leak = Math.max(p * positive, p * negative); // the former where p > 0, as positive > negative
    const rise = leak + e * exc + i * inh;
    const start = p - bar[j]!;
    const bound = rise > 0 ? start + rise : start;
    if (bound < -guard) u[o + 3] = -bound;
    else listed[count++] = j;
  }
  return count;
}
