/** Sets out[i] = table[byte i]; returns the sum. `table[0]` must be 0, `out` filled with 0. */
export function mapBytes(bytes: usize, n: u32, table: usize, out: usize): f64 {
  const zero = i8x16.splat(0);
  let sum: f64 = 0;
  for (let from: u32 = 0; from < n; from += 16, bytes += 16, out += 128) {
    let some = ~i8x16.bitmask(i8x16.eq(v128.load(bytes), zero)) & 0xffff;
    if (n - from < 16) some &= (1 << (n - from)) - 1;
    for (; some != 0; some &= some - 1) {
      const i = <usize>ctz(some);
      const value = load<f64>(table + (<usize>load<u8>(bytes + i) << 3));
      setF64(out, i, value);
      sum += value;
    }
  }
  return sum;
}

@inline
function lowerToLimit(v: v128, by: v128, lowest: v128): v128 {
  return f32x4.demote_f64x2_zero(f64x2.max(f64x2.sub(v, by), lowest));
}

export function lowerThresholds(b: usize, n: i32, by: f64, lowest: f64): f64 {
  const falls = f64x2.splat(by);
  const bounds = f64x2.splat(lowest);
  let least = f32x4.splat(f32.POSITIVE_INFINITY);
  const end = b + (<usize>n << 2);
  for (; b + 16 <= end; b += 16) {
    const v = v128.load(b);
    const low = lowerToLimit(f64x2.promote_low_f32x4(v), falls, bounds);
    const high = lowerToLimit(f64x2.promote_low_f32x4(v128.shuffle<f64>(v, v, 1, 1)), falls, bounds);
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
