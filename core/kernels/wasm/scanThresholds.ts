import { DeltaRowsRecord } from './records';

@inline
function check<F>(u: usize, bar: usize, j: i32, s: F, fired: usize, count: i32): i32 {
  const offset = <usize>j * sizeof<F>();
  if (load<F>(u + offset) < load<F>(bar + offset) * s) return count;
  store<u32>(fired + (<usize>count << 2), <u32>j);
  return count + 1;
}

/** Lists neurons j with u[j] >= bar[j] s, ascending; returns their number. One comparison tests a vector. */
@inline
function scan<F>(r: DeltaRowsRecord, scale: f64, fired: usize): i32 {
  const u = r.u;
  const bar = r.bar;
  const n = <i32>r.size;
  const s = <F>scale;
  const scales = v128.splat<F>(s);
  const lanes = <i32>(16 / sizeof<F>());
  let count = 0;
  let j = 0;
  for (; j + lanes <= n; j += lanes) {
    const offset = <usize>j * sizeof<F>();
    if (!v128.any_true(v128.ge<F>(v128.load(u + offset), v128.mul<F>(v128.load(bar + offset), scales)))) continue;
    for (let k = j; k < j + lanes; k++) count = check<F>(u, bar, k, s, fired, count);
  }
  for (; j < n; j++) count = check<F>(u, bar, j, s, fired, count);
  return count;
}

export function scanThresholds(r: DeltaRowsRecord, scale: f64, fired: usize): i32 {
  return r.isSingle ? scan<f32>(r, scale, fired) : scan<f64>(r, scale, fired);
}
