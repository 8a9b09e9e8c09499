/**
 * Arrivals of one row at neurons with conductances of two time constants: each is brought to the instant by quadrature, two nodes at once, and
 * listed where it may reach its bar within the round. The twin of plainTwoConductances.ts.
 */
import { exp } from './exp';

const LISTED: f64 = -1.0 / 1099511627776.0; // -2^-40
const GONE: f64 = 1e-14;
const LARGEST: f64 = 8;
const PER_UNIT: f64 = 8;
/** Bytes of the rules of one size in the table: as many as there are steps of x. */
const RULES: usize = <usize>(LARGEST * PER_UNIT + 1) * 8;

/** 1/k! for k = 0 … 11. */
const FACTORS = memory.data<f64>(
  [
    1, 1, 0.5, 0.16666666666666666, 0.041666666666666664, 0.008333333333333333, 0.001388888888888889, 0.0001984126984126984,
    0.0000248015873015873, 0.0000027557319223985893, 2.755731922398589e-7, 2.505210838544172e-8,
  ],
  16,
);

let onwardV: f64 = 0;
let onwardG: f64 = 0;
let onwardH: f64 = 0;

@inline
function factor(k: usize): v128 {
  return v128.load64_splat(FACTORS + (k << 3));
}

@inline
function less(factor: v128, z: v128, sum: v128): v128 {
  return f64x2.sub(factor, f64x2.mul(z, sum));
}

@inline
function more(factor: v128, z: v128, sum: v128): v128 {
  return f64x2.add(factor, f64x2.mul(z, sum));
}

@inline
function attraction(y: v128, gr: v128, u: v128, hs: v128, w: v128): v128 {
  return f64x2.add(f64x2.add(y, f64x2.mul(gr, u)), f64x2.mul(hs, w));
}

/** What a pair of nodes adds, e^ of what is left of its exponent being `grown`. */
@inline
function added(weights: usize, drive: v128, ge: v128, u: v128, hf: v128, w: v128, grown: v128): v128 {
  const left = f64x2.sub(f64x2.sub(drive, f64x2.mul(ge, u)), f64x2.mul(hf, w));
  return f64x2.mul(v128.load(weights), f64x2.mul(left, grown));
}

/** One piece by the rule of so many pairs of nodes, with series of these degrees; all pairs go through them together. */
@inline
function piece(
  pairs: usize, decay: usize, growth: usize, rules: usize, r: f64, s: f64, e: f64, f: f64, l: f64, x: f64,
): void {
  const g = onwardG;
  const h = onwardH;
  const rule = rules + <usize>(<i32>(x * PER_UNIT + 0.5)) * (48 * pairs + 16);
  const ls = f64x2.splat(l);
  const rs = f64x2.splat(r);
  const ss = f64x2.splat(s);
  const zero = f64x2.splat(0);
  const y3 = f64x2.mul(v128.load(rule + 16 * (pairs - 1)), ls);
  const y2 = f64x2.mul(v128.load(rule + 16 * (pairs - 2)), ls);
  const y1 = pairs > 2 ? f64x2.mul(v128.load(rule + 16 * (pairs - 3)), ls) : zero;
  const y0 = pairs > 3 ? f64x2.mul(v128.load(rule), ls) : zero;
  const p3 = f64x2.mul(rs, y3);
  const q3 = f64x2.mul(ss, y3);
  const p2 = f64x2.mul(rs, y2);
  const q2 = f64x2.mul(ss, y2);
  const p1 = f64x2.mul(rs, y1);
  const q1 = f64x2.mul(ss, y1);
  const p0 = f64x2.mul(rs, y0);
  const q0 = f64x2.mul(ss, y0);
  let c = factor(decay);
  let u3 = c;
  let w3 = c;
  let u2 = c;
  let w2 = c;
  let u1 = c;
  let w1 = c;
  let u0 = c;
  let w0 = c;
  for (let k = decay - 1; k > 0; k--) {
    c = factor(k);
    u3 = less(c, p3, u3);
    w3 = less(c, q3, w3);
    u2 = less(c, p2, u2);
    w2 = less(c, q2, w2);
    if (pairs > 2) {
      u1 = less(c, p1, u1);
      w1 = less(c, q1, w1);
    }
    if (pairs > 3) {
      u0 = less(c, p0, u0);
      w0 = less(c, q0, w0);
    }
  }
  u3 = f64x2.mul(p3, u3);
  w3 = f64x2.mul(q3, w3);
  u2 = f64x2.mul(p2, u2);
  w2 = f64x2.mul(q2, w2);
  u1 = f64x2.mul(p1, u1);
  w1 = f64x2.mul(q1, w1);
  u0 = f64x2.mul(p0, u0);
  w0 = f64x2.mul(q0, w0);
  const gr = f64x2.splat(g * (1 / r));
  const hs = f64x2.splat(h * (1 / s));
  const exponents = rule + 32 * pairs;
  const whole = attraction(y3, gr, u3, hs, w3);
  const end = v128.shuffle<f64>(whole, whole, 1, 1);
  const x3 = f64x2.sub(f64x2.sub(f64x2.replace_lane(whole, 1, 0), end), v128.load(exponents + 16 * (pairs - 1)));
  const x2 = f64x2.sub(f64x2.sub(attraction(y2, gr, u2, hs, w2), end), v128.load(exponents + 16 * (pairs - 2)));
  const x1 =
    pairs > 2 ? f64x2.sub(f64x2.sub(attraction(y1, gr, u1, hs, w1), end), v128.load(exponents + 16 * (pairs - 3))) : zero;
  const x0 = pairs > 3 ? f64x2.sub(f64x2.sub(attraction(y0, gr, u0, hs, w0), end), v128.load(exponents)) : zero;
  const z3 = f64x2.mul(x3, x3);
  const z2 = f64x2.mul(x2, x2);
  const z1 = f64x2.mul(x1, x1);
  const z0 = f64x2.mul(x0, x0);
  c = factor(growth);
  let odd3 = c;
  let odd2 = c;
  let odd1 = c;
  let odd0 = c;
  c = factor(growth - 1);
  let even3 = c;
  let even2 = c;
  let even1 = c;
  let even0 = c;
  for (let k = growth - 2; <isize>k > 0; k -= 2) {
    c = factor(k);
    odd3 = more(c, z3, odd3);
    odd2 = more(c, z2, odd2);
    if (pairs > 2) {
      odd1 = more(c, z1, odd1);
    }
    if (pairs > 3) {
      odd0 = more(c, z0, odd0);
    }
    c = factor(k - 1);
    even3 = more(c, z3, even3);
    even2 = more(c, z2, even2);
    if (pairs > 2) {
      even1 = more(c, z1, even1);
    }
    if (pairs > 3) {
      even0 = more(c, z0, even0);
    }
  }
  const ge = f64x2.splat(g * e);
  const hf = f64x2.splat(h * f);
  const drive = f64x2.add(ge, hf);
  const weights = rule + 16 * pairs;
  let sum = zero;
  if (pairs > 3) sum = f64x2.add(sum, added(weights, drive, ge, u0, hf, w0, more(even0, x0, odd0)));
  if (pairs > 2) sum = f64x2.add(sum, added(weights + 16 * (pairs - 3), drive, ge, u1, hf, w1, more(even1, x1, odd1)));
  sum = f64x2.add(sum, added(weights + 16 * (pairs - 2), drive, ge, u2, hf, w2, more(even2, x2, odd2)));
  const fade = more(even3, x3, odd3);
  const last = f64x2.replace_lane(fade, 1, 1);
  sum = f64x2.add(sum, added(weights + 16 * (pairs - 1), drive, ge, u3, hf, w3, last));
  const integral = f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1);
  onwardV = onwardV * (load<f64>(rule + 48 * pairs) * f64x2.extract_lane(fade, 1)) + l * integral;
  onwardG = g - g * f64x2.extract_lane(u3, 1);
  onwardH = h - h * f64x2.extract_lane(w3, 1);
}

function shunt(rules: usize, r: f64, s: f64, e: f64, f: f64, time: f64): void {
  const faster = r > s ? r : s;
  for (let left = time; left > 0; ) {
    const sum = 1 + onwardG + onwardH;
    const half = (onwardG * r + onwardH * s) * 0.5;
    let l = left;
    let bend = half * l * l;
    let x = sum * l - bend;
    const w = faster * l;
    if (w <= 0.15 && bend <= 0.06 && x <= LARGEST) {
      shuntNear(rules, r, s, e, f, l, x, w, bend);
      return;
    }
    if (!(w <= 0.3 && bend <= 0.3 && x <= LARGEST)) {
      const size = abs(onwardV);
      if (onwardG * (1 / r) * (abs(e) + size) + onwardH * (1 / s) * (abs(f) + size) < GONE) {
        onwardV *= exp(-left);
        onwardG *= exp(-r * left);
        onwardH *= exp(-s * left);
        return;
      }
      l = min(min(min(left, 0.3 / faster), sqrt<f64>(0.3 / half)), LARGEST / sum);
      bend = half * l * l;
      x = sum * l - bend;
    }
    piece(4, 11, 9, rules + RULES * 34, r, s, e, f, l, x);
    left -= l;
  }
}

function shuntNear(rules: usize, r: f64, s: f64, e: f64, f: f64, l: f64, x: f64, w: f64, bend: f64): void {
  if (w <= 0.03 && bend <= 0.0015) piece(2, 6, 7, rules, r, s, e, f, l, x);
  else piece(3, 9, 7, rules + RULES * 14, r, s, e, f, l, x);
}

@inline
function wait(v: f64, g: f64, h: f64, bar: f64, r: f64, s: f64, e: f64, f: f64): f64 {
  if (v >= bar) return 0;
  const a = g * (e - bar);
  const c = h * (f - bar);
  const up = max(a, 0) + max(c, 0);
  const most = (a > c ? r >= s : s >= r) ? a + c : up;
  if (bar >= 0 && most <= bar) return Infinity;
  const b = g * (e - v);
  const d = h * (f - v);
  const pull = (b > d ? r >= s : s >= r) ? max(b + d, 0) : max(b, 0) + max(d, 0);
  if (!(pull > v)) return Infinity;
  const rise = (bar - v) / (pull - v);
  const held = -(min(a, 0) + min(c, 0));
  const pushed = up - bar;
  if (!(held > pushed)) return rise;
  const fastest = max(a < 0 ? r : 0, c < 0 ? s : 0);
  return max((2 * (held - pushed)) / ((held + pushed) * fastest), rise);
}

/** `targets` 0: all neurons, else of 16 or, `wide`, 32 bits; `weights` 0: all `weight`. */
export function addTwoConductances(
  u: usize, bar: usize, rules: usize, targets: usize, wide: bool, weights: usize, weight: f64, count: u32, steps: usize,
  suspects: usize, values: usize, found: u32,
): u32 {
  const r = load<f64>(steps);
  const s = load<f64>(steps, 8);
  const e = load<f64>(steps, 16);
  const f = load<f64>(steps, 24);
  const now = load<f64>(steps, 64);
  const tau = load<f64>(steps, 72);
  const perTau = 1 / tau;
  const floor = f <= 0 && f <= e ? f : Infinity;
  const round = load<f64>(steps, 80);
  let n = found;
  for (let k: u32 = 0; k < count; k++) {
    const j: u32 =
      targets == 0 ? k : wide ? load<u32>(targets + (<usize>k << 2)) : <u32>load<u16>(targets + (<usize>k << 1));
    const w = weights == 0 ? weight : load<f64>(weights + (<usize>k << 3));
    const at = u + <usize>j * 40;
    const size = abs(w);
    const by: usize = w >= 0 ? steps + 32 : steps + 48;
    const time = (now - load<f64>(at, 8)) * perTau;
    const before = load<f64>(at);
    store<f64>(at, now, 8);
    if (before == -Infinity) {
      store<f64>(at, load<f64>(at, 16) * exp(-r * time) + size * load<f64>(by), 16);
      store<f64>(at, load<f64>(at, 24) * exp(-s * time) + size * load<f64>(by, 8), 24);
      continue;
    }
    onwardV = before;
    onwardG = load<f64>(at, 16);
    onwardH = load<f64>(at, 24);
    shunt(rules, r, s, e, f, time);
    const v = onwardV;
    const g = onwardG + size * load<f64>(by);
    const h = onwardH + size * load<f64>(by, 8);
    store<f64>(at, v);
    store<f64>(at, g, 16);
    store<f64>(at, h, 24);
    const until = load<f64>(at, 32);
    if (until == LISTED) continue;
    const apart = until >= round || (until < 0 && until > -Infinity);
    if (apart && v >= floor && load<f64>(by) == 0) continue;
    const later = now + wait(v, g, h, load<f64>(bar + (<usize>j << 3)), r, s, e, f) * tau;
    if (until >= 0) {
      store<f64>(at, later, 32);
      if (later >= round) continue;
    } else if (later > -until) continue;
    store<f64>(at, LISTED, 32);
    store<u32>(suspects + (<usize>n << 2), j);
    store<f64>(values + (<usize>n << 3), v);
    n++;
  }
  return n;
}

/** See `Kernels.shuntOn`. */
export function shuntOn(onward: usize, rules: usize, shunts: usize, time: f64): void {
  onwardV = load<f64>(onward);
  onwardG = load<f64>(onward, 8);
  onwardH = load<f64>(onward, 16);
  shunt(rules, load<f64>(shunts), load<f64>(shunts, 8), load<f64>(shunts, 16), load<f64>(shunts, 24), time);
  store<f64>(onward, onwardV);
  store<f64>(onward, onwardG, 8);
  store<f64>(onward, onwardH, 16);
}
