/**
 * Delivers one row to neurons with exponential currents. State of a neuron: vectors [membrane term, excitatory current]
 * and [inhibitory current, threshold margin]; see `Kernels.addCurrents`.
 */

/** Threshold margin of neurons with a scheduled crossing; `INHIBITED_MARGIN`: if inhibitory input has followed. */
export const SCHEDULED_CROSSING_MARGIN: f64 = 1e-300;
const INHIBITED_MARGIN: f64 = reinterpret<f64>(1);
const STEPS = memory.data(32, 16);

/** Appends neuron j to the candidates if the upper lane of `spent` is negative: its threshold margin is used up. */
@inline
export function appendCandidate(spent: v128, j: u32, candidates: usize, n: u32): u32 {
  if (!(i64x2.bitmask(spent) & 2)) return n;
  setU32(candidates, n, j);
  return n + 1;
}

@inline
function loadTarget<I>(targets: usize, k: u32): u32 {
  return targets == 0 ? k : <u32>load<I>(targets + <usize>k * sizeof<I>());
}

@inline
function addEqual<I>(count: u32, u: usize, targets: usize, weight: f64, c: usize, candidates: usize, found: u32): u32 {
  const excites = weight >= 0;
  const ws = f64x2.splat(weight);
  v128.store(STEPS, f64x2.mul(ws, excites ? v128.load(c) : f64x2.replace_lane(f64x2.splat(0), 0, load<f64>(c, 16))));
  v128.store(STEPS, f64x2.mul(ws, excites ? slackStep(c) : f64x2.replace_lane(f64x2.splat(0), 0, load<f64>(c, 24))), 16);
  const low = v128.load(STEPS);
  const high = v128.load(STEPS, 16);
  let n = found;
  for (let k: u32 = 0; k < count; k++) {
    const j = loadTarget<I>(targets, k);
    const at = u + (<usize>j << 5);
    const slack = v128.load(at, 16);
    const left = f64x2.add(slack, high);
    v128.store(at, f64x2.add(v128.load(at), low));
    v128.store(at, left, 16);
    if (excites) n = appendCandidate(v128.andnot(left, slack), j, candidates, n);
    else if (secondLane(slack) == SCHEDULED_CROSSING_MARGIN) store<f64>(at, INHIBITED_MARGIN, 24);
  }
  return n;
}

/** Change of [inhibitory current, threshold margin] per unit of excitatory weight; -0 changes no current. */
@inline
function slackStep(c: usize): v128 {
  return pairOf(-0.0, -load<f64>(c, 32));
}

/** Delivers a row to neurons `first` + k, or to targets[k] if given. `c`: `steps` of `Kernels.addCurrents`. */
@inline
function addWeighted<I>(
  first: u32, count: u32, u: usize, targets: usize, weights: usize, c: usize, candidates: usize, found: u32,
): u32 {
  const exc = v128.load(c);
  const peak = slackStep(c);
  const inhM = f64x2.replace_lane(f64x2.splat(0), 0, load<f64>(c, 16));
  const inh = f64x2.replace_lane(f64x2.splat(0), 0, load<f64>(c, 24));
  let n = found;
  for (let k: u32 = 0; k < count; k++) {
    const j = first + loadTarget<I>(targets, k);
    const w = f64At(weights, k);
    const ws = f64x2.splat(w);
    const at = u + (<usize>j << 5);
    const slack = v128.load(at, 16);
    if (w >= 0) {
      v128.store(at, f64x2.add(v128.load(at), f64x2.mul(ws, exc)));
      const left = f64x2.add(slack, f64x2.mul(ws, peak));
      v128.store(at, left, 16);
      n = appendCandidate(v128.andnot(left, slack), j, candidates, n);
    } else {
      v128.store(at, f64x2.add(v128.load(at), f64x2.mul(ws, inhM)));
      v128.store(at, f64x2.add(slack, f64x2.mul(ws, inh)), 16);
      if (secondLane(slack) == SCHEDULED_CROSSING_MARGIN) store<f64>(at, INHIBITED_MARGIN, 24);
    }
  }
  return n;
}

/** Adds an excitatory arrival to one neuron. Returns the vector `spent` for `appendCandidate`. */
@inline
export function addExcitation(at: usize, ws: v128, exc: v128, peak: v128): v128 {
  const slack = v128.load(at, 16);
  const left = f64x2.add(slack, f64x2.mul(ws, peak));
  v128.store(at, f64x2.add(v128.load(at), f64x2.mul(ws, exc)));
  v128.store(at, left, 16);
  return v128.andnot(left, slack);
}

function addSide(first: u32, count: u32, u: usize, weights: usize, c: usize, candidates: usize, found: u32): u32 {
  return addWeighted<u32>(first, count, u, 0, weights, c, candidates, found);
}

function addDense(u: usize, weights: usize, count: u32, c: usize, candidates: usize, found: u32): u32 {
  const exc = v128.load(c);
  const peak = slackStep(c);
  let n = found;
  let at = u;
  let k: u32 = 0;
  for (; k + 4 <= count; k += 4, at += 128, weights += 32) {
    const low = v128.load(weights);
    const high = v128.load(weights, 16);
    if (i64x2.bitmask(v128.or(low, high))) {
      n = addSide(k, 4, u, weights, c, candidates, n);
      continue;
    }
    const s0 = addExcitation(at, v128.shuffle<f64>(low, low, 0, 0), exc, peak);
    const s1 = addExcitation(at + 32, v128.shuffle<f64>(low, low, 1, 1), exc, peak);
    const s2 = addExcitation(at + 64, v128.shuffle<f64>(high, high, 0, 0), exc, peak);
    const s3 = addExcitation(at + 96, v128.shuffle<f64>(high, high, 1, 1), exc, peak);
    if (!(i64x2.bitmask(v128.or(v128.or(s0, s1), v128.or(s2, s3))) & 2)) continue;
    n = appendCandidate(s0, k, candidates, n);
    n = appendCandidate(s1, k + 1, candidates, n);
    n = appendCandidate(s2, k + 2, candidates, n);
    n = appendCandidate(s3, k + 3, candidates, n);
  }
  return addSide(k, count - k, u, weights, c, candidates, n);
}

@inline
function addRow<I>(
  u: usize, targets: usize, weights: usize, weight: f64, count: u32, c: usize, candidates: usize, found: u32,
): u32 {
  if (weights == 0) return addEqual<I>(count, u, targets, weight, c, candidates, found);
  if (targets == 0) return addDense(u, weights, count, c, candidates, found);
  return addWeighted<I>(0, count, u, targets, weights, c, candidates, found);
}

/**
 * Delivers one row; `wide`: true for 32-bit target indices. Returns the number of candidates. `targets` is 0 if the row
 * reaches all neurons, `weights` is 0 if all synapses have `weight`.
 */
export function addCurrents(
  u: usize, targets: usize, wide: bool, weights: usize, weight: f64, count: u32, c: usize, candidates: usize, found: u32,
): u32 {
  return wide
    ? addRow<u32>(u, targets, weights, weight, count, c, candidates, found)
    : addRow<u16>(u, targets, weights, weight, count, c, candidates, found);
}
