/** Deliveries neuron by neuron, with the same operations in the same order as the SIMD kernels. */
import type { Floats, Indices } from '../../../../core/kernels/arrays.ts';
import type { Kernels } from '../../../../core/kernels/kernels.ts';
import { VoltagePlaces as AT } from '../../../../core/kernels/records.ts';
import { addRowScalar, SCHEDULED_CROSSING_MARGIN, selectRounding } from '../../../../core/kernels/scalarRows.ts';
import { exponentialScaleAt } from '../../../../core/math.ts';

/** Fields of a `DeltaRowsRecord`, as arrays. */
export interface Arrivals {
  readonly u: Floats;
  readonly bar: Floats;
  readonly t0: number;
  readonly rate: number;
  readonly cells: number;
  readonly until: number;
  readonly times: Float64Array;
  readonly rows: Uint32Array;
  from: number;
  readonly to: number;
}
export interface DenseArrivals extends Arrivals {
  readonly weights: Floats;
}
export interface SparseRowArrays {
  readonly u: Floats;
  readonly bar: Floats;
  readonly marks: Uint8Array;
  readonly fired: Uint32Array;
  readonly starts: Uint32Array;
  readonly targets: Indices;
  readonly weights: Floats | null;
  readonly weight: number;
}

export function deliverDense(r: DenseArrivals): number {
  const { u, bar, weights, t0, rate, cells, until, times, rows, from, to } = r;
  const round = selectRounding(u);
  for (let k = from; k < to; k++) {
    const t = times[k]!;
    if (t >= until) return k - from;
    const s = round(exponentialScaleAt(t, t0, rate, cells));
    const start = rows[k]! * u.length;
    let hit = false;
    for (let j = 0; j < u.length; j++) {
      u[j] = round(u[j]! + round(weights[start + j]! * s));
      if (u[j]! >= round(bar[j]! * s)) hit = true;
    }
    if (hit && (k + 1 === to || times[k + 1] !== t)) return from - k - 1;
  }
  return to - from;
}

export function deliverSparse(r: Arrivals & SparseRowArrays): number {
  const { t0, rate, cells, until, times, rows, from, to, marks, fired } = r;
  for (let k = from; k < to; ) {
    const t = times[k]!;
    if (t >= until) return k - from;
    const s = exponentialScaleAt(t, t0, rate, cells);
    const first = k++;
    while (k < to && times[k] === t) k++;
    for (let i = first; i < k; i++) addRow(r, rows[i]!, s);
    let hits = 0;
    for (let i = first; i < k; i++) hits = testRow(r, rows[i]!, s, hits);
    for (let i = 1; i <= hits; i++) marks[fired[i]!] = 0;
    if (hits === 0) continue;
    fired[0] = hits;
    return from - k;
  }
  return to - from;
}

export function addRow(r: SparseRowArrays, row: number, factor: number): void {
  addRowScalar(r.u, r, r.starts[row]!, r.starts[row + 1]!, factor);
}

export function testRow(r: SparseRowArrays, row: number, scale: number, found: number): number {
  const { u, bar, targets, starts, marks, fired } = r;
  const round = selectRounding(u);
  const s = round(scale);
  let hits = found;
  for (let k = starts[row]!; k < starts[row + 1]!; k++) {
    const j = targets[k]!;
    if (u[j]! < round(bar[j]! * s) || marks[j] !== 0) continue;
    marks[j] = 1;
    fired[++hits] = j;
  }
  return hits;
}

export function scanThresholds(u: Floats, bar: Floats, scale: number, fired: Uint32Array): number {
  const round = selectRounding(u);
  const s = round(scale);
  let count = 0;
  for (let j = 0; j < u.length; j++) if (u[j]! >= round(bar[j]! * s)) fired[count++] = j;
  return count;
}

export const updateAll: Kernels['updateAll'] = (u, bar, now, rises, candidates) => {
  const [decayM, shapeE, shapeI] = [now[AT.decayM]!, now[AT.shapeE]!, now[AT.shapeI]!];
  const [decayE, decayI, guard] = [now[AT.decayE]!, now[AT.decayI]!, now[AT.guard]!];
  const [positive, negative, exc, inh] = [rises[0]!, rises[1]!, decayE * rises[2]!, decayI * rises[3]!];
  let count = 0;
  for (let j = 0, o = 0; o < u.length; j++, o += 4) {
    const m = u[o]!;
    if (u[o + 3] === SCHEDULED_CROSSING_MARGIN) continue;
    if (m === -Infinity) {
      u[o + 3] = Infinity;
      continue;
    }
    const e = u[o + 1]!;
    const i = u[o + 2]!;
    const p = m * decayM + e * shapeE + i * shapeI;
    const leak = Math.max(p * positive, p * negative); // p × positive if p > 0, as positive > negative
    const rise = leak + e * exc + i * inh;
    const start = p - bar[j]!;
    const bound = rise > 0 ? start + rise : start;
    if (bound < -guard) u[o + 3] = -bound;
    else candidates[count++] = j;
  }
  return count;
};
