/** Batches of arrivals along rows of blocks, listed by group; without gates and negative weights. */
import { ENTRY, setArrival } from './arrivalBlock';
import { SCALE, setScale } from './arrivals';
import { DeltaRowsRecord } from './records';

/** Maximum number of arrivals per batch, and of groups. */
const BATCH: i32 = 16;
const GROUPS: i32 = 64;

/** Number of arrivals of the batch at each group. */
export const COUNTS = memory.data(GROUPS * 4, 16);
/** Entries (arrivalBlock.ts) of each group's arrivals, and one more per group. */
const LISTS = memory.data(GROUPS * (BATCH + 1) * 32, 16);

@inline
export function listOf(g: i32): usize {
  return LISTS + <usize>(g * (BATCH + 1)) * ENTRY;
}

/** Lists arrivals from index `k` on by group, in whole ticks; returns their number, 0 if one tick has too many. */
export function collect(r: DeltaRowsRecord, k: i32, left: i32): i32 {
  const times = r.times + (<usize>k << 3);
  const rows = r.rows + (<usize>k << 2);
  let count = min(BATCH, left);
  while (count > 0 && count < left && f64At(times, count) == f64At(times, count - 1)) count--;
  memory.fill(COUNTS, 0, <usize>r.groupCount << 2);
  for (let i = 0; i < count; i++) {
    const t = f64At(times, i);
    setScale<f32>(t, r.t0, r.rate, r.cells);
    const row = <usize>u32At(rows, i) << 2;
    const end = load<u32>(r.blockStarts + row, 4);
    for (let b = <usize>load<u32>(r.blockStarts + row); b < <usize>end; b++) {
      const g = <i32>u32At(r.groups, b);
      const n = <i32>u32At(COUNTS, g);
      setU32(COUNTS, g, n + 1);
      const list = listOf(g);
      v128.store(list + (<usize>n << 5), v128.load(SCALE));
      setArrival(list, n, r.weights + (<usize>u32At(r.offsets, b) << 2), i, t);
      setArrival(list, n + 1, 0, count, Infinity);
    }
  }
  return count;
}
