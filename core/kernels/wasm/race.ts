/**
 * Arrivals of one lane at rows of blocks with gates, see `blocks.ts`, where blocks are groups, silent or under winner-take-all inhibition
 * that ends at once: of the neurons of the gate that are at their bar the one furthest above it fires, its group starts again from
 * `floor`, and it goes on. Which blocks of a row are heard is listed once for as long as the same groups are silent.
 * `spikeTimes` and `spikeNeurons` have room for ROOM spikes and one more of each group; `fired` gets their number,
 * and how many blocks were heard.
 */
import { before } from './before';
import { exp } from './exp';
import { SCALE, setScale } from './scale';

const NOBODY: u32 = 0xffffffff;
export const ROOM: u32 = 1024;

/** Lists those blocks of a row whose groups are heard, as bytes from the first potential and the first weight; returns the end of the list. */
@inline
function listHeard(row: usize, size: i32, starts: usize, groups: usize, offsets: usize, held: usize, t: f64, list: usize): usize {
  const end = load<u32>(starts + row, 4);
  for (let b = load<u32>(starts + row); b < end; b++) {
    const g = load<u32>(groups + (<usize>b << 2));
    store<u32>(list, <u32>(g * size) << 2);
    store<u32>(list, load<u32>(offsets + (<usize>b << 2)) << 2, 4);
    list += <usize>(t >= load<f64>(held + (<usize>g << 3))) << 3;
  }
  return list;
}

/** u += w s for the neurons of a block. */
@inline
function add(u: usize, w: usize, bytes: usize): void {
  const s = v128.load(SCALE);
  let o: usize = 0;
  for (; o + 64 <= bytes; o += 64) {
    const p = u + o;
    const q = w + o;
    const v0 = f32x4.add(v128.load(p), f32x4.mul(v128.load(q), s));
    const v1 = f32x4.add(v128.load(p, 16), f32x4.mul(v128.load(q, 16), s));
    const v2 = f32x4.add(v128.load(p, 32), f32x4.mul(v128.load(q, 32), s));
    const v3 = f32x4.add(v128.load(p, 48), f32x4.mul(v128.load(q, 48), s));
    v128.store(p, v0);
    v128.store(p, v1, 16);
    v128.store(p, v2, 32);
    v128.store(p, v3, 48);
  }
  for (; o < bytes; o += 4) store<f32>(u + o, load<f32>(u + o) + load<f32>(w + o) * load<f32>(SCALE));
}

/** The neuron of the n from `first` on that is furthest above its bar at t, or -1; the first one of several. */
export function winnerOf(u: usize, bar: usize, first: i32, n: i32, vInf: f64, t: f64, t0: f64, rate: f64): i32 {
  let winner = -1;
  let most: f64 = 0;
  let left: f64 = -1; // of a potential at t
  const s = v128.load(SCALE);
  for (let j = first; j < first + n; j++) {
    const o = <usize>j << 2;
    if (j + 4 <= first + n && !v128.any_true(f32x4.ge(v128.load(u + o), f32x4.mul(v128.load(bar + o), s)))) {
      j += 3;
      continue;
    }
    const v = load<f32>(u + o);
    const b = load<f32>(bar + o);
    if (!(v >= b * load<f32>(SCALE))) continue;
    if (left < 0) left = exp((t0 - t) * rate);
    const margin = vInf + <f64>v * left - (vInf + <f64>b);
    if (winner >= 0 && !(margin > most)) continue;
    winner = j;
    most = margin;
  }
  return winner;
}

export function fill(u: usize, bytes: usize, value: f32): void {
  for (let o: usize = 0; o < bytes; o += 4) store<f32>(u + o, value);
}

/** Returns how many arrivals were taken: all before `until` unless there was no room. */
export function blockRace32(
  u: usize, bar: usize, weights: usize, size: i32, starts: usize, groups: usize, offsets: usize, held: usize, times: usize, rows: usize,
  from: i32, to: i32, t0: f64, rate: f64, cells: f64, until: f64, vInf: f64, floor: f64, spikeTimes: usize, spikeNeurons: usize,
  fired: usize, gates: usize, changes: u32, heardRows: usize, heardBlocks: usize, _saved: usize, _groups: i32, _hold: f64, _most: f64,
  _spent: usize,
): i32 {
  const last = before(times, from, to, until);
  const bytes = <usize>size << 2;
  let found: u32 = 0;
  let blocks: u32 = 0;
  let k = from;
  while (k < last && found < ROOM) {
    const t = load<f64>(times + (<usize>k << 3));
    setScale<f32>(t, t0, rate, cells);
    const first = k;
    do {
      const row = <usize>load<u32>(rows + (<usize>k << 2)) << 2;
      const heard = heardRows + (row << 1);
      let at = heardBlocks + (<usize>load<u32>(starts + row) << 3);
      if (load<u32>(heard) != changes) {
        store<u32>(heard, changes);
        store<u32>(heard, <u32>listHeard(row, size, starts, groups, offsets, held, t, at), 4);
      }
      const end = <usize>load<u32>(heard, 4);
      blocks += <u32>(end - at) >> 3;
      for (; at < end; at += 8)
        add(u + <usize>load<u32>(at), weights + <usize>load<u32>(at, 4), bytes);
      k++;
    } while (k < last && load<f64>(times + (<usize>k << 3)) == t);
    for (let i = first; i < k; i++) {
      const gate = load<u32>(gates + (<usize>load<u32>(rows + (<usize>i << 2)) << 2));
      if (gate == NOBODY) continue;
      const g = load<u32>(groups + (<usize>gate << 2));
      const begin = <i32>g * size;
      const winner = winnerOf(u, bar, begin, size, vInf, t, t0, rate);
      if (winner < 0) continue;
      fill(u + (<usize>begin << 2), bytes, <f32>(floor == 0 ? floor : floor * exp((t - t0) * rate)));
      store<f64>(held + (<usize>g << 3), t);
      store<f64>(spikeTimes + (<usize>found << 3), t);
      store<u32>(spikeNeurons + (<usize>found << 2), winner);
      found++;
    }
  }
  store<u32>(fired, found);
  store<u32>(fired, blocks, 4);
  return k - from;
}
