/**
 * Delivers arrivals along dense rows, four float32 or two float64 lanes at a time: u[j] += w[row][j] s(t), then tests
 * u[j] >= bar[j] s(t). Product and sum are rounded one by one (WebAssembly has no fused form).
 *
 * Up to twelve arrivals form a block. A block is added in one pass, while the potentials of a few neurons stay in
 * registers, and tested once; each sum is rounded as if arrivals were added one by one. Without negative weights the
 * test compares u after the last arrival with a test limit: bar × s at the first arrival. It cannot miss a crossing:
 * within the block u and s only grow, bars are positive, and rounding is monotonic. A neuron at threshold after any
 * arrival is therefore above the limit at the end of the block. With slightly negative weights, the limit is lowered by
 * the largest decrease that the other arrivals can cause. For neurons above the limit, the block is repeated with a
 * test after each arrival; if one crosses, the block is undone and ends at that arrival. If weights are strongly
 * negative (`peaks`), each neuron is tested against the scale of the first arrival after each of at most eight
 * arrivals, and the limit selects the neurons for which the block is repeated. In a busy network, blocks start with one
 * arrival and grow, so that few arrivals are added in vain.
 */
import { before } from './arrivals';
import { expPair, expSmallPair } from './exp';
import { DeltaRowsRecord } from './records';

const BLOCK = 12;
/** True if the last delivery ended at a crossing after fewer arrivals than a block. */
let busy = true;
/** Per arrival of a block: scale, in all lanes of a vector, and address of its weight row; 32 bytes. */
const SCALES = memory.data(384, 16);
const LINE = memory.data(16, 16); // line of the block, in units of the bars, in all lanes

/** Largest decrease of u by a block, fraction of the lowest bar, for which a test after the last arrival suffices. */
const MOST_AWAY = 0.15;
const ROUNDING = 1e-4;

/**
 * Computes scales (with the operations of `scaleAt`) and row addresses of the `count` arrivals of a block. They are
 * stored in memory: the engine would recompute register values in each iteration.
 */
@inline
function prepare<F>(weights: usize, n: i32, times: usize, rows: usize, count: i32, t0: f64, rate: f64, cells: f64): void {
  const start = f64x2.splat(t0);
  const rates = f64x2.splat(rate);
  const perMs = f64x2.splat(cells);
  const width = f64x2.splat(1 / cells);
  for (let i = 0; i < count; i += 2) {
    const at = times + (<usize>i << 3);
    const t = i + 1 < count ? v128.load(at) : v128.load64_splat(at); // memory behind the last arrival may be absent
    const dt = f64x2.sub(t, start);
    const cell = f64x2.mul(f64x2.floor(f64x2.mul(dt, perMs)), width);
    const base = expPair(f64x2.mul(cell, rates));
    const scale = f64x2.mul(base, expSmallPair(f64x2.mul(f64x2.sub(dt, cell), rates)));
    const place = SCALES + (<usize>i << 5);
    v128.store(place, v128.splat<F>(<F>f64x2.extract_lane(scale, 0)));
    v128.store(place, v128.splat<F>(<F>f64x2.extract_lane(scale, 1)), 32);
  }
  for (let i = 0; i < count; i++) {
    const row = load<u32>(rows + (<usize>i << 2));
    store<u32>(SCALES + (<usize>i << 5), <u32>(weights + <usize>(row * n) * sizeof<F>()), 16);
  }
}

/** Test limit of a block: scale of its first arrival, minus the largest decrease by other arrivals and rounding. */
@inline
function draw<F>(count: i32, drop: f64): void {
  let line = <f64>scaleOf<F>(0);
  if (drop > 0) line = line * (1 - ROUNDING) - <f64>scaleOf<F>(count - 1) * <f64>(count - 1) * drop * (1 + ROUNDING); // scales grow
  v128.store(LINE, v128.splat<F>(<F>line));
}

@inline
function scaleOf<F>(i: i32): F {
  return load<F>(SCALES + (<usize>i << 5));
}

@inline
function rowOf(i: i32): usize {
  return <usize>load<u32>(SCALES + (<usize>i << 5), 16);
}

/** Loads the vector at byte offset `at` of u and saves a copy. */
@inline
function kept(u: usize, saved: usize, at: usize): v128 {
  const v = v128.load(u + at);
  v128.store(saved + at, v);
  return v;
}

@inline
function step<F>(v: v128, w: v128, s: v128): v128 {
  return v128.add<F>(v, v128.mul<F>(w, s));
}

/** Stores a vector of potentials; returns a mask of the lanes of `peak` that are at or above the test limit. */
@inline
function put<F>(peak: v128, v: v128, u: usize, bar: usize, at: usize): v128 {
  v128.store(u + at, v);
  return v128.ge<F>(peak, v128.mul<F>(v128.load(bar + at), v128.load(LINE)));
}

/**
 * Adds a block to m vectors of neurons that stay in registers (m = 1, 4 or 5; with `peaks` at most 4). Returns a mask
 * of the lanes at or above the test limit.
 */
@inline
function tile<F>(m: i32, peaks: bool, o: usize, count: i32, u: usize, saved: usize, bar: usize): v128 {
  u += o;
  saved += o;
  bar += o;
  let v0 = kept(u, saved, 0);
  let v1 = m > 1 ? kept(u, saved, 16) : v0;
  let v2 = m > 1 ? kept(u, saved, 32) : v0;
  let v3 = m > 1 ? kept(u, saved, 48) : v0;
  let v4 = m > 4 ? kept(u, saved, 64) : v0;
  let p0 = v0;
  let p1 = v1;
  let p2 = v2;
  let p3 = v3;
  const end = SCALES + (<usize>count << 5);
  for (let q: usize = SCALES; q < end; q += 32) {
    const row = <usize>load<u32>(q, 16) + o;
    const s = v128.load(q);
    v0 = step<F>(v0, v128.load(row), s);
    if (m > 1) {
      v1 = step<F>(v1, v128.load(row, 16), s);
      v2 = step<F>(v2, v128.load(row, 32), s);
      v3 = step<F>(v3, v128.load(row, 48), s);
    }
    if (m > 4) v4 = step<F>(v4, v128.load(row, 64), s);
    if (peaks) {
      p0 = v128.pmax<F>(p0, v0);
      if (m > 1) {
        p1 = v128.pmax<F>(p1, v1);
        p2 = v128.pmax<F>(p2, v2);
        p3 = v128.pmax<F>(p3, v3);
      }
    }
  }
  let hit = put<F>(peaks ? p0 : v0, v0, u, bar, 0);
  if (m > 1) {
    hit = v128.or(hit, put<F>(peaks ? p1 : v1, v1, u, bar, 16));
    hit = v128.or(hit, put<F>(peaks ? p2 : v2, v2, u, bar, 32));
    hit = v128.or(hit, put<F>(peaks ? p3 : v3, v3, u, bar, 48));
  }
  if (m > 4) hit = v128.or(hit, put<F>(v4, v4, u, bar, 64));
  return hit;
}

/**
 * Adds the first `count` arrivals of a block and saves the old values in `saved`. Returns true if a neuron is at or
 * above the test limit after the last arrival or, with `peaks`, after any arrival.
 */
function add<F>(peaks: bool, u: usize, saved: usize, bar: usize, bytes: usize, count: i32): bool {
  let hit = i32x4.splat(0);
  let o: usize = 0;
  if (peaks) for (; o + 64 <= bytes; o += 64) hit = v128.or(hit, tile<F>(4, true, o, count, u, saved, bar));
  else for (; o + 80 <= bytes; o += 80) hit = v128.or(hit, tile<F>(5, false, o, count, u, saved, bar));
  for (; o + 16 <= bytes; o += 16) hit = v128.or(hit, tile<F>(1, true, o, count, u, saved, bar));
  let any = v128.any_true(hit);
  for (; o < bytes; o += sizeof<F>()) {
    let v = load<F>(u + o);
    store<F>(saved + o, v);
    const limit = load<F>(bar + o) * load<F>(LINE);
    for (let k = 0; k < count; k++) {
      v = v + load<F>(rowOf(k) + o) * scaleOf<F>(k);
      if (v >= limit) any = true;
    }
    store<F>(u + o, v);
  }
  return any;
}

/** True if arrival k is the last one of its tick. */
@inline
function endsInstant(times: usize, k: i32, to: i32): bool {
  return k + 1 == to || load<f64>(times + (<usize>k << 3), 8) != load<f64>(times + (<usize>k << 3));
}

/**
 * Index within the block of the arrival at which the first neuron crosses threshold; `count` if none does. Arrivals of
 * one tick are summed before the test.
 */
@inline
function crossing<F>(
  u: usize, saved: usize, bar: usize, bytes: usize, times: usize, k: i32, count: i32, to: i32, all: bool,
): i32 {
  let first = count;
  let o: usize = 0;
  for (; o + 16 <= bytes; o += 16) {
    const b = v128.load(bar + o);
    if (!all && !v128.any_true(v128.ge<F>(v128.load(u + o), v128.mul<F>(b, v128.load(LINE))))) continue;
    let v = v128.load(saved + o);
    for (let i = 0; i < first; i++) {
      const s = v128.load(SCALES + (<usize>i << 5));
      v = step<F>(v, v128.load(rowOf(i) + o), s);
      if (v128.any_true(v128.ge<F>(v, v128.mul<F>(b, s))) && endsInstant(times, k + i, to)) first = i;
    }
  }
  for (; o < bytes; o += sizeof<F>()) {
    let v = load<F>(saved + o);
    for (let i = 0; i < first; i++) {
      v = v + load<F>(rowOf(i) + o) * scaleOf<F>(i);
      if (v >= load<F>(bar + o) * scaleOf<F>(i) && endsInstant(times, k + i, to)) first = i;
    }
  }
  return first;
}

/** Delivers arrivals; returns their number, negative if neurons reach threshold at the last one. */
@inline
function deliver<F>(r: DeltaRowsRecord): i32 {
  const u = r.u;
  const bar = r.bar;
  const saved = r.saved;
  const times = r.times;
  const drop = r.drop;
  const from = <i32>r.from;
  const to = <i32>r.to;
  const last = before(times, from, to, r.until);
  const bytes = <usize>r.size * sizeof<F>();
  let peaks = drop * BLOCK > MOST_AWAY;
  for (let k = from; k < last; ) {
    const most = peaks ? 8 : BLOCK;
    const count = min(last - k, busy ? min(most, k - from + 1) : most);
    prepare<F>(r.weights, r.size, times + (<usize>k << 3), r.rows + (<usize>k << 2), count, r.t0, r.rate, r.cells);
    draw<F>(count, peaks ? 0 : drop);
    if (add<F>(peaks, u, saved, bar, bytes, count)) {
      if (peaks) draw<F>(count, drop); // no neuron below this limit can have reached its bar
      const first = crossing<F>(u, saved, bar, bytes, times, k, count, to, drop == Infinity);
      if (first < count) {
        busy = k + first - from < BLOCK;
        if (first + 1 < count) {
          memory.copy(u, saved, bytes);
          add<F>(peaks, u, saved, bar, bytes, first + 1);
        }
        return from - (k + first + 1);
      }
      peaks = drop > 0; // otherwise many neurons would exceed the limit without a crossing
    }
    k += count;
  }
  busy = false;
  return last - from;
}

export function deliverDense(r: DeltaRowsRecord): i32 {
  return r.isSingle ? deliver<f32>(r) : deliver<f64>(r);
}
