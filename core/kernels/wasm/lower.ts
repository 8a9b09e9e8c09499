/** b[j] = max(b[j] - by, lowest) for j < n, computed in float64 and rounded as it is stored; returns the least of them. */
@inline
function lowered(v: v128, by: v128, lowest: v128): v128 {
  return f64x2.max(f64x2.sub(v, by), lowest);
}

export function lower32(b: usize, n: i32, by: f64, lowest: f64): f64 {
  const falls = f64x2.splat(by);
  const bounds = f64x2.splat(lowest);
  let least = f32x4.splat(f32.POSITIVE_INFINITY);
  const end = b + (<usize>n << 2);
  for (; b + 16 <= end; b += 16) {
    const v = v128.load(b);
    const low = f32x4.demote_f64x2_zero(lowered(f64x2.promote_low_f32x4(v), falls, bounds));
    const high = f32x4.demote_f64x2_zero(lowered(f64x2.promote_low_f32x4(v128.shuffle<f64>(v, v, 1, 1)), falls, bounds));
    const stored = v128.shuffle<f64>(low, high, 0, 2);
    v128.store(b, stored);
    least = f32x4.pmin(least, stored);
  }
  least = f32x4.pmin(least, v128.shuffle<f64>(least, least, 1, 1));
  let found = min(f32x4.extract_lane(least, 0), f32x4.extract_lane(least, 1));
  for (; b < end; b += 4) {
    const v = <f32>max(<f64>load<f32>(b) - by, lowest);
    store<f32>(b, v);
    if (v < found) found = v;
  }
  return <f64>found;
}

export function lower64(b: usize, n: i32, by: f64, lowest: f64): f64 {
  const falls = f64x2.splat(by);
  const bounds = f64x2.splat(lowest);
  let least = f64x2.splat(f64.POSITIVE_INFINITY);
  const end = b + (<usize>n << 3);
  for (; b + 16 <= end; b += 16) {
    const v = lowered(v128.load(b), falls, bounds);
    v128.store(b, v);
    least = f64x2.pmin(least, v);
  }
  let found = min(f64x2.extract_lane(least, 0), f64x2.extract_lane(least, 1));
  if (b < end) {
    const v = max(load<f64>(b) - by, lowest);
    store<f64>(b, v);
    if (v < found) found = v;
  }
  return found;
}
