/**
 * Delivers arrivals to gated winner-take-all groups along rows of blocks (see deliverBlocks.ts), with an inhibition
 * time of 0. Of the gated group's neurons at threshold, the one furthest above threshold fires; its group restarts from
 * reset, and delivery continues. The list of enabled blocks of a row is renewed if groups are disabled. `spikeTimes`
 * and `spikeNeurons`: MAX_SPIKES spikes and one more per group; `fired`: numbers of spikes and of delivered blocks.
 */
import { before, SCALE, setScale } from './arrivals';
import { exp } from './exp';
import { DeltaRowsRecord } from './records';

const NO_GATE: u32 = 0xffffffff; // both constants as in core/kernels/kernelInputs.ts
export const MAX_SPIKES: u32 = 1024;

/** Lists the enabled blocks of a row as byte offsets of their potentials and weights; returns the end of the list. */
@inline
function listEnabled(row: usize, size: i32, starts: usize, groups: usize, offsets: usize, held: usize, t: f64, list: usize): usize {
  const end = load<u32>(starts + row, 4);
  for (let b = load<u32>(starts + row); b < end; b++) {
    const g = load<u32>(groups + (<usize>b << 2));
    store<u32>(list, <u32>(g * size) << 2);
    store<u32>(list, load<u32>(offsets + (<usize>b << 2)) << 2, 4);
    list += <usize>(t >= load<f64>(held + (<usize>g << 3))) << 3;
  }
  return list;
}

/** Adds weights to the neurons of a block: u += w s. */
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

/** Neuron furthest above threshold at t in the group that starts with neuron `first`; -1 if none; first one on ties. */
export function winnerOf(r: DeltaRowsRecord, first: i32, t: f64): i32 {
  const u = r.u;
  const bar = r.bar;
  const n = <i32>r.blockSize;
  let winner = -1;
  let most: f64 = 0;
  let left: f64 = -1; // decay factor of a potential at t, computed once
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
    if (left < 0) left = exp((r.t0 - t) * r.rate);
    const margin = r.vInf + <f64>v * left - (r.vInf + <f64>b);
    if (winner >= 0 && !(margin > most)) continue;
    winner = j;
    most = margin;
  }
  return winner;
}

export function fill(u: usize, bytes: usize, value: f32): void {
  for (let o: usize = 0; o < bytes; o += 4) store<f32>(u + o, value);
}

/** Delivers arrivals before `until`, or until the spike lists are full; returns their number. */
export function raceGates(r: DeltaRowsRecord): i32 {
  const u = r.u;
  const weights = r.weights;
  const starts = r.blockStarts;
  const times = r.times;
  const rows = r.rows;
  const size = <i32>r.blockSize;
  const changes = r.changes;
  const from = <i32>r.from;
  const last = before(times, from, r.to, r.until);
  const bytes = <usize>size << 2;
  let found: u32 = 0;
  let blocks: u32 = 0;
  let k = from;
  while (k < last && found < MAX_SPIKES) {
    const t = load<f64>(times + (<usize>k << 3));
    setScale<f32>(t, r.t0, r.rate, r.cells);
    const first = k;
    do {
      const row = <usize>load<u32>(rows + (<usize>k << 2)) << 2;
      const enabled = r.rowLists + (row << 1);
      let at = r.blockLists + (<usize>load<u32>(starts + row) << 3);
      if (load<u32>(enabled) != changes) {
        store<u32>(enabled, changes);
        store<u32>(enabled, <u32>listEnabled(row, size, starts, r.groups, r.offsets, r.inhibitedUntil, t, at), 4);
      }
      const end = <usize>load<u32>(enabled, 4);
      blocks += <u32>(end - at) >> 3;
      for (; at < end; at += 8)
        add(u + <usize>load<u32>(at), weights + <usize>load<u32>(at, 4), bytes);
      k++;
    } while (k < last && load<f64>(times + (<usize>k << 3)) == t);
    for (let i = first; i < k; i++) {
      const gate = load<u32>(r.gates + (<usize>load<u32>(rows + (<usize>i << 2)) << 2));
      if (gate == NO_GATE) continue;
      const g = load<u32>(r.groups + (<usize>gate << 2));
      const begin = <i32>g * size;
      const winner = winnerOf(r, begin, t);
      if (winner < 0) continue;
      const offset = r.resetOffset;
      fill(u + (<usize>begin << 2), bytes, <f32>(offset == 0 ? offset : offset * exp((t - r.t0) * r.rate)));
      store<f64>(r.inhibitedUntil + (<usize>g << 3), t);
      store<f64>(r.spikeTimes + (<usize>found << 3), t);
      store<u32>(r.spikeNeurons + (<usize>found << 2), winner);
      found++;
    }
  }
  store<u32>(r.fired, found);
  store<u32>(r.fired, blocks, 4);
  return k - from;
}
