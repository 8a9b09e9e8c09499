/**
 * Neurons under two conductances are brought forward by quadrature, two nodes at once, as `shuntOn` of plainTwoConductances.ts does. A neuron is
 * [V, since, ge, gi] at its address.
 */
import { exp } from './exp';

const GONE: f64 = 1e-14;
export const LARGEST: f64 = 4;
const PER_UNIT: f64 = 16;
const ROUND: f64 = 6755399441055744; // low bits of a sum with it are the whole number that is nearest
/** Bytes of the rules of one size in the table: as many as there are steps of x. */
const RULES: usize = <usize>(LARGEST * PER_UNIT + 1) * 8;

/** Bytes of the coefficients of one size at the start of the table: those of (1 - e^-z) / z, then those of e^q. */
const COEFFICIENTS: usize = 128;
const FIRST: usize = 3 * COEFFICIENTS;

/** One neuron as a list. */
const ONE = memory.data(4, 4);

@inline
function more(factor: v128, z: v128, sum: v128): v128 {
  return f64x2.add(factor, f64x2.mul(z, sum));
}

/** 1 - e^-z, as `piece` has it. */
function decayed(coefficients: usize, degree: usize, z: v128): v128 {
  const y = f64x2.mul(z, z);
  let odd = v128.load64_splat(coefficients + 8 * degree);
  let even = v128.load64_splat(coefficients + 8 * (degree - 1));
  for (let k = degree - 2; <isize>k > 0; k -= 2) {
    odd = more(v128.load64_splat(coefficients + 8 * k), y, odd);
    even = more(v128.load64_splat(coefficients + 8 * (k - 1)), y, even);
  }
  return f64x2.mul(z, more(even, z, odd));
}

/** 1 - e^-2z from 1 - e^-z. */
@inline
function doubled(w: v128): v128 {
  return f64x2.mul(w, f64x2.sub(f64x2.splat(2), w));
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

/** One piece by the rule of so many pairs of nodes, with polynomials of these odd degrees; all pairs go through them together. */
@inline
function piece(
  pairs: usize, decay: usize, growth: usize, coefficients: usize, rules: usize, at: usize, r: f64, s: f64, e: f64, f: f64, l: f64, x: f64,
): void {
  const g = load<f64>(at, 16);
  const h = load<f64>(at, 24);
  const rule = rules + <usize>(<u32>reinterpret<u64>(x * PER_UNIT + ROUND)) * (48 * pairs + 16);
  const ls = f64x2.splat(l);
  const rs = f64x2.splat(r);
  const ss = f64x2.splat(s);
  const zero = f64x2.splat(0);
  const y3 = f64x2.mul(v128.load(rule + 16 * (pairs - 1)), ls);
  const y2 = f64x2.mul(v128.load(rule + 16 * (pairs - 2)), ls);
  const y1 = pairs > 2 ? f64x2.mul(v128.load(rule + 16 * (pairs - 3)), ls) : zero;
  const y0 = pairs > 3 ? f64x2.mul(v128.load(rule), ls) : zero;
  const q3 = f64x2.mul(ss, y3);
  const q2 = f64x2.mul(ss, y2);
  const q1 = f64x2.mul(ss, y1);
  const q0 = f64x2.mul(ss, y0);
  let z3 = f64x2.mul(q3, q3);
  let z2 = f64x2.mul(q2, q2);
  let z1 = f64x2.mul(q1, q1);
  let z0 = f64x2.mul(q0, q0);
  let c = v128.load64_splat(coefficients + 8 * decay);
  let odd3 = c;
  let odd2 = c;
  let odd1 = c;
  let odd0 = c;
  c = v128.load64_splat(coefficients + 8 * (decay - 1));
  let even3 = c;
  let even2 = c;
  let even1 = c;
  let even0 = c;
  for (let k = decay - 2; <isize>k > 0; k -= 2) {
    c = v128.load64_splat(coefficients + 8 * k);
    odd3 = more(c, z3, odd3);
    odd2 = more(c, z2, odd2);
    if (pairs > 2) odd1 = more(c, z1, odd1);
    if (pairs > 3) odd0 = more(c, z0, odd0);
    c = v128.load64_splat(coefficients + 8 * (k - 1));
    even3 = more(c, z3, even3);
    even2 = more(c, z2, even2);
    if (pairs > 2) even1 = more(c, z1, even1);
    if (pairs > 3) even0 = more(c, z0, even0);
  }
  const w3 = f64x2.mul(q3, more(even3, q3, odd3));
  const w2 = f64x2.mul(q2, more(even2, q2, odd2));
  const w1 = pairs > 2 ? f64x2.mul(q1, more(even1, q1, odd1)) : zero;
  const w0 = pairs > 3 ? f64x2.mul(q0, more(even0, q0, odd0)) : zero;
  let u3: v128;
  let u2: v128;
  let u1 = zero;
  let u0 = zero;
  if (r == 2 * s) {
    u3 = doubled(w3);
    u2 = doubled(w2);
    if (pairs > 2) u1 = doubled(w1);
    if (pairs > 3) u0 = doubled(w0);
  } else {
    u3 = decayed(coefficients, decay, f64x2.mul(rs, y3));
    u2 = decayed(coefficients, decay, f64x2.mul(rs, y2));
    if (pairs > 2) u1 = decayed(coefficients, decay, f64x2.mul(rs, y1));
    if (pairs > 3) u0 = decayed(coefficients, decay, f64x2.mul(rs, y0));
  }
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
  z3 = f64x2.mul(x3, x3);
  z2 = f64x2.mul(x2, x2);
  z1 = f64x2.mul(x1, x1);
  z0 = f64x2.mul(x0, x0);
  const grows = coefficients + 64;
  odd3 = odd2 = odd1 = odd0 = v128.load64_splat(grows + 8 * growth);
  even3 = even2 = even1 = even0 = v128.load64_splat(grows + 8 * (growth - 1));
  for (let k = growth - 2; <isize>k > 0; k -= 2) {
    c = v128.load64_splat(grows + 8 * k);
    odd3 = more(c, z3, odd3);
    odd2 = more(c, z2, odd2);
    if (pairs > 2) odd1 = more(c, z1, odd1);
    if (pairs > 3) odd0 = more(c, z0, odd0);
    c = v128.load64_splat(grows + 8 * (k - 1));
    even3 = more(c, z3, even3);
    even2 = more(c, z2, even2);
    if (pairs > 2) even1 = more(c, z1, even1);
    if (pairs > 3) even0 = more(c, z0, even0);
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
  store<f64>(at, load<f64>(at) * (load<f64>(rule + 48 * pairs) * f64x2.extract_lane(fade, 1)) + l * integral);
  store<f64>(at, g - g * f64x2.extract_lane(u3, 1), 16);
  store<f64>(at, h - h * f64x2.extract_lane(w3, 1), 24);
}

/** Brings the neurons of a list to `now` by one piece each. */
@inline
function forward(
  pairs: usize, degree: usize, coefficients: usize, from: usize, list: usize, end: usize, r: f64, s: f64, e: f64, f: f64, now: f64, perTau: f64,
): void {
  for (let i = list; i < end; i += 4) {
    const at = <usize>load<u32>(i);
    const g = load<f64>(at, 16);
    const h = load<f64>(at, 24);
    const l = (now - load<f64>(at, 8)) * perTau;
    const x = (1 + g + h) * l - (g * r + h * s) * 0.5 * l * l;
    piece(pairs, degree, degree, coefficients, from, at, r, s, e, f, l, x);
    store<f64>(at, now, 8);
  }
}

/** The same by 4 nodes. */
export function forward4(rules: usize, list: usize, end: usize, r: f64, s: f64, e: f64, f: f64, now: f64, perTau: f64): void {
  forward(2, 5, rules, rules + FIRST, list, end, r, s, e, f, now, perTau);
}

/** The same by 6 nodes. */
export function forward6(rules: usize, list: usize, end: usize, r: f64, s: f64, e: f64, f: f64, now: f64, perTau: f64): void {
  forward(3, 7, rules + COEFFICIENTS, rules + FIRST + RULES * 14, list, end, r, s, e, f, now, perTau);
}

/** Brings a neuron forward, in as many pieces as it takes; leaves `since` undefined. */
export function shunt(rules: usize, at: usize, r: f64, s: f64, e: f64, f: f64, time: f64): void {
  const faster = max(r, s);
  for (let left = time; left > 0; ) {
    const g = load<f64>(at, 16);
    const h = load<f64>(at, 24);
    const sum = 1 + g + h;
    const half = (g * r + h * s) * 0.5;
    let l = left;
    let bend = half * l * l;
    let x = sum * l - bend;
    const w = faster * l;
    if (w <= 0.15 && bend <= 0.07 && x <= LARGEST) {
      store<f64>(at, 0, 8);
      store<u32>(ONE, <u32>at);
      if (w <= 0.04 && bend <= 0.0018) forward4(rules, ONE, ONE + 4, r, s, e, f, l, 1);
      else forward6(rules, ONE, ONE + 4, r, s, e, f, l, 1);
      return;
    }
    if (!(w <= 0.3 && bend <= 0.3 && x <= LARGEST)) {
      const v = load<f64>(at);
      const size = abs(v);
      if (g * (1 / r) * (abs(e) + size) + h * (1 / s) * (abs(f) + size) < GONE) {
        store<f64>(at, v * exp(-left));
        store<f64>(at, g * exp(-r * left), 16);
        store<f64>(at, h * exp(-s * left), 24);
        return;
      }
      l = min(min(min(left, 0.3 / faster), sqrt<f64>(0.3 / half)), LARGEST / sum);
      bend = half * l * l;
      x = sum * l - bend;
    }
    piece(4, 7, 7, rules + 2 * COEFFICIENTS, rules + FIRST + RULES * 34, at, r, s, e, f, l, x);
    left -= l;
  }
}

/** See `Kernels.shuntOn`. */
export function shuntOn(onward: usize, rules: usize, shunts: usize, time: f64): void {
  shunt(rules, onward, load<f64>(shunts), load<f64>(shunts, 8), load<f64>(shunts, 16), load<f64>(shunts, 24), time);
}
