/**
 * Four xoshiro128++ side by side, one a lane (core/xoshiroLanes.ts draws the same numbers). The state: 16 bytes each for the four
 * words of all lanes, s0 to s3.
 */
@inline
function rotate(x: v128, by: i32): v128 {
  return v128.or(i32x4.shl(x, by), i32x4.shr_u(x, 32 - by));
}

/** Writes `count` draws, 16 bytes each, or none at `to` = 0; the state moves on. */
export function drawLanes(state: usize, to: usize, count: usize): void {
  let s0 = v128.load(state);
  let s1 = v128.load(state, 16);
  let s2 = v128.load(state, 32);
  let s3 = v128.load(state, 48);
  for (; count > 0; count--) {
    if (to != 0) {
      v128.store(to, i32x4.add(rotate(i32x4.add(s0, s3), 7), s0));
      to += 16;
    }
    const x2 = v128.xor(s2, s0);
    const x3 = v128.xor(s3, s1);
    s2 = v128.xor(x2, i32x4.shl(s1, 9));
    s1 = v128.xor(s1, x2);
    s0 = v128.xor(s0, x3);
    s3 = rotate(x3, 11);
  }
  v128.store(state, s0);
  v128.store(state, s1, 16);
  v128.store(state, s2, 32);
  v128.store(state, s3, 48);
}
