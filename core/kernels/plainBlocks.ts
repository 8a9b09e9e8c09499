import { scaleAt } from '../math.ts';
import type { Floats } from './arrays.ts';
import type { BlockRows } from './blockRows.ts';
import type { Scale } from './kernels.ts';

/** A gate that lets no block fire; the wasm kernels have the same number. */
export const NOBODY = 2 ** 32 - 1;

/** Adds one arrival to the neurons of its blocks; groups that are held are passed over. */
export function addBlocks(
  u: Floats,
  e: BlockRows,
  row: number,
  factor: number,
  held: Float64Array | null,
  t: number,
): void {
  const { size, starts, groups, offsets } = e.blocks;
  const round = u instanceof Float32Array ? Math.fround : (x: number) => x;
  const s = round(factor);
  for (let b = starts[row]!; b < starts[row + 1]!; b++) {
    if (held !== null && t < held[groups[b]!]!) continue;
    const first = groups[b]! * size;
    for (let i = 0; i < size; i++) u[first + i]! += round(e.weights[offsets[b]! + i]! * s);
  }
}

/** See core/kernels/wasm/blocks.ts. */
export function blockStretch(
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
  const round = u instanceof Float32Array ? Math.fround : (x: number) => x;
  for (let k = from; k < to; ) {
    const t = times[k]!;
    if (t >= until) return k - from;
    const s = scaleAt(t, scale.t0, scale.rate, scale.cells);
    const first = k++;
    while (k < to && times[k] === t) k++;
    for (let i = first; i < k; i++) addBlocks(u, e, rows[i]!, s, held, t);
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

/** Of the kernels `blockRace`: spikes that are listed before it ends, arrivals of a batch, after which it does, and groups that there is room for. */
export const ROOM = 1024;
export const BATCH = 16;
export const GROUPS = 64;
