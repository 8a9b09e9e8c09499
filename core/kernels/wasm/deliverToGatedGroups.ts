/**
 * Delivers arrivals along rows of blocks (see deliverBlocks.ts) to winner-take-all groups. The gate of a row selects
 * the group that may fire: its neuron furthest above threshold fires, and all its neurons are reset. `spikeTimes` and
 * `spikeNeurons` hold `MAX_SPIKES` spikes plus one per group; `fired`: numbers of spikes and of delivered blocks.
 */
import { findFirstArrival, POTENTIAL_SCALE, setPotentialScale } from './arrivals';
import { addWeightsToBlock, NO_FIRING_BLOCK } from './deliverBlocks';
import { exp } from './exp';
import { DeltaRowsRecord } from './records';
import { listNeuronsAtThreshold } from './scanThresholds';
import { listLength, setListLength } from './sparseRow';

export const MAX_SPIKES: u32 = 1024; // as in core/kernels/kernelInputs.ts

/**
 * Lists the blocks of a row whose groups are not inhibited, as byte offsets of potentials and weights; returns the list's end.
 */
@inline
function listEnabled(r: DeltaRowsRecord, row: usize, t: f64, list: usize): usize {
  const end = load<u32>(r.blockStarts + row, 4);
  for (let b = load<u32>(r.blockStarts + row); b < end; b++) {
    const g = u32At(r.groups, b);
    store<u32>(list, (g * r.blockSize) << 2);
    store<u32>(list, u32At(r.offsets, b) << 2, 4);
    list += <usize>(t >= f64At(r.inhibitedUntil, g)) << 3;
  }
  return list;
}

/**
 * Neuron furthest above threshold at t in the group that starts with neuron `first`; -1 if none. Ties go to the lower
 * index.
 */
export function findWinner(r: DeltaRowsRecord, first: i32, t: f64): i32 {
  setListLength(0);
  listNeuronsAtThreshold<f32>(false, r.u, r.bar, first, r.blockSize, r.fired);
  if (listLength == 0) return -1;
  const left = exp((r.t0 - t) * r.rate); // decay factor of a potential at t
  let winner = -1;
  let most: f64 = 0;
  for (let i: u32 = 1; i <= listLength; i++) {
    const j = u32At(r.fired, i);
    const margin = r.vInf + <f64>load<f32>(r.u + (<usize>j << 2)) * left - (r.vInf + <f64>load<f32>(r.bar + (<usize>j << 2)));
    if (winner >= 0 && !(margin > most)) continue;
    winner = j;
    most = margin;
  }
  return winner;
}

export function fillPotentials(u: usize, bytes: usize, value: f32): void {
  for (let o: usize = 0; o < bytes; o += 4) store<f32>(u + o, value);
}

export function deliverToGatedGroups(r: DeltaRowsRecord): i32 {
  const u = r.u;
  const times = r.times;
  const rows = r.rows;
  const size = <i32>r.blockSize;
  const from = <i32>r.from;
  const last = findFirstArrival(times, from, r.to, r.until);
  const bytes = <usize>size << 2;
  let found: u32 = 0;
  let blocks: u32 = 0;
  let k = from;
  while (k < last && found < MAX_SPIKES) {
    const t = f64At(times, k);
    setPotentialScale<f32>(t, r.t0, r.rate, r.cells);
    const first = k;
    do {
      const row = <usize>u32At(rows, k) << 2;
      const enabled = r.rowLists + (row << 1);
      let at = r.blockLists + (<usize>load<u32>(r.blockStarts + row) << 3);
      if (load<u32>(enabled) != r.changes) {
        store<u32>(enabled, r.changes);
        store<u32>(enabled, <u32>listEnabled(r, row, t, at), 4);
      }
      const end = <usize>load<u32>(enabled, 4);
      blocks += <u32>(end - at) >> 3;
      for (; at < end; at += 8)
        addWeightsToBlock<f32>(u + <usize>load<u32>(at), r.weights + <usize>load<u32>(at, 4), bytes);
      k++;
    } while (k < last && f64At(times, k) == t);
    for (let i = first; i < k; i++) {
      const gate = u32At(r.gates, u32At(rows, i));
      if (gate == NO_FIRING_BLOCK) continue;
      const g = u32At(r.groups, gate);
      const begin = <i32>g * size;
      const winner = findWinner(r, begin, t);
      if (winner < 0) continue;
      const offset = r.resetOffset;
      fillPotentials(u + (<usize>begin << 2), bytes, <f32>(offset == 0 ? offset : offset * exp((t - r.t0) * r.rate)));
      setF64(r.inhibitedUntil, g, t);
      setF64(r.spikeTimes, found, t);
      setU32(r.spikeNeurons, found, winner);
      found++;
    }
  }
  store<u32>(r.fired, found);
  store<u32>(r.fired, blocks, 4);
  return k - from;
}
