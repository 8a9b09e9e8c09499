/** Global functions, which kernels use without an import: elements of arrays in memory, by index; lanes of vectors. */

@global @inline
function f64At(array: usize, index: usize): f64 {
  return load<f64>(array + (index << 3));
}

@global @inline
function u32At(array: usize, index: usize): u32 {
  return load<u32>(array + (index << 2));
}

@global @inline
function setF64(array: usize, index: usize, value: f64): void {
  store<f64>(array + (index << 3), value);
}

@global @inline
function setU32(array: usize, index: usize, value: u32): void {
  store<u32>(array + (index << 2), value);
}

/** Loads a number into both lanes. Loop constants lie in memory, because V8 would rebuild literals every time. */
@global @inline
function splat(at: usize): v128 {
  return v128.load64_splat(at);
}

/** Computes c + a b for vectors a and b; `c`: address of a number. */
@global @inline
function multiplyAdd(c: usize, a: v128, b: v128): v128 {
  return f64x2.add(splat(c), f64x2.mul(a, b));
}

@global @inline
function pairOf(a: f64, b: f64): v128 {
  return f64x2.replace_lane(f64x2.splat(a), 1, b);
}

@global @inline
function firstLane(v: v128): f64 {
  return f64x2.extract_lane(v, 0);
}

@global @inline
function secondLane(v: v128): f64 {
  return f64x2.extract_lane(v, 1);
}

@global @inline
function loadTwo(a: usize, b: usize): v128 {
  return v128.load64_lane(b, v128.load64_zero(a), 1);
}

@global @inline
function storeTwo(a: usize, b: usize, pair: v128): void {
  v128.store64_lane(a, pair, 0);
  v128.store64_lane(b, pair, 1);
}

@global @inline
function firstLanes(a: v128, b: v128): v128 {
  return v128.shuffle<f64>(a, b, 0, 2);
}

@global @inline
function secondLanes(a: v128, b: v128): v128 {
  return v128.shuffle<f64>(a, b, 1, 3);
}

/** Interleaves two 32-bit words of a with two of b: the lower words of each vector. */
@global @inline
function interleaveLower(a: v128, b: v128): v128 {
  return v128.shuffle<i32>(a, b, 0, 4, 1, 5);
}

@global @inline
function interleaveHigher(a: v128, b: v128): v128 {
  return v128.shuffle<i32>(a, b, 2, 6, 3, 7);
}

/** Loads and stores pairs of 32-bit or 64-bit weights, adjacent (`near`) or `step` bytes apart. */

@inline
export function loadPair<F>(at: usize, step: usize, near: bool): v128 {
  if (sizeof<F>() == 8) return near ? v128.load(at) : loadTwo(at, at + step);
  const pair = near ? v128.load_zero<f64>(at) : v128.load_lane<f32>(at + step, v128.load_zero<f32>(at), 1);
  return f64x2.promote_low_f32x4(pair);
}

@inline
export function storePair<F>(at: usize, step: usize, pair: v128, near: bool): void {
  if (sizeof<F>() == 8) {
    if (near) {
      v128.store(at, pair);
    } else {
      storeTwo(at, at + step, pair);
    }
  } else {
    const single = f32x4.demote_f64x2_zero(pair);
    if (near) {
      v128.store_lane<f64>(at, single, 0);
    } else {
      v128.store_lane<f32>(at, single, 0);
      v128.store_lane<f32>(at + step, single, 1);
    }
  }
}

@global @inline
function gatherPair(values: usize, k: usize, l: usize): v128 {
  return loadTwo(values + (k << 3), values + (l << 3));
}
