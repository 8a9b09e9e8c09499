/**
 * A block of spikes of independent Poisson sources: one exponential gap (ziggurat, Marsaglia & Tsang 2000,
 * doi:10.18637/jss.v005.i08) and one index (uniform, or from an alias table) a spike. Bits from SplitMix64, one word a spike.
 */
import { exp } from './exp';

let s: u64 = 0;
let gamma: u64 = 0;

@inline
function mix(counter: u64): u64 {
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
function fraction(a: u32, b: u32): f64 {
  return <f64>(<i64>(((<u64>a & 0xffffff00) << 21) | <u64>(b >>> 3)));
}

/** Rarely needed: goes on with an exponential draw whose first try was not surely under the curve. */
function exponentialAgain(table: usize, first: u32, rest: u32): f64 {
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
      if (under + unit(next()) * (load<f64>(table + layer, 4104) - under) < exp(-x)) return sum + x;
    }
    const word = next();
    a = <u32>word;
    b = <u32>(word >> 32);
  }
}

/**
 * Writes up to `capacity` spikes from `clock` (time of the next one) on, and the clock and random state after them.
 * `table`: 256 widths, then 256 safe limits, then 257 densities; see core/ziggurat.ts. The counter lies in a local, that
 * is in a register, and goes to the globals only for the rare ways out.
 */
export function poissonBlock(
  times: usize, neurons: usize, capacity: i32, state: usize, clock: usize, table: usize, meanGap: f64, slots: u32,
  keep: usize, own: usize, other: usize, stop: f64,
): i32 {
  let c = load<u64>(state);
  const step = load<u64>(state, 8);
  gamma = step;
  const ticks = meanGap * 67108864.0;
  let t = load<f64>(clock);
  let last: f64 = -1;
  let time = times;
  let place = neurons;
  const end = times + (<usize>capacity << 3);
  while (time < end && t < f64.POSITIVE_INFINITY) {
    c += step;
    let word = mix(c);
    let product = (word >> 32) * <u64>slots;
    while (<u32>product < slots && <u32>product < <u32>(4294967296 % <u64>slots)) {
      c += step;
      word = mix(c);
      product = (word >> 32) * <u64>slots;
    }
    let neuron = <u32>(product >> 32);
    if (keep != 0) {
      c += step;
      const slot = <usize>neuron;
      neuron = load<u32>((unit(mix(c)) < load<f64>(keep + (slot << 3)) ? own : other) + (slot << 2));
    }
    store<f64>(time, t);
    store<u32>(place, neuron);
    if (t <= last) sink(times, time, place);
    last = t;
    time += 8;
    place += 4;
    const layer = table + (<usize>(word & 255) << 3);
    let gap = fraction(<u32>word, <u32>product) * load<f64>(layer);
    if (!(gap < load<f64>(layer, 2048))) {
      s = c;
      gap = exponentialAgain(table, <u32>word, <u32>product);
      c = s;
    }
    // The gap is rounded to the grid by itself: t stays on it, and gaps do not depend on where the clock stands.
    t += floor(gap * ticks + 0.5) * 1.4901161193847656e-8;
    if (t > stop) t = f64.POSITIVE_INFINITY;
  }
  store<f64>(clock, t);
  store<u64>(state, c);
  return <i32>((time - times) >> 3);
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
