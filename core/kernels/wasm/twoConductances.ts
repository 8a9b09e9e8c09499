/**
 * Arrivals of one row at neurons with conductances of two time constants: each is brought to the instant, and listed where it may reach
 * its bar within the round, two at once. The twin of plainTwoConductances.ts.
 */
import { FREE, freeEnd, LOT, REFRACTORY, refractoryEnd, sort, target, touch } from './lots';
import { forward4, forward6, LARGEST, shunt } from './quadrature';

const LISTED: f64 = -1.0 / 1099511627776.0; // -2^-40

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

/** `shuntedByTwoWait` of two neurons; all ones where r >= s, and where s >= r. */
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
    forward4(rules, SHORT, short, r, s, e, f, now, perTau);
    forward6(rules, MIDDLE, middle, r, s, e, f, now, perTau);
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
