/**
 * Delivers arrivals to one winner-take-all group after the other, up to the first tick with a threshold crossing.
 * Groups that have processed later arrivals are then computed again.
 */
import { addArrivalBlock, addUntilCrossing, loadArrivalIndex, storeArrival } from './arrivalBlock';
import { findFirstArrival, POTENTIAL_SCALE, setPotentialScale } from './arrivals';
import { DeltaRowsRecord } from './records';

const MAX_BATCH_ARRIVALS: i32 = 16;
const MAX_GROUPS: i32 = 64;

export const ARRIVAL_COUNTS = memory.data(MAX_GROUPS * 4, 16);
/** List of arrivals of each group, in the format of arrivalBlock.ts. */
const ARRIVAL_LISTS = memory.data(MAX_GROUPS * (MAX_BATCH_ARRIVALS + 1) * 32, 16);

@inline
export function findGroupList(g: i32): usize {
  return ARRIVAL_LISTS + (<usize>(g * (MAX_BATCH_ARRIVALS + 1)) << 5);
}

/**
 * Distributes a batch of the `left` arrivals from index `k` on to the lists of groups. Returns the batch size; 0 if one
 * tick exceeds a batch.
 */
export function groupArrivals(r: DeltaRowsRecord, k: i32, left: i32): i32 {
  const times = r.times + (<usize>k << 3);
  const rows = r.rows + (<usize>k << 2);
  let count = min(MAX_BATCH_ARRIVALS, left);
  while (count > 0 && count < left && f64At(times, count) == f64At(times, count - 1)) count--;
  memory.fill(ARRIVAL_COUNTS, 0, <usize>r.groupCount << 2);
  for (let i = 0; i < count; i++) {
    const t = f64At(times, i);
    setPotentialScale<f32>(t, r.t0, r.rate, r.cells);
    const row = <usize>u32At(rows, i) << 2;
    const end = load<u32>(r.blockStarts + row, 4);
    for (let b = <usize>load<u32>(r.blockStarts + row); b < <usize>end; b++) {
      const g = <i32>u32At(r.groups, b);
      const n = <i32>u32At(ARRIVAL_COUNTS, g);
      setU32(ARRIVAL_COUNTS, g, n + 1);
      const list = findGroupList(g);
      v128.store(list + (<usize>n << 5), v128.load(POTENTIAL_SCALE));
      storeArrival(list, n, r.weights + (<usize>u32At(r.offsets, b) << 2), i, t);
      storeArrival(list, n + 1, 0, count, Infinity);
    }
  }
  return count;
}

/** Number of a group's arrivals that precede arrival `limit` of the batch. */
function countArrivalsBefore(g: i32, limit: i32): i32 {
  let n = <i32>u32At(ARRIVAL_COUNTS, g);
  while (n > 0 && loadArrivalIndex(findGroupList(g), n - 1) >= limit) n--;
  return n;
}

export function deliverToGroups(r: DeltaRowsRecord): i32 {
  const u = r.u;
  const bar = r.bar;
  const saved = r.saved;
  const inhibitedUntil = r.inhibitedUntil;
  const from = <i32>r.from;
  const last = findFirstArrival(r.times, from, r.to, r.until);
  const bytes = <usize>r.blockSize << 2;
  let k = from;
  while (k < last) {
    const at = r.times + (<usize>k << 3);
    const count = groupArrivals(r, k, last - k);
    let limit = count;
    for (let g = 0; g < <i32>r.groupCount; g++) {
      const o = <usize>g * bytes;
      const list = findGroupList(g);
      const n = load<f64>(at) < f64At(inhibitedUntil, g) ? 0 : countArrivalsBefore(g, limit);
      setU32(ARRIVAL_COUNTS, g, n);
      if (n == 0) continue;
      const first = addUntilCrossing(list, n, u + o, saved + o, bar + o, bytes);
      if (first == n) continue;
      limit = loadArrivalIndex(list, first);
      while (limit > 0 && f64At(at, limit - 1) == f64At(at, limit)) limit--;
    }
    for (let g = 0; g < <i32>r.groupCount; g++) {
      const o = <usize>g * bytes;
      const n = countArrivalsBefore(g, limit);
      if (n == <i32>u32At(ARRIVAL_COUNTS, g)) continue;
      memory.copy(u + o, saved + o, bytes);
      addArrivalBlock<f32>(false, findGroupList(g), n, u + o, saved + o, bar + o, bytes);
    }
    k += limit;
    if (limit < count || count == 0) break;
  }
  return k - from;
}
