/**
 * A block of spikes of independent Poisson sources: one exponential gap (ziggurat, Marsaglia & Tsang 2000,
 * doi:10.18637/jss.v005.i08) and one index (uniform, or from an alias table) a spike. Bits from xoshiro128++.
 */
import { exp } from './exp';

let s0: u32 = 0;
let s1: u32 = 0;
let s2: u32 = 0;
let s3: u32 = 0;

@inline
function next(): u32 {
  const result = rotl<u32>(s0 + s3, 7) + s0;
  const x2 = s2 ^ s0;
  const x3 = s3 ^ s1;
  s2 = x2 ^ (s1 << 9);
  s1 ^= x2;
  s0 ^= x3;
  s3 = rotl<u32>(x3, 11);
  return result;
}

@inline
function uniform(): f64 {
  const high = next() >>> 5;
  return (<f64>high * 67108864.0 + <f64>(next() >>> 6)) * 1.1102230246251565e-16;
}

/** What is left of the word that `below` drew from: uniform, and independent of the index. */
let rest: u32 = 0;

@inline
function below(n: u32): u32 {
  if (n > 2097152) {
    const shift = clz<u32>(n - 1);
    while (true) {
      const drawn = next() >>> shift;
      if (drawn >= n) continue;
      rest = next();
      return drawn;
    }
  }
  while (true) {
    const product = <u64>next() * <u64>n;
    const low = <u32>product;
    if (low < n && low < <u32>(4294967296 % <u64>n)) continue;
    rest = low;
    return <u32>(product >> 32);
  }
}

/**
 * Exponential with mean 1. `table`: 256 widths, then 256 safe limits, then 257 densities; see core/ziggurat.ts. `low` gives
 * the lower bits of the first try.
 */
@inline
function exponential(table: usize, low: u32): f64 {
  let sum: f64 = 0;
  let b = low;
  while (true) {
    const a = next();
    const layer = <usize>(a & 255) << 3;
    const u = (<f64>(a >>> 8) * 536870912.0 + <f64>(b >>> 3)) * 1.1102230246251565e-16;
    const x = u * load<f64>(table + layer);
    if (x < load<f64>(table + layer, 2048)) return sum + x;
    if (layer == 0) {
      sum += 7.697117470131049;
    } else {
      const under = load<f64>(table + layer, 4096);
      if (under + uniform() * (load<f64>(table + layer, 4104) - under) < exp(-x)) return sum + x;
    }
    b = next();
  }
}

/** Writes up to `capacity` spikes from `clock` (time of the next one) on, and the clock and random state after them. */
export function poissonBlock(
  times: usize, neurons: usize, capacity: i32, state: usize, clock: usize, table: usize, meanGap: f64, slots: u32,
  keep: usize, own: usize, other: usize, stop: f64,
): i32 {
  s0 = load<u32>(state);
  s1 = load<u32>(state, 4);
  s2 = load<u32>(state, 8);
  s3 = load<u32>(state, 12);
  const ticks = meanGap * 67108864.0;
  let t = load<f64>(clock);
  let last: f64 = -1;
  let count = 0;
  for (; count < capacity && t < f64.POSITIVE_INFINITY; count++) {
    let neuron = below(slots);
    const low = rest;
    if (keep != 0) {
      const slot = <usize>neuron;
      const own_ = <f64>next() * 2.3283064365386963e-10 < load<f64>(keep + (slot << 3));
      neuron = load<u32>((own_ ? own : other) + (slot << 2));
    }
    store<f64>(times + (<usize>count << 3), t);
    store<u32>(neurons + (<usize>count << 2), neuron);
    if (t == last) sink(neurons, times, count);
    last = t;
    // The gap is rounded to the grid by itself: t stays on it.
    t += floor(exponential(table, low) * ticks + 0.5) * 1.4901161193847656e-8;
    if (t > stop) t = f64.POSITIVE_INFINITY;
  }
  store<f64>(clock, t);
  store<u32>(state, s0);
  store<u32>(state, s1, 4);
  store<u32>(state, s2, 8);
  store<u32>(state, s3, 12);
  return count;
}

/** Spikes of one instant ascend in the neuron. */
function sink(neurons: usize, times: usize, at: i32): void {
  const t = load<f64>(times + (<usize>at << 3));
  for (let place = at; place > 0; place--) {
    const here = neurons + (<usize>place << 2);
    const before = load<u32>(here - 4);
    const neuron = load<u32>(here);
    if (load<f64>(times + (<usize>(place - 1) << 3)) != t || before <= neuron) return;
    store<u32>(here, before);
    store<u32>(here - 4, neuron);
  }
}
