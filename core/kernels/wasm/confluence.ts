/**
 * All lanes of one population of sparse delta synapses as one stream: arrivals in order of time whatever lane they come
 * on, refractory neurons released, neurons that fire reset and listed, direct Poisson sources drawn on. Only the outer loop is
 * here; a lane runs alone, in `sparseStretch`, until the next arrival on any other, the next release or the horizon.
 * Records, written by core/engine/confluence.ts, offsets in bytes (addresses and counts have 4, numbers 8).
 * Population: 0 u, bar; 8 least; 16 t0; 24 rate; 32 cells; 40 horizon; 48 reach; 56 refractory; 64 reset; 72 release times,
 * neurons, ring, its length; 88 marks, hits; 96 spike times, neurons, room, count; 112 lanes, their number; 120 last instant.
 * Lane: 0 times, rows, head, tail; 16 starts, targets, weights, identity; 32 source; 40 weight; 48 block times, neurons, capacity,
 * count; 64 drawn before that block; 72 taken; 80 next.
 * Source: 0 state, clock, ziggurat, slots; 16 alias table; 32 mean gap; 40 stop.
 */
import { exp, expCell, expSmall } from './exp';
import { poissonBlock } from './poisson';
import { addAndMark, count, setCount, testMarked } from './row';
import { sparseStretch32x16, sparseStretch32x32, sparseStretch64x16, sparseStretch64x32 } from './sparse';

const LANE: usize = 96;

@inline
function word(at: usize, offset: usize): usize {
  return <usize>load<u32>(at + offset);
}

/** Time of the next arrival on a lane: of the first spike in flight, or else of the first that its source would draw. */
@inline
function nextOf(lane: usize): f64 {
  const head = load<u32>(lane, 8);
  if (head < load<u32>(lane, 12)) return load<f64>(word(lane, 0) + (<usize>head << 3));
  return clockOf(lane);
}

/** Time of the first spike that the source of a lane has not drawn yet. */
@inline
function clockOf(lane: usize): f64 {
  const source = word(lane, 32);
  return source == 0 ? Infinity : load<f64>(word(source, 4));
}

/** Draws the next block of an empty lane. */
function draw(lane: usize): void {
  const source = word(lane, 32);
  const times = word(lane, 48);
  const rows = word(lane, 52);
  const count = poissonBlock(
    times, rows, load<u32>(lane, 56), word(source, 0), word(source, 4), word(source, 8), load<f64>(source, 32),
    load<u32>(source, 12), word(source, 16), word(source, 20), word(source, 24), load<f64>(source, 40),
  );
  store<f64>(lane, load<f64>(lane, 64) + <f64>load<u32>(lane, 60), 64);
  store<u32>(lane, <u32>times);
  store<u32>(lane, <u32>rows, 4);
  store<u32>(lane, 0, 8);
  store<u32>(lane, count, 12);
  store<u32>(lane, count, 60);
}

@inline
function sparseStretch<F, I>(
  u: usize, bar: usize, least: f64, lane: usize, t0: f64, rate: f64, cells: f64, until: f64, marks: usize, hits: usize,
): i32 {
  const starts = word(lane, 16);
  const targets: usize = word(lane, 28) != 0 ? 0 : word(lane, 20);
  const w = word(lane, 24);
  const weight = load<f64>(lane, 40);
  const times = word(lane, 0);
  const rows = word(lane, 4);
  const from = load<i32>(lane, 8);
  const to = load<i32>(lane, 12);
  if (sizeof<F>() == 4) {
    if (sizeof<I>() == 2) return sparseStretch32x16(u, bar, least, starts, targets, w, weight, times, rows, from, to, t0, rate, cells, until, marks, hits);
    return sparseStretch32x32(u, bar, least, starts, targets, w, weight, times, rows, from, to, t0, rate, cells, until, marks, hits);
  }
  if (sizeof<I>() == 2) return sparseStretch64x16(u, bar, least, starts, targets, w, weight, times, rows, from, to, t0, rate, cells, until, marks, hits);
  return sparseStretch64x32(u, bar, least, starts, targets, w, weight, times, rows, from, to, t0, rate, cells, until, marks, hits);
}

@inline
function scaleAt(t: f64, t0: f64, rate: f64, cells: f64): f64 {
  const c = floor((t - t0) * cells) / cells;
  return expCell(c * rate) * expSmall((t - t0 - c) * rate);
}

/** Takes `count` arrivals off a lane. */
@inline
function take(lane: usize, count: u32): void {
  store<u32>(lane, load<u32>(lane, 8) + count, 8);
  store<f64>(lane, load<f64>(lane, 72) + <f64>count, 72);
}

/**
 * Arrivals that share their instant, on one lane or several: all are added, in the order of the lanes, before any target is
 * tested, as everywhere. Returns the number of neurons that fire, or -1, with nothing done, when a source has a spike
 * of this instant behind those in flight.
 */
@inline
function instant<F, I>(
  u: usize, bar: usize, least: f64, lanes: usize, end: usize, t: f64, s: f64, marks: usize, hits: usize,
): i32 {
  for (let lane = lanes; lane < end; lane += LANE) {
    if (clockOf(lane) > t) continue;
    if (load<u32>(lane, 8) == load<u32>(lane, 12)) draw(lane);
    if (clockOf(lane) <= t) return -1;
  }
  setCount(0);
  const low = <F>least * <F>s;
  for (let lane = lanes; lane < end; lane += LANE) {
    const times = word(lane, 0);
    const head = load<u32>(lane, 8);
    const jump = <F>load<f64>(lane, 40) * <F>s;
    let k = head;
    for (; k < load<u32>(lane, 12) && load<f64>(times + (<usize>k << 3)) == t; k++) {
      const row = word(lane, 16) + (word(word(lane, 4), <usize>k << 2) << 2);
      const a = word(row, 0);
      const w: usize = word(lane, 24) == 0 ? 0 : word(lane, 24) + a * sizeof<F>();
      const targets = word(lane, 20);
      addAndMark<F, I>(
        u, low, targets + a * sizeof<I>(), targets + word(row, 4) * sizeof<I>(), w, jump, <F>s, marks, hits,
      );
    }
    take(lane, k - head);
  }
  testMarked<F>(u, bar, <F>s, marks, hits);
  return count;
}

/** Ascending, in place; nearly always they are. */
function sort(hits: usize, count: u32): void {
  for (let i: u32 = 2; i <= count; i++) {
    const j = load<u32>(hits + (<usize>i << 2));
    let k = i;
    for (; k > 1 && load<u32>(hits + (<usize>(k - 1) << 2)) > j; k--) {
      store<u32>(hits + (<usize>k << 2), load<u32>(hits + (<usize>(k - 1) << 2)));
    }
    store<u32>(hits + (<usize>k << 2), j);
  }
}

@inline
function run<F, I>(p: usize): void {
  const u = word(p, 0);
  const bar = word(p, 4);
  const least = load<f64>(p, 8);
  const t0 = load<f64>(p, 16);
  const rate = load<f64>(p, 24);
  const cells = load<f64>(p, 32);
  let horizon = load<f64>(p, 40);
  const reach = load<f64>(p, 48);
  const refractory = load<f64>(p, 56);
  const reset = load<f64>(p, 64);
  const releases = word(p, 72);
  const released = word(p, 76);
  const ring = word(p, 80);
  const places = load<u32>(p, 84);
  const marks = word(p, 88);
  const hits = word(p, 92);
  const spikeTimes = word(p, 96);
  const spikeNeurons = word(p, 100);
  const room = load<u32>(p, 104);
  const lanes = word(p, 112);
  const end = lanes + <usize>load<u32>(p, 116) * LANE;
  let spikes: u32 = 0;
  let last = load<f64>(p, 120);
  for (let lane = lanes; lane < end; lane += LANE) store<f64>(lane, nextOf(lane), 80);
  while (true) {
    let t: f64 = Infinity;
    let bound = horizon;
    let lane = lanes;
    for (let other = lanes; other < end; other += LANE) {
      const next = load<f64>(other, 80);
      if (next < t) {
        bound = min(bound, t);
        t = next;
        lane = other;
      } else {
        bound = min(bound, next);
      }
    }
    if (t >= horizon) break;
    // Refractory neurons are at reset again before anything arrives at the instant of their release.
    let first = load<u32>(ring);
    let waiting = load<u32>(ring, 4);
    for (; waiting > 0 && load<f64>(releases + (<usize>first << 3)) <= t; waiting--) {
      const j = <usize>load<u32>(released + (<usize>first << 2));
      store<F>(u + j * sizeof<F>(), <F>(reset * exp((load<f64>(releases + (<usize>first << 3)) - t0) * rate)));
      if (++first == places) first = 0;
    }
    store<u32>(ring, first);
    store<u32>(ring, waiting, 4);

    let found: i32 = 0;
    const empty = load<u32>(lane, 8) == load<u32>(lane, 12);
    if (!empty) bound = min(bound, clockOf(lane));
    if (bound <= t) {
      found = instant<F, I>(u, bar, least, lanes, end, t, scaleAt(t, t0, rate, cells), marks, hits);
      if (found < 0) break;
      last = t;
      for (let other = lanes; other < end; other += LANE) store<f64>(other, nextOf(other), 80);
    } else {
      if (empty) {
        draw(lane);
        bound = min(bound, clockOf(lane));
      }
      if (waiting > 0) bound = min(bound, load<f64>(releases + (<usize>first << 3)));
      const taken = sparseStretch<F, I>(u, bar, least, lane, t0, rate, cells, bound, marks, hits);
      if (taken < 0) found = load<u32>(hits);
      take(lane, abs(taken));
      last = load<f64>(word(lane, 0) + (<usize>load<u32>(lane, 8) << 3) - 8);
      store<f64>(lane, nextOf(lane), 80);
    }
    if (found == 0) continue;
    if (found > 1) sort(hits, found);
    const after = refractory > 0 ? -Infinity : reset * scaleAt(last, t0, rate, cells);
    for (let i = 1; i <= found; i++) {
      const j = load<u32>(hits + (<usize>i << 2));
      store<f64>(spikeTimes + (<usize>spikes << 3), last);
      store<u32>(spikeNeurons + (<usize>spikes << 2), j);
      spikes++;
      store<F>(u + <usize>j * sizeof<F>(), <F>after);
      if (refractory > 0) {
        const place = <usize>((first + waiting++) % places);
        store<f64>(releases + (place << 3), last + refractory);
        store<u32>(released + (place << 2), j);
      }
    }
    store<u32>(ring, waiting, 4);
    // What these spikes bring about comes `reach` later at the earliest; until then nobody has to know of them.
    horizon = min(horizon, last + reach);
    if (spikes >= room) break;
  }
  store<u32>(p, spikes, 108);
  store<f64>(p, last, 120);
}

export function confluence32x16(p: usize): void {
  run<f32, u16>(p);
}
export function confluence32x32(p: usize): void {
  run<f32, u32>(p);
}
export function confluence64x16(p: usize): void {
  run<f64, u16>(p);
}
export function confluence64x32(p: usize): void {
  run<f64, u32>(p);
}
