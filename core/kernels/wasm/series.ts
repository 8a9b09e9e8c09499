/** Polynomials with coefficients in memory, loaded instead of rebuilt in each iteration: of one argument and of two. */

@inline
export function all(at: usize): v128 {
  return v128.load64_splat(at);
}

/** c + a b. */
@inline
export function next(c: usize, a: v128, b: v128): v128 {
  return f64x2.add(all(c), f64x2.mul(a, b));
}

@inline
function next1(c: usize, a: f64, b: f64): f64 {
  return load<f64>(c) + a * b;
}

/** Interleaved 32-bit words of a and b: the lower halves, and the higher halves. */
@inline
export function lower(a: v128, b: v128): v128 {
  return v128.shuffle<i32>(a, b, 0, 4, 1, 5);
}

@inline
export function higher(a: v128, b: v128): v128 {
  return v128.shuffle<i32>(a, b, 2, 6, 3, 7);
}
