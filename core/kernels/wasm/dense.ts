/**
 * Arrivals of one lane at a dense projection: u[j] += w[row][j] s(t), then u[j] >= bar[j] s(t)? Four float32 or two
 * float64 lanes at a time. Product and sum are rounded one by one, as in the twin (WebAssembly has no fused form).
 *
 * Where no weight is negative, eight (four) arrivals are added in one pass, each rounded as by itself, and tested once, by
 * u after the last against bar s(t of the first). That cannot miss a crossing: within the block u only grows, s only
 * grows, bars are positive, and rounding is monotonic; so a neuron at its bar after any arrival of the block is above that
 * line at its end. If one is, the block is taken back and gone through arrival by arrival.
 */
import { exp, expSmall } from './exp';

// Scale of the arrivals of one cell; a stretch starts with none.
let cell: f64 = -1;
let base: f64 = 0;

@inline
function scale(times: usize, k: i32, t0: f64, rate: f64, cells: f64, width: f64): f64 {
  const dt = load<f64>(times + (<usize>k << 3)) - t0;
  const c = floor(dt * cells);
  if (c != cell) {
    cell = c;
    base = exp(c * width * rate);
  }
  return base * expSmall((dt - c * width) * rate);
}

@inline
function rowOf(weights: usize, rows: usize, k: i32, bytes: usize): usize {
  return weights + <usize>load<u32>(rows + (<usize>k << 2)) * bytes;
}

/** Index of the first arrival at or after `until`. */
function before(times: usize, from: i32, to: i32, until: f64): i32 {
  let k = to;
  while (k > from && load<f64>(times + (<usize>(k - 1) << 3)) >= until) k--;
  return k;
}

/** Whether arrival k is the last of its instant. */
@inline
function endsInstant(times: usize, k: i32, to: i32): bool {
  return k + 1 == to || load<f64>(times + (<usize>k << 3), 8) != load<f64>(times + (<usize>k << 3));
}

/** Eight arrivals from k on; false, with u as it was, when one of them might fire somebody. */
function block32(
  u: usize, bar: usize, n: i32, saved: usize, weights: usize, times: usize, rows: usize, k: i32, t0: f64, rate: f64,
  cells: f64, width: f64,
): bool {
  const bytes = <usize>n << 2;
  const s0 = f32x4.splat(<f32>scale(times, k, t0, rate, cells, width));
  const s1 = f32x4.splat(<f32>scale(times, k + 1, t0, rate, cells, width));
  const s2 = f32x4.splat(<f32>scale(times, k + 2, t0, rate, cells, width));
  const s3 = f32x4.splat(<f32>scale(times, k + 3, t0, rate, cells, width));
  const s4 = f32x4.splat(<f32>scale(times, k + 4, t0, rate, cells, width));
  const s5 = f32x4.splat(<f32>scale(times, k + 5, t0, rate, cells, width));
  const s6 = f32x4.splat(<f32>scale(times, k + 6, t0, rate, cells, width));
  const s7 = f32x4.splat(<f32>scale(times, k + 7, t0, rate, cells, width));
  const w0 = rowOf(weights, rows, k, bytes);
  const w1 = rowOf(weights, rows, k + 1, bytes);
  const w2 = rowOf(weights, rows, k + 2, bytes);
  const w3 = rowOf(weights, rows, k + 3, bytes);
  const w4 = rowOf(weights, rows, k + 4, bytes);
  const w5 = rowOf(weights, rows, k + 5, bytes);
  const w6 = rowOf(weights, rows, k + 6, bytes);
  const w7 = rowOf(weights, rows, k + 7, bytes);
  const end = <usize>(n & ~3) << 2;
  let hit = i32x4.splat(0);
  let o: usize = 0;
  for (; o < end; o += 16) {
    let v = v128.load(u + o);
    v128.store(saved + o, v);
    v = f32x4.add(v, f32x4.mul(v128.load(w0 + o), s0));
    v = f32x4.add(v, f32x4.mul(v128.load(w1 + o), s1));
    v = f32x4.add(v, f32x4.mul(v128.load(w2 + o), s2));
    v = f32x4.add(v, f32x4.mul(v128.load(w3 + o), s3));
    v = f32x4.add(v, f32x4.mul(v128.load(w4 + o), s4));
    v = f32x4.add(v, f32x4.mul(v128.load(w5 + o), s5));
    v = f32x4.add(v, f32x4.mul(v128.load(w6 + o), s6));
    v = f32x4.add(v, f32x4.mul(v128.load(w7 + o), s7));
    v128.store(u + o, v);
    hit = v128.or(hit, f32x4.ge(v, f32x4.mul(v128.load(bar + o), s0)));
  }
  let any = v128.any_true(hit);
  for (; o < bytes; o += 4) {
    let v = load<f32>(u + o);
    store<f32>(saved + o, v);
    v = v + load<f32>(w0 + o) * f32x4.extract_lane(s0, 0);
    v = v + load<f32>(w1 + o) * f32x4.extract_lane(s1, 0);
    v = v + load<f32>(w2 + o) * f32x4.extract_lane(s2, 0);
    v = v + load<f32>(w3 + o) * f32x4.extract_lane(s3, 0);
    v = v + load<f32>(w4 + o) * f32x4.extract_lane(s4, 0);
    v = v + load<f32>(w5 + o) * f32x4.extract_lane(s5, 0);
    v = v + load<f32>(w6 + o) * f32x4.extract_lane(s6, 0);
    v = v + load<f32>(w7 + o) * f32x4.extract_lane(s7, 0);
    store<f32>(u + o, v);
    if (v >= load<f32>(bar + o) * f32x4.extract_lane(s0, 0)) any = true;
  }
  if (any) memory.copy(u, saved, bytes);
  return !any;
}

/**
 * Returns how many arrivals were taken; negative when a neuron reached its bar at the last of them. Stops before `until`.
 * `saved` has room for u; `positive` says that no weight is negative.
 */
export function denseStretch32(
  u: usize, bar: usize, n: i32, saved: usize, weights: usize, positive: bool, times: usize, rows: usize, from: i32, to: i32,
  t0: f64, rate: f64, cells: f64, until: f64,
): i32 {
  const bytes = <usize>n << 2;
  const width = 1 / cells;
  const last = before(times, from, to, until);
  const end = <usize>(n & ~3) << 2;
  cell = -1;
  let alone = positive ? from : last; // up to here arrivals go one by one
  for (let k = from; k < last; ) {
    if (k >= alone && k + 8 <= last) {
      if (block32(u, bar, n, saved, weights, times, rows, k, t0, rate, cells, width)) k += 8;
      else alone = k + 8;
      continue;
    }
    const s = <f32>scale(times, k, t0, rate, cells, width);
    const ss = f32x4.splat(s);
    const w = rowOf(weights, rows, k, bytes);
    let hit = i32x4.splat(0);
    let o: usize = 0;
    for (; o < end; o += 16) {
      const v = f32x4.add(v128.load(u + o), f32x4.mul(v128.load(w + o), ss));
      v128.store(u + o, v);
      hit = v128.or(hit, f32x4.ge(v, f32x4.mul(v128.load(bar + o), ss)));
    }
    let any = v128.any_true(hit);
    for (; o < bytes; o += 4) {
      const v = load<f32>(u + o) + load<f32>(w + o) * s;
      store<f32>(u + o, v);
      if (v >= load<f32>(bar + o) * s) any = true;
    }
    // Arrivals of one instant are summed before the test, which is that of the last of them.
    if (any && endsInstant(times, k, to)) return from - k - 1;
    k++;
  }
  return last - from;
}

/** Four arrivals from k on; false, with u as it was, when one of them might fire somebody. */
function block64(
  u: usize, bar: usize, n: i32, saved: usize, weights: usize, times: usize, rows: usize, k: i32, t0: f64, rate: f64,
  cells: f64, width: f64,
): bool {
  const bytes = <usize>n << 3;
  const s0 = f64x2.splat(scale(times, k, t0, rate, cells, width));
  const s1 = f64x2.splat(scale(times, k + 1, t0, rate, cells, width));
  const s2 = f64x2.splat(scale(times, k + 2, t0, rate, cells, width));
  const s3 = f64x2.splat(scale(times, k + 3, t0, rate, cells, width));
  const w0 = rowOf(weights, rows, k, bytes);
  const w1 = rowOf(weights, rows, k + 1, bytes);
  const w2 = rowOf(weights, rows, k + 2, bytes);
  const w3 = rowOf(weights, rows, k + 3, bytes);
  const end = <usize>(n & ~1) << 3;
  let hit = i64x2.splat(0);
  let o: usize = 0;
  for (; o < end; o += 16) {
    let v = v128.load(u + o);
    v128.store(saved + o, v);
    v = f64x2.add(v, f64x2.mul(v128.load(w0 + o), s0));
    v = f64x2.add(v, f64x2.mul(v128.load(w1 + o), s1));
    v = f64x2.add(v, f64x2.mul(v128.load(w2 + o), s2));
    v = f64x2.add(v, f64x2.mul(v128.load(w3 + o), s3));
    v128.store(u + o, v);
    hit = v128.or(hit, f64x2.ge(v, f64x2.mul(v128.load(bar + o), s0)));
  }
  let any = v128.any_true(hit);
  if (o < bytes) {
    let v = load<f64>(u + o);
    store<f64>(saved + o, v);
    v = v + load<f64>(w0 + o) * f64x2.extract_lane(s0, 0);
    v = v + load<f64>(w1 + o) * f64x2.extract_lane(s1, 0);
    v = v + load<f64>(w2 + o) * f64x2.extract_lane(s2, 0);
    v = v + load<f64>(w3 + o) * f64x2.extract_lane(s3, 0);
    store<f64>(u + o, v);
    if (v >= load<f64>(bar + o) * f64x2.extract_lane(s0, 0)) any = true;
  }
  if (any) memory.copy(u, saved, bytes);
  return !any;
}

export function denseStretch64(
  u: usize, bar: usize, n: i32, saved: usize, weights: usize, positive: bool, times: usize, rows: usize, from: i32, to: i32,
  t0: f64, rate: f64, cells: f64, until: f64,
): i32 {
  const bytes = <usize>n << 3;
  const width = 1 / cells;
  const last = before(times, from, to, until);
  const end = <usize>(n & ~1) << 3;
  cell = -1;
  let alone = positive ? from : last;
  for (let k = from; k < last; ) {
    if (k >= alone && k + 4 <= last) {
      if (block64(u, bar, n, saved, weights, times, rows, k, t0, rate, cells, width)) k += 4;
      else alone = k + 4;
      continue;
    }
    const s = scale(times, k, t0, rate, cells, width);
    const ss = f64x2.splat(s);
    const w = rowOf(weights, rows, k, bytes);
    let hit = i64x2.splat(0);
    let o: usize = 0;
    for (; o < end; o += 16) {
      const v = f64x2.add(v128.load(u + o), f64x2.mul(v128.load(w + o), ss));
      v128.store(u + o, v);
      hit = v128.or(hit, f64x2.ge(v, f64x2.mul(v128.load(bar + o), ss)));
    }
    let any = v128.any_true(hit);
    if (o < bytes) {
      const v = load<f64>(u + o) + load<f64>(w + o) * s;
      store<f64>(u + o, v);
      if (v >= load<f64>(bar + o) * s) any = true;
    }
    if (any && endsInstant(times, k, to)) return from - k - 1;
    k++;
  }
  return last - from;
}
