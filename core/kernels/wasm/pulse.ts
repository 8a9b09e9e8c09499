/**
 * Pulses a run of devices of one projection: g <- clip(g + amount), amount = strength a e^(-b x) for the exponential family
 * (x = g upwards, 1 - g downwards; b = 0: linear) or strength a (1 - x) for soft bounds. Books writes, row sums and energy
 * in the same order as the twin, DeviceArray.
 */
import { exp } from './exp';

/**
 * Device i of `count`: edge = edges[i] (or start + i × stride), other side = others[i] (or i); strength = scale ×
 * trace[other] × the weight dependence (mu 0 or 1). wMaxs, ups, downs: each device's own (0: none). `row` >= 0: all lie in
 * that row; -1: the other side is the row.
 * `p`: aUp, bUp, aDown, bDown, wMin, wMax, write energy per weight. `totals`: writes, read energy, write energy, upward writes.
 */
@inline
function pulse<F>(
  weights: usize, edges: usize, others: usize, start: u32, stride: u32, count: u32, row: i32, trace: usize, scale: f64,
  mu: i32, soft: bool, p: usize, wMaxs: usize, ups: usize, downs: usize, rowSums: usize, totals: usize,
): void {
  const wMin = load<f64>(p, 32);
  let wMax = load<f64>(p, 40);
  const joules = load<f64>(p, 48);
  let writes = load<f64>(totals);
  let energy = load<f64>(totals, 16);
  let upward = load<f64>(totals, 24);
  for (let i: u32 = 0; i < count; i++) {
    const edge = edges != 0 ? load<u32>(edges + (<usize>i << 2)) : start + i * stride;
    const other = others != 0 ? load<u32>(others + (<usize>i << 2)) : i;
    const strength = scale * load<f64>(trace + (<usize>other << 3));
    if (strength == 0) continue;
    const at = weights + <usize>edge * sizeof<F>();
    const before = <f64>load<F>(at);
    if (wMaxs != 0) wMax = <f64>load<F>(wMaxs + <usize>edge * sizeof<F>());
    const g = min(max((before - wMin) * (1 / (wMax - wMin)), 0), 1);
    const up = strength > 0;
    let amount = strength;
    if (mu == 1) amount *= up ? 1 - g : g;
    if (ups != 0) amount *= <f64>load<f32>((up ? ups : downs) + (<usize>edge << 2));
    const a = load<f64>(p + (up ? 0 : 16));
    const b = load<f64>(p + (up ? 8 : 24));
    let after: f64;
    if (soft) after = g + a * amount * (up ? 1 - g : g);
    else after = g + a * amount * (b == 0 ? 1 : exp(-b * (up ? g : 1 - g)));
    after = after <= 0 ? wMin : after >= 1 ? wMax : min(wMin + after * (wMax - wMin), wMax);
    store<F>(at, <F>after);
    writes += 1;
    upward += up ? 1 : 0;
    if (rowSums != 0) {
      const stored = <f64>load<F>(at);
      const sum = rowSums + (<usize>(row >= 0 ? <u32>row : other) << 3);
      store<f64>(sum, load<f64>(sum) + (stored - before));
      energy += (before + stored) * joules;
    }
  }
  store<f64>(totals, writes);
  store<f64>(totals, energy, 16);
  store<f64>(totals, upward, 24);
}

/**
 * Linear devices without spread or energy: the same with everything that is constant taken out of the loop. The helpers
 * return the number of writes, and of upward ones in the upper half.
 */
@inline
function pulseLinear<F>(
  weights: usize, start: u32, stride: u32, count: u32, trace: usize, scale: f64, p: usize, totals: usize,
): void {
  const at = weights + <usize>start * sizeof<F>();
  const step = <usize>stride * sizeof<F>();
  const pairs = count & ~1;
  const writes = stride == 1
    ? linearPairs<F>(true, at, step, pairs, trace, scale, p)
    : linearPairs<F>(false, at, step, pairs, trace, scale, p);
  const last = count != pairs ? linearOne<F>(at + <usize>pairs * step, scale * load<f64>(trace + (<usize>pairs << 3)), p) : 0;
  const sum = writes + last;
  store<f64>(totals, load<f64>(totals) + <f64>(<u32>sum));
  store<f64>(totals, load<f64>(totals, 24) + <f64>(<u32>(sum >> 32)), 24);
}

@inline
function linearOne<F>(at: usize, strength: f64, p: usize): u64 {
  if (strength == 0) return 0;
  const wMin = load<f64>(p, 32);
  const wMax = load<f64>(p, 40);
  const g = min(max((<f64>load<F>(at) - wMin) * (1 / (wMax - wMin)), 0), 1);
  const after = g + load<f64>(strength > 0 ? p : p + 16) * strength;
  store<F>(at, <F>(after <= 0 ? wMin : after >= 1 ? wMax : min(wMin + after * (wMax - wMin), wMax)));
  return strength > 0 ? 1 + (<u64>1 << 32) : 1;
}

/**
 * Two devices at a time, neighbours (`near`) or `step` bytes apart. Where both traces are positive all steps go one way;
 * if the range reaches from wMin to wMax without rounding, clipping the share clips the weight. Else, for any signs, a
 * device without strength gets back what it holds.
 */
@inline
function linearPairs<F>(near: bool, at: usize, step: usize, count: u32, trace: usize, scale: f64, p: usize): u64 {
  const aUp = f64x2.splat(load<f64>(p));
  const aDown = f64x2.splat(load<f64>(p, 16));
  const wMin = f64x2.splat(load<f64>(p, 32));
  const wMax = f64x2.splat(load<f64>(p, 40));
  const range = f64x2.sub(wMax, wMin);
  const one = f64x2.splat(1);
  const inverse = f64x2.div(one, range);
  const zero = f64x2.splat(0);
  const size = f64x2.splat(abs(scale));
  const a = scale > 0 ? aUp : f64x2.neg(aDown);
  const least = f64x2.splat(load<f64>(p, 32) + (load<f64>(p, 40) - load<f64>(p, 32)) == load<f64>(p, 40) ? 0 : Infinity);
  const both: u64 = scale > 0 ? 2 + (<u64>2 << 32) : 2;
  let writes: u64 = 0;
  const end = trace + (<usize>count << 3);
  for (let q = trace; q < end; q += 16, at += step << 1) {
    const amount = f64x2.mul(size, v128.load(q));
    const before = loadPair<F>(at, step, near);
    const g = f64x2.pmin(f64x2.pmax(f64x2.mul(f64x2.sub(before, wMin), inverse), zero), one);
    if (i64x2.all_true(f64x2.gt(amount, least))) {
      const after = f64x2.pmin(f64x2.pmax(f64x2.add(g, f64x2.mul(a, amount)), zero), one);
      storePair<F>(at, step, f64x2.add(wMin, f64x2.mul(after, range)), near);
      writes += both;
      continue;
    }
    const strength = scale < 0 ? f64x2.neg(amount) : amount;
    const pulsed = f64x2.ne(strength, zero);
    const up = f64x2.gt(strength, zero);
    const after = f64x2.add(g, f64x2.mul(v128.bitselect(aUp, aDown, up), strength));
    let w = f64x2.pmin(f64x2.add(wMin, f64x2.mul(f64x2.pmax(after, zero), range)), wMax);
    w = v128.bitselect(wMax, w, f64x2.ge(after, one));
    storePair<F>(at, step, v128.bitselect(w, before, pulsed), near);
    writes += <u64>popcnt<i32>(i64x2.bitmask(pulsed)) + (<u64>popcnt<i32>(i64x2.bitmask(up)) << 32);
  }
  return writes;
}

@inline
function loadPair<F>(at: usize, step: usize, near: bool): v128 {
  if (sizeof<F>() == 8) return near ? v128.load(at) : v128.load_lane<f64>(at + step, v128.load_zero<f64>(at), 1);
  const pair = near ? v128.load_zero<f64>(at) : v128.load_lane<f32>(at + step, v128.load_zero<f32>(at), 1);
  return f64x2.promote_low_f32x4(pair);
}

@inline
function storePair<F>(at: usize, step: usize, pair: v128, near: bool): void {
  if (sizeof<F>() == 8) {
    if (near) {
      v128.store(at, pair);
    } else {
      v128.store_lane<f64>(at, pair, 0);
      v128.store_lane<f64>(at + step, pair, 1);
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

/** Whether devices are linear and nothing but the weights is kept of them. */
@inline
function isPlain(edges: usize, mu: i32, soft: bool, p: usize, ups: usize, rowSums: usize): bool {
  return edges == 0 && mu == 0 && !soft && ups == 0 && rowSums == 0 && load<f64>(p, 8) == 0 && load<f64>(p, 24) == 0;
}

export function pulse32(
  weights: usize, edges: usize, others: usize, start: u32, stride: u32, count: u32, row: i32, trace: usize, scale: f64,
  mu: i32, soft: bool, p: usize, wMaxs: usize, ups: usize, downs: usize, rowSums: usize, totals: usize,
): void {
  if (isPlain(edges, mu, soft, p, ups, rowSums)) {
    pulseLinear<f32>(weights, start, stride, count, trace, scale, p, totals);
    return;
  }
  pulse<f32>(weights, edges, others, start, stride, count, row, trace, scale, mu, soft, p, wMaxs, ups, downs, rowSums, totals);
}

export function pulse64(
  weights: usize, edges: usize, others: usize, start: u32, stride: u32, count: u32, row: i32, trace: usize, scale: f64,
  mu: i32, soft: bool, p: usize, wMaxs: usize, ups: usize, downs: usize, rowSums: usize, totals: usize,
): void {
  if (isPlain(edges, mu, soft, p, ups, rowSums)) {
    pulseLinear<f64>(weights, start, stride, count, trace, scale, p, totals);
    return;
  }
  pulse<f64>(weights, edges, others, start, stride, count, row, trace, scale, mu, soft, p, wMaxs, ups, downs, rowSums, totals);
}
