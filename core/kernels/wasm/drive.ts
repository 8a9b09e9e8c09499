/**
 * A Poisson source that drives neurons one to one, all with one weight > 0: spikes are drawn and delivered without being
 * written down. The same draws as in `poissonBlock`, the same sums and tests as in `sparseStretch`. Spikes of one instant need no
 * care: they reach different neurons, or raise one twice, so that one at its bar after the first is so after the last.
 */
import { expCell, expSmall } from './exp';
import { counter, fraction, index, mix, pick, prepare, refused, spike } from './poisson';
import { count as listed, listOnce, setCount } from './row';

const TICK: f64 = 1.4901161193847656e-8;

/** Instant of the hits. */
export let instant: f64 = 0;

/**
 * Delivers spikes from the clock on, at least one, before `bound` and up to the first instant at which neurons reach their
 * bar (`hits`, `instant`), at most `most`; returns how many.
 */
@inline
function drive<F>(
  alias: bool, u: usize, bar: usize, least: f64, weight: F, t0: f64, rate: f64, cells: f64, bound: f64, hits: usize,
  most: u32, source: usize,
): u32 {
  const state = <usize>load<u32>(source);
  const clock = <usize>load<u32>(source, 4);
  const table = <usize>load<u32>(source, 8);
  const slots = load<u32>(source, 12);
  const keep = <usize>load<u32>(source, 16);
  const own = <usize>load<u32>(source, 20);
  const other = <usize>load<u32>(source, 24);
  const stop = load<f64>(source, 40);
  setCount(0);
  let c = load<u64>(state);
  const step = load<u64>(state, 8);
  prepare(step, slots);
  const refuse = refused;
  const ticks = load<f64>(source, 32) * 67108864.0;
  const width = 1 / cells;
  // Times lie on the grid: from `finish` on they are after `stop`.
  let finish = min(bound, (floor(stop * 67108864.0) + 1) * TICK);
  let t = load<f64>(clock);
  let left = most;
  let start: f64 = 0;
  let next: f64 = -Infinity;
  let base: f64 = 0;
  let low: F = 0;
  // The inner loop makes no calls and carries three variables on, or the engine would keep some in memory: draws that are
  // not accepted at once, and neurons at their bar, are left to the rest of the outer loop.
  while (left > 0 && t < finish) {
    if (t >= next) {
      const dt = floor((t - t0) * cells) * width;
      start = t0 + dt;
      next = start + width;
      base = expCell(dt * rate);
      // The scale is at least that at the start of the cell, so below `low` nobody is at its bar.
      low = least > 0 ? <F>least * <F>base : <F>-Infinity;
    }
    const end = min(next, finish);
    while (true) {
      let count = c + step;
      const word = mix(count);
      const product = (word >> 32) * <u64>slots;
      const layer = table + (<usize>(word & 255) << 3);
      const gap = fraction(<u32>word, <u32>product) * load<f64>(layer);
      if (<u32>product < refuse) break;
      if (!(gap < load<f64>(layer, 2048))) break;
      let neuron = <usize>(product >> 32);
      if (alias) {
        count += step;
        neuron = <usize>pick(keep, own, other, <u32>neuron, mix(count));
      }
      const offset = neuron * sizeof<F>();
      const s = <F>(base * expSmall((t - start) * rate));
      const v = load<F>(u + offset) + weight * s;
      if (v >= low) break;
      store<F>(u + offset, v);
      c = count;
      left--;
      t += floor(gap * ticks + 0.5) * TICK;
      if (t >= end) break;
      if (left == 0) break;
    }
    if (t >= end || left == 0) continue;
    const gap = spike(c, table, slots, keep, own, other);
    c = counter();
    left--;
    const offset = <usize>index * sizeof<F>();
    const s = <F>(base * expSmall((t - start) * rate));
    const v = load<F>(u + offset) + weight * s;
    store<F>(u + offset, v);
    if (v >= load<F>(bar + offset) * s) {
      listOnce(hits, index);
      instant = t;
      finish = t + TICK; // spikes of the same instant are still to come
    }
    t += floor(gap * ticks + 0.5) * TICK;
  }
  store<f64>(clock, t > stop ? Infinity : t);
  store<u64>(state, c);
  store<u32>(hits, listed);
  return most - left;
}

/** All neurons have one rate. */
export function driveEqually<F>(
  u: usize, bar: usize, least: f64, weight: F, t0: f64, rate: f64, cells: f64, bound: f64, hits: usize, most: u32,
  source: usize,
): u32 {
  return drive<F>(false, u, bar, least, weight, t0, rate, cells, bound, hits, most, source);
}

/** Rates differ: neurons are drawn from an alias table. */
export function driveByTable<F>(
  u: usize, bar: usize, least: f64, weight: F, t0: f64, rate: f64, cells: f64, bound: f64, hits: usize, most: u32,
  source: usize,
): u32 {
  return drive<F>(true, u, bar, least, weight, t0, rate, cells, bound, hits, most, source);
}
