/**
 * Eight xoshiro128++ generators as two vectors of four; the reference is core/random/generators.ts. State: words s0 to
 * s3 of all generators, 32 bytes each.
 */
@inline
export function rotateLeft(x: v128, by: i32): v128 {
  return v128.or(i32x4.shl(x, by), i32x4.shr_u(x, 32 - by));
}

@inline
function computeOutput(s0: v128, s3: v128): v128 {
  return i32x4.add(rotateLeft(i32x4.add(s0, s3), 7), s0);
}

/** Writes `count` draws from address `to` on, 32 bytes each (one word per generator), and advances the state. */
export function drawLanes(state: usize, to: usize, count: usize): void {
  let a0 = v128.load(state);
  let b0 = v128.load(state, 16);
  let a1 = v128.load(state, 32);
  let b1 = v128.load(state, 48);
  let a2 = v128.load(state, 64);
  let b2 = v128.load(state, 80);
  let a3 = v128.load(state, 96);
  let b3 = v128.load(state, 112);
  for (const end = to + (count << 5); to < end; to += 32) {
    v128.store(to, computeOutput(a0, a3));
    v128.store(to, computeOutput(b0, b3), 16);
    const c2 = v128.xor(a2, a0);
    const d2 = v128.xor(b2, b0);
    const c3 = v128.xor(a3, a1);
    const d3 = v128.xor(b3, b1);
    a2 = v128.xor(c2, i32x4.shl(a1, 9));
    b2 = v128.xor(d2, i32x4.shl(b1, 9));
    a1 = v128.xor(a1, c2);
    b1 = v128.xor(b1, d2);
    a0 = v128.xor(a0, c3);
    b0 = v128.xor(b0, d3);
    a3 = rotateLeft(c3, 11);
    b3 = rotateLeft(d3, 11);
  }
  v128.store(state, a0);
  v128.store(state, b0, 16);
  v128.store(state, a1, 32);
  v128.store(state, b1, 48);
  v128.store(state, a2, 64);
  v128.store(state, b2, 80);
  v128.store(state, a3, 96);
  v128.store(state, b3, 112);
}
