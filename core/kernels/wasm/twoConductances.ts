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

/** One step of the series of 1 - e^-z. */
@inline
function less(k: usize, z: v128, sum: v128): v128 {
  return f64x2.sub(factor(k), f64x2.mul(z, sum));
}

/** 1 - e^-z of two numbers, to z^6 for I8, z^9 for I16, else z^11. */
@inline
function decayed<D>(z: v128): v128 {
  let sum: v128;
  if (sizeof<D>() == 1) {
    sum = factor(6);
  } else {
    if (sizeof<D>() == 2) sum = factor(9);
    else sum = less(9, z, less(10, z, factor(11)));
    sum = less(6, z, less(7, z, less(8, z, sum)));
  }
  return f64x2.mul(z, less(1, z, less(2, z, less(3, z, less(4, z, less(5, z, sum))))));
}

@inline
function more(k: usize, y: v128, sum: v128): v128 {
  return f64x2.add(factor(k), f64x2.mul(y, sum));
}

/** e^z of two numbers, to z^9 for I32, else z^7. */
@inline
function grown<D>(z: v128): v128 {
  const y = f64x2.mul(z, z);
  let odd: v128;
  let even: v128;
  if (sizeof<D>() == 4) {
    odd = more(7, y, factor(9));
    even = more(6, y, factor(8));
  } else {
    odd = factor(7);
    even = factor(6);
  }
  odd = more(1, y, more(3, y, more(5, y, odd)));
  even = more(0, y, more(2, y, more(4, y, even)));
  return f64x2.add(even, f64x2.mul(z, odd));
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

/** One piece by the rule of so many pairs of nodes. */
@inline
function piece<D>(pairs: usize, rules: usize, r: f64, s: f64, e: f64, f: f64, l: f64, x: f64): void {
  const g = onwardG;
  const h = onwardH;
  const rule = rules + <usize>(<i32>(x * PER_UNIT + 0.5)) * (48 * pairs + 16);
  const ls = f64x2.splat(l);
  const rs = f64x2.splat(r);
  const ss = f64x2.splat(s);
  const gr = f64x2.splat(g * (1 / r));
  const hs = f64x2.splat(h * (1 / s));
  const zero = f64x2.splat(0);
  let u0 = zero;
  let w0 = zero;
  let a0 = zero;
  let u1 = zero;
  let w1 = zero;
  let a1 = zero;
  if (pairs > 2) {
    const y0 = f64x2.mul(v128.load(rule + 16 * (pairs - 3)), ls);
    u1 = decayed<D>(f64x2.mul(rs, y0));
    w1 = decayed<D>(f64x2.mul(ss, y0));
    a1 = attraction(y0, gr, u1, hs, w1);
  }
  if (pairs > 3) {
    const y0 = f64x2.mul(v128.load(rule), ls);
    u0 = decayed<D>(f64x2.mul(rs, y0));
    w0 = decayed<D>(f64x2.mul(ss, y0));
    a0 = attraction(y0, gr, u0, hs, w0);
  }
  const y2 = f64x2.mul(v128.load(rule + 16 * (pairs - 2)), ls);
  const u2 = decayed<D>(f64x2.mul(rs, y2));
  const w2 = decayed<D>(f64x2.mul(ss, y2));
  const a2 = attraction(y2, gr, u2, hs, w2);
  const y3 = f64x2.mul(v128.load(rule + 16 * (pairs - 1)), ls);
  const u3 = decayed<D>(f64x2.mul(rs, y3));
  const w3 = decayed<D>(f64x2.mul(ss, y3));
  const a3 = attraction(y3, gr, u3, hs, w3);
  const end = v128.shuffle<f64>(a3, a3, 1, 1);
  const ge = f64x2.splat(g * e);
  const hf = f64x2.splat(h * f);
  const drive = f64x2.add(ge, hf);
  const weights = rule + 16 * pairs;
  const exponents = rule + 32 * pairs;
  let sum = zero;
  if (pairs > 3) {
    const left = grown<D>(f64x2.sub(f64x2.sub(a0, end), v128.load(exponents)));
    sum = f64x2.add(sum, added(weights, drive, ge, u0, hf, w0, left));
  }
  if (pairs > 2) {
    const left = grown<D>(f64x2.sub(f64x2.sub(a1, end), v128.load(exponents + 16 * (pairs - 3))));
    sum = f64x2.add(sum, added(weights + 16 * (pairs - 3), drive, ge, u1, hf, w1, left));
  }
  const left2 = grown<D>(f64x2.sub(f64x2.sub(a2, end), v128.load(exponents + 16 * (pairs - 2))));
  sum = f64x2.add(sum, added(weights + 16 * (pairs - 2), drive, ge, u2, hf, w2, left2));
  const beforeEnd = f64x2.sub(f64x2.replace_lane(a3, 1, 0), end);
  const left3 = grown<D>(f64x2.sub(beforeEnd, v128.load(exponents + 16 * (pairs - 1))));
  const last = f64x2.replace_lane(left3, 1, 1);
  sum = f64x2.add(sum, added(weights + 16 * (pairs - 1), drive, ge, u3, hf, w3, last));
  const integral = f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1);
  onwardV = onwardV * (load<f64>(rule + 48 * pairs) * f64x2.extract_lane(left3, 1)) + l * integral;
  onwardG = g - g * f64x2.extract_lane(u3, 1);
  onwardH = h - h * f64x2.extract_lane(w3, 1);
}

/** Pieces that are further away from what the rules of 4 and 6 nodes serve for. */
function shuntFar(rules: usize, r: f64, s: f64, e: f64, f: f64, time: f64): void {
  const faster = r > s ? r : s;
  for (let left = time; left > 0; ) {
    const sum = 1 + onwardG + onwardH;
    const half = (onwardG * r + onwardH * s) * 0.5;
    let l = left;
    let bend = half * l * l;
    let x = sum * l - bend;
    const w = faster * l;
    if (w <= 0.2 && bend <= 0.05 && x <= LARGEST) {
      shuntNear(rules, r, s, e, f, l, x, w, bend);
      return;
    }
    if (!(w <= 0.4 && bend <= 0.25 && x <= LARGEST)) {
      const size = abs(onwardV);
      if (onwardG * (1 / r) * (abs(e) + size) + onwardH * (1 / s) * (abs(f) + size) < GONE) {
        onwardV *= exp(-left);
        onwardG *= exp(-r * left);
        onwardH *= exp(-s * left);
        return;
      }
      l = min(min(min(left, 0.4 / faster), sqrt<f64>(0.25 / half)), LARGEST / sum);
      bend = half * l * l;
      x = sum * l - bend;
    }
    piece<i32>(4, rules + RULES * 34, r, s, e, f, l, x);
    left -= l;
  }
}

function shuntNear(rules: usize, r: f64, s: f64, e: f64, f: f64, l: f64, x: f64, w: f64, bend: f64): void {
  if (w <= 0.03 && bend <= 0.0015) piece<i8>(2, rules, r, s, e, f, l, x);
  else piece<i16>(3, rules + RULES * 14, r, s, e, f, l, x);
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
    shuntFar(rules, r, s, e, f, time);
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
