/**
 * Arrivals of one lane at a sparse projection: for each target j of the row u[j] += w s(t), then u[j] >= bar[j] s(t)?
 * Rows reach a target at most once. Generic over the float and index types; `weights` 0 means all are `weight`, `targets`
 * 0 that row i reaches neuron i only. Arrivals of one instant are all added before any target is tested.
 */
import { exp, expSmall } from './exp';

let count: u32 = 0;

@inline
function list(fired: usize, j: u32): void {
  store<u32>(fired + (<usize>++count << 2), j);
}

/** u[j] += w s for one row, without a test. */
@inline
function add<F, I>(u: usize, at: usize, end: usize, w: usize, jump: F, s: F): void {
  if (w == 0) {
    for (; at < end; at += sizeof<I>()) {
      const p = u + <usize>load<I>(at) * sizeof<F>();
      store<F>(p, load<F>(p) + jump);
    }
  } else {
    for (; at < end; at += sizeof<I>(), w += sizeof<F>()) {
      const p = u + <usize>load<I>(at) * sizeof<F>();
      store<F>(p, load<F>(p) + load<F>(w) * s);
    }
  }
}

/** The same with the test. */
@inline
function addAndTest<F, I>(u: usize, bar: usize, at: usize, end: usize, w: usize, jump: F, s: F, fired: usize): void {
  if (w == 0) {
    for (; at < end; at += sizeof<I>()) {
      const offset = <usize>load<I>(at) * sizeof<F>();
      const v = load<F>(u + offset) + jump;
      store<F>(u + offset, v);
      if (v >= load<F>(bar + offset) * s) list(fired, <u32>load<I>(at));
    }
  } else {
    for (; at < end; at += sizeof<I>(), w += sizeof<F>()) {
      const offset = <usize>load<I>(at) * sizeof<F>();
      const v = load<F>(u + offset) + load<F>(w) * s;
      store<F>(u + offset, v);
      if (v >= load<F>(bar + offset) * s) list(fired, <u32>load<I>(at));
    }
  }
}

/** Tests the targets of one row; `marks` keeps a neuron that several rows reach from being listed twice. */
@inline
function test<F, I>(u: usize, bar: usize, at: usize, end: usize, s: F, marks: usize, fired: usize): void {
  for (; at < end; at += sizeof<I>()) {
    const j = <usize>load<I>(at);
    if (load<F>(u + j * sizeof<F>()) < load<F>(bar + j * sizeof<F>()) * s) continue;
    if (load<u8>(marks + j) != 0) continue;
    store<u8>(marks + j, 1);
    list(fired, <u32>j);
  }
}

/** Row i reaches neuron i only: arrivals of one instant reach different neurons, and each is tested at once. */
@inline
function oneToOne<F>(
  u: usize, bar: usize, weights: usize, weight: F, times: usize, rows: usize, from: i32, to: i32, t0: f64, rate: f64,
  cells: f64, fired: usize,
): i32 {
  const width = 1 / cells;
  let start: f64 = 0;
  let next: f64 = -Infinity;
  let base: f64 = 0;
  for (let k = from; k < to; k++) {
    const t = load<f64>(times + (<usize>k << 3));
    if (t >= next) {
      const c = floor((t - t0) * cells) * width;
      start = t0 + c;
      next = start + width;
      base = exp(c * rate);
    }
    const s = <F>(base * expSmall((t - start) * rate));
    const j = load<u32>(rows + (<usize>k << 2));
    const offset = <usize>j * sizeof<F>();
    const v = load<F>(u + offset) + (weights == 0 ? weight : load<F>(weights + offset)) * s;
    store<F>(u + offset, v);
    if (v < load<F>(bar + offset) * s) {
      if (count == 0) continue;
    } else {
      list(fired, j);
    }
    // After a hit, only what shares its instant is still taken.
    if (k + 1 == to || load<f64>(times + (<usize>k << 3), 8) != t) {
      store<u32>(fired, count);
      return from - k - 1;
    }
  }
  return to - from;
}

/** Index of the first arrival at or after `until`. */
function before(times: usize, from: i32, to: i32, until: f64): i32 {
  let low = from;
  let high = to;
  if (to > from && load<f64>(times + (<usize>(to - 1) << 3)) < until) return to;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (load<f64>(times + (<usize>middle << 3)) < until) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * Returns how many arrivals were taken; negative when neurons reached their bar at the last instant: `fired` lists them
 * (in ascending order when one row brought it about), after its first element, their number. Stops before `until`.
 */
@inline
function stretch<F, I>(
  u: usize, bar: usize, starts: usize, targets: usize, weights: usize, weight: f64, times: usize, rows: usize,
  from: i32, to: i32, t0: f64, rate: f64, cells: f64, until: f64, marks: usize, fired: usize,
): i32 {
  count = 0;
  if (targets == 0) {
    return oneToOne<F>(u, bar, weights, <F>weight, times, rows, from, before(times, from, to, until), t0, rate, cells, fired);
  }
  const width = 1 / cells;
  let cell: f64 = -1;
  let base: f64 = 0;
  for (let k = from; k < to; ) {
    const t = load<f64>(times + (<usize>k << 3));
    if (t >= until) return k - from;
    const dt = t - t0;
    const c = floor(dt * cells);
    if (c != cell) {
      cell = c;
      base = exp(c * width * rate);
    }
    const s = <F>(base * expSmall((dt - c * width) * rate));
    const jump = <F>weight * s;
    const first = k;
    while (k + 1 < to && load<f64>(times + (<usize>k << 3), 8) == t) k++;
    k++;
    if (k == first + 1) {
      const row = <usize>load<u32>(rows + (<usize>first << 2)) << 2;
      const a = <usize>load<u32>(starts + row);
      const b = <usize>load<u32>(starts + row, 4);
      const w = weights == 0 ? 0 : weights + a * sizeof<F>();
      addAndTest<F, I>(u, bar, targets + a * sizeof<I>(), targets + b * sizeof<I>(), w, jump, s, fired);
    } else {
      for (let i = first; i < k; i++) {
        const row = <usize>load<u32>(rows + (<usize>i << 2)) << 2;
        const a = <usize>load<u32>(starts + row);
        const b = <usize>load<u32>(starts + row, 4);
        const w = weights == 0 ? 0 : weights + a * sizeof<F>();
        add<F, I>(u, targets + a * sizeof<I>(), targets + b * sizeof<I>(), w, jump, s);
      }
      for (let i = first; i < k; i++) {
        const row = <usize>load<u32>(rows + (<usize>i << 2)) << 2;
        const a = <usize>load<u32>(starts + row);
        const b = <usize>load<u32>(starts + row, 4);
        test<F, I>(u, bar, targets + a * sizeof<I>(), targets + b * sizeof<I>(), s, marks, fired);
      }
      for (let i: u32 = 1; i <= count; i++) store<u8>(marks + <usize>load<u32>(fired + (<usize>i << 2)), 0);
    }
    if (count > 0) {
      store<u32>(fired, count);
      return from - k;
    }
  }
  return to - from;
}

export function sparseStretch32x16(
  u: usize, bar: usize, starts: usize, targets: usize, weights: usize, weight: f64, times: usize, rows: usize,
  from: i32, to: i32, t0: f64, rate: f64, cells: f64, until: f64, marks: usize, fired: usize,
): i32 {
  return stretch<f32, u16>(u, bar, starts, targets, weights, weight, times, rows, from, to, t0, rate, cells, until, marks, fired);
}

export function sparseStretch32x32(
  u: usize, bar: usize, starts: usize, targets: usize, weights: usize, weight: f64, times: usize, rows: usize,
  from: i32, to: i32, t0: f64, rate: f64, cells: f64, until: f64, marks: usize, fired: usize,
): i32 {
  return stretch<f32, u32>(u, bar, starts, targets, weights, weight, times, rows, from, to, t0, rate, cells, until, marks, fired);
}

export function sparseStretch64x16(
  u: usize, bar: usize, starts: usize, targets: usize, weights: usize, weight: f64, times: usize, rows: usize,
  from: i32, to: i32, t0: f64, rate: f64, cells: f64, until: f64, marks: usize, fired: usize,
): i32 {
  return stretch<f64, u16>(u, bar, starts, targets, weights, weight, times, rows, from, to, t0, rate, cells, until, marks, fired);
}

export function sparseStretch64x32(
  u: usize, bar: usize, starts: usize, targets: usize, weights: usize, weight: f64, times: usize, rows: usize,
  from: i32, to: i32, t0: f64, rate: f64, cells: f64, until: f64, marks: usize, fired: usize,
): i32 {
  return stretch<f64, u32>(u, bar, starts, targets, weights, weight, times, rows, from, to, t0, rate, cells, until, marks, fired);
}
