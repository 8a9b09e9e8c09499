/**
 * Arrivals of one lane at a dense projection: u[j] += w[row][j] s(t), then u[j] >= bar[j] s(t)? Four float32 or two
 * float64 lanes at a time. Product and sum are rounded one by one, as in the twin (WebAssembly has no fused form).
 *
 * Where no weight is negative, up to eight arrivals are added in one pass, each rounded as by itself, and tested once, by
 * u after the last against bar s(t of the first). That cannot miss a crossing: within the block u only grows, s only
 * grows, bars are positive, and rounding is monotonic; so a neuron at its bar after any arrival of the block is above that
 * line at its end. Those that are go through the block again, arrival by arrival, each by itself; if one does cross, the
 * block is taken back and ends there. Where weights have either sign, whole blocks of eight are taken so, with each neuron tested
 * against that line after each arrival, since it may be highest in between; what is left over goes one by one. The first arrival goes
 * by itself: in a busy network it ends the stretch, and a block would be added for nothing.
 */
import { before } from './before';
import { expPair, expSmallPair } from './exp';

const BLOCK = 8;
const SCALES = memory.data(128, 16); // of the arrivals of a block, each as the lanes of one vector
const ROWS = memory.data(32, 16); // where their rows of weights begin

/**
 * Scales, by the operations of `scaleAt`, and rows of the `count` arrivals of a block. They go through memory because the
 * engine would compute anew in each turn of a loop what it could keep in registers, but loads only once.
 */
@inline
function prepare<F>(weights: usize, n: i32, times: usize, rows: usize, count: i32, t0: f64, rate: f64, cells: f64): void {
  const start = f64x2.splat(t0);
  const rates = f64x2.splat(rate);
  const perMs = f64x2.splat(cells);
  const width = f64x2.splat(1 / cells);
  for (let i = 0; i < count; i += 2) {
    const at = times + (<usize>i << 3);
    const t = i + 1 < count ? v128.load(at) : v128.load64_splat(at); // nothing beyond the last one need be there
    const dt = f64x2.sub(t, start);
    const cell = f64x2.mul(f64x2.floor(f64x2.mul(dt, perMs)), width);
    const base = expPair(f64x2.mul(cell, rates));
    const scale = f64x2.mul(base, expSmallPair(f64x2.mul(f64x2.sub(dt, cell), rates)));
    const place = SCALES + (<usize>i << 4);
    v128.store(place, v128.splat<F>(<F>f64x2.extract_lane(scale, 0)));
    v128.store(place, v128.splat<F>(<F>f64x2.extract_lane(scale, 1)), 16);
  }
  for (let i = 0; i < count; i++) {
    const row = load<u32>(rows + (<usize>i << 2));
    store<u32>(ROWS + (<usize>i << 2), <u32>(weights + <usize>(row * n) * sizeof<F>()));
  }
}

@inline
function scaleOf<F>(i: i32): F {
  return load<F>(SCALES + (<usize>i << 4));
}

@inline
function rowOf(i: i32): usize {
  return <usize>load<u32>(ROWS + (<usize>i << 2));
}

@inline
function step<F>(v: v128, row: usize, o: usize, s: v128): v128 {
  return v128.add<F>(v, v128.mul<F>(v128.load(row + o), s));
}

/**
 * Arrivals i … i + m - 1 (m = 8, 4, 2 or 1) of the block at `rows`: u = source + …; the first pass over a block keeps what
 * was there in `saved`. Returns whether somebody is at his bar by the scale of the block's first arrival: after the last of them,
 * or, `signed`, after any.
 */
@inline
function pass<F>(
  m: i32, first: bool, signed: bool, source: usize, u: usize, saved: usize, bar: usize, n: i32, i: i32,
): bool {
  const bytes = <usize>n * sizeof<F>();
  const end = bytes & ~15;
  const line = v128.load(SCALES);
  const s0 = v128.load(SCALES + (<usize>i << 4));
  const w0 = rowOf(i);
  const s1 = m > 1 ? v128.load(SCALES + (<usize>i << 4), 16) : s0;
  const w1 = m > 1 ? <usize>load<u32>(ROWS + (<usize>i << 2), 4) : w0;
  const s2 = m > 2 ? v128.load(SCALES + (<usize>i << 4), 32) : s0;
  const w2 = m > 2 ? <usize>load<u32>(ROWS + (<usize>i << 2), 8) : w0;
  const s3 = m > 2 ? v128.load(SCALES + (<usize>i << 4), 48) : s0;
  const w3 = m > 2 ? <usize>load<u32>(ROWS + (<usize>i << 2), 12) : w0;
  const s4 = m > 4 ? v128.load(SCALES + (<usize>i << 4), 64) : s0;
  const w4 = m > 4 ? <usize>load<u32>(ROWS + (<usize>i << 2), 16) : w0;
  const s5 = m > 4 ? v128.load(SCALES + (<usize>i << 4), 80) : s0;
  const w5 = m > 4 ? <usize>load<u32>(ROWS + (<usize>i << 2), 20) : w0;
  const s6 = m > 4 ? v128.load(SCALES + (<usize>i << 4), 96) : s0;
  const w6 = m > 4 ? <usize>load<u32>(ROWS + (<usize>i << 2), 24) : w0;
  const s7 = m > 4 ? v128.load(SCALES + (<usize>i << 4), 112) : s0;
  const w7 = m > 4 ? <usize>load<u32>(ROWS + (<usize>i << 2), 28) : w0;
  let hit = i32x4.splat(0);
  let o: usize = 0;
  for (; o < end; o += 16) {
    let v = v128.load(source + o);
    if (first) v128.store(saved + o, v);
    v = step<F>(v, w0, o, s0);
    let peak = v;
    if (m > 1) v = step<F>(v, w1, o, s1);
    if (signed) peak = v128.pmax<F>(peak, v);
    if (m > 2) {
      v = step<F>(v, w2, o, s2);
      if (signed) peak = v128.pmax<F>(peak, v);
      v = step<F>(v, w3, o, s3);
      if (signed) peak = v128.pmax<F>(peak, v);
    }
    if (m > 4) {
      v = step<F>(v, w4, o, s4);
      if (signed) peak = v128.pmax<F>(peak, v);
      v = step<F>(v, w5, o, s5);
      if (signed) peak = v128.pmax<F>(peak, v);
      v = step<F>(v, w6, o, s6);
      if (signed) peak = v128.pmax<F>(peak, v);
      v = step<F>(v, w7, o, s7);
      if (signed) peak = v128.pmax<F>(peak, v);
    }
    v128.store(u + o, v);
    hit = v128.or(hit, v128.ge<F>(signed ? peak : v, v128.mul<F>(v128.load(bar + o), line)));
  }
  let any = v128.any_true(hit);
  for (; o < bytes; o += sizeof<F>()) {
    let v = load<F>(source + o);
    if (first) store<F>(saved + o, v);
    const limit = load<F>(bar + o) * scaleOf<F>(0);
    for (let k = i; k < i + m; k++) {
      v = v + load<F>(rowOf(k) + o) * scaleOf<F>(k);
      if (signed && v >= limit) any = true;
    }
    store<F>(u + o, v);
    if (v >= limit) any = true;
  }
  return any;
}

/** The first `count` arrivals of a block, in as few passes as there are bits in it: u = source + … */
function add<F>(source: usize, u: usize, saved: usize, bar: usize, n: i32, count: i32): bool {
  if (count == 8) return pass<F>(8, true, false, source, u, saved, bar, n, 0);
  if (source != saved) memory.copy(saved, source, <usize>n * sizeof<F>());
  let any = false;
  let from = source;
  let done = 0;
  if (count & 4) {
    any = pass<F>(4, false, false, from, u, saved, bar, n, 0);
    from = u;
    done = 4;
  }
  if (count & 2) {
    any = pass<F>(2, false, false, from, u, saved, bar, n, done);
    from = u;
    done += 2;
  }
  if (count & 1) any = pass<F>(1, false, false, from, u, saved, bar, n, done);
  return any; // of the last pass, after which u is largest
}

/** Whether arrival k is the last of its instant. */
@inline
function endsInstant(times: usize, k: i32, to: i32): bool {
  return k + 1 == to || load<f64>(times + (<usize>k << 3), 8) != load<f64>(times + (<usize>k << 3));
}

/**
 * Index in the block of the arrival at which the first neuron crosses, `count` when none does. Arrivals of one instant are
 * summed before the test, which is that of the last of them.
 */
@inline
function crossing<F>(
  u: usize, saved: usize, bar: usize, n: i32, times: usize, k: i32, count: i32, to: i32, signed: bool,
): i32 {
  const bytes = <usize>n * sizeof<F>();
  const line = scaleOf<F>(0);
  let first = count;
  const end = bytes & ~15;
  for (let at: usize = 0; at < bytes; at += 16) {
    if (at < end) {
      const limit = v128.mul<F>(v128.load(bar + at), v128.load(SCALES));
      let hit = v128.ge<F>(v128.load(u + at), limit);
      if (signed) {
        let v = v128.load(saved + at);
        for (let i = 0; i < count; i++) {
          v = step<F>(v, rowOf(i), at, v128.load(SCALES + (<usize>i << 4)));
          hit = v128.or(hit, v128.ge<F>(v, limit));
        }
      }
      if (!v128.any_true(hit)) continue;
    }
    const next = min(at + 16, bytes);
    for (let o = at; o < next; o += sizeof<F>()) {
      const b = load<F>(bar + o);
      if (!signed && load<F>(u + o) < b * line) continue;
      let v = load<F>(saved + o);
      for (let i = 0; i < first; i++) {
        v = v + load<F>(rowOf(i) + o) * scaleOf<F>(i);
        if (v >= b * scaleOf<F>(i) && endsInstant(times, k + i, to)) first = i;
      }
    }
  }
  return first;
}

/**
 * Returns how many arrivals were taken; negative when a neuron reached its bar at the last of them. Stops before `until`.
 * `saved` has room for u; `positive` says that no weight is negative.
 */
@inline
function stretch<F>(
  u: usize, bar: usize, n: i32, saved: usize, weights: usize, positive: bool, times: usize, rows: usize, from: i32, to: i32,
  t0: f64, rate: f64, cells: f64, until: f64,
): i32 {
  const last = before(times, from, to, until);
  for (let k = from; k < last; ) {
    const alone = k == from || (!positive && last - k < BLOCK);
    const count = alone ? 1 : min(BLOCK, last - k);
    const signed = !positive && count > 1;
    prepare<F>(weights, n, times + (<usize>k << 3), rows + (<usize>k << 2), count, t0, rate, cells);
    const reached = signed ? pass<F>(8, true, true, u, u, saved, bar, n, 0) : add<F>(u, u, saved, bar, n, count);
    if (reached) {
      const first = crossing<F>(u, saved, bar, n, times, k, count, to, signed);
      if (first < count) {
        if (first + 1 < count) add<F>(saved, u, saved, bar, n, first + 1);
        return from - (k + first + 1);
      }
    }
    k += count;
  }
  return last - from;
}

export function denseStretch32(
  u: usize, bar: usize, n: i32, saved: usize, weights: usize, positive: bool, times: usize, rows: usize, from: i32, to: i32,
  t0: f64, rate: f64, cells: f64, until: f64,
): i32 {
  return stretch<f32>(u, bar, n, saved, weights, positive, times, rows, from, to, t0, rate, cells, until);
}

export function denseStretch64(
  u: usize, bar: usize, n: i32, saved: usize, weights: usize, positive: bool, times: usize, rows: usize, from: i32, to: i32,
  t0: f64, rate: f64, cells: f64, until: f64,
): i32 {
  return stretch<f64>(u, bar, n, saved, weights, positive, times, rows, from, to, t0, rate, cells, until);
}
