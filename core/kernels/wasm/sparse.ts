/**
 * Arrivals of one lane at a sparse projection: for each target j of the row u[j] += w s(t), then u[j] >= bar[j] s(t)?
 * Rows reach a target at most once. Generic over the float and index types; `weights` 0 means all are `weight`.
 */
import { exp, expSmall } from './exp';

/**
 * Returns how many arrivals were taken; negative when neurons reached their bar at the last of them: `fired` lists them,
 * after its first element, their number. Stops before `until` and before arrivals that share their instant.
 */
// @ts-expect-error: decorator
@inline
function stretch<F, I>(
  u: usize, bar: usize, starts: usize, targets: usize, weights: usize, weight: f64, times: usize, rows: usize,
  from: i32, to: i32, t0: f64, rate: f64, cells: f64, until: f64, fired: usize,
): i32 {
  let cell: f64 = -1;
  let base: f64 = 0;
  for (let k = from; k < to; k++) {
    const t = load<f64>(times + (<usize>k << 3));
    if (t >= until) return k - from;
    if (k + 1 < to && load<f64>(times + (<usize>(k + 1) << 3)) == t) return k - from;
    const dt = t - t0;
    const c = floor(dt * cells);
    if (c != cell) {
      cell = c;
      base = exp((c / cells) * rate);
    }
    const s = <F>(base * expSmall((dt - c / cells) * rate));
    const row = <usize>load<u32>(rows + (<usize>k << 2));
    const first = <usize>load<u32>(starts + (row << 2));
    const last = <usize>load<u32>(starts + (row << 2), 4);
    let count: u32 = 0;
    let at = targets + first * sizeof<I>();
    const end = targets + last * sizeof<I>();
    if (weights == 0) {
      const jump = <F>weight * s;
      for (; at < end; at += sizeof<I>()) {
        const offset = <usize>load<I>(at) * sizeof<F>();
        const v = load<F>(u + offset) + jump;
        store<F>(u + offset, v);
        if (v >= load<F>(bar + offset) * s) store<u32>(fired + (<usize>++count << 2), <u32>load<I>(at));
      }
    } else {
      let w = weights + first * sizeof<F>();
      for (; at < end; at += sizeof<I>(), w += sizeof<F>()) {
        const offset = <usize>load<I>(at) * sizeof<F>();
        const v = load<F>(u + offset) + load<F>(w) * s;
        store<F>(u + offset, v);
        if (v >= load<F>(bar + offset) * s) store<u32>(fired + (<usize>++count << 2), <u32>load<I>(at));
      }
    }
    if (count > 0) {
      store<u32>(fired, count);
      return from - k - 1;
    }
  }
  return to - from;
}

export function sparseStretch32x16(
  u: usize, bar: usize, starts: usize, targets: usize, weights: usize, weight: f64, times: usize, rows: usize,
  from: i32, to: i32, t0: f64, rate: f64, cells: f64, until: f64, fired: usize,
): i32 {
  return stretch<f32, u16>(u, bar, starts, targets, weights, weight, times, rows, from, to, t0, rate, cells, until, fired);
}

export function sparseStretch32x32(
  u: usize, bar: usize, starts: usize, targets: usize, weights: usize, weight: f64, times: usize, rows: usize,
  from: i32, to: i32, t0: f64, rate: f64, cells: f64, until: f64, fired: usize,
): i32 {
  return stretch<f32, u32>(u, bar, starts, targets, weights, weight, times, rows, from, to, t0, rate, cells, until, fired);
}

export function sparseStretch64x16(
  u: usize, bar: usize, starts: usize, targets: usize, weights: usize, weight: f64, times: usize, rows: usize,
  from: i32, to: i32, t0: f64, rate: f64, cells: f64, until: f64, fired: usize,
): i32 {
  return stretch<f64, u16>(u, bar, starts, targets, weights, weight, times, rows, from, to, t0, rate, cells, until, fired);
}

export function sparseStretch64x32(
  u: usize, bar: usize, starts: usize, targets: usize, weights: usize, weight: f64, times: usize, rows: usize,
  from: i32, to: i32, t0: f64, rate: f64, cells: f64, until: f64, fired: usize,
): i32 {
  return stretch<f64, u32>(u, bar, starts, targets, weights, weight, times, rows, from, to, t0, rate, cells, until, fired);
}
