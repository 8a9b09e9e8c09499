import { exp, scaleAt } from '../math.ts';
import type { Floats } from './arrays.ts';
import type { BlockRows, Scale } from './kernels.ts';

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
  _saved: Floats,
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

/** Spikes that `blockRace` lists before it ends. */
export const ROOM = 1024;

/** See core/kernels/wasm/race.ts. */
export function blockRace(
  u: Floats,
  bar: Floats,
  e: BlockRows,
  held: Float64Array,
  times: Float64Array,
  rows: Uint32Array,
  from: number,
  to: number,
  scale: Scale,
  until: number,
  vInf: number,
  floor: number,
  spikes: { readonly times: Float64Array; readonly neurons: Uint32Array },
  fired: Uint32Array,
): number {
  const { size, groups, gates } = e.blocks;
  let found = 0;
  let k = from;
  while (k < to && times[k]! < until && found < ROOM) {
    const t = times[k]!;
    const s = Math.fround(scaleAt(t, scale.t0, scale.rate, scale.cells));
    const left = exp((scale.t0 - t) * scale.rate);
    const first = k;
    for (; k < to && times[k] === t; k++) addBlocks(u, e, rows[k]!, s, held, t);
    for (let i = first; i < k; i++) {
      const gate = gates![rows[i]!]!;
      if (gate === NOBODY) continue;
      const begin = groups[gate]! * size;
      let winner = -1;
      let most = -Infinity;
      for (let j = begin; j < begin + size; j++) {
        if (!(u[j]! >= Math.fround(bar[j]! * s))) continue;
        const margin = vInf + u[j]! * left - (vInf + bar[j]!);
        if (winner >= 0 && !(margin > most)) continue;
        winner = j;
        most = margin;
      }
      if (winner < 0) continue;
      u.fill(floor * exp((t - scale.t0) * scale.rate), begin, begin + size);
      spikes.times[found] = t;
      spikes.neurons[found++] = winner;
    }
  }
  fired[0] = found;
  return k - from;
}
