/**
 * Arrivals of one lane at a dense projection: u[j] += w[row][j] s(t), then u[j] >= bar[j] s(t)? Four float32 or two
 * float64 lanes at a time. Product and sum are rounded one by one, as in the twin (WebAssembly has no fused form).
 *
 * Most tests are left out, and none that could succeed: a test also finds the distance d (mV) of the neuron closest to
 * its bar. Between arrivals potentials only fall towards their asymptote (u = 0, below every bar), and an arrival lifts
 * them by at most `largest`, so the next d / largest arrivals cannot fire anybody. They are added four rows at a time,
 * in their order, so that each rounding is that of the twin.
 */
import { exp, expSmall } from './exp';

// Scale of one arrival, kept over the arrivals of one cell; set by `begin`.
let cell: f64 = -1;
let base: f64 = 0;

@inline
function scale(dt: f64, rate: f64, cells: f64, width: f64): f64 {
  const c = floor(dt * cells);
  if (c != cell) {
    cell = c;
    base = exp(c * width * rate);
  }
  return base * expSmall((dt - c * width) * rate);
}

/** How many arrivals after a test cannot fire anybody, `most` being the largest of u - bar s; a little less, for rounding. */
@inline
function safeCount(most: f64, s: f64, largest: f64): i32 {
  const room = (-most / s) * 0.9999 - largest;
  return room > largest * 1000000 ? 1000000 : room > 0 ? <i32>(room / largest) : 0;
}

/** Returns how many arrivals were taken; negative when a neuron reached its bar at the last of them. Stops before `until`. */
export function denseStretch32(
  u: usize, bar: usize, n: i32, weights: usize, largest: f64, times: usize, rows: usize, from: i32, to: i32,
  t0: f64, rate: f64, cells: f64, until: f64,
): i32 {
  const end = u + (<usize>(n & ~3) << 2);
  const tail = u + (<usize>n << 2);
  const row = <usize>n << 2;
  cell = -1;
  const width = 1 / cells;
  let safe = 0;
  for (let k = from; k < to; ) {
    const t = load<f64>(times + (<usize>k << 3));
    if (t >= until) return k - from;
    const at = rows + (<usize>k << 2);
    if (safe >= 4 && k + 4 <= to && load<f64>(times + (<usize>k << 3), 24) < until) {
      const s1 = <f32>scale(t - t0, rate, cells, width);
      const s2 = <f32>scale(load<f64>(times + (<usize>k << 3), 8) - t0, rate, cells, width);
      const s3 = <f32>scale(load<f64>(times + (<usize>k << 3), 16) - t0, rate, cells, width);
      const s4 = <f32>scale(load<f64>(times + (<usize>k << 3), 24) - t0, rate, cells, width);
      const v1 = f32x4.splat(s1);
      const v2 = f32x4.splat(s2);
      const v3 = f32x4.splat(s3);
      const v4 = f32x4.splat(s4);
      let w1 = weights + load<u32>(at) * row;
      let w2 = weights + load<u32>(at, 4) * row;
      let w3 = weights + load<u32>(at, 8) * row;
      let w4 = weights + load<u32>(at, 12) * row;
      let p = u;
      for (; p < end; p += 16, w1 += 16, w2 += 16, w3 += 16, w4 += 16) {
        let v = f32x4.add(v128.load(p), f32x4.mul(v128.load(w1), v1));
        v = f32x4.add(v, f32x4.mul(v128.load(w2), v2));
        v = f32x4.add(v, f32x4.mul(v128.load(w3), v3));
        v128.store(p, f32x4.add(v, f32x4.mul(v128.load(w4), v4)));
      }
      for (; p < tail; p += 4, w1 += 4, w2 += 4, w3 += 4, w4 += 4) {
        let v = load<f32>(p) + load<f32>(w1) * s1;
        v = v + load<f32>(w2) * s2;
        v = v + load<f32>(w3) * s3;
        store<f32>(p, v + load<f32>(w4) * s4);
      }
      k += 4;
      safe -= 4;
      continue;
    }
    const s = <f32>scale(t - t0, rate, cells, width);
    const ss = f32x4.splat(s);
    let w = weights + load<u32>(at) * row;
    let p = u;
    k++;
    if (safe > 0) {
      safe--;
      for (; p < end; p += 16, w += 16) v128.store(p, f32x4.add(v128.load(p), f32x4.mul(v128.load(w), ss)));
      for (; p < tail; p += 4, w += 4) store<f32>(p, load<f32>(p) + load<f32>(w) * s);
      continue;
    }
    let b = bar;
    let most = f32x4.splat(-Infinity);
    const zero = f32x4.splat(0);
    let hit = i32x4.splat(0);
    for (; p < end; p += 16, w += 16, b += 16) {
      const v = f32x4.add(v128.load(p), f32x4.mul(v128.load(w), ss));
      v128.store(p, v);
      const line = f32x4.mul(v128.load(b), ss);
      hit = v128.or(hit, f32x4.ge(v, line));
      most = f32x4.pmax(most, f32x4.sub(f32x4.pmax(v, zero), line));
    }
    let any = v128.any_true(hit);
    let highest: f64 = max<f64>(
      max<f64>(f32x4.extract_lane(most, 0), f32x4.extract_lane(most, 1)),
      max<f64>(f32x4.extract_lane(most, 2), f32x4.extract_lane(most, 3)),
    );
    for (; p < tail; p += 4, w += 4, b += 4) {
      const v = load<f32>(p) + load<f32>(w) * s;
      store<f32>(p, v);
      const line = load<f32>(b) * s;
      if (v >= line) any = true;
      highest = max<f64>(highest, <f64>(max<f32>(v, 0) - line));
    }
    // Arrivals of one instant are summed before the test, which is that of the last of them.
    if (any && (k == to || load<f64>(times + (<usize>k << 3)) != t)) return from - k;
    safe = safeCount(highest, s, largest);
  }
  return to - from;
}

export function denseStretch64(
  u: usize, bar: usize, n: i32, weights: usize, largest: f64, times: usize, rows: usize, from: i32, to: i32,
  t0: f64, rate: f64, cells: f64, until: f64,
): i32 {
  const end = u + (<usize>(n & ~1) << 3);
  const odd = (n & 1) != 0;
  const row = <usize>n << 3;
  cell = -1;
  const width = 1 / cells;
  let safe = 0;
  for (let k = from; k < to; ) {
    const t = load<f64>(times + (<usize>k << 3));
    if (t >= until) return k - from;
    const s = scale(t - t0, rate, cells, width);
    const ss = f64x2.splat(s);
    let w = weights + load<u32>(rows + (<usize>k << 2)) * row;
    let p = u;
    k++;
    if (safe > 0) {
      safe--;
      for (; p < end; p += 16, w += 16) v128.store(p, f64x2.add(v128.load(p), f64x2.mul(v128.load(w), ss)));
      if (odd) store<f64>(p, load<f64>(p) + load<f64>(w) * s);
      continue;
    }
    let b = bar;
    let most = f64x2.splat(-Infinity);
    const zero = f64x2.splat(0);
    let hit = i64x2.splat(0);
    for (; p < end; p += 16, w += 16, b += 16) {
      const v = f64x2.add(v128.load(p), f64x2.mul(v128.load(w), ss));
      v128.store(p, v);
      const line = f64x2.mul(v128.load(b), ss);
      hit = v128.or(hit, f64x2.ge(v, line));
      most = f64x2.pmax(most, f64x2.sub(f64x2.pmax(v, zero), line));
    }
    let any = v128.any_true(hit);
    let highest = max<f64>(f64x2.extract_lane(most, 0), f64x2.extract_lane(most, 1));
    if (odd) {
      const v = load<f64>(p) + load<f64>(w) * s;
      store<f64>(p, v);
      const line = load<f64>(b) * s;
      if (v >= line) any = true;
      highest = max<f64>(highest, max<f64>(v, 0) - line);
    }
    if (any && (k == to || load<f64>(times + (<usize>k << 3)) != t)) return from - k;
    safe = safeCount(highest, s, largest);
  }
  return to - from;
}
