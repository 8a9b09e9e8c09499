/**
 * Arrivals at rows of blocks, see `blocks.ts`, where no weight is negative and nothing gates: batches of them, one group after the other.
 * The arrivals of a batch that reach a group are added in one pass and tested once, which misses no crossing; see `dense.ts`. A group in
 * which that finds a neuron goes through its arrivals one by one, and where one crosses the batch ends: groups that were taken
 * further are taken back.
 */
import { expCell, expSmall } from './exp';

/** Most arrivals of a batch. */
export const BATCH: i32 = 16;
/** Groups that there is room for. */
export const GROUPS: i32 = 64;

const SCALES = memory.data(BATCH * 4, 16); // of the arrivals of the batch
const OWN_SCALES = memory.data(BATCH * 16, 16); // of those that reach the group at hand, each as the lanes of one vector
const OWN_ROWS = memory.data(BATCH * 4, 16); // and where their weights begin
const COUNTS = memory.data(GROUPS * 4, 16);
/** By group: which arrival of the batch, and where its weights begin. */
const LISTS = memory.data(GROUPS * BATCH * 8, 16);

@inline
function listOf(g: i32): usize {
  return LISTS + <usize>(g * BATCH) * 8;
}

@inline
function step(v: v128, row: usize, o: usize, s: v128): v128 {
  return f32x4.add(v, f32x4.mul(v128.load(row + o), s));
}

/** u = source + the first m arrivals of a group at n neurons, `source` kept in `saved`; whether somebody is above his bar at the scale of the first. */
function add(source: usize, u: usize, saved: usize, bar: usize, n: i32, m: i32, list: usize): bool {
  for (let i = 0; i < m; i++) {
    const arrival = load<u32>(list + (<usize>i << 3));
    store<u32>(OWN_ROWS + (<usize>i << 2), load<u32>(list + (<usize>i << 3), 4));
    v128.store(OWN_SCALES + (<usize>i << 4), v128.load32_splat(SCALES + (<usize>arrival << 2)));
  }
  const line = v128.load(OWN_SCALES);
  const bytes = <usize>n << 2;
  const keep = source != saved;
  let hit = i32x4.splat(0);
  let o: usize = 0;
  for (; o + 64 <= bytes; o += 64) {
    let v0 = v128.load(source + o);
    let v1 = v128.load(source + o, 16);
    let v2 = v128.load(source + o, 32);
    let v3 = v128.load(source + o, 48);
    if (keep) {
      v128.store(saved + o, v0);
      v128.store(saved + o, v1, 16);
      v128.store(saved + o, v2, 32);
      v128.store(saved + o, v3, 48);
    }
    for (let i = 0; i < m; i++) {
      const w = <usize>load<u32>(OWN_ROWS + (<usize>i << 2)) + o;
      const s = v128.load(OWN_SCALES + (<usize>i << 4));
      v0 = step(v0, w, 0, s);
      v1 = step(v1, w, 16, s);
      v2 = step(v2, w, 32, s);
      v3 = step(v3, w, 48, s);
    }
    v128.store(u + o, v0);
    v128.store(u + o, v1, 16);
    v128.store(u + o, v2, 32);
    v128.store(u + o, v3, 48);
    const b = bar + o;
    const low = v128.or(
      f32x4.ge(v0, f32x4.mul(v128.load(b), line)),
      f32x4.ge(v1, f32x4.mul(v128.load(b, 16), line)),
    );
    const high = v128.or(
      f32x4.ge(v2, f32x4.mul(v128.load(b, 32), line)),
      f32x4.ge(v3, f32x4.mul(v128.load(b, 48), line)),
    );
    hit = v128.or(hit, v128.or(low, high));
  }
  let any = v128.any_true(hit);
  const first = f32x4.extract_lane(line, 0);
  for (; o < bytes; o += 4) {
    let v = load<f32>(source + o);
    if (keep) store<f32>(saved + o, v);
    for (let i = 0; i < m; i++)
      v = v + load<f32>(<usize>load<u32>(OWN_ROWS + (<usize>i << 2)) + o) * load<f32>(OWN_SCALES + (<usize>i << 4));
    store<f32>(u + o, v);
    if (v >= load<f32>(bar + o) * first) any = true;
  }
  return any;
}

/** After which of its m arrivals, of which one at the end of an instant, a neuron of the group first crosses; m where none does. */
function crossing(u: usize, saved: usize, bar: usize, n: i32, m: i32, list: usize, times: usize): i32 {
  const lines = v128.load(OWN_SCALES);
  const line = f32x4.extract_lane(lines, 0);
  let first = m;
  const bytes = <usize>n << 2;
  for (let o: usize = 0; o < bytes; o += 4) {
    if (o + 16 <= bytes && !v128.any_true(f32x4.ge(v128.load(u + o), f32x4.mul(v128.load(bar + o), lines)))) {
      o += 12;
      continue;
    }
    const b = load<f32>(bar + o);
    if (load<f32>(u + o) < b * line) continue;
    let v = load<f32>(saved + o);
    for (let i = 0; i < first; i++) {
      const s = load<f32>(OWN_SCALES + (<usize>i << 4));
      v = v + load<f32>(<usize>load<u32>(OWN_ROWS + (<usize>i << 2)) + o) * s;
      if (v >= b * s && (i + 1 == m || timeOf(times, list, i) != timeOf(times, list, i + 1))) first = i;
    }
  }
  return first;
}

@inline
function timeOf(times: usize, list: usize, i: i32): f64 {
  return load<f64>(times + (<usize>load<u32>(list + (<usize>i << 3)) << 3));
}

/** The number of a group's arrivals before arrival `limit` of the batch. */
@inline
function before(g: i32, limit: i32): i32 {
  let m = load<i32>(COUNTS + (<usize>g << 2));
  const list = listOf(g);
  while (m > 0 && load<i32>(list + (<usize>(m - 1) << 3)) >= limit) m--;
  return m;
}

/**
 * Takes the first `count` arrivals, whole instants, or those up to the end of the instant at which the first neuron crosses; returns
 * how many, negative where one does.
 */
export function gather(
  u: usize, saved: usize, bar: usize, weights: usize, size: i32, groups: i32, starts: usize, groupOf: usize, offsets: usize,
  held: usize, times: usize, rows: usize, count: i32, t0: f64, rate: f64, cells: f64,
): i32 {
  memory.fill(COUNTS, 0, <usize>groups << 2);
  for (let i = 0; i < count; i++) {
    const t = load<f64>(times + (<usize>i << 3));
    const dt = t - t0;
    const cell = floor<f64>(dt * cells) / cells;
    store<f32>(SCALES + (<usize>i << 2), <f32>(expCell(cell * rate) * expSmall((dt - cell) * rate)));
    const row = <usize>load<u32>(rows + (<usize>i << 2)) << 2;
    const end = load<u32>(starts + row, 4);
    for (let b = <usize>load<u32>(starts + row); b < <usize>end; b++) {
      const g = load<i32>(groupOf + (b << 2));
      if (held != 0 && t < load<f64>(held + (<usize>g << 3))) continue;
      const n = load<i32>(COUNTS + (<usize>g << 2));
      store<i32>(COUNTS + (<usize>g << 2), n + 1);
      const entry = listOf(g) + (<usize>n << 3);
      store<i32>(entry, i);
      store<u32>(entry, <u32>(weights + (<usize>load<u32>(offsets + (b << 2)) << 2)), 4);
    }
  }
  let limit = count;
  let crossed = false;
  for (let g = 0; g < groups; g++) {
    const m = before(g, limit);
    store<i32>(COUNTS + (<usize>g << 2), m);
    if (m == 0) continue;
    const list = listOf(g);
    const o = <usize>(g * size) << 2;
    if (!add(u + o, u + o, saved + o, bar + o, size, m, list)) continue;
    const first = crossing(u + o, saved + o, bar + o, size, m, list, times);
    if (first == m) continue;
    crossed = true;
    // Whole instants: those of other groups belong to it too.
    const t = timeOf(times, list, first);
    limit = load<i32>(list + (<usize>first << 3)) + 1;
    while (limit < count && load<f64>(times + (<usize>limit << 3)) == t) limit++;
    if (limit == count) continue;
    for (let h = 0; h <= g; h++) {
      const some = before(h, limit);
      if (some == load<i32>(COUNTS + (<usize>h << 2))) continue;
      const p = <usize>(h * size) << 2;
      if (some == 0) memory.copy(u + p, saved + p, <usize>size << 2);
      else add(saved + p, u + p, saved + p, bar + p, size, some, listOf(h));
      store<i32>(COUNTS + (<usize>h << 2), some);
    }
  }
  return crossed ? -limit : limit;
}
