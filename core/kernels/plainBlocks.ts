import { exp, scaleAt } from '../math.ts';
import { LONGEST } from '../time.ts';
import type { Floats } from './arrays.ts';
import type { BlockRace, BlockRows } from './blockRows.ts';
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

/** Spikes that `blockRace` lists before it ends, arrivals of a batch of the kernel, after which it does, and groups that these have room for. */
export const ROOM = 1024;
export const BATCH = 16;
export const GROUPS = 64;

/** See core/kernels/wasm/race.ts and groupRace.ts. */
export function blockRace(
  r: BlockRace,
  times: Float64Array,
  rows: Uint32Array,
  from: number,
  to: number,
  { t0, rate, cells }: Scale,
  until: number,
): number {
  const { u, bar, held, spent, vInf, floor } = r;
  const { weights, blocks } = r.edges;
  const { size, starts, groups, offsets, gates } = blocks;
  let found = 0;
  let heard = 0;
  let k = from;
  while (k < to && times[k]! < until && found < ROOM) {
    const t = times[k]!;
    const s = Math.fround(scaleAt(t, t0, rate, cells));
    const left = exp((t0 - t) * rate);
    const first = k;
    for (; k < to && times[k] === t; k++)
      for (let b = starts[rows[k]!]!; b < starts[rows[k]! + 1]!; b++) {
        const free = held[groups[b]!]!;
        if (t < free) continue;
        const begin = groups[b]! * size;
        if (u[begin] === -Infinity) u.fill(floor * exp((free - t0) * rate), begin, begin + size);
        for (let i = 0; i < size; i++) u[begin + i]! += Math.fround(weights[offsets[b]! + i]! * s);
        heard++;
      }
    for (let i = first; i < k; i++)
      for (let b = starts[rows[i]!]!; b < starts[rows[i]! + 1]!; b++) {
        if (gates !== null && b !== gates[rows[i]!]) continue;
        const group = groups[b]!;
        let winner = -1;
        let most = -Infinity;
        for (let j = group * size; j < (group + 1) * size; j++) {
          if (!(u[j]! >= Math.fround(bar[j]! * s))) continue;
          const margin = vInf + u[j]! * left - (vInf + bar[j]!);
          if (winner >= 0 && !(margin > most)) continue;
          winner = j;
          most = margin;
        }
        if (winner < 0) continue;
        u.fill(-Infinity, group * size, (group + 1) * size);
        held[group] = ++spent[group]! >= r.most ? LONGEST : t + r.hold;
        r.spikes.times[found] = t;
        r.spikes.neurons[found++] = winner;
      }
  }
  r.fired[0] = found;
  r.fired[1] = heard;
  return k - from;
}
