/**
 * Arrivals of one row at neurons with conductances of one time constant, two neurons at once: each is advanced in closed form, its potential from
 * what all neurons share at the instant and the tabled attractor, and listed where the drive at threshold is upwards.
 * The twin of plainConductances.ts.
 */
import { expPair } from './exp';
import { FREE, freeEnd, LOT, REFRACTORY, refractoryEnd, sort, target } from './lots';

const LOW: f64 = 1.0 / 17592186044416.0; // 2^-44
const HIGH: f64 = 128;
const OFFSET: i64 = (1023 - 44) * 64;
const CELL: i64 = (1 << 46) - 1;
const LISTED: f64 = -1.0 / 1099511627776.0; // -2^-40

/** What loops take as vectors, in memory, for the reason given in put.ts. */
const FIXED = memory.data<f64>([LOW, HIGH, LISTED, -Infinity, 0, Infinity, 0.5], 16);

/** Suspects so far. */
let suspected: u32 = 0;

@inline
function fixed(k: usize): v128 {
  return v128.load64_splat(FIXED + (k << 3));
}

/** The tabled function at two numbers. */
@inline
function tabled(table: usize, b: v128): v128 {
  const cells = i64x2.sub(i64x2.shr_u(b, 46), i64x2.splat(OFFSET));
  const p = table + <usize>i64x2.extract_lane(cells, 0) * 48;
  const q = table + <usize>i64x2.extract_lane(cells, 1) * 48;
  const middle = v128.or(v128.andnot(b, i64x2.splat(CELL)), i64x2.splat(1 << 45));
  const x = f64x2.sub(b, middle);
  const p4 = v128.load(p, 32);
  const q4 = v128.load(q, 32);
  let sum = f64x2.add(v128.shuffle<f64>(p4, q4, 0, 2), f64x2.mul(x, v128.shuffle<f64>(p4, q4, 1, 3)));
  const p2 = v128.load(p, 16);
  const q2 = v128.load(q, 16);
  sum = f64x2.add(v128.shuffle<f64>(p2, q2, 1, 3), f64x2.mul(x, sum));
  sum = f64x2.add(v128.shuffle<f64>(p2, q2, 0, 2), f64x2.mul(x, sum));
  const p0 = v128.load(p);
  const q0 = v128.load(q);
  sum = f64x2.add(v128.shuffle<f64>(p0, q0, 1, 3), f64x2.mul(x, sum));
  return f64x2.add(v128.shuffle<f64>(p0, q0, 0, 2), f64x2.mul(x, sum));
}

/** `shuntedWait` of two neurons. */
@inline
function shuntedWait(b: v128, reversal: v128, v: v128, bar: v128, ts: v128): v128 {
  const zero = fixed(4);
  const upwards = f64x2.sub(reversal, f64x2.mul(bar, b));
  const needed = f64x2.mul(bar, ts);
  const from = v128.bitselect(f64x2.mul(f64x2.add(v, bar), fixed(6)), v, f64x2.ge(upwards, zero));
  const pull = f64x2.sub(reversal, f64x2.mul(from, b));
  const most = f64x2.sub(f64x2.pmax(zero, pull), f64x2.mul(from, ts));
  const rise = f64x2.div(f64x2.mul(f64x2.sub(bar, v), ts), most);
  const twice = f64x2.mul(f64x2.add(ts, ts), f64x2.sub(upwards, needed));
  const turn = f64x2.pmax(rise, f64x2.div(twice, f64x2.add(upwards, needed)));
  const never = v128.andnot(f64x2.ge(bar, zero), f64x2.gt(upwards, needed));
  const wait = v128.bitselect(turn, rise, f64x2.lt(upwards, needed));
  return v128.andnot(v128.bitselect(fixed(5), wait, never), f64x2.ge(v, bar));
}

@inline
function list(at: usize, j: u32, v: f64, suspects: usize, values: usize): void {
  store<f64>(at, LISTED, 24);
  store<u32>(suspects + (<usize>suspected << 2), j);
  store<f64>(values + (<usize>suspected << 3), v);
  suspected++;
}

/** e^t of the instant times e^-(what weights add). */
@inline
function fallen(w: v128, steps: usize): v128 {
  const added = f64x2.mul(f64x2.mul(f64x2.abs(w), v128.load64_splat(steps, 32)), v128.load64_splat(steps));
  return f64x2.mul(v128.load64_splat(steps, 16), expPair(f64x2.neg(added)));
}

/** Arrivals at two neurons, or one that is given twice; false, with nothing done, where the table does not cover one. */
@inline
function arrive(
  i: u32, j: u32, u: usize, bar: usize, table: usize, w: v128, fall: v128, steps: usize, suspects: usize, values: usize,
): bool {
  const at = u + (<usize>i << 5);
  const to = u + (<usize>j << 5);
  const p = v128.load(at);
  const q = v128.load(to);
  const c = v128.shuffle<f64>(p, q, 0, 2);
  const sum = v128.shuffle<f64>(p, q, 1, 3);
  const size = f64x2.abs(w);
  const sum2 = f64x2.add(sum, f64x2.mul(size, v128.load64_splat(steps, 32)));
  const fade = v128.load64_splat(steps);
  const b = f64x2.mul(sum, fade);
  const b2 = f64x2.mul(sum2, fade);
  if (!i64x2.all_true(v128.and(f64x2.ge(b, fixed(0)), f64x2.lt(b2, fixed(1))))) return false;
  const p2 = v128.load(at, 16);
  const q2 = v128.load(to, 16);
  const reversal = v128.shuffle<f64>(p2, q2, 0, 2);
  const until = v128.shuffle<f64>(p2, q2, 1, 3);
  const zero = fixed(4);
  const by = v128.bitselect(v128.load64_splat(steps, 40), v128.load64_splat(steps, 56), f64x2.ge(w, zero));
  const reversal2 = f64x2.add(reversal, f64x2.mul(size, by));
  const falls = expPair(f64x2.neg(b));
  const apart = f64x2.div(f64x2.mul(c, v128.load64_splat(steps, 8)), falls);
  const v = f64x2.add(apart, f64x2.mul(f64x2.mul(reversal, fade), tabled(table, b)));
  const drive = f64x2.mul(reversal2, fade);
  const c2 = f64x2.mul(f64x2.sub(v, f64x2.mul(drive, tabled(table, b2))), f64x2.mul(fall, falls));
  const bars = v128.load64_lane(bar + (<usize>j << 3), v128.load64_zero(bar + (<usize>i << 3)), 1);
  const wait = shuntedWait(b2, drive, v, bars, v128.load64_splat(steps, 24));
  const later = f64x2.add(v128.load64_splat(steps, 64), f64x2.mul(wait, v128.load64_splat(steps, 72)));
  const free = f64x2.ge(until, zero);
  const limit = v128.bitselect(v128.load64_splat(steps, 80), f64x2.neg(until), free);
  const until2 = v128.bitselect(later, until, free);
  v128.store(at, v128.shuffle<f64>(c2, sum2, 0, 2));
  v128.store(at, v128.shuffle<f64>(reversal2, until2, 0, 2), 16);
  v128.store(to, v128.shuffle<f64>(c2, sum2, 1, 3));
  v128.store(to, v128.shuffle<f64>(reversal2, until2, 1, 3), 16);
  const sure = v128.and(f64x2.ge(later, limit), f64x2.ne(until, fixed(3)));
  const rest = i64x2.bitmask(v128.or(sure, f64x2.eq(until, fixed(2))));
  if (rest == 3) return true;
  if ((rest & 1) == 0) list(at, i, f64x2.extract_lane(v, 0), suspects, values);
  if (i != j && (rest & 2) == 0) list(to, j, f64x2.extract_lane(v, 1), suspects, values);
  return true;
}

/** An arrival at a neuron that is refractory. */
@inline
function hold(at: usize, w: f64, steps: usize): void {
  const size = abs(w);
  store<f64>(at, load<f64>(at, 8) + size * load<f64>(steps, 32), 8);
  store<f64>(at, load<f64>(at, 16) + size * (w >= 0 ? load<f64>(steps, 40) : load<f64>(steps, 56)), 16);
}

/**
 * `targets` as `target` has them; `weights` 0: all `weight`; `rest` gets the number of edges that are left to the
 * caller, then those.
 */
export function addConductances(
  u: usize, bar: usize, table: usize, targets: usize, wide: bool, weights: usize, weight: f64, start: u32, count: u32,
  steps: usize, suspects: usize, values: usize, found: u32, rest: usize,
): u32 {
  suspected = found;
  store<u32>(rest, 0);
  let w = f64x2.splat(weight);
  let fall = fallen(w, steps);
  for (let from: u32 = 0; from < count; from += LOT) {
    const to = min(from + LOT, count);
    sort(u, 32, targets, wide, from, to);
    const free = freeEnd;
    const refractory = refractoryEnd;
    for (let at = REFRACTORY; at < refractory; at += 4) {
      const k = load<u32>(at);
      hold(u + (<usize>target(targets, wide, k) << 5), weights == 0 ? weight : load<f64>(weights + (<usize>k << 3)), steps);
    }
    let alone = false;
    for (let at = FREE; at < free; at += 4) {
      const k = load<u32>(at);
      const i = target(targets, wide, k);
      let l = alone || at + 4 == free ? k : load<u32>(at, 4);
      let j = target(targets, wide, l);
      if (i == j) l = k;
      if (weights != 0) {
        w = v128.load64_lane(weights + (<usize>l << 3), v128.load64_zero(weights + (<usize>k << 3)), 1);
        fall = fallen(w, steps);
      }
      alone = false;
      if (arrive(i, j, u, bar, table, w, fall, steps, suspects, values)) {
        if (k != l) at += 4;
      } else if (k != l) {
        alone = true;
        at -= 4;
      } else {
        const left = load<u32>(rest) + 1;
        store<u32>(rest, left);
        store<u32>(rest + (<usize>left << 2), start + k);
      }
    }
  }
  return suspected;
}
