/**
 * Arrivals of one row at neurons with exponential currents. A neuron is [M, E, I, slack], two vectors; one of weight
 * w >= 0 adds w × [mExc, exc, 0, -peak], one of w < 0 adds w × [mInh, 0, inh, 0]. Lists the neurons whose slack runs out.
 */
const NONE: f64 = reinterpret<f64>(1);

/** `c`: mExc, exc, mInh, inh, peak. Adding a zero of negative sign leaves every value as it is. */
@inline
function add<I>(
  dense: bool, equal: bool, u: usize, targets: usize, weights: usize, weight: f64, count: u32, c: usize, suspects: usize, found: u32,
): u32 {
  const exc = v128.load(c);
  const peak = f64x2.replace_lane(f64x2.splat(-0.0), 1, -load<f64>(c, 32));
  const inhM = f64x2.replace_lane(f64x2.splat(0), 0, load<f64>(c, 16));
  const inh = f64x2.replace_lane(f64x2.splat(0), 0, load<f64>(c, 24));
  let n = found;
  for (let k: u32 = 0; k < count; k++) {
    const j = dense ? k : <u32>load<I>(targets + <usize>k * sizeof<I>());
    const w = equal ? weight : load<f64>(weights + (<usize>k << 3));
    const ws = f64x2.splat(w);
    const at = u + (<usize>j << 5);
    const slack = v128.load(at, 16);
    if (w >= 0) {
      v128.store(at, f64x2.add(v128.load(at), f64x2.mul(ws, exc)));
      const left = f64x2.add(slack, f64x2.mul(ws, peak));
      v128.store(at, left, 16);
      if (i64x2.bitmask(v128.andnot(left, slack)) & 2) {
        store<u32>(suspects + (<usize>n << 2), j);
        n++;
      }
    } else {
      v128.store(at, f64x2.add(v128.load(at), f64x2.mul(ws, inhM)));
      v128.store(at, f64x2.add(slack, f64x2.mul(ws, inh)), 16);
      if (f64x2.extract_lane(slack, 1) == 0) store<f64>(at, NONE, 24);
    }
  }
  return n;
}

@inline
function choose<I>(
  u: usize, targets: usize, weights: usize, weight: f64, count: u32, c: usize, suspects: usize, found: u32,
): u32 {
  if (targets == 0) {
    if (weights == 0) return add<I>(true, true, u, targets, weights, weight, count, c, suspects, found);
    return add<I>(true, false, u, targets, weights, weight, count, c, suspects, found);
  }
  if (weights == 0) return add<I>(false, true, u, targets, weights, weight, count, c, suspects, found);
  return add<I>(false, false, u, targets, weights, weight, count, c, suspects, found);
}

/** Returns how many suspects there are, `found` from before among them. `targets` 0: all neurons; `weights` 0: all `weight`. */
export function addCurrents16(
  u: usize, targets: usize, weights: usize, weight: f64, count: u32, c: usize, suspects: usize, found: u32,
): u32 {
  return choose<u16>(u, targets, weights, weight, count, c, suspects, found);
}

export function addCurrents32(
  u: usize, targets: usize, weights: usize, weight: f64, count: u32, c: usize, suspects: usize, found: u32,
): u32 {
  return choose<u32>(u, targets, weights, weight, count, c, suspects, found);
}
