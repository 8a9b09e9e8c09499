/** Pulses as they end: states, weights and books; the twin in core/kernels/plainStages.ts says what is done. */
import { pairOf, storePair } from './memoryPairs';
import { DevicesRecord, PulsesRecord, TotalsRecord } from './records';
import { all } from './series';
import { settlePulses, SOFT, softly } from './settle';
import { AT_EDGES, placesOf } from './take';

/** What loops below take as vectors, in memory: loaded, they stay in registers; made there, they would be so anew in each turn. */
const FIXED = memory.data(112, 16);
const G_MIN: usize = FIXED;
const PER_WEIGHT: usize = FIXED + 8;
const LOWEST: usize = FIXED + 16;
const HIGHEST: usize = FIXED + 24;
const SQUARE: usize = FIXED + 32;
const ONE: usize = FIXED + 40;
const HALF: usize = FIXED + 48;
const RANGE: usize = FIXED + 56;
const APART_SD: usize = FIXED + 64;
const FLOOR: usize = FIXED + 72;
const STAMP: usize = FIXED + 80;
const COUNTED: usize = FIXED + 88;
const UP: usize = FIXED + 96;
const DOWN: usize = FIXED + 104;

@inline
function addTo(at: usize, more: f64): void {
  store<f64>(at, load<f64>(at) + more);
}

/** Devices of a batch anywhere, side by side in a row, or one below the other in a column that leaves out none. */
const ANYWHERE: i32 = 0;
const ROW: i32 = 1;
const COLUMN: i32 = 2;

@inline
function pairAt(near: bool, at: usize, k: usize, l: usize): v128 {
  return near ? v128.load(at + (k << 3)) : pairOf(at, k, l);
}

@inline
function storePairAt(near: bool, at: usize, k: usize, l: usize, pair: v128): void {
  if (near) {
    v128.store(at + (k << 3), pair);
  } else {
    v128.store_lane<f64>(at + (k << 3), pair, 0);
    v128.store_lane<f64>(at + (l << 3), pair, 1);
  }
}

/** Stages left to be done here: none, bounds, or those and the step of soft bounds. */
const NONE: i32 = 0;
const BOUNDS: i32 = 1;
const SOFTLY: i32 = 2;

/** Where the two devices at `at` are after the stages that are left, as `settlePulses` does them to devices that do not wear. */
@inline
function settled(left: i32, at: usize, b: PulsesRecord, g: v128, amount: v128): v128 {
  const one = all(ONE);
  let x: v128;
  if (left == SOFTLY) {
    x = softly(g, amount, all(UP), all(DOWN), one);
  } else {
    x = v128.load(b.after + at);
    if (left == NONE) return x;
  }
  return f64x2.pmin(f64x2.pmax(f64x2.add(g, f64x2.sub(x, g)), f64x2.splat(0)), one); // states are never -0
}

/** Of two devices whose states are so much weight above their lower ends, `alike`: which are those of all. */
@inline
function conductance(alike: bool, gMin: v128, perWeight: v128, offset: v128, inside: v128, beside: v128): v128 {
  const weight = alike ? inside : f64x2.add(f64x2.add(offset, inside), beside);
  return f64x2.add(gMin, f64x2.mul(weight, perWeight));
}

/**
 * Of the batch `from` on, `n` devices altogether. `alike`: all have the same range and show their states. Where it is known how they lie
 * they are an even number, and have a conductance.
 */
@inline
function put(alike: bool, way: i32, d: DevicesRecord, b: PulsesRecord, ends: usize, from: usize, n: usize, stages: i32): void {
  const row = <i32>b.row;
  const edges = b.edges;
  const others = b.others;
  const numbers = b.numbers;
  const amounts = b.amounts;
  const before = b.before;
  const squares = b.squares;
  const atEdges = b.statesFrom == AT_EDGES;
  const first = atEdges ? 0 : <usize>b.statesFrom << 2;
  const states = atEdges ? edges : others;
  const g = d.g + 2 * first;
  const programmed = d.programmed;
  const weights = d.weights;
  const single = d.single != 0;
  const fades = d.fades != 0;
  const pulses = d.pulses + first;
  const totals = changetype<TotalsRecord>(d.totals);
  const rows = d.rows;
  const whole = d.all;
  const joules = d.joules;
  const places = placesOf(b);
  const apart = d.apart != 0 ? d.apart + 2 * first : 0;
  const strays = b.strays;
  const electrical = way != ANYWHERE || rows != 0;
  const inRow = way == ROW || (way == ANYWHERE && row >= 0);
  let low = all(LOWEST);
  let top = all(HIGHEST);
  let range = all(RANGE);
  let energy = totals.writeEnergy;
  const own = inRow ? rows + (<usize>row << 3) : whole;
  let sum = f64x2.splat(0); // of all, and of the row: in one, or the engine puts one of them aside in each turn
  if (electrical) sum = v128.load_lane<f64>(own, v128.load_zero<f64>(whole), 1);
  let downward: u32 = 0;
  let beside = f64x2.splat(0); // what they showed beside their states, and will show
  let besideNow = f64x2.splat(0);
  let k = <usize>load<u32>(edges);
  let s = <usize>load<u32>(states);
  const stride = way == ROW ? 1 : <usize>load<u32>(edges, 4) - k;
  const further = way == ROW ? 1 : <usize>load<u32>(states, 4) - s;
  const near = way == ROW || (way == COLUMN && further == 1);
  const sums = rows + (<usize>load<u32>(others) << 3);
  for (let i = from; i < n; i += 2) {
    const two = way != ANYWHERE || i + 1 < n;
    if (way == ANYWHERE) {
      k = <usize>load<u32>(edges + (i << 2));
      s = <usize>load<u32>(states + (i << 2));
    }
    const l = way == ANYWHERE ? <usize>load<u32>(edges + (i << 2), 4) : k + stride;
    const z = way == ANYWHERE ? <usize>load<u32>(states + (i << 2), 4) : s + further;
    const amount = v128.load(amounts + (i << 3));
    const was = v128.load(before + (i << 3));
    const x = way == ANYWHERE ? v128.load(b.after + (i << 3)) : settled(stages, i << 3, b, was, amount);
    if (alike) {
      low = all(LOWEST);
      top = all(HIGHEST);
      range = all(RANGE);
    } else {
      if (ends != 0) {
        const a = v128.load(ends + (<usize>load<u32>(places + (i << 2)) << 4));
        const c = v128.load(ends + (<usize>load<u32>(places + (i << 2), 4) << 4));
        low = v128.shuffle<f64>(a, c, 0, 2);
        top = v128.shuffle<f64>(a, c, 1, 3);
        range = f64x2.sub(top, low);
      }
    }
    const weight = v128.bitselect(top, f64x2.pmin(f64x2.add(low, f64x2.mul(x, range)), top), f64x2.ge(x, all(ONE)));
    if (!alike && apart != 0) {
      const least = f64x2.sub(all(FLOOR), weight);
      beside = pairOf(apart, s, z);
      besideNow = f64x2.pmax(f64x2.mul(all(APART_SD), v128.load(strays + (i << 3))), least);
      storePairAt(false, apart, s, z, besideNow);
    }
    const signs = i64x2.bitmask(amount);
    downward += popcnt(two ? signs : signs & 1);
    if (near) {
      const counted = i32x4.add(v128.load_zero<u64>(numbers + (i << 2)), all(COUNTED));
      v128.store_lane<u64>(pulses + (s << 2), counted, 0);
    } else {
      store<u32>(pulses + (s << 2), load<u32>(numbers + (i << 2)) + 1);
      store<u32>(pulses + (z << 2), load<u32>(numbers + (i << 2), 4) + 1);
    }
    if (electrical) {
      const gMin = all(G_MIN);
      const perWeight = all(PER_WEIGHT);
      const offset = alike ? low : f64x2.sub(low, all(LOWEST));
      const left = conductance(alike, gMin, perWeight, offset, f64x2.mul(x, range), besideNow);
      const found = conductance(alike, gMin, perWeight, offset, f64x2.mul(was, range), beside);
      let stored = found;
      if (fades) stored = conductance(alike, gMin, perWeight, offset, f64x2.mul(pairAt(near, g, s, z), range), beside);
      const square = squares != 0 ? v128.load(squares + (i << 3)) : all(SQUARE);
      const spent = f64x2.mul(square, f64x2.mul(f64x2.add(found, left), all(HALF)));
      const more = f64x2.sub(left, stored);
      energy += f64x2.extract_lane(spent, 0);
      sum = f64x2.add(sum, v128.shuffle<f64>(more, more, 0, 0));
      if (two) {
        energy += f64x2.extract_lane(spent, 1);
        sum = f64x2.add(sum, v128.shuffle<f64>(more, more, 1, 1));
      }
      if (way == COLUMN) {
        v128.store(sums + (i << 3), f64x2.add(v128.load(sums + (i << 3)), more));
      } else if (!inRow) {
        addTo(rows + (<usize>load<u32>(others + (i << 2)) << 3), f64x2.extract_lane(more, 0));
        if (two) addTo(rows + (<usize>load<u32>(others + (i << 2), 4) << 3), f64x2.extract_lane(more, 1));
      }
      if (joules != 0) {
        addTo(joules + (k << 3), f64x2.extract_lane(spent, 0));
        if (two) addTo(joules + (l << 3), f64x2.extract_lane(spent, 1));
      }
    }
    if (programmed != 0) storePairAt(way == ROW, programmed, k, l, all(STAMP));
    const shown = alike ? weight : f64x2.add(weight, besideNow);
    storePairAt(near, g, s, z, x);
    if (single) storePair<f32>(weights + (k << 2), (l - k) << 2, shown, way == ROW);
    else storePairAt(way == ROW, weights, k, l, shown);
    if (way != ANYWHERE) {
      k += 2 * stride;
      s += 2 * further;
    }
  }
  totals.writes += <f64>(n - from);
  totals.upward += <f64>(<u32>(n - from) - downward);
  if (!electrical) return;
  totals.writeEnergy = energy;
  v128.store_lane<f64>(own, sum, 1);
  v128.store_lane<f64>(whole, sum, 0);
}

function putInRow(d: DevicesRecord, b: PulsesRecord, n: usize, stages: i32): void {
  put(true, ROW, d, b, 0, 0, n, stages);
}

function putInColumn(d: DevicesRecord, b: PulsesRecord, n: usize, stages: i32): void {
  put(true, COLUMN, d, b, 0, 0, n, stages);
}

/**
 * Two devices at a time. Behind an odd number of them stands the last one once more, which is put down twice but booked once.
 * `settles`: they are still to be settled.
 */
export function putPulses(d: DevicesRecord, b: PulsesRecord, ends: usize, stamp: f64, settles: bool): void {
  const n = <usize>b.count;
  const joined = n > 1 && b.near == b.count && d.rows != 0 && ends == 0 && d.apart == 0 ? n & ~1 : 0;
  let stages = NONE;
  if (settles) {
    const soft = d.family == SOFT;
    if (joined == n && d.cycleToCycle == 0 && d.writeNoise == 0 && d.levels == 0 && (soft || d.family == 0))
      stages = soft ? SOFTLY : BOUNDS;
    else settlePulses(d, b);
  }
  store<f64>(G_MIN, d.gMin);
  store<f64>(PER_WEIGHT, d.perWeight);
  store<f64>(LOWEST, d.low);
  store<f64>(HIGHEST, d.top);
  store<f64>(SQUARE, d.square);
  store<f64>(ONE, 1);
  store<f64>(HALF, 0.5);
  store<f64>(RANGE, d.top - d.low);
  store<f64>(APART_SD, d.apartSd);
  store<f64>(FLOOR, d.floor);
  store<f64>(STAMP, stamp);
  store<u64>(COUNTED, 0x100000001);
  store<f64>(UP, d.aUp);
  store<f64>(DOWN, d.aDown);
  const at = <usize>b.count << 2;
  if (b.count & 1) {
    store<u32>(b.edges + at, load<u32>(b.edges + at - 4));
    store<u32>(b.others + at, load<u32>(b.others + at - 4));
    store<u32>(b.numbers + at, load<u32>(b.numbers + at - 4));
    store<f64>(b.after + 2 * at, load<f64>(b.after + 2 * at - 8));
    store<f64>(b.strays + 2 * at, load<f64>(b.strays + 2 * at - 8));
  }
  if (joined > 0 && <i32>b.row >= 0) putInRow(d, b, joined, stages);
  else if (joined > 0) putInColumn(d, b, joined, stages);
  if (joined < n) put(false, ANYWHERE, d, b, ends, joined, n, NONE);
}
