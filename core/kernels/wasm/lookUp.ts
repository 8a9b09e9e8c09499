/** out[i] = table[bytes[i]], 16 bytes at a time; table[0] is 0, and `out` is 0 before. Returns the sum, in order. */
export function mapBytes(bytes: usize, n: u32, table: usize, out: usize): f64 {
  const zero = i8x16.splat(0);
  let sum: f64 = 0;
  for (let from: u32 = 0; from < n; from += 16, bytes += 16, out += 128) {
    let some = ~i8x16.bitmask(i8x16.eq(v128.load(bytes), zero)) & 0xffff;
    if (n - from < 16) some &= (1 << (n - from)) - 1;
    for (; some != 0; some &= some - 1) {
      const i = <usize>ctz(some);
      const value = load<f64>(table + (<usize>load<u8>(bytes + i) << 3));
      store<f64>(out + (i << 3), value);
      sum += value;
    }
  }
  return sum;
}
