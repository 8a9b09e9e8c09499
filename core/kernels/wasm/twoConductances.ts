/**
 * Arrivals of one row at neurons with conductances of two time constants: each is brought to the instant by quadrature, two nodes at once, and
 * listed where it may reach its bar within the round. The twin of plainTwoConductances.ts.
 */
import { exp } from './exp';
import { FREE, freeEnd, LOT, REFRACTORY, refractoryEnd, sort, target, touch } from './lots';

const LISTED: f64 = -1.0 / 1099511627776.0; // -2^-40
const GONE: f64 = 1e-14;
const LARGEST: f64 = 4;
const PER_UNIT: f64 = 16;
const ROUND: f64 = 6755399441055744; // low bits of a sum with it are the whole number that is nearest
/** Bytes of the rules of one size in the table: as many as there are steps of x. */
const RULES: usize = <usize>(LARGEST * PER_UNIT + 1) * 8;

/** Bytes of the coefficients of one size at the start of the table: those of (1 - e^-z) / z, then those of e^q. */
const COEFFICIENTS: usize = 128;
const FIRST: usize = 3 * COEFFICIENTS;

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

/** Brings the neuron at `at` forward, as the twin does. */
function shunt(rules: usize, at: usize, r: f64, s: f64, e: f64, f: f64, time: f64): void {
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
      if (w <= 0.04 && bend <= 0.0018) piece(2, 5, 5, rules, rules + FIRST, at, r, s, e, f, l, x);
      else piece(3, 7, 7, rules + COEFFICIENTS, rules + FIRST + RULES * 14, at, r, s, e, f, l, x);
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

/** What loops take as vectors, in memory, for the reason given in put.ts: 0, infinity, 2, where neurons are listed. */
const FIXED = memory.data<f64>([0, Infinity, 2, LISTED], 16);

@inline
function fixed(k: usize): v128 {
  return v128.load64_splat(FIXED + (k << 3));
}

/** The larger one; of the zeros either. */
@inline
function larger(x: v128, y: v128): v128 {
  return f64x2.pmax(x, y);
}

/** `shuntedByTwoWait` of two neurons; `both`, `first` and `second`: all ones where r = s, r >= s and s >= r. */
@inline
function wait(v: v128, g: v128, h: v128, bar: v128, rates: usize, firstLasts: v128, secondLasts: v128): v128 {
  const zero = fixed(0);
  const e = v128.load64_splat(rates, 16);
  const f = v128.load64_splat(rates, 24);
  const a = f64x2.mul(g, f64x2.sub(e, bar));
  const c = f64x2.mul(h, f64x2.sub(f, bar));
  const up = f64x2.add(larger(a, zero), larger(c, zero));
  const most = v128.bitselect(f64x2.add(a, c), up, v128.bitselect(firstLasts, secondLasts, f64x2.gt(a, c)));
  const b = f64x2.mul(g, f64x2.sub(e, v));
  const d = f64x2.mul(h, f64x2.sub(f, v));
  const fades = v128.bitselect(firstLasts, secondLasts, f64x2.gt(b, d));
  const pull = v128.bitselect(larger(f64x2.add(b, d), zero), f64x2.add(larger(b, zero), larger(d, zero)), fades);
  const rise = f64x2.div(f64x2.sub(bar, v), f64x2.sub(pull, v));
  const held = f64x2.neg(f64x2.add(f64x2.pmin(a, zero), f64x2.pmin(c, zero)));
  const pushed = f64x2.sub(up, bar);
  const r = v128.and(v128.load64_splat(rates), f64x2.lt(a, zero));
  const fastest = larger(r, v128.and(v128.load64_splat(rates, 8), f64x2.lt(c, zero)));
  const turn = f64x2.div(f64x2.mul(fixed(2), f64x2.sub(held, pushed)), f64x2.mul(f64x2.add(held, pushed), fastest));
  const until = v128.bitselect(larger(turn, rise), rise, f64x2.gt(held, pushed));
  const never = v128.or(v128.and(f64x2.ge(bar, zero), f64x2.le(most, bar)), f64x2.le(pull, v));
  return v128.andnot(v128.bitselect(fixed(1), until, never), f64x2.ge(v, bar));
}

/** Arrivals of a lot by how their neurons are brought forward: by 4 nodes, by 6, or as `shunt` does. */
const SHORT = memory.data(1024, 16);
const MIDDLE = memory.data(1024, 16);
const FAR = memory.data(1024, 16);

/**
 * `targets` as `target` has them; `weights` 0: all `weight`. All neurons of a lot are brought forward before anything arrives: in loops that
 * do the same for each, so that processors work on several at once.
 */
export function addTwoConductances(
  u: usize, bar: usize, rules: usize, targets: usize, wide: bool, weights: usize, weight: f64, count: u32, steps: usize,
  suspects: usize, values: usize, found: u32,
): u32 {
  if (targets != 0) touch(targets, count << (wide ? 2 : 1));
  if (weights != 0) touch(weights, count << 3);
  const r = load<f64>(steps);
  const s = load<f64>(steps, 8);
  const e = load<f64>(steps, 16);
  const f = load<f64>(steps, 24);
  const now = load<f64>(steps, 64);
  const tau = load<f64>(steps, 72);
  const perTau = 1 / tau;
  const floor = f <= 0 && f <= e ? f : Infinity;
  const round = load<f64>(steps, 80);
  const later = v128.load(steps, 88);
  const faster = max(r, s);
  const firstLasts = i64x2.splat(r >= s ? -1 : 0);
  const secondLasts = i64x2.splat(s >= r ? -1 : 0);
  const nows = f64x2.splat(now);
  const taus = f64x2.splat(tau);
  const rounds = f64x2.splat(round);
  const floors = f64x2.splat(floor);
  let n = found;
  for (let from: u32 = 0; from < count; from += LOT) {
    const to = min(from + LOT, count);
    sort(u, 40, targets, wide, from, to);
    const free = freeEnd;
    const refractory = refractoryEnd;
    for (let i = REFRACTORY; i < refractory; i += 4) {
      const k = load<u32>(i);
      const w = weights == 0 ? weight : load<f64>(weights + (<usize>k << 3));
      const at = u + <usize>target(targets, wide, k) * 40;
      const jump = f64x2.mul(f64x2.mul(f64x2.splat(abs(w)), v128.load(w >= 0 ? steps + 32 : steps + 48)), later);
      v128.store(at, f64x2.add(v128.load(at, 16), jump), 16);
    }
    let short = SHORT;
    let middle = MIDDLE;
    let far = FAR;
    for (let i = FREE; i < free; i += 4) {
      const at = <u32>(u + <usize>target(targets, wide, load<u32>(i)) * 40);
      const g = load<f64>(at, 16);
      const h = load<f64>(at, 24);
      const l = (now - load<f64>(at, 8)) * perTau;
      const bend = (g * r + h * s) * 0.5 * l * l;
      const x = (1 + g + h) * l - bend;
      const w = faster * l;
      store<u32>(short, at);
      store<u32>(middle, at);
      store<u32>(far, at);
      const isNear = <usize>(w <= 0.15) & <usize>(bend <= 0.07) & <usize>(x <= LARGEST);
      const isShort = isNear & <usize>(w <= 0.04) & <usize>(bend <= 0.0018);
      short += isShort << 2;
      middle += (isNear ^ isShort) << 2;
      far += (isNear ^ 1) << 2;
    }
    for (let i = SHORT; i < short; i += 4) {
      const at = <usize>load<u32>(i);
      const g = load<f64>(at, 16);
      const h = load<f64>(at, 24);
      const l = (now - load<f64>(at, 8)) * perTau;
      piece(2, 5, 5, rules, rules + FIRST, at, r, s, e, f, l, (1 + g + h) * l - (g * r + h * s) * 0.5 * l * l);
      store<f64>(at, now, 8);
    }
    for (let i = MIDDLE; i < middle; i += 4) {
      const at = <usize>load<u32>(i);
      const g = load<f64>(at, 16);
      const h = load<f64>(at, 24);
      const l = (now - load<f64>(at, 8)) * perTau;
      const x = (1 + g + h) * l - (g * r + h * s) * 0.5 * l * l;
      piece(3, 7, 7, rules + COEFFICIENTS, rules + FIRST + RULES * 14, at, r, s, e, f, l, x);
      store<f64>(at, now, 8);
    }
    for (let i = FAR; i < far; i += 4) {
      const at = <usize>load<u32>(i);
      shunt(rules, at, r, s, e, f, (now - load<f64>(at, 8)) * perTau);
      store<f64>(at, now, 8);
    }
    for (let i = FREE; i < free; ) {
      const k = load<u32>(i);
      const j = target(targets, wide, k);
      const at = u + <usize>j * 40;
      // The last one by itself, and one whose neuron comes twice.
      const next = i + 4 < free ? load<u32>(i, 4) : k;
      const one = k == next || target(targets, wide, next) == j;
      const l = one ? k : next;
      const i2 = target(targets, wide, l);
      const to = u + <usize>i2 * 40;
      i += one ? 4 : 8;
      const w = weights == 0 ? weight : load<f64>(weights + (<usize>k << 3));
      const w2 = weights == 0 ? weight : load<f64>(weights + (<usize>l << 3));
      const by: usize = w >= 0 ? steps + 32 : steps + 48;
      const by2: usize = w2 >= 0 ? steps + 32 : steps + 48;
      const p = f64x2.add(v128.load(at, 16), f64x2.mul(f64x2.splat(abs(w)), v128.load(by)));
      const q = f64x2.add(v128.load(to, 16), f64x2.mul(f64x2.splat(abs(w2)), v128.load(by2)));
      v128.store(at, p, 16);
      v128.store(to, q, 16);
      const v = v128.load64_lane(to, v128.load64_zero(at), 1);
      const bars = v128.load64_lane(bar + (<usize>i2 << 3), v128.load64_zero(bar + (<usize>j << 3)), 1);
      const g = v128.shuffle<f64>(p, q, 0, 2);
      const h = v128.shuffle<f64>(p, q, 1, 3);
      const waits = wait(v, g, h, bars, steps, firstLasts, secondLasts);
      const zero = fixed(0);
      const until = v128.load64_lane(to + 32, v128.load64_zero(at + 32), 1);
      const later = f64x2.add(nows, f64x2.mul(waits, taus));
      const idle = f64x2.ge(until, zero);
      const inWheel = v128.andnot(f64x2.gt(until, f64x2.neg(fixed(1))), idle);
      const apart = v128.or(f64x2.ge(until, rounds), inWheel);
      const lowers = f64x2.eq(v128.load64_lane(by2, v128.load64_zero(by), 1), zero);
      const same = v128.or(v128.and(v128.and(apart, lowers), f64x2.ge(v, floors)), f64x2.eq(until, fixed(3)));
      const stays = v128.bitselect(f64x2.ge(later, rounds), f64x2.gt(later, f64x2.neg(until)), idle);
      const until2 = v128.bitselect(later, until, v128.andnot(idle, same));
      v128.store64_lane(at + 32, until2, 0);
      v128.store64_lane(to + 32, until2, 1);
      const listed = i64x2.bitmask(v128.or(same, stays)) ^ 3;
      if (listed == 0) continue;
      if (listed & 1) {
        store<f64>(at, LISTED, 32);
        store<u32>(suspects + (<usize>n << 2), j);
        store<f64>(values + (<usize>n << 3), f64x2.extract_lane(v, 0));
        n++;
      }
      if (!one && (listed & 2)) {
        store<f64>(to, LISTED, 32);
        store<u32>(suspects + (<usize>n << 2), i2);
        store<f64>(values + (<usize>n << 3), f64x2.extract_lane(v, 1));
        n++;
      }
    }
  }
  return n;
}

/** See `Kernels.shuntOn`. */
export function shuntOn(onward: usize, rules: usize, shunts: usize, time: f64): void {
  shunt(rules, onward, load<f64>(shunts), load<f64>(shunts, 8), load<f64>(shunts, 16), load<f64>(shunts, 24), time);
}
