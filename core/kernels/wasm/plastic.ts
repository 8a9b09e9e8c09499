/**
 * Arrivals at neurons with exponential currents along dense rows of linear devices, each of which pulses its row by the
 * trace of the other side before it is delivered: the work of `pulse`, `addCurrents` and `lookAhead`, by the same operations,
 * for as many arrivals as nothing else comes between. A record holds
 * until, t0, the rates of M, E and I, 1/delta of E and I, 1/C, end of the round, peak, span of the scales; amount, t0 and tau of the
 * trace; looks (out); then, in 32 bits: u, bar, weights, columns, times, rows, from, to, trace, devices, totals, suspects, how many
 * (out), nothing, and what `lookAhead` needs: now, table, segments, starts, ceiling; times of wakes and of crossings.
 */
import { exp, expPair } from './exp';
import { look } from './outlook';

const ONE = memory.data<f64>([1], 8);

/** What all neurons share at an arrival, in memory: strength per trace, a, wMin, inverse range, range; M, E, 0, -slack. */
const ROW = memory.data(72, 16);

/** Pulses so far, and upward ones. */
let writes: u64 = 0;
let ups: u64 = 0;

/** Pulses two devices and returns their weights. One without strength keeps what it holds. */
@inline
function pulsed(before: v128, strength: v128, some: v128): v128 {
  const zero = f64x2.splat(0);
  const one = v128.load64_splat(ONE);
  const wMin = v128.load64_splat(ROW, 16);
  const g = f64x2.pmin(f64x2.pmax(f64x2.mul(f64x2.sub(before, wMin), v128.load64_splat(ROW, 24)), zero), one);
  const after = f64x2.pmin(f64x2.pmax(f64x2.add(g, f64x2.mul(v128.load64_splat(ROW, 8), strength)), zero), one);
  return v128.bitselect(f64x2.add(wMin, f64x2.mul(after, v128.load64_splat(ROW, 32))), before, some);
}

/** An excitatory arrival at one neuron; the upper lane of the result has its sign set if that uses up the slack. */
@inline
function excite(at: usize, ws: v128): v128 {
  const slack = v128.load(at, 16);
  const left = f64x2.add(slack, f64x2.mul(ws, v128.load(ROW, 56)));
  v128.store(at, f64x2.add(v128.load(at), f64x2.mul(ws, v128.load(ROW, 40))));
  v128.store(at, left, 16);
  return v128.andnot(left, slack);
}

@inline
function list(spent: v128, j: u32, suspects: usize, n: u32): u32 {
  if (!(i64x2.bitmask(spent) & 2)) return n;
  store<u32>(suspects + (<usize>n << 2), j);
  return n + 1;
}

/** One row: pulses, then delivery. Returns how many suspects there are. */
function row(u: usize, weights: usize, trace: usize, count: u32, suspects: usize, found: u32): u32 {
  let n = found;
  let at = u;
  let j: u32 = 0;
  const scale = v128.load64_splat(ROW);
  const zero = f64x2.splat(0);
  let pulses = i64x2.splat(0);
  let upward = i64x2.splat(0);
  for (; j + 2 <= count; j += 2, at += 64, weights += 16, trace += 16) {
    const strength = f64x2.mul(scale, v128.load(trace));
    const some = f64x2.ne(strength, zero); // true is -1
    pulses = i64x2.sub(pulses, some);
    upward = i64x2.sub(upward, f64x2.gt(strength, zero));
    const w = pulsed(v128.load(weights), strength, some);
    v128.store(weights, w);
    const first = excite(at, v128.shuffle<f64>(w, w, 0, 0));
    const second = excite(at + 32, v128.shuffle<f64>(w, w, 1, 1));
    if (!(i64x2.bitmask(v128.or(first, second)) & 2)) continue;
    n = list(first, j, suspects, n);
    n = list(second, j + 1, suspects, n);
  }
  if (j < count) {
    const strength = f64x2.mul(scale, v128.load_zero<f64>(trace)); // a trace of 0 pulses nothing
    const some = f64x2.ne(strength, zero);
    pulses = i64x2.sub(pulses, some);
    upward = i64x2.sub(upward, f64x2.gt(strength, zero));
    const w = pulsed(v128.load_zero<f64>(weights), strength, some);
    v128.store_lane<f64>(weights, w, 0);
    n = list(excite(at, v128.shuffle<f64>(w, w, 0, 0)), j, suspects, n);
  }
  writes += i64x2.extract_lane(pulses, 0) + i64x2.extract_lane(pulses, 1);
  ups += i64x2.extract_lane(upward, 0) + i64x2.extract_lane(upward, 1);
  return n;
}

/**
 * Looks at the suspects; returns how many of them need more than that: their solution, or a time of their own to be looked at
 * again. Only those are left in the list.
 */
function settle(r: usize, t: f64, m: f64, e: f64, suspects: usize, count: u32): u32 {
  const end = load<f64>(r, 64);
  const rateI = load<f64>(r, 32);
  const decayM = 1 / m;
  const decayE = 1 / e;
  const decayI = 1 / (rateI == load<f64>(r, 24) ? e : exp((t - load<f64>(r, 8)) * rateI));
  const shapeE = decayE * load<f64>(r, 40);
  const shapeI = decayI * load<f64>(r, 48);
  const now = <usize>load<u32>(r, 176);
  const table = <usize>load<u32>(r, 180);
  const last = table + <usize>(load<u32>(r, 184) - 1) * 96;
  let left: u32 = 0;
  let looks: f64 = 0;
  for (let i: u32 = 0; i < count; i++) {
    const j = <usize>load<u32>(suspects + (<usize>i << 2));
    const at = <usize>load<u32>(r, 120) + (j << 5);
    const waits = load<f64>(<usize>load<u32>(r, 196) + (j << 3)) < Infinity || load<f64>(<usize>load<u32>(r, 200) + (j << 3)) < Infinity;
    if (!waits && load<f64>(at) != -Infinity) {
      const drive = load<f64>(at, 8);
      const inhibition = load<f64>(at, 16);
      const p = load<f64>(at) * decayM + drive * shapeE + inhibition * shapeI;
      const c = -load<f64>(<usize>load<u32>(r, 124) + (j << 3));
      const until = look(
        c, p, drive * decayE, inhibition * decayI, table, last, load<u32>(r, 188), load<u32>(r, 192), load<f64>(now, 40),
        load<f64>(now, 48), at + 24, end - t,
      );
      if (until >= 0 && t + until >= end) {
        looks += 1;
        continue;
      }
    }
    store<u32>(suspects + (<usize>left << 2), <u32>j);
    left++;
  }
  store<f64>(r, load<f64>(r, 112) + looks, 112);
  return left;
}

/** Returns how many arrivals were taken: up to `until` or the span of the scales, or to the first instant with work left. */
export function plastic(r: usize): u32 {
  const until = load<f64>(r);
  const t0 = load<f64>(r, 8);
  const rates = v128.load(r, 16);
  const perDelta = load<f64>(r, 40);
  const perCapacitance = load<f64>(r, 56);
  const end = load<f64>(r, 64);
  const peak = load<f64>(r, 72);
  const span = load<f64>(r, 80);
  const u = <usize>load<u32>(r, 120);
  const weights = <usize>load<u32>(r, 128);
  const columns = load<u32>(r, 132);
  const times = <usize>load<u32>(r, 136);
  const rows = <usize>load<u32>(r, 140);
  const from = load<u32>(r, 144);
  const to = load<u32>(r, 148);
  const trace = <usize>load<u32>(r, 152);
  const devices = <usize>load<u32>(r, 156);
  const totals = <usize>load<u32>(r, 160);
  const suspects = <usize>load<u32>(r, 164);
  const wMin = load<f64>(devices, 32);
  const range = load<f64>(devices, 40) - wMin;
  store<f64>(ROW, load<f64>(devices), 8);
  store<f64>(ROW, wMin, 16);
  store<f64>(ROW, 1 / range, 24);
  store<f64>(ROW, range, 32);
  store<f64>(ROW, -0.0, 56);
  writes = ups = 0;
  let found: u32 = 0;
  let k = from;
  while (k < to) {
    const t = load<f64>(times + (<usize>k << 3));
    const elapsed = t - t0;
    if (k > from && (t >= until || elapsed > span)) break;
    const scales = expPair(f64x2.mul(f64x2.splat(elapsed), rates));
    const m = f64x2.extract_lane(scales, 0);
    const e = f64x2.extract_lane(scales, 1);
    store<f64>(ROW, load<f64>(r, 88) * exp((load<f64>(r, 96) - t) / load<f64>(r, 104)));
    store<f64>(ROW, -perCapacitance * (m * perDelta), 40);
    store<f64>(ROW, perCapacitance * e, 48);
    store<f64>(ROW, -(perCapacitance * min<f64>(end - t, peak)), 64);
    const first = <usize>load<u32>(rows + (<usize>k << 2)) * columns;
    found = row(u, weights + (first << 3), trace, columns, suspects, found);
    k++;
    if (found == 0 || (k < to && load<f64>(times + (<usize>k << 3)) == t)) continue;
    found = settle(r, t, m, e, suspects, found);
    if (found > 0) break;
  }
  store<f64>(totals, load<f64>(totals) + <f64>writes);
  store<f64>(totals, load<f64>(totals, 24) + <f64>ups, 24);
  store<u32>(r, found, 168);
  return k - from;
}
