/** Storing of pulses: states, weights, counters; see `Kernels.storePulses`. */
import { HALF, ONE } from './exp';
import { pairOf, storePair, all } from './vectors';
import { DevicesRecord, PulsesRecord, TotalsRecord } from './records';

/**
 * Vector constants beside the fields of the record, in memory: loaded they stay in registers, computed they would be recomputed in each
 * iteration.
 */
const RANGE = memory.data(16, 16);
const STAMP: usize = RANGE + 8;

@inline
function addTo(at: usize, more: f64): void {
  store<f64>(at, load<f64>(at) + more);
}

@inline
function storePairAt(at: usize, k: usize, l: usize, pair: v128): void {
  v128.store_lane<f64>(at + (k << 3), pair, 0);
  v128.store_lane<f64>(at + (l << 3), pair, 1);
}

/** Conductances of two devices whose weights lie `inside` above the lower ends of their ranges. */
@inline
function conductance(gMin: v128, perWeight: v128, offset: v128, inside: v128, beside: v128): v128 {
  return f64x2.add(gMin, f64x2.mul(f64x2.add(f64x2.add(offset, inside), beside), perWeight));
}

/**
 * Stores two devices at a time. An odd number of devices is followed by a copy of the last one, which is stored twice but counted once.
 */
export function storePulses(d: DevicesRecord, b: PulsesRecord, stamp: f64): void {
  const self = changetype<usize>(d);
  const row = <i32>b.row;
  const n = <usize>b.count;
  const edges = b.edges;
  const others = b.others;
  const numbers = b.numbers;
  const amounts = b.amounts;
  const before = b.before;
  const after = b.after;
  const squares = b.squares;
  const g = d.g;
  const programmed = d.programmed;
  const weights = d.weights;
  const single = d.single != 0;
  const fades = d.fades != 0;
  const pulses = d.pulses;
  const totals = changetype<TotalsRecord>(d.totals);
  const rows = d.rows;
  const whole = d.all;
  const joules = d.joules;
  const ends = d.ends;
  const apart = d.apart;
  const strays = b.strays;
  const electrical = rows != 0;
  const inRow = row >= 0;
  store<f64>(RANGE, d.top - d.low);
  store<f64>(STAMP, stamp);
  if (n & 1) {
    const at = n << 2;
    store<u32>(edges + at, load<u32>(edges + at - 4));
    store<u32>(others + at, load<u32>(others + at - 4));
    store<u32>(numbers + at, load<u32>(numbers + at - 4));
    store<f64>(after + 2 * at, load<f64>(after + 2 * at - 8));
    store<f64>(strays + 2 * at, load<f64>(strays + 2 * at - 8));
  }
  let low = v128.load64_splat(self, offsetof<DevicesRecord>('low'));
  let top = v128.load64_splat(self, offsetof<DevicesRecord>('top'));
  let range = all(RANGE);
  let energy = totals.writeEnergy;
  const line = inRow ? rows + (<usize>row << 3) : whole;
  let sum = f64x2.splat(0); // sums of all devices and of the row in one vector: the engine would spill one of them in each iteration
  if (electrical) sum = v128.load_lane<f64>(line, v128.load_zero<f64>(whole), 1);
  let downward: u32 = 0;
  let beside = f64x2.splat(0); // apparent offsets before and after the pulses
  let besideNow = f64x2.splat(0);
  for (let i: usize = 0; i < n; i += 2) {
    const two = i + 1 < n;
    const k = <usize>load<u32>(edges + (i << 2));
    const l = <usize>load<u32>(edges + (i << 2), 4);
    const amount = v128.load(amounts + (i << 3));
    const was = v128.load(before + (i << 3));
    const x = v128.load(after + (i << 3));
    if (ends != 0) {
      const a = v128.load(ends + (k << 4));
      const c = v128.load(ends + (l << 4));
      low = v128.shuffle<f64>(a, c, 0, 2);
      top = v128.shuffle<f64>(a, c, 1, 3);
      range = f64x2.sub(top, low);
    }
    const weight = v128.bitselect(top, f64x2.pmin(f64x2.add(low, f64x2.mul(x, range)), top), f64x2.ge(x, all(ONE)));
    if (apart != 0) {
      const least = f64x2.sub(v128.load64_splat(self, offsetof<DevicesRecord>('floor')), weight);
      beside = pairOf(apart, k, l);
      besideNow = f64x2.pmax(f64x2.mul(v128.load64_splat(self, offsetof<DevicesRecord>('apartSd')), v128.load(strays + (i << 3))), least);
      storePairAt(apart, k, l, besideNow);
    }
    const signs = i64x2.bitmask(amount);
    downward += popcnt(two ? signs : signs & 1);
    store<u32>(pulses + (k << 2), load<u32>(numbers + (i << 2)) + 1);
    store<u32>(pulses + (l << 2), load<u32>(numbers + (i << 2), 4) + 1);
    if (electrical) {
      const gMin = v128.load64_splat(self, offsetof<DevicesRecord>('gMin'));
      const perWeight = v128.load64_splat(self, offsetof<DevicesRecord>('perWeight'));
      const offset = f64x2.sub(low, v128.load64_splat(self, offsetof<DevicesRecord>('low')));
      const now = conductance(gMin, perWeight, offset, f64x2.mul(x, range), besideNow);
      const found = conductance(gMin, perWeight, offset, f64x2.mul(was, range), beside);
      const stored = fades ? conductance(gMin, perWeight, offset, f64x2.mul(pairOf(g, k, l), range), beside) : found;
      const square = squares != 0 ? v128.load(squares + (i << 3)) : v128.load64_splat(self, offsetof<DevicesRecord>('square'));
      const spent = f64x2.mul(square, f64x2.mul(f64x2.add(found, now), all(HALF)));
      const more = f64x2.sub(now, stored);
      energy += f64x2.extract_lane(spent, 0);
      sum = f64x2.add(sum, v128.shuffle<f64>(more, more, 0, 0));
      if (two) {
        energy += f64x2.extract_lane(spent, 1);
        sum = f64x2.add(sum, v128.shuffle<f64>(more, more, 1, 1));
      }
      if (!inRow) {
        addTo(rows + (<usize>load<u32>(others + (i << 2)) << 3), f64x2.extract_lane(more, 0));
        if (two) addTo(rows + (<usize>load<u32>(others + (i << 2), 4) << 3), f64x2.extract_lane(more, 1));
      }
      if (joules != 0) {
        addTo(joules + (k << 3), f64x2.extract_lane(spent, 0));
        if (two) addTo(joules + (l << 3), f64x2.extract_lane(spent, 1));
      }
    }
    if (programmed != 0) storePairAt(programmed, k, l, all(STAMP));
    const shown = f64x2.add(weight, besideNow);
    storePairAt(g, k, l, x);
    if (single) storePair<f32>(weights + (k << 2), (l - k) << 2, shown, false);
    else storePairAt(weights, k, l, shown);
  }
  totals.writes += <f64>n;
  totals.upward += <f64>(<u32>n - downward);
  if (!electrical) return;
  totals.writeEnergy = energy;
  v128.store_lane<f64>(line, sum, 1);
  v128.store_lane<f64>(whole, sum, 0);
}
