/**
 * A block of spikes of independent Poisson sources: one exponential gap (ziggurat, Marsaglia & Tsang 2000,
 * doi:10.18637/jss.v005.i08) and one index (uniform, or from an alias table) a spike. Bits from SplitMix64, one word a spike.
 */
import { exp } from './exp';

let s: u64 = 0;
let gamma: u64 = 0;
/** 2^32 mod slots (Lemire 2019: no bias). A global, or the engine divides anew at every turn of the outer loop. */
export let refused: u32 = 0;

/** Far more than rounding can make of numbers below 8. */
const ROUNDING: f64 = 1e-12;
const TICK: f64 = 1.4901161193847656e-8;

/** Neuron of the spike that `spike` has drawn. */
export let index: u32 = 0;

/** To be called before `spike`: the increment of the counter and the number of slots to draw from. */
export function prepare(step: u64, slots: u32): void {
  gamma = step;
  refused = (0 - slots) % slots;
}

/** Draws a spike, whatever it takes, from counter `c` on: its neuron is `index` then; returns the gap after it. */
export function spike(c: u64, table: usize, slots: u32, keep: usize, own: usize, other: usize): f64 {
  s = c;
  let word = next();
  let product = (word >> 32) * <u64>slots;
  while (<u32>product < refused) {
    word = next();
    product = (word >> 32) * <u64>slots;
  }
  index = <u32>(product >> 32);
  if (keep != 0) index = pick(keep, own, other, index, next());
  return exponential(table, <u32>word, <u32>product);
}

/** Counter after `spike`. */
@inline
export function counter(): u64 {
  return s;
}

@inline
export function mix(counter: u64): u64 {
  let z = counter;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
  z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
  return z ^ (z >> 31);
}

function next(): u64 {
  s += gamma;
  return mix(s);
}

@inline
function unit(word: u64): f64 {
  return <f64>(<i64>(word >> 11)) * 1.1102230246251565e-16;
}

/** 53 bits; the widths of the table hold the factor 2^-53. Converted as a signed integer, which takes one instruction. */
@inline
export function fraction(a: u32, b: u32): f64 {
  return <f64>(<i64>(((<u64>a & 0xffffff00) << 21) | <u64>(b >>> 3)));
}

/** Exponential with mean 1, its first try from two words given. */
function exponential(table: usize, first: u32, rest: u32): f64 {
  let sum: f64 = 0;
  let a = first;
  let b = rest;
  while (true) {
    const layer = <usize>(a & 255) << 3;
    const x = fraction(a, b) * load<f64>(table + layer);
    if (x < load<f64>(table + layer, 2048)) return sum + x;
    if (layer == 0) {
      sum += 7.697117470131049;
    } else {
      const under = load<f64>(table + layer, 4096);
      const over = load<f64>(table + layer, 4104);
      const inner = load<f64>(table + layer, 2048);
      const y = under + unit(next()) * (over - under);
      // e^-x is convex: above its tangent at the inner edge, below the chord. Between them, or within rounding, it is computed.
      if (y < over - over * (x - inner) - ROUNDING) return sum + x;
      const width = load<f64>(table + layer) * 9007199254740992.0 - inner;
      if ((over - y) * width >= (over - under) * (x - inner) - ROUNDING && y < exp(-x)) return sum + x;
    }
    const word = next();
    a = <u32>word;
    b = <u32>(word >> 32);
  }
}

@inline
export function pick(keep: usize, own: usize, other: usize, slot: usize, word: u64): u32 {
  return load<u32>((unit(word) < load<f64>(keep + (slot << 3)) ? own : other) + (slot << 2));
}

/**
 * The inner loop takes spikes whose draws are accepted at once and that lie a tick or more before the next one, itself not
 * after `stop`: nearly all. It leaves the state as it was before any other, which the rest of the outer loop then draws.
 */
@inline
function block(
  alias: bool, times: usize, neurons: usize, capacity: i32, state: usize, clock: usize, table: usize, meanGap: f64,
  slots: u32, keep: usize, own: usize, other: usize, stop: f64,
): i32 {
  let c = load<u64>(state);
  const step = load<u64>(state, 8);
  prepare(step, slots);
  const ticks = meanGap * 67108864.0;
  const end = times + (<usize>capacity << 3);
  let t = load<f64>(clock);
  let time = times;
  let place = neurons;
  let tied = false;
  while (time < end && t < f64.POSITIVE_INFINITY) {
    if (!tied) {
      while (time < end) {
        let count = c + step;
        const word = mix(count);
        const product = (word >> 32) * <u64>slots;
        const layer = table + (<usize>(word & 255) << 3);
        const gap = fraction(<u32>word, <u32>product) * load<f64>(layer);
        if (<u32>product < refused) break;
        if (!(gap < load<f64>(layer, 2048))) break;
        const following = t + floor(gap * ticks + 0.5) * TICK;
        if (following <= t) break;
        if (following > stop) break;
        let neuron = <u32>(product >> 32);
        if (alias) {
          count += step;
          neuron = pick(keep, own, other, neuron, mix(count));
        }
        c = count;
        store<f64>(time, t);
        store<u32>(place, neuron);
        t = following;
        time += 8;
        place += 4;
      }
      if (time >= end) break;
    }
    const gap = spike(c, table, slots, keep, own, other);
    c = s;
    store<f64>(time, t);
    store<u32>(place, index);
    if (tied) sink(times, time, place);
    // The gap is rounded to the grid by itself: t stays on it, and gaps do not depend on where the clock stands.
    const following = t + floor(gap * ticks + 0.5) * TICK;
    tied = following == t;
    t = following > stop ? f64.POSITIVE_INFINITY : following;
    time += 8;
    place += 4;
  }
  store<f64>(clock, t);
  store<u64>(state, c);
  return <i32>((time - times) >> 3);
}

/**
 * Writes up to `capacity` spikes from `clock` (time of the next one) on, and the clock and random state after them.
 * `table`: 256 widths, then 256 safe limits, then 257 densities; see core/ziggurat.ts. `keep`, `own`, `other`: alias table,
 * or 0.
 */
export function poissonBlock(
  times: usize, neurons: usize, capacity: i32, state: usize, clock: usize, table: usize, meanGap: f64, slots: u32,
  keep: usize, own: usize, other: usize, stop: f64,
): i32 {
  return keep == 0
    ? block(false, times, neurons, capacity, state, clock, table, meanGap, slots, keep, own, other, stop)
    : block(true, times, neurons, capacity, state, clock, table, meanGap, slots, keep, own, other, stop);
}

/** Spikes of one instant ascend in the neuron. */
function sink(times: usize, time: usize, place: usize): void {
  const t = load<f64>(time);
  const neuron = load<u32>(place);
  for (; time > times && load<f64>(time - 8) == t && load<u32>(place - 4) > neuron; time -= 8, place -= 4) {
    store<u32>(place, load<u32>(place - 4));
  }
  store<u32>(place, neuron);
}
