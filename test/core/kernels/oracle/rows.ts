/** Deliveries neuron by neuron, with the same operations in the same order as the SIMD kernels. */
import type { Floats, Indices } from '../../../../core/kernels/arrays.ts';
import type { Kernels } from '../../../../core/kernels/kernels.ts';
import { addRowScalar, roundingOf, SOLVED_MARGIN } from '../../../../core/kernels/scalarRows.ts';
import { scaleAt } from '../../../../core/math.ts';

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
  const round = roundingOf(u);
  for (let k = from; k < to; k++) {
    const t = times[k]!;
    if (t >= until) return k - from;
    const s = round(scaleAt(t, t0, rate, cells));
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
    const s = scaleAt(t, t0, rate, cells);
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
}

/** Threshold margin of a neuron that was inhibited after its crossing was solved for. */
const INHIBITED = Number.MIN_VALUE;

export const addCurrents: Kernels['addCurrents'] = (
  u,
  { weights, weight, targets },
  start,
  end,
  steps,
  candidates,
  found,
) => {
  const [mExc, exc, mInh, inh, peak] = [steps[0]!, steps[1]!, steps[2]!, steps[3]!, steps[4]!];
  let count = found;
  for (let k = start; k < end; k++) {
    const j = targets === null ? k - start : targets[k]!;
    const w = weights === null ? weight : weights[k]!;
    const o = 4 * j;
    const margin = u[o + 3]!;
    if (w >= 0) {
      const left = margin - w * peak;
      u[o] = u[o]! + w * mExc;
      u[o + 1] = u[o + 1]! + w * exc;
      u[o + 3] = left;
      if (left < 0 && margin >= 0) candidates[count++] = j;
    } else {
      u[o] = u[o]! + w * mInh;
      u[o + 2] = u[o + 2]! + w * inh;
      if (margin === SOLVED_MARGIN) u[o + 3] = INHIBITED;
    }
  }
  return count;
};
