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

/** Rarely needed: the words of `below` that its first one did not settle. Returns the index; `rest` is what is left of its word. */
let rest: u32 = 0;

function belowAgain(n: u32, first: u32): u32 {
  let word = first;
  if (n > 2097152) {
    const shift = clz<u32>(n - 1);
    while (word >>> shift >= n) word = next();
    rest = next();
    return word >>> shift;
  }
  while (true) {
    const product = <u64>word * <u64>n;
    rest = <u32>product;
    if (rest >= n || rest >= <u32>(4294967296 % <u64>n)) return <u32>(product >> 32);
    word = next();
  }
}

/** Rarely needed: goes on with an exponential draw whose first try (word a, lower bits b) was not surely under the curve. */
function exponentialAgain(table: usize, first: u32, low: u32): f64 {
  let sum: f64 = 0;
  let a = first;
  let b = low;
  while (true) {
    const layer = <usize>(a & 255) << 3;
    const x = fraction(a, b) * load<f64>(table + layer);
    if (x < load<f64>(table + layer, 2048)) return sum + x;
    if (layer == 0) {
      sum += 7.697117470131049;
    } else {
      const under = load<f64>(table + layer, 4096);
      if (under + uniform() * (load<f64>(table + layer, 4104) - under) < exp(-x)) return sum + x;
    }
    b = next();
    a = next();
  }
}

@inline
function fraction(a: u32, b: u32): f64 {
  return (<f64>(a >>> 8) * 536870912.0 + <f64>(b >>> 3)) * 1.1102230246251565e-16;
}

/**
 * Writes up to `capacity` spikes from `clock` (time of the next one) on, and the clock and random state after them.
 * `table`: 256 widths, then 256 safe limits, then 257 densities; see core/ziggurat.ts. The generator lies in locals, that
 * is in registers, and goes to the globals only for the rare ways out.
 */
export function poissonBlock(
  times: usize, neurons: usize, capacity: i32, state: usize, clock: usize, table: usize, meanGap: f64, slots: u32,
  keep: usize, own: usize, other: usize, stop: f64,
): i32 {
  let a0 = load<u32>(state);
  let a1 = load<u32>(state, 4);
  let a2 = load<u32>(state, 8);
  let a3 = load<u32>(state, 12);
  const ticks = meanGap * 67108864.0;
  let t = load<f64>(clock);
  let last: f64 = -1;
  let count = 0;
  for (; count < capacity && t < f64.POSITIVE_INFINITY; count++) {
    let word = rotl<u32>(a0 + a3, 7) + a0;
    let x2 = a2 ^ a0;
    let x3 = a3 ^ a1;
    a2 = x2 ^ (a1 << 9);
    a1 ^= x2;
    a0 ^= x3;
    a3 = rotl<u32>(x3, 11);
    const product = <u64>word * <u64>slots;
    let low = <u32>product;
    let neuron = <u32>(product >> 32);
    if (low < slots || slots > 2097152) {
      s0 = a0;
      s1 = a1;
      s2 = a2;
      s3 = a3;
      neuron = belowAgain(slots, word);
      low = rest;
      a0 = s0;
      a1 = s1;
      a2 = s2;
      a3 = s3;
    }
    if (keep != 0) {
      word = rotl<u32>(a0 + a3, 7) + a0;
      x2 = a2 ^ a0;
      x3 = a3 ^ a1;
      a2 = x2 ^ (a1 << 9);
      a1 ^= x2;
      a0 ^= x3;
      a3 = rotl<u32>(x3, 11);
      const slot = <usize>neuron;
      const mine = <f64>word * 2.3283064365386963e-10 < load<f64>(keep + (slot << 3));
      neuron = load<u32>((mine ? own : other) + (slot << 2));
    }
    store<f64>(times + (<usize>count << 3), t);
    store<u32>(neurons + (<usize>count << 2), neuron);
    if (t == last) sink(neurons, times, count);
    last = t;
    word = rotl<u32>(a0 + a3, 7) + a0;
    x2 = a2 ^ a0;
    x3 = a3 ^ a1;
    a2 = x2 ^ (a1 << 9);
    a1 ^= x2;
    a0 ^= x3;
    a3 = rotl<u32>(x3, 11);
    const layer = <usize>(word & 255) << 3;
    let gap = fraction(word, low) * load<f64>(table + layer);
    if (!(gap < load<f64>(table + layer, 2048))) {
      s0 = a0;
      s1 = a1;
      s2 = a2;
      s3 = a3;
      gap = exponentialAgain(table, word, low);
      a0 = s0;
      a1 = s1;
      a2 = s2;
      a3 = s3;
    }
    // The gap is rounded to the grid by itself: t stays on it.
    t += floor(gap * ticks + 0.5) * 1.4901161193847656e-8;
    if (t > stop) t = f64.POSITIVE_INFINITY;
  }
  store<f64>(clock, t);
  store<u32>(state, a0);
  store<u32>(state, a1, 4);
  store<u32>(state, a2, 8);
  store<u32>(state, a3, 12);
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
