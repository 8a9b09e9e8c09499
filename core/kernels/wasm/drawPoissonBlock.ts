/**
 * Draws blocks of spikes of independent Poisson sources. Each spike needs an exponential interval (ziggurat, Marsaglia
 * & Tsang 2000, doi:10.18637/jss.v005.i08) and a neuron index (uniform, or from an alias table). First tries use eight
 * xoshiro128++; further words come from a SplitMix64, whose counter and increment are at byte 128 of the state.
 */
import { exp, ONE_ADDRESS } from './exp';
import { LAYER_COUNT } from './noise';
import { PoissonRecord } from './records';
import { drawLanes } from './xoshiro';

const DRAWS_PER_LOOP: i32 = 32;
const WORDS = memory.data(32 * DRAWS_PER_LOOP, 16);
const STATE_BEFORE = memory.data(128, 16);

const DENSITIES: usize = 8 * (LAYER_COUNT + 1);
const DENSITY_TOLERANCE: f64 = 1e-12;
/**
 * Rounding constant: x + GRID - GRID is x rounded to the time grid, 2^-26 ms. From 2^25 ms (nine hours) on, the grid is
 * coarser.
 */
const GRID: f64 = 100663296.0;
/** Constants as vectors: `GRID`, mean interval, number of alias table slots, rejection limit, exponent bits of 1. */
const SPLATS = memory.data(32, 16);

let s: u64 = 0;
let gamma: u64 = 0;
/** Rejection limit of random products, 2^32 mod slots, which avoids bias (Lemire 2019). */
let rejectionLimit: u32 = 0;
let nextSpikeTime: f64 = 0;
/** True if the next spike is at the time of the previous one. */
let isTied: bool = false;
let endTime: f64 = 0;
let index: u32 = 0;

@inline
function drawWord(): u64 {
  s += gamma;
  let z = s;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
  z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
  return z ^ (z >> 31);
}

@inline
function toUniform(word: u64): f64 {
  return <f64>(<i64>(word >> 11)) * 1.1102230246251565e-16;
}

/** Exponentially distributed number with mean 1; the first try uses the random words `first` and `rest`. */
@inline
function drawExponential(table: usize, first: u32, rest: u32): f64 {
  let sum: f64 = 0;
  let a = first;
  let b = rest;
  while (true) {
    const layer = table + (<usize>(a & (LAYER_COUNT - 1)) << 3);
    const width = load<f64>(layer);
    const inner = load<f64>(layer, 8);
    const x = (reinterpret<f64>((<u64>(0x3ff00000 | (a >>> 12)) << 32) | <u64>b) - 1) * width;
    if (x < inner) return sum + x;
    if (layer == table) {
      sum += inner;
    } else {
      const under = load<f64>(layer, DENSITIES);
      const over = load<f64>(layer, DENSITIES + 8);
      const y = under + toUniform(drawWord()) * (over - under);
      // Accepts or rejects a sample by two lines, the tangent and the chord of the density e^-x in a ziggurat layer.
      // Samples between the lines, up to rounding, need the exponential function.
      if (y < over - over * (x - inner) - DENSITY_TOLERANCE) return sum + x;
      if ((over - y) * (width - inner) >= (over - under) * (x - inner) - DENSITY_TOLERANCE && y < exp(-x)) return sum + x;
    }
    const word = drawWord();
    a = <u32>word;
    b = <u32>(word >> 32);
  }
}

@inline
function drawNeuron(keep: usize, own: usize, other: usize, slot: u32, word: u64): u32 {
  const at = <usize>slot << 2;
  return load<u32>((toUniform(word) < load<f64>(keep + (at << 1)) ? own : other) + at);
}

/** Draws the interval to the next spike, in mean intervals, and the neuron of the spike (`index`). */
function drawGap(words: usize, coin: usize, table: usize, slots: u32, keep: usize, own: usize, other: usize): f64 {
  let product = <u64>load<u32>(words, 8) * <u64>slots;
  while (<u32>product < rejectionLimit) product = (drawWord() >> 32) * <u64>slots;
  index = <u32>(product >> 32);
  if (keep != 0) index = drawNeuron(keep, own, other, index, load<u64>(coin));
  return drawExponential(table, load<u32>(words), <u32>product);
}

function writeSpike(times: usize, time: usize, place: usize, gap: f64, meanGap: f64): void {
  store<f64>(time, nextSpikeTime);
  store<u32>(place, index);
  if (isTied) sortSpike(times, time, place);
  const following = nextSpikeTime + (gap * meanGap + GRID - GRID);
  isTied = following == nextSpikeTime;
  nextSpikeTime = following > endTime ? Infinity : following;
}

function sortSpike(times: usize, time: usize, place: usize): void {
  const t = load<f64>(time);
  const neuron = load<u32>(place);
  for (; time > times && load<f64>(time - 8) == t && load<u32>(place - 4) > neuron; time -= 8, place -= 4) {
    store<u32>(place, load<u32>(place - 4));
  }
  store<u32>(place, neuron);
}

/**
 * Computes the spikes from `draws` draws of the generator, up to `endTime`; returns the number of spikes. Computes
 * spikes in pairs if the first tries of both are accepted, the usual case.
 */
@inline
function drawSpikes(
  alias: bool, times: usize, from: usize, neurons: usize, draws: usize, table: usize, meanGap: f64, slots: u32, keep: usize,
  own: usize, other: usize,
): usize {
  const stride: usize = alias ? 32 : 16;
  const grids = splat(SPLATS);
  const means = splat(SPLATS + 8);
  const all = v128.load32_splat(SPLATS, 16);
  const least = v128.load32_splat(SPLATS, 20);
  const exponents = v128.load32_splat(SPLATS, 24);
  const ones = splat(ONE_ADDRESS);
  // If the next spike is before `far`, no spike of the block exceeds `endTime`: ziggurat layers bound intervals.
  const far = endTime - 4 * <f64>draws * (load<f64>(table, 8) * meanGap + 1);
  let accept = isTied || nextSpikeTime > far ? -1 : 15;
  let now = f64x2.splat(nextSpikeTime);
  let time = from;
  let place = neurons;
  const end = WORDS + (draws << 5);
  for (let words: usize = WORDS; words < end; words += stride, time += 16, place += 8) {
    const word = v128.load(words);
    const product = i64x2.extmul_high_i32x4_u(word, all);
    const lower = v128.shuffle<i32>(product, product, 0, 2, 0, 2);
    const upper = v128.or(i32x4.shr_u(word, 12), exponents);
    const fractions = f64x2.sub(v128.shuffle<i32>(lower, upper, 0, 4, 1, 5), ones);
    const first = v128.load(table + (<usize>(load<u32>(words) & (LAYER_COUNT - 1)) << 3));
    const second = v128.load(table + (<usize>(load<u32>(words, 4) & (LAYER_COUNT - 1)) << 3));
    const gaps = f64x2.mul(fractions, v128.shuffle<f64>(first, second, 0, 2));
    const waits = f64x2.sub(f64x2.add(f64x2.mul(gaps, means), grids), grids);
    const good = v128.and(
      v128.and(f64x2.lt(gaps, v128.shuffle<f64>(first, second, 1, 3)), f64x2.gt(waits, f64x2.splat(0))),
      i32x4.ge_u(lower, least),
    );
    if (i32x4.bitmask(good) == accept) {
      v128.store(time, f64x2.add(now, v128.shuffle<f64>(f64x2.splat(0), waits, 0, 2)));
      if (alias) {
        store<u32>(place, drawNeuron(keep, own, other, i32x4.extract_lane(product, 1), load<u64>(words, 16)));
        store<u32>(place, drawNeuron(keep, own, other, i32x4.extract_lane(product, 3), load<u64>(words, 24)), 4);
      } else {
        v128.store64_lane(place, v128.shuffle<i32>(product, product, 1, 3, 1, 3), 0);
      }
      now = f64x2.add(now, f64x2.add(waits, v128.shuffle<f64>(waits, waits, 1, 0)));
      continue;
    }
    nextSpikeTime = firstLane(now);
    writeSpike(times, time, place, drawGap(words, words + 16, table, slots, keep, own, other), meanGap);
    if (nextSpikeTime == Infinity) return ((time - from) >> 3) + 1;
    writeSpike(times, time + 8, place + 4, drawGap(words + 4, words + 24, table, slots, keep, own, other), meanGap);
    if (nextSpikeTime == Infinity) return ((time - from) >> 3) + 2;
    now = f64x2.splat(nextSpikeTime);
    accept = isTied || nextSpikeTime > far ? -1 : 15;
  }
  nextSpikeTime = firstLane(now);
  return (time - from) >> 3;
}

export function drawPoissonBlock(r: PoissonRecord, times: usize, neurons: usize, capacity: i32): i32 {
  const state = r.state;
  const slots = r.slots;
  const keep = r.keep;
  rejectionLimit = (0 - slots) % slots;
  store<f64>(SPLATS, GRID);
  store<f64>(SPLATS, r.meanGap, 8);
  store<u32>(SPLATS, slots, 16);
  store<u32>(SPLATS, rejectionLimit, 20);
  store<u32>(SPLATS, 0x3ff00000, 24);
  s = load<u64>(state, 128);
  gamma = load<u64>(state, 136);
  nextSpikeTime = load<f64>(r.clock);
  endTime = r.stop;
  isTied = false;
  let count: usize = 0;
  /** Log2 of the number of spikes per generator draw; spikes from an alias table need twice as many words. */
  const shift: usize = keep == 0 ? 2 : 1;
  while (count < <usize>capacity && nextSpikeTime < Infinity) {
    const draws = min(<usize>DRAWS_PER_LOOP, (<usize>capacity - count) >> shift);
    memory.copy(STATE_BEFORE, state, 128);
    drawLanes(state, WORDS, draws);
    const time = times + (count << 3);
    const place = neurons + (count << 2);
    const written = keep == 0
      ? drawSpikes(false, times, time, place, draws, r.ziggurat, r.meanGap, slots, keep, r.own, r.other)
      : drawSpikes(true, times, time, place, draws, r.ziggurat, r.meanGap, slots, keep, r.own, r.other);
    count += written;
    if (written == draws << shift) continue;
    // Advances the random generators by the draws that were used; the next block of spikes repeats the unused draws.
    memory.copy(state, STATE_BEFORE, 128);
    drawLanes(state, WORDS, (written + (1 << shift) - 1) >> shift);
  }
  store<f64>(r.clock, nextSpikeTime);
  store<u64>(state, s, 128);
  return <i32>count;
}
