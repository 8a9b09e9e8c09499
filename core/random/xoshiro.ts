/** xoshiro128++ (Blackman & Vigna 2021, doi:10.1145/3460772) with a state of four 32-bit words. Kernels draw the same numbers. */
export function nextUint32(s: Uint32Array): number {
  const s0 = s[0]!;
  const s1 = s[1]!;
  const s3 = s[3]!;
  const sum = (s0 + s3) | 0;
  const result = (((sum << 7) | (sum >>> 25)) + s0) >>> 0;
  const x2 = s[2]! ^ s0;
  const x3 = s3 ^ s1;
  s[1] = s1 ^ x2;
  s[0] = s0 ^ x3;
  s[2] = x2 ^ (s1 << 9);
  s[3] = (x3 << 11) | (x3 >>> 21);
  return result;
}

/** Uniform on [0, 1), 53 bits. */
export function uniformFrom(s: Uint32Array): number {
  const high = nextUint32(s) >>> 5;
  return (high * 67108864 + (nextUint32(s) >>> 6)) * 2 ** -53;
}

/** Uniform integer in [0, n), n at most 2^32, without bias (Lemire 2019, doi:10.1145/3230636; rejection by mask for large n). */
export function below(s: Uint32Array, n: number): number {
  if (n > 2 ** 21) {
    const shift = Math.clz32(n - 1);
    for (;;) {
      const drawn = nextUint32(s) >>> shift;
      if (drawn < n) return drawn;
    }
  }
  for (;;) {
    const product = nextUint32(s) * n;
    const high = Math.floor(product / 4294967296);
    const low = product - high * 4294967296;
    if (low >= n || low >= 4294967296 % n) return high;
  }
}
