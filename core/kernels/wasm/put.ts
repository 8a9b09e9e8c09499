/** Pulses as they end: states, weights and books; the twin in core/kernels/plainStages.ts says what is done. */
import { pairOf, storePair } from './memoryPairs';
import { DevicesRecord, PulsesRecord, TotalsRecord } from './records';
import { all } from './series';
import { noisily, settlePulses, SOFT, softly } from './settle';
import { AT_EDGES, placesOf, scaled, scalePulses } from './take';

/** What loops below take as vectors beside fields of the record, in memory: loaded, they stay in registers; made there, they would be so anew in each turn. */
const FIXED = memory.data(40, 16);
const ONE: usize = FIXED;
const HALF: usize = FIXED + 8;
const RANGE: usize = FIXED + 16;
const STAMP: usize = FIXED + 24;
const COUNTED: usize = FIXED + 32;

@inline
function addTo(at: usize, more: f64): void {
  store<f64>(at, load<f64>(at) + more);
}

/** Devices of a batch anywhere, side by side in a row, or one below the other in a column, of which none is left out. */
const ANYWHERE: i32 = 0;
const ROW: i32 = 1;
const COLUMN: i32 = 2;
/** A column whose states lie side by side and do not fade, and of whose devices each is booked with all others only. */
const LEAN: i32 = 3;

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

/** Stages left to be done here, if any: bounds, and before them noise of writes and the step of soft bounds. */
const NONE: i32 = 0;
const BOUNDS: i32 = 1;
const NOISY: i32 = 2;
const SOFTLY: i32 = 4;

/** Where the two devices at `at` are after the stages that are left, as `settlePulses` does them to devices that do not wear. */
@inline
function settled(lean: bool, left: i32, at: usize, d: usize, b: PulsesRecord, g: v128, amount: v128): v128 {
  const one = all(ONE);
  let x: v128;
  if (left & SOFTLY) {
    x = softly(g, amount, all(d + offsetof<DevicesRecord>('aUp')), all(d + offsetof<DevicesRecord>('aDown')), one);
  } else {
    x = v128.load(b.after + at);
    if (left == NONE) return x;
  }
  if (lean && left & NOISY) x = noisily(x, amount, all(d + offsetof<DevicesRecord>('writeNoise')), v128.load(b.writes + at));
  return f64x2.pmin(f64x2.pmax(f64x2.add(g, f64x2.sub(x, g)), f64x2.splat(0)), one); // states are never -0
}

/** Of two devices whose states are so much weight above their lower ends, `alike`: which are those of all. */
@inline
function conductance(alike: bool, gMin: v128, perWeight: v128, offset: v128, inside: v128, beside: v128): v128 {
  const weight = alike ? inside : f64x2.add(f64x2.add(offset, inside), beside);
  return f64x2.add(gMin, f64x2.mul(weight, perWeight));
}

/**
 * Of the batch `from` on, `n` devices altogether. `alike`: all are known to have the same range and to show their states. Where it is known
 * how they lie they are an even number, and have a conductance; what they differ in lies one after the other.
 */
@inline
function put(
  alike: bool, way: i32, d: DevicesRecord, b: PulsesRecord, ends: usize, ups: usize, downs: usize, from: usize, n: usize, stages: i32,
): void {
  const self = changetype<usize>(d);
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
  let low: v128;
  let top: v128;
  let range: v128;
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
  const further = way == ROW || way == LEAN ? 1 : <usize>load<u32>(states, 4) - s;
  const near = way == ROW || way == LEAN || (way == COLUMN && further == 1);
  const sums = rows + (<usize>load<u32>(others) << 3);
  for (let i = from; i < n; i += 2) {
    const two = way != ANYWHERE || i + 1 < n;
    if (way == ANYWHERE) {
      k = <usize>load<u32>(edges + (i << 2));
      s = <usize>load<u32>(states + (i << 2));
    }
    const l = way == ANYWHERE ? <usize>load<u32>(edges + (i << 2), 4) : k + stride;
    const z = way == ANYWHERE ? <usize>load<u32>(states + (i << 2), 4) : s + further;
    let amount = v128.load(amounts + (i << 3));
    if (way == LEAN && ups != 0) amount = scaled(amount, ups + (i << 2), downs + (i << 2));
    const was = v128.load(before + (i << 3));
    const x = way == ANYWHERE ? v128.load(b.after + (i << 3)) : settled(way == LEAN, stages, i << 3, self, b, was, amount);
    if (alike || ends == 0) {
      low = all(self + offsetof<DevicesRecord>('low'));
      top = all(self + offsetof<DevicesRecord>('top'));
      range = all(RANGE);
    } else {
      const own = way == LEAN ? ends + (i << 4) : ends + (<usize>load<u32>(places + (i << 2)) << 4);
      const a = v128.load(own);
      const c = way == LEAN ? v128.load(own, 16) : v128.load(ends + (<usize>load<u32>(places + (i << 2), 4) << 4));
      low = v128.shuffle<f64>(a, c, 0, 2);
      top = v128.shuffle<f64>(a, c, 1, 3);
      range = f64x2.sub(top, low);
    }
    const weight = v128.bitselect(top, f64x2.pmin(f64x2.add(low, f64x2.mul(x, range)), top), f64x2.ge(x, all(ONE)));
    if (!alike && apart != 0) {
      const least = f64x2.sub(all(self + offsetof<DevicesRecord>('floor')), weight);
      beside = pairAt(near, apart, s, z);
      besideNow = f64x2.pmax(f64x2.mul(all(self + offsetof<DevicesRecord>('apartSd')), v128.load(strays + (i << 3))), least);
      storePairAt(near, apart, s, z, besideNow);
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
      const gMin = all(self + offsetof<DevicesRecord>('gMin'));
      const perWeight = all(self + offsetof<DevicesRecord>('perWeight'));
      const offset = alike ? low : f64x2.sub(low, all(self + offsetof<DevicesRecord>('low')));
      const left = conductance(alike, gMin, perWeight, offset, f64x2.mul(x, range), besideNow);
      const found = conductance(alike, gMin, perWeight, offset, f64x2.mul(was, range), beside);
      let stored = found;
      if (way != LEAN && fades) stored = conductance(alike, gMin, perWeight, offset, f64x2.mul(pairAt(near, g, s, z), range), beside);
      const square = way != LEAN && squares != 0 ? v128.load(squares + (i << 3)) : all(self + offsetof<DevicesRecord>('square'));
      const spent = f64x2.mul(square, f64x2.mul(f64x2.add(found, left), all(HALF)));
      const more = f64x2.sub(left, stored);
      energy += f64x2.extract_lane(spent, 0);
      sum = f64x2.add(sum, v128.shuffle<f64>(more, more, 0, 0));
      if (two) {
        energy += f64x2.extract_lane(spent, 1);
        sum = f64x2.add(sum, v128.shuffle<f64>(more, more, 1, 1));
      }
      if (way == COLUMN || way == LEAN) {
        v128.store(sums + (i << 3), f64x2.add(v128.load(sums + (i << 3)), more));
      } else if (!inRow) {
        addTo(rows + (<usize>load<u32>(others + (i << 2)) << 3), f64x2.extract_lane(more, 0));
        if (two) addTo(rows + (<usize>load<u32>(others + (i << 2), 4) << 3), f64x2.extract_lane(more, 1));
      }
      if (way != LEAN && joules != 0) {
        addTo(joules + (k << 3), f64x2.extract_lane(spent, 0));
        if (two) addTo(joules + (l << 3), f64x2.extract_lane(spent, 1));
      }
    }
    if (way != LEAN && programmed != 0) storePairAt(way == ROW, programmed, k, l, all(STAMP));
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
  put(true, ROW, d, b, 0, 0, 0, 0, n, stages);
}

function putInColumn(d: DevicesRecord, b: PulsesRecord, n: usize, stages: i32): void {
  put(true, COLUMN, d, b, 0, 0, 0, 0, n, stages);
}

function putLean(
  d: DevicesRecord, b: PulsesRecord, ends: usize, ups: usize, downs: usize, place: usize, n: usize, stages: i32,
): void {
  const factors = place << 2;
  put(false, LEAN, d, b, ends != 0 ? ends + (place << 4) : 0, ups != 0 ? ups + factors : 0, downs + factors, 0, n, stages);
}

/**
 * Two devices at a time. Behind an odd number of them stands the last one once more, which is put down twice but booked once.
 * `settles`: they are still to be settled, and those of a family to be scaled before, where there are `ups` and `downs`.
 */
export function putPulses(
  d: DevicesRecord, b: PulsesRecord, ends: usize, ups: usize, downs: usize, stamp: f64, settles: bool,
): void {
  const n = <usize>b.count;
  const inRow = <i32>b.row >= 0;
  const lean = !inRow && b.statesFrom != AT_EDGES && (d.fades | d.joules | d.programmed | b.squares) == 0;
  const joined = n > 1 && b.near == b.count && d.rows != 0 && (lean || (ends == 0 && d.apart == 0)) ? n & ~1 : 0;
  let stages = NONE;
  if (settles) {
    const fits = lean || (ups == 0 && d.writeNoise == 0);
    if (joined == n && fits && d.cycleToCycle == 0 && d.levels == 0 && (d.family == SOFT || d.family == 0))
      stages = BOUNDS | (d.writeNoise > 0 ? NOISY : 0) | (d.family == SOFT ? SOFTLY : 0);
    else {
      if (ups != 0) scalePulses(b, ups, downs);
      settlePulses(d, b);
    }
  }
  if (stages == NONE) ups = 0;
  store<f64>(ONE, 1);
  store<f64>(HALF, 0.5);
  store<f64>(RANGE, d.top - d.low);
  store<f64>(STAMP, stamp);
  store<u64>(COUNTED, 0x100000001);
  const at = <usize>b.count << 2;
  if (b.count & 1) {
    store<u32>(b.edges + at, load<u32>(b.edges + at - 4));
    store<u32>(b.others + at, load<u32>(b.others + at - 4));
    store<u32>(b.numbers + at, load<u32>(b.numbers + at - 4));
    store<f64>(b.after + 2 * at, load<f64>(b.after + 2 * at - 8));
    store<f64>(b.strays + 2 * at, load<f64>(b.strays + 2 * at - 8));
  }
  if (joined > 0 && inRow) putInRow(d, b, joined, stages);
  else if (joined > 0 && lean) putLean(d, b, ends, ups, downs, <usize>load<u32>(b.others), joined, stages);
  else if (joined > 0) putInColumn(d, b, joined, stages);
  if (joined < n) put(false, ANYWHERE, d, b, ends, 0, 0, joined, n, NONE);
}
