/**
 * Neurons under two conductances are brought forward by quadrature, two nodes at once, as `shuntOn` of plainTwoConductances.ts does. A neuron is
 * [V, since, ge, gi] at its address.
 */
import { exp } from './exp';

const GONE: f64 = 1.0 / 140737488355328; // 2^-47
export const LARGEST: f64 = 4;
export const BRIEF: f64 = 13.0 / 512;
const PER_UNIT: f64 = 16;
/** Bytes of the rules of one size in the table: as many as there are steps of x. */
const RULES: usize = <usize>(LARGEST * PER_UNIT + 1) * 8;

/** Bytes of the coefficients of one size at the start of the table: those of (1 - e^-z) / z, then those of e^q. */
const COEFFICIENTS: usize = 128;
const FIRST: usize = 2 * COEFFICIENTS;

/** A step to be taken: [its length, where the neuron is, number of the rule], and a list of one such. */
export const STEP: usize = 16;
const ONLY = memory.data(16, 16);
const ONE = memory.data(4, 4);

/**
 * What all neurons have in common, at addresses that the engine need not compute: the coefficients of the table, rates of decay, reversals, and the
 * inverse of the rates and these negated.
 */
const COMMON = memory.data(320, 16);
export const SHUNTS: usize = COMMON + FIRST;
const LASTS: usize = SHUNTS + 32;
const FADES: usize = SHUNTS + 48;
/** In memory, as in put.ts; low bits of a sum with the fourth are the whole number that is nearest. */
const NUMBERS = memory.data<f64>([2, 1, PER_UNIT, 6755399441055744, 0.5, 1.0 / 3, 0.25, 0.2, 1.0 / 6], 16);
const TWO = NUMBERS;
const UNIT: usize = NUMBERS + 8;

/** To be called before neurons with such `shunts` are brought forward. */
export function begin(rules: usize, shunts: usize): void {
  if (load<f64>(COMMON) == 0) memory.copy(COMMON, rules, FIRST);
  v128.store(SHUNTS, v128.load(shunts));
  v128.store(SHUNTS, v128.load(shunts, 16), 16);
  v128.store(LASTS, f64x2.div(v128.load64_splat(UNIT), v128.load(shunts)));
  v128.store(FADES, f64x2.neg(v128.load(shunts)));
}

@inline
function more(factor: v128, z: v128, sum: v128): v128 {
  return f64x2.add(factor, f64x2.mul(z, sum));
}

/** c0 + c1 z + … of degree 7, by pairs of terms: in a loop, which is short. */
function looped(coefficients: usize, z: v128): v128 {
  const y = f64x2.mul(z, z);
  let sum = f64x2.splat(0);
  for (let at = coefficients + 48; at >= coefficients; at -= 16)
    sum = more(more(v128.load64_splat(at), z, v128.load64_splat(at + 8)), y, sum);
  return sum;
}

/** The same of degree 5, 6 or 7, with coefficients at hand. */
@inline
function polynomial(
  degree: i32, z: v128, c0: v128, c1: v128, c2: v128, c3: v128, c4: v128, c5: v128, c6: v128, c7: v128,
): v128 {
  const y = f64x2.mul(z, z);
  const high = more(c4, z, c5);
  return more(more(c0, z, c1), y, more(more(c2, z, c3), y, degree > 5 ? more(high, y, degree > 6 ? more(c6, z, c7) : c6) : high));
}

/** 1 - e^-2z from 1 - e^-z. */
@inline
function doubled(w: v128): v128 {
  return f64x2.mul(w, f64x2.sub(v128.load64_splat(TWO), w));
}

@inline
function attraction(y: v128, gr: v128, u: v128, hs: v128, w: v128): v128 {
  return more(more(y, hs, w), gr, u);
}

/** What a pair of nodes adds, e^ of what is left of its exponent being `grown`. */
@inline
function added(weights: usize, drive: v128, ge: v128, u: v128, hf: v128, w: v128, grown: v128): v128 {
  const left = f64x2.sub(f64x2.sub(drive, f64x2.mul(ge, u)), f64x2.mul(hf, w));
  return f64x2.mul(f64x2.mul(v128.load(weights), left), grown);
}

/** One piece of length `l` by a rule of so many pairs of nodes. */
@inline
function piece(pairs: usize, coefficients: usize, rule: usize, at: usize, l: f64): void {
  const decay = pairs > 2 ? 7 : 5;
  const growth = pairs > 2 ? 6 : 5;
  const gh = v128.load(at, 16);
  const ls = f64x2.splat(l);
  const ss = v128.load64_splat(SHUNTS + 8);
  const zero = f64x2.splat(0);
  const y3 = f64x2.mul(v128.load(rule + 16 * (pairs - 1)), ls);
  const y2 = f64x2.mul(v128.load(rule + 16 * (pairs - 2)), ls);
  const y1 = pairs > 2 ? f64x2.mul(v128.load(rule + 16 * (pairs - 3)), ls) : zero;
  const q3 = f64x2.mul(ss, y3);
  const q2 = f64x2.mul(ss, y2);
  const q1 = f64x2.mul(ss, y1);
  let c0 = v128.load64_splat(coefficients);
  let c1 = v128.load64_splat(coefficients + 8);
  let c2 = v128.load64_splat(coefficients + 16);
  let c3 = v128.load64_splat(coefficients + 24);
  let c4 = v128.load64_splat(coefficients + 32);
  let c5 = v128.load64_splat(coefficients + 40);
  let c6 = pairs == 3 ? v128.load64_splat(coefficients + 48) : zero;
  const c7 = pairs == 3 ? v128.load64_splat(coefficients + 56) : zero;
  const w3 = f64x2.mul(q3, polynomial(decay, q3, c0, c1, c2, c3, c4, c5, c6, c7));
  const w2 = f64x2.mul(q2, polynomial(decay, q2, c0, c1, c2, c3, c4, c5, c6, c7));
  const w1 = pairs > 2 ? f64x2.mul(q1, polynomial(decay, q1, c0, c1, c2, c3, c4, c5, c6, c7)) : zero;
  let u3: v128;
  let u2: v128;
  let u1 = zero;
  if (load<f64>(SHUNTS) == 2 * load<f64>(SHUNTS, 8)) {
    u3 = doubled(w3);
    u2 = doubled(w2);
    if (pairs > 2) u1 = doubled(w1);
  } else {
    const rs = v128.load64_splat(SHUNTS);
    const z3 = f64x2.mul(rs, y3);
    const z2 = f64x2.mul(rs, y2);
    const z1 = f64x2.mul(rs, y1);
    u3 = f64x2.mul(z3, looped(coefficients, z3));
    u2 = f64x2.mul(z2, looped(coefficients, z2));
    if (pairs > 2) u1 = f64x2.mul(z1, looped(coefficients, z1));
  }
  const sums = f64x2.mul(gh, v128.load(LASTS));
  const gr = v128.shuffle<f64>(sums, sums, 0, 0);
  const hs = v128.shuffle<f64>(sums, sums, 1, 1);
  const exponents = rule + 32 * pairs;
  const whole = attraction(y3, gr, u3, hs, w3);
  const end = v128.shuffle<f64>(whole, whole, 1, 1);
  const x3 = f64x2.sub(f64x2.sub(f64x2.replace_lane(whole, 1, 0), v128.load(exponents + 16 * (pairs - 1))), end);
  const x2 = f64x2.sub(f64x2.sub(attraction(y2, gr, u2, hs, w2), v128.load(exponents + 16 * (pairs - 2))), end);
  const x1 =
    pairs > 2 ? f64x2.sub(f64x2.sub(attraction(y1, gr, u1, hs, w1), v128.load(exponents + 16 * (pairs - 3))), end) : zero;
  c0 = v128.load64_splat(coefficients + 64);
  c1 = v128.load64_splat(coefficients + 72);
  c2 = v128.load64_splat(coefficients + 80);
  c3 = v128.load64_splat(coefficients + 88);
  c4 = v128.load64_splat(coefficients + 96);
  c5 = v128.load64_splat(coefficients + 104);
  if (pairs == 3) c6 = v128.load64_splat(coefficients + 112);
  const drives = f64x2.mul(gh, v128.load(SHUNTS, 16));
  const ge = v128.shuffle<f64>(drives, drives, 0, 0);
  const hf = v128.shuffle<f64>(drives, drives, 1, 1);
  const drive = f64x2.add(ge, hf);
  const weights = rule + 16 * pairs;
  let sum = zero;
  if (pairs > 2)
    sum = f64x2.add(sum, added(weights + 16 * (pairs - 3), drive, ge, u1, hf, w1, polynomial(growth, x1, c0, c1, c2, c3, c4, c5, c6, c7)));
  sum = f64x2.add(sum, added(weights + 16 * (pairs - 2), drive, ge, u2, hf, w2, polynomial(growth, x2, c0, c1, c2, c3, c4, c5, c6, c7)));
  const fade = polynomial(growth, x3, c0, c1, c2, c3, c4, c5, c6, c7);
  const last = v128.load64_lane(UNIT, fade, 1);
  sum = f64x2.add(sum, added(weights + 16 * (pairs - 1), drive, ge, u3, hf, w3, last));
  const integral = f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1);
  store<f64>(at, load<f64>(at) * (load<f64>(rule + 48 * pairs) * f64x2.extract_lane(fade, 1)) + l * integral);
  v128.store(at, f64x2.sub(gh, f64x2.mul(gh, v128.shuffle<f64>(u3, w3, 1, 3))), 16);
}

/** Number of the rule for an attraction x over a piece. */
@inline
export function ruleOf(x: f64): u32 {
  return <u32>reinterpret<u64>(x * load<f64>(NUMBERS + 16) + load<f64>(NUMBERS + 24));
}

/** Takes a list of steps to `now`, by one piece each. */
@inline
function forward(
  pairs: usize, coefficients: usize, from: usize, list: usize, end: usize, now: f64,
): void {
  for (let i = list; i < end; i += 4) {
    const step = <usize>load<u32>(i);
    const at = <usize>load<u32>(step, 8);
    if (load<f64>(at, 8) == now) continue; // it comes twice
    piece(pairs, coefficients, from + <usize>load<u32>(step, 12) * (48 * pairs + 16), at, load<f64>(step));
    store<f64>(at, now, 8);
  }
}

/** The same by 4 nodes. */
export function forward4(rules: usize, list: usize, end: usize, now: f64): void {
  forward(2, COMMON, rules + FIRST, list, end, now);
}

/** The same by 6 nodes. */
export function forward6(rules: usize, list: usize, end: usize, now: f64): void {
  forward(3, COMMON + COEFFICIENTS, rules + FIRST + RULES * 14, list, end, now);
}

@inline
function pull(g: v128, e: v128, h: v128, f: v128): v128 {
  return f64x2.add(f64x2.mul(g, e), f64x2.mul(h, f));
}

@inline
function after(slope: v128, s: v128, v: v128): v128 {
  return f64x2.sub(slope, f64x2.mul(s, v));
}

/** What is left of a conductance after a term's time. */
@inline
function faded(g: v128, side: usize, l: v128): v128 {
  return f64x2.mul(g, f64x2.mul(v128.load64_splat(FADES + side), l));
}

/** Brings two neurons forward, or one that is given twice, by times `l` that are brief: see `brief` of plainTwoConductances.ts. */
export function brief(at: usize, to: usize, l: v128): void {
  const v = v128.load64_lane(to, v128.load64_zero(at), 1);
  const p = v128.load(at, 16);
  const q = v128.load(to, 16);
  const g = v128.shuffle<f64>(p, q, 0, 2);
  const h = v128.shuffle<f64>(p, q, 1, 3);
  const e = f64x2.sub(v128.load64_splat(SHUNTS + 16), v);
  const f = f64x2.sub(v128.load64_splat(SHUNTS + 24), v);
  const s0 = f64x2.add(f64x2.add(v128.load64_splat(UNIT), g), h);
  const v1 = f64x2.mul(f64x2.sub(f64x2.add(f64x2.mul(g, e), f64x2.mul(h, f)), v), l);
  let gk = faded(g, 0, l);
  let hk = faded(h, 8, l);
  let g2 = f64x2.add(g, gk);
  let h2 = f64x2.add(h, hk);
  let u = f64x2.add(v, v1);
  let lk = f64x2.mul(l, v128.load64_splat(NUMBERS + 32));
  const v2 = f64x2.mul(after(pull(gk, e, hk, f), s0, v1), lk);
  u = f64x2.add(u, v2);
  const s1 = f64x2.add(gk, hk);
  gk = faded(gk, 0, lk);
  hk = faded(hk, 8, lk);
  g2 = f64x2.add(g2, gk);
  h2 = f64x2.add(h2, hk);
  lk = f64x2.mul(l, v128.load64_splat(NUMBERS + 40));
  const v3 = f64x2.mul(after(after(pull(gk, e, hk, f), s1, v1), s0, v2), lk);
  u = f64x2.add(u, v3);
  const s2 = f64x2.add(gk, hk);
  gk = faded(gk, 0, lk);
  hk = faded(hk, 8, lk);
  g2 = f64x2.add(g2, gk);
  h2 = f64x2.add(h2, hk);
  lk = f64x2.mul(l, v128.load64_splat(NUMBERS + 48));
  const v4 = f64x2.mul(after(after(after(pull(gk, e, hk, f), s2, v1), s1, v2), s0, v3), lk);
  u = f64x2.add(u, v4);
  const s3 = f64x2.add(gk, hk);
  gk = faded(gk, 0, lk);
  hk = faded(hk, 8, lk);
  g2 = f64x2.add(g2, gk);
  h2 = f64x2.add(h2, hk);
  lk = f64x2.mul(l, v128.load64_splat(NUMBERS + 56));
  const v5 = f64x2.mul(after(after(after(after(pull(gk, e, hk, f), s3, v1), s2, v2), s1, v3), s0, v4), lk);
  u = f64x2.add(u, v5);
  const s4 = f64x2.add(gk, hk);
  gk = faded(gk, 0, lk);
  hk = faded(hk, 8, lk);
  g2 = f64x2.add(g2, gk);
  h2 = f64x2.add(h2, hk);
  lk = f64x2.mul(l, v128.load64_splat(NUMBERS + 64));
  const v6 = f64x2.mul(after(after(after(after(after(pull(gk, e, hk, f), s4, v1), s3, v2), s2, v3), s1, v4), s0, v5), lk);
  u = f64x2.add(u, v6);
  g2 = f64x2.add(g2, faded(gk, 0, lk));
  h2 = f64x2.add(h2, faded(hk, 8, lk));
  v128.store64_lane(at, u, 0);
  v128.store64_lane(to, u, 1);
  v128.store(at, v128.shuffle<f64>(g2, h2, 0, 2), 16);
  v128.store(to, v128.shuffle<f64>(g2, h2, 1, 3), 16);
}

/** Brings a neuron forward, in as many pieces as it takes; leaves `since` undefined. */
export function shunt(rules: usize, at: usize, time: f64): void {
  const r = load<f64>(SHUNTS);
  const s = load<f64>(SHUNTS, 8);
  const faster = max(r, s);
  store<u32>(ONE, <u32>ONLY);
  for (let left = time; left > 0; ) {
    const g = load<f64>(at, 16);
    const h = load<f64>(at, 24);
    const sum = 1 + g + h;
    const half = (g * r + h * s) * 0.5;
    if ((sum + faster) * left <= BRIEF) {
      brief(at, at, f64x2.splat(left));
      return;
    }
    let l = left;
    let bend = half * l * l;
    if (!(bend + 0.5 * (faster * l) <= 7.0 / 32 && sum * l - bend <= LARGEST)) {
      const v = load<f64>(at);
      const e = load<f64>(SHUNTS, 16);
      const f = load<f64>(SHUNTS, 24);
      const size = abs(v);
      if (g * (1 / r) * (abs(e) + size) + h * (1 / s) * (abs(f) + size) < GONE) {
        store<f64>(at, v * exp(-left));
        store<f64>(at, g * exp(-r * left), 16);
        store<f64>(at, h * exp(-s * left), 24);
        return;
      }
      l = min(min(min(left, 7.0 / 32 / faster), sqrt<f64>(7.0 / 32 / (half + half))), LARGEST / sum);
      bend = half * l * l;
    }
    store<f64>(ONLY, l);
    store<u32>(ONLY, <u32>at, 8);
    store<u32>(ONLY, ruleOf(sum * l - bend), 12);
    if (bend + 0.0625 * (faster * l) <= 7.0 / 1024) forward4(rules, ONE, ONE + 4, NaN);
    else forward6(rules, ONE, ONE + 4, NaN);
    left -= l;
  }
}

/** See `Kernels.shuntOn`. */
export function shuntOn(onward: usize, rules: usize, shunts: usize, time: f64): void {
  begin(rules, shunts);
  shunt(rules, onward, time);
}
