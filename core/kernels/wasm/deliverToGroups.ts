/**
 * Delivers arrivals group by group up to the first tick with a threshold crossing; see groupBatch.ts. In each batch, a
 * group processes the arrivals before the earliest crossing found so far; groups that went beyond it are then redone.
 */
import { add, addUntilCrossing, indexOf } from './arrivalBlock';
import { before } from './arrivals';
import { collect, COUNTS, listOf } from './groupBatch';
import { DeltaRowsRecord } from './records';

/** Number of a group's arrivals that precede arrival `limit` of the batch. */
function within(g: i32, limit: i32): i32 {
  let n = <i32>u32At(COUNTS, g);
  while (n > 0 && indexOf(listOf(g), n - 1) >= limit) n--;
  return n;
}

/** Delivers arrivals and returns their number; stops after a crossing, or before a tick with too many arrivals. */
export function deliverToGroups(r: DeltaRowsRecord): i32 {
  const u = r.u;
  const bar = r.bar;
  const saved = r.saved;
  const inhibitedUntil = r.inhibitedUntil;
  const from = <i32>r.from;
  const last = before(r.times, from, r.to, r.until);
  const bytes = <usize>r.blockSize << 2;
  let k = from;
  while (k < last) {
    const at = r.times + (<usize>k << 3);
    const count = collect(r, k, last - k);
    let limit = count;
    for (let g = 0; g < <i32>r.groupCount; g++) {
      const o = <usize>g * bytes;
      const list = listOf(g);
      const n = load<f64>(at) < f64At(inhibitedUntil, g) ? 0 : within(g, limit);
      setU32(COUNTS, g, n);
      if (n == 0) continue;
      const first = addUntilCrossing(list, n, u + o, saved + o, bar + o, bytes);
      if (first == n) continue;
      limit = indexOf(list, first);
      while (limit > 0 && f64At(at, limit - 1) == f64At(at, limit)) limit--;
    }
    for (let g = 0; g < <i32>r.groupCount; g++) {
      const o = <usize>g * bytes;
      const n = within(g, limit);
      if (n == <i32>u32At(COUNTS, g)) continue;
      memory.copy(u + o, saved + o, bytes);
      add<f32>(false, listOf(g), n, u + o, saved + o, bar + o, bytes);
    }
    k += limit;
    if (limit < count || count == 0) break;
  }
  return k - from;
}
