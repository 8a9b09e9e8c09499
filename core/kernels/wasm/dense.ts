/**
 * Arrivals of one lane at a dense projection: u[j] += w[row][j] s(t), then u[j] >= bar[j] s(t)? Four float32 or two
 * float64 lanes at a time. Product and sum are rounded one by one, as in the twin (WebAssembly has no fused form).
 */
import { exp, expSmall } from './exp';

/** Returns how many arrivals were taken; negative when a neuron reached its bar at the last of them. Stops before `until`. */
export function denseStretch32(
  u: usize,
  bar: usize,
  n: i32,
  weights: usize,
  times: usize,
  rows: usize,
  from: i32,
  to: i32,
  t0: f64,
  rate: f64,
  cells: f64,
  until: f64,
): i32 {
  const end = u + (<usize>(n & ~3) << 2);
  const tail = u + (<usize>n << 2);
  let cell: f64 = -1;
  let base: f64 = 0;
  for (let k = from; k < to; k++) {
    const t = load<f64>(times + (<usize>k << 3));
    if (t >= until) return k - from;
    const dt = t - t0;
    const c = floor(dt * cells);
    if (c != cell) {
      cell = c;
      base = exp((c / cells) * rate);
    }
    const s = <f32>(base * expSmall((dt - c / cells) * rate));
    const ss = f32x4.splat(s);
    let w = weights + (<usize>load<u32>(rows + (<usize>k << 2)) * n << 2);
    let p = u;
    let b = bar;
    let hit = i32x4.splat(0);
    for (; p < end; p += 16, w += 16, b += 16) {
      const v = f32x4.add(v128.load(p), f32x4.mul(v128.load(w), ss));
      v128.store(p, v);
      hit = v128.or(hit, f32x4.ge(v, f32x4.mul(v128.load(b), ss)));
    }
    let any = v128.any_true(hit);
    for (; p < tail; p += 4, w += 4, b += 4) {
      const v = load<f32>(p) + load<f32>(w) * s;
      store<f32>(p, v);
      if (v >= load<f32>(b) * s) any = true;
    }
    // Arrivals of one instant are summed before the test, which is that of the last of them.
    if (any && (k + 1 == to || load<f64>(times + (<usize>(k + 1) << 3)) != t)) return from - k - 1;
  }
  return to - from;
}

export function denseStretch64(
  u: usize,
  bar: usize,
  n: i32,
  weights: usize,
  times: usize,
  rows: usize,
  from: i32,
  to: i32,
  t0: f64,
  rate: f64,
  cells: f64,
  until: f64,
): i32 {
  const end = u + (<usize>(n & ~1) << 3);
  const tail = u + (<usize>n << 3);
  let cell: f64 = -1;
  let base: f64 = 0;
  for (let k = from; k < to; k++) {
    const t = load<f64>(times + (<usize>k << 3));
    if (t >= until) return k - from;
    const dt = t - t0;
    const c = floor(dt * cells);
    if (c != cell) {
      cell = c;
      base = exp((c / cells) * rate);
    }
    const s = base * expSmall((dt - c / cells) * rate);
    const ss = f64x2.splat(s);
    let w = weights + (<usize>load<u32>(rows + (<usize>k << 2)) * n << 3);
    let p = u;
    let b = bar;
    let hit = i64x2.splat(0);
    for (; p < end; p += 16, w += 16, b += 16) {
      const v = f64x2.add(v128.load(p), f64x2.mul(v128.load(w), ss));
      v128.store(p, v);
      hit = v128.or(hit, f64x2.ge(v, f64x2.mul(v128.load(b), ss)));
    }
    let any = v128.any_true(hit);
    if (p < tail) {
      const v = load<f64>(p) + load<f64>(w) * s;
      store<f64>(p, v);
      if (v >= load<f64>(b) * s) any = true;
    }
    if (any && (k + 1 == to || load<f64>(times + (<usize>(k + 1) << 3)) != t)) return from - k - 1;
  }
  return to - from;
}
