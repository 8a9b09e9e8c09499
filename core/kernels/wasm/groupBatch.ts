/**
 * Delivers batches of arrivals along rows of blocks, group by group, without gates and negative weights. All arrivals
 * of a batch at a group are added in one pass and tested once, which misses no crossing (see deliverDense.ts). If the
 * test finds a neuron, the arrivals are repeated one by one.
 */
import { DeltaRowsRecord } from './records';
import { SCALE, setScale } from './arrivals';

/** Maximum number of arrivals per batch. */
const BATCH: i32 = 16;
/** Maximum number of groups. */
const GROUPS: i32 = 64;

/** Scale of each arrival of the batch, in all lanes of a vector. */
const SCALES = memory.data(BATCH * 16, 16);
/** Number of arrivals of the batch at each group. */
export const COUNTS = memory.data(GROUPS * 4, 16);
/** Addresses of the scale and weights of each group's arrivals. */
const LISTS = memory.data(GROUPS * BATCH * 8, 16);

@inline
export function listOf(g: i32): usize {
  return LISTS + <usize>(g * BATCH) * 8;
}

/** Address of the scale of the i-th arrival in a group's list. */
@inline
export function scaleOf(list: usize, i: i32): usize {
  return <usize>load<u32>(list + (<usize>i << 3));
}

/** Index in the batch of the i-th arrival in a group's list. */
@inline
export function indexOf(list: usize, i: i32): i32 {
  return <i32>((scaleOf(list, i) - SCALES) >> 4);
}

@inline
export function timeOf(times: usize, list: usize, i: i32): f64 {
  return load<f64>(times + (<usize>indexOf(list, i) << 3));
}

@inline
function weightsOf(list: usize, i: i32): usize {
  return <usize>load<u32>(list + (<usize>i << 3), 4);
}

@inline
function step(v: v128, row: usize, o: usize, s: v128): v128 {
  return f32x4.add(v, f32x4.mul(v128.load(row + o), s));
}

/**
 * Adds the first m arrivals to the n neurons of a group and saves the old values in `saved`; returns true if a neuron
 * reaches its bar × the scale of the first arrival.
 */
export function add(u: usize, saved: usize, bar: usize, n: i32, m: i32, list: usize): bool {
  const line = v128.load(scaleOf(list, 0));
  const bytes = <usize>n << 2;
  let hit = i32x4.splat(0);
  let o: usize = 0;
  for (; o + 64 <= bytes; o += 64) {
    let v0 = v128.load(u + o);
    let v1 = v128.load(u + o, 16);
    let v2 = v128.load(u + o, 32);
    let v3 = v128.load(u + o, 48);
    v128.store(saved + o, v0);
    v128.store(saved + o, v1, 16);
    v128.store(saved + o, v2, 32);
    v128.store(saved + o, v3, 48);
    for (let i = 0; i < m; i++) {
      const w = weightsOf(list, i) + o;
      const s = v128.load(scaleOf(list, i));
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
  for (; o < bytes; o += 4) {
    let v = load<f32>(u + o);
    store<f32>(saved + o, v);
    for (let i = 0; i < m; i++) v = v + load<f32>(weightsOf(list, i) + o) * load<f32>(scaleOf(list, i));
    store<f32>(u + o, v);
    if (v >= load<f32>(bar + o) * f32x4.extract_lane(line, 0)) any = true;
  }
  return any;
}

/** Index of the arrival (of m) at whose tick a neuron of the group first reaches threshold; m if none does. */
export function crossing(u: usize, saved: usize, bar: usize, n: i32, m: i32, list: usize, times: usize): i32 {
  const line = v128.load(scaleOf(list, 0));
  let first = m;
  const bytes = <usize>n << 2;
  for (let o: usize = 0; o < bytes; o += 4) {
    if (o + 16 <= bytes && !v128.any_true(f32x4.ge(v128.load(u + o), f32x4.mul(v128.load(bar + o), line)))) {
      o += 12;
      continue;
    }
    const b = load<f32>(bar + o);
    if (load<f32>(u + o) < b * f32x4.extract_lane(line, 0)) continue;
    let v = load<f32>(saved + o);
    for (let i = 0; i < first; i++) {
      const s = load<f32>(scaleOf(list, i));
      v = v + load<f32>(weightsOf(list, i) + o) * s;
      if (v >= b * s && (i + 1 == m || timeOf(times, list, i) != timeOf(times, list, i + 1))) first = i;
    }
  }
  return first;
}

/** Lists arrivals from index `k` on by group, in whole ticks; returns their number, 0 if one tick has too many. */
export function collect(r: DeltaRowsRecord, k: i32, left: i32): i32 {
  const weights = r.weights;
  const starts = r.blockStarts;
  const groupOf = r.groups;
  const offsets = r.offsets;
  const times = r.times + (<usize>k << 3);
  const rows = r.rows + (<usize>k << 2);
  let count = min(BATCH, left);
  while (count > 0 && count < left && load<f64>(times + (<usize>count << 3)) == load<f64>(times + (<usize>(count - 1) << 3))) count--;
  memory.fill(COUNTS, 0, <usize>r.groupCount << 2);
  for (let i = 0; i < count; i++) {
    setScale<f32>(load<f64>(times + (<usize>i << 3)), r.t0, r.rate, r.cells);
    const scale = SCALES + (<usize>i << 4);
    v128.store(scale, v128.load(SCALE));
    const row = <usize>load<u32>(rows + (<usize>i << 2)) << 2;
    const end = load<u32>(starts + row, 4);
    for (let b = <usize>load<u32>(starts + row); b < <usize>end; b++) {
      const g = load<i32>(groupOf + (b << 2));
      const n = load<i32>(COUNTS + (<usize>g << 2));
      store<i32>(COUNTS + (<usize>g << 2), n + 1);
      const entry = listOf(g) + (<usize>n << 3);
      store<u32>(entry, <u32>scale);
      store<u32>(entry, <u32>(weights + (<usize>load<u32>(offsets + (b << 2)) << 2)), 4);
    }
  }
  return count;
}
