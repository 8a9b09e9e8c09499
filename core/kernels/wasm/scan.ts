/** Lists every j with u[j] >= bar[j] s, ascending; returns how many. Blocks of four without a hit cost one comparison. */
export function thresholdScan32(u: usize, bar: usize, n: i32, scale: f64, fired: usize): i32 {
  const s = <f32>scale;
  const ss = f32x4.splat(s);
  let count = 0;
  let j = 0;
  for (; j + 4 <= n; j += 4) {
    const offset = <usize>j << 2;
    const hit = f32x4.ge(v128.load(u + offset), f32x4.mul(v128.load(bar + offset), ss));
    if (!v128.any_true(hit)) continue;
    for (let k = j; k < j + 4; k++) count = check<f32>(u, bar, k, s, fired, count);
  }
  for (; j < n; j++) count = check<f32>(u, bar, j, s, fired, count);
  return count;
}

export function thresholdScan64(u: usize, bar: usize, n: i32, scale: f64, fired: usize): i32 {
  const ss = f64x2.splat(scale);
  let count = 0;
  let j = 0;
  for (; j + 2 <= n; j += 2) {
    const offset = <usize>j << 3;
    const hit = f64x2.ge(v128.load(u + offset), f64x2.mul(v128.load(bar + offset), ss));
    if (!v128.any_true(hit)) continue;
    for (let k = j; k < j + 2; k++) count = check<f64>(u, bar, k, scale, fired, count);
  }
  for (; j < n; j++) count = check<f64>(u, bar, j, scale, fired, count);
  return count;
}

@inline
function check<F>(u: usize, bar: usize, j: i32, s: F, fired: usize, count: i32): i32 {
  const offset = <usize>j * sizeof<F>();
  if (load<F>(u + offset) < load<F>(bar + offset) * s) return count;
  store<u32>(fired + (<usize>count << 2), <u32>j);
  return count + 1;
}
