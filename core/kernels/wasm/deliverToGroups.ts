/**
 * Delivers arrivals group by group up to the first tick with a threshold crossing; see groupBatch.ts. In each batch, a
 * group processes the arrivals before the earliest crossing found so far; groups that went beyond it are then redone.
 */
import { before } from './arrivals';
import { add, collect, COUNTS, crossing, indexOf, listOf } from './groupBatch';
import { DeltaRowsRecord } from './records';

/** Number of a group's arrivals that precede arrival `limit` of the batch. */
function within(g: i32, limit: i32): i32 {
  let n = load<i32>(COUNTS + (<usize>g << 2));
  while (n > 0 && indexOf(listOf(g), n - 1) >= limit) n--;
  return n;
}

/** Delivers arrivals and returns their number; stops after a crossing, or before a tick with too many arrivals. */
export function deliverToGroups(r: DeltaRowsRecord): i32 {
  const u = r.u;
  const bar = r.bar;
  const saved = r.saved;
  const size = <i32>r.blockSize;
  const inhibitedUntil = r.inhibitedUntil;
  const groups = <i32>r.groupCount;
  const from = <i32>r.from;
  const last = before(r.times, from, r.to, r.until);
  const bytes = <usize>size << 2;
  let k = from;
  while (k < last) {
    const at = r.times + (<usize>k << 3);
    const count = collect(r, k, last - k);
    let limit = count;
    for (let g = 0; g < groups; g++) {
      const o = <usize>g * bytes;
      const list = listOf(g);
      const n = load<f64>(at) < load<f64>(inhibitedUntil + (<usize>g << 3)) ? 0 : within(g, limit);
      store<i32>(COUNTS + (<usize>g << 2), n);
      if (n == 0 || !add(u + o, saved + o, bar + o, size, n, list)) continue;
      const first = crossing(u + o, saved + o, bar + o, size, n, list, at);
      if (first == n) continue;
      limit = indexOf(list, first);
      while (limit > 0 && load<f64>(at + (<usize>(limit - 1) << 3)) == load<f64>(at + (<usize>limit << 3))) limit--;
    }
    for (let g = 0; g < groups; g++) {
      const o = <usize>g * bytes;
      const n = within(g, limit);
      if (n == load<i32>(COUNTS + (<usize>g << 2))) continue;
      memory.copy(u + o, saved + o, bytes);
      add(u + o, saved + o, bar + o, size, n, listOf(g));
    }
    k += limit;
    if (limit < count || count == 0) break;
  }
  return k - from;
}
