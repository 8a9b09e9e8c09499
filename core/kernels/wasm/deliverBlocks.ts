/**
 * Delivers arrivals along rows of blocks (`EdgeBlocks` in core/graph/edges.ts): u[j] += w s(t) for each neuron of each
 * block. After all arrivals of a tick, tests u[j] >= bar[j] s(t); with gates, only in the firing block of each row.
 * Skips blocks of inhibited groups, whose neurons have u = -Infinity.
 */
import { findFirstArrival, POTENTIAL_SCALE, setPotentialScale } from './arrivals';
import { deliverToGroups } from './deliverToGroups';
import { DeltaRowsRecord } from './records';
import { listNeuronsAtThreshold } from './scanThresholds';
import { listLength, setListLength } from './sparseRow';

export const NO_FIRING_BLOCK: u32 = 0xffffffff; // as in core/kernels/kernelInputs.ts

@inline
export function addWeightsToBlock<F>(u: usize, w: usize, bytes: usize): void {
  const s = v128.load(POTENTIAL_SCALE);
  let o: usize = 0;
  for (; o + 64 <= bytes; o += 64) {
    addVector<F>(u + o, w + o, 0, s);
    addVector<F>(u + o, w + o, 16, s);
    addVector<F>(u + o, w + o, 32, s);
    addVector<F>(u + o, w + o, 48, s);
  }
  for (; o + 16 <= bytes; o += 16) addVector<F>(u + o, w + o, 0, s);
  for (; o < bytes; o += sizeof<F>()) store<F>(u + o, load<F>(u + o) + load<F>(w + o) * load<F>(POTENTIAL_SCALE));
}

@inline
function addVector<F>(u: usize, w: usize, at: usize, s: v128): void {
  v128.store(u + at, v128.add<F>(v128.load(u + at), v128.mul<F>(v128.load(w + at), s)));
}

/** Lists targets of arrivals `from` … `to - 1` that are at threshold; with gates, only those in the firing blocks. */
@inline
function listRows<F>(r: DeltaRowsRecord, from: i32, to: i32): u32 {
  const gates = r.gates;
  const fired = r.fired;
  setListLength(0);
  for (let i = from; i < to; i++) {
    const row = <usize>u32At(r.rows, i) << 2;
    const gate = gates == 0 ? NO_FIRING_BLOCK : load<u32>(gates + row);
    const end = load<u32>(r.blockStarts + row, 4);
    for (let b = load<u32>(r.blockStarts + row); b < end; b++) {
      if (gates != 0 && b != gate) continue;
      listNeuronsAtThreshold<F>(true, r.u, r.bar, u32At(r.groups, b) * r.blockSize, r.blockSize, fired);
    }
  }
  store<u32>(fired, listLength);
  return listLength;
}

@inline
function deliver<F>(r: DeltaRowsRecord, from: i32): i32 {
  const u = r.u;
  const size = r.blockSize;
  const inhibitedUntil = r.inhibitedUntil;
  const times = r.times;
  const rows = r.rows;
  const last = findFirstArrival(times, from, r.to, r.until);
  for (let k = from; k < last; ) {
    const first = k;
    const t = f64At(times, k);
    while (++k < last && f64At(times, k) == t) {}
    setPotentialScale<F>(t, r.t0, r.rate, r.cells);
    for (let i = first; i < k; i++) {
      const row = <usize>u32At(rows, i) << 2;
      const end = load<u32>(r.blockStarts + row, 4);
      for (let b = load<u32>(r.blockStarts + row); b < end; b++) {
        const g = u32At(r.groups, b);
        if (inhibitedUntil != 0 && t < f64At(inhibitedUntil, g)) continue;
        const w = r.weights + <usize>u32At(r.offsets, b) * sizeof<F>();
        addWeightsToBlock<F>(u + <usize>(g * size) * sizeof<F>(), w, <usize>size * sizeof<F>());
      }
    }
    if (listRows<F>(r, first, k) > 0) return from - k;
  }
  return last - from;
}

/**
 * Delivers arrivals group by group if possible (single precision, `groupCount` > 0), then the remaining arrivals in
 * order of time.
 */
export function deliverBlocks(r: DeltaRowsRecord): i32 {
  if (!r.isSingle) return deliver<f64>(r, r.from);
  const done = r.groupCount > 0 ? deliverToGroups(r) : 0;
  const taken = deliver<f32>(r, r.from + done);
  return taken < 0 ? taken - done : taken + done;
}
