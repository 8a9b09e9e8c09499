/** The stages that pulses go through, one row or column at a time; twins in core/kernels/plainStages.ts say what each does. */
import { exp } from './exp';
import { edgeOf, otherOf } from './pulse';
import { DevicesRecord, PulsesRecord, TotalsRecord } from './records';

/** What loops below take as vectors, in memory: loaded, they stay in registers; made there, they would be so anew in each turn. */
const FIXED = memory.data(96, 16);

/** Puts one device into the batch, `at` bytes behind the first; returns where the next one goes. */
@inline
function takeOne(d: DevicesRecord, b: PulsesRecord, at: usize, edge: u32, other: u32, strength: f64): usize {
  if (strength == 0) return at;
  store<u32>(b.edges + at, edge);
  store<u32>(b.others + at, other);
  store<u32>(b.numbers + at, load<u32>(d.pulses + (<usize>edge << 2)));
  store<f64>(b.amounts + (at << 1), strength);
  store<f64>(b.before + (at << 1), load<f64>(d.g + (<usize>edge << 3)));
  return at + 4;
}

@inline
function two(first: u32, second: u32): u64 {
  return <u64>first | (<u64>second << 32);
}

/** Two neighbours in a row (`near`) or column at a time. */
@inline
function takeDense(near: bool, d: DevicesRecord, b: PulsesRecord, start: u32, stride: u32, from: u32, to: u32, trace: usize, scale: f64): u32 {
  const g = d.g;
  const pulses = d.pulses;
  const edges = b.edges;
  const others = b.others;
  const numbers = b.numbers;
  const amounts = b.amounts;
  const before = b.before;
  store<f64>(FIXED, scale);
  const scales = v128.load64_splat(FIXED);
  const zero = f64x2.splat(0);
  let at: usize = 0;
  let i = from;
  let k = start + from * stride;
  for (; i + 1 < to; i += 2, k += 2 * stride) {
    const strength = f64x2.mul(scales, v128.load(trace + (<usize>i << 3)));
    const l = k + stride;
    if (v128.any_true(f64x2.eq(strength, zero))) {
      at = takeOne(d, b, at, k, i, f64x2.extract_lane(strength, 0));
      at = takeOne(d, b, at, l, i + 1, f64x2.extract_lane(strength, 1));
      continue;
    }
    store<u64>(edges + at, two(k, l));
    store<u64>(others + at, two(i, i + 1));
    v128.store(amounts + (at << 1), strength);
    if (near) {
      store<u64>(numbers + at, load<u64>(pulses + (<usize>k << 2)));
      v128.store(before + (at << 1), v128.load(g + (<usize>k << 3)));
    } else {
      store<u64>(numbers + at, two(load<u32>(pulses + (<usize>k << 2)), load<u32>(pulses + (<usize>l << 2))));
      v128.store(before + (at << 1), pairOf(g, k, l));
    }
    at += 8;
  }
  if (i < to) at = takeOne(d, b, at, k, i, scale * load<f64>(trace + (<usize>i << 3)));
  return <u32>(at >> 2);
}

function takeNear(d: DevicesRecord, b: PulsesRecord, start: u32, from: u32, to: u32, trace: usize, scale: f64): u32 {
  return takeDense(true, d, b, start, 1, from, to, trace, scale);
}

function takeApart(d: DevicesRecord, b: PulsesRecord, start: u32, stride: u32, from: u32, to: u32, trace: usize, scale: f64): u32 {
  return takeDense(false, d, b, start, stride, from, to, trace, scale);
}

export function takePulses(
  d: DevicesRecord, b: PulsesRecord, edges: usize, others: usize, size: u32, start: u32, stride: u32, from: u32, to: u32,
  trace: usize, scale: f64,
): u32 {
  if (edges == 0 && others == 0)
    return stride == 1
      ? takeNear(d, b, start, from, to, trace, scale)
      : takeApart(d, b, start, stride, from, to, trace, scale);
  let at: usize = 0;
  for (let i = from; i < to; i++) {
    const other = otherOf(others, size, i);
    at = takeOne(d, b, at, edgeOf(edges, start, stride, i), other, scale * load<f64>(trace + (<usize>other << 3)));
  }
  return <u32>(at >> 2);
}

/** Where constants of the devices are looked for. */
@inline
export function placesOf(b: PulsesRecord): usize {
  return b.byColumn != 0 ? b.others : b.edges;
}

/** `ups` and `downs`: 32 bits each. */
export function scalePulses(b: PulsesRecord, ups: usize, downs: usize): void {
  const places = placesOf(b);
  const end = <usize>b.count << 2;
  for (let at: usize = 0; at < end; at += 4) {
    const amount = b.amounts + (at << 1);
    const strength = load<f64>(amount);
    const factors = downs + ((ups - downs) & -<usize>(strength > 0)); // a branch would be guessed wrong
    const factor = load<f32>(factors + (<usize>load<u32>(places + at) << 2));
    store<f64>(amount, strength * <f64>factor);
  }
}

export function stepPulses(b: PulsesRecord, soft: bool, aUp: f64, bUp: f64, aDown: f64, bDown: f64): void {
  const before = b.before;
  const amounts = b.amounts;
  const after = b.after;
  const n = b.count;
  if (soft) {
    stepSoft(before, amounts, after, n, aUp, aDown);
    return;
  }
  for (let at: usize = 0; at < <usize>n << 3; at += 8) {
    const g = load<f64>(before + at);
    const amount = load<f64>(amounts + at);
    const up = amount > 0;
    const a = (up ? aUp : aDown) * amount;
    const decay = up ? bUp : bDown;
    store<f64>(after + at, g + a * (decay == 0 ? 1 : exp(-decay * (up ? g : 1 - g))));
  }
}

/** Two at a time; arrays have room for a whole pair. */
function stepSoft(before: usize, amounts: usize, after: usize, n: u32, aUp: f64, aDown: f64): void {
  store<f64>(FIXED, aUp);
  store<f64>(FIXED, aDown, 8);
  store<f64>(FIXED, 1, 16);
  const zero = f64x2.splat(0);
  for (let at: usize = 0; at < <usize>n << 3; at += 16) {
    const g = v128.load(before + at);
    const amount = v128.load(amounts + at);
    const up = f64x2.gt(amount, zero);
    const a = f64x2.mul(v128.bitselect(v128.load64_splat(FIXED), v128.load64_splat(FIXED, 8), up), amount);
    const room = v128.bitselect(f64x2.sub(v128.load64_splat(FIXED, 16), g), g, up);
    v128.store(after + at, f64x2.add(g, f64x2.mul(a, room)));
  }
}

@inline
function within(x: v128, low: v128, high: v128): v128 {
  return f64x2.pmin(f64x2.pmax(x, low), high); // states are never -0
}

/** Arrays have room for a whole pair. What is asked here is known where this is called, or is asked again in each turn. */
@inline
function settle(scatters: bool, writes: bool, steps: bool, b: PulsesRecord): void {
  const before = b.before;
  const after = b.after;
  const low = b.low;
  const high = b.high;
  const share = b.share;
  const end = <usize>b.count << 3;
  for (let at: usize = 0; at < end; at += 16) {
    const g = v128.load(before + at);
    let x = v128.load(after + at);
    if (scatters) {
      const draws = v128.load(b.cycles + at);
      const factor = f64x2.add(v128.load64_splat(FIXED, 24), f64x2.mul(v128.load64_splat(FIXED), draws));
      x = f64x2.add(g, f64x2.mul(f64x2.sub(x, g), factor));
    }
    if (writes) {
      const root = f64x2.sqrt(f64x2.abs(v128.load(b.amounts + at)));
      x = f64x2.add(x, f64x2.mul(f64x2.mul(v128.load64_splat(FIXED, 8), root), v128.load(b.writes + at)));
    }
    const least = v128.load(low + at);
    const most = v128.load(high + at);
    x = within(f64x2.add(g, f64x2.mul(f64x2.sub(x, g), v128.load(share + at))), least, most);
    if (steps) {
      const last = v128.load64_splat(FIXED, 16);
      x = f64x2.floor(f64x2.add(f64x2.mul(x, last), v128.load(b.rounding + at)));
      x = within(f64x2.div(f64x2.min(x, last), last), least, most);
    }
    v128.store(after + at, x);
  }
}

function bound(b: PulsesRecord): void {
  settle(false, false, false, b);
}

function level(b: PulsesRecord): void {
  settle(false, false, true, b);
}

export function settlePulses(b: PulsesRecord, cycleSd: f64, writeSd: f64, levels: f64): void {
  store<f64>(FIXED, cycleSd);
  store<f64>(FIXED, writeSd, 8);
  store<f64>(FIXED, levels - 1, 16);
  store<f64>(FIXED, 1, 24);
  if (cycleSd > 0 || writeSd > 0) settle(cycleSd > 0, writeSd > 0, levels > 0, b);
  else if (levels > 0) level(b);
  else bound(b);
}

/** Of two devices: the first one's value at `k`, the second one's at `l`. */
@inline
export function pairOf(values: usize, k: usize, l: usize): v128 {
  return v128.load_lane<f64>(values + (l << 3), v128.load_zero<f64>(values + (k << 3)), 1);
}

@inline
function addTo(at: usize, more: f64): void {
  store<f64>(at, load<f64>(at) + more);
}

/** `alike`: all devices have the same range and show their states. */
@inline
function put(alike: bool, d: DevicesRecord, b: PulsesRecord, ends: usize): void {
  const n = <usize>b.count;
  const row = <i32>b.row;
  const edges = b.edges;
  const others = b.others;
  const numbers = b.numbers;
  const amounts = b.amounts;
  const before = b.before;
  const after = b.after;
  const squares = b.squares;
  const g = d.g;
  const weights = d.weights;
  const single = d.single != 0;
  const fades = d.fades != 0;
  const pulses = d.pulses;
  const totals = changetype<TotalsRecord>(d.totals);
  const rows = d.rows;
  const all = d.all;
  const joules = d.joules;
  const places = placesOf(b);
  const apart = d.apart;
  const strays = b.strays;
  const electrical = rows != 0;
  const inRow = row >= 0;
  const gMin = v128.load64_splat(FIXED);
  const perWeight = v128.load64_splat(FIXED, 8);
  const lowest = v128.load64_splat(FIXED, 16);
  const one = v128.load64_splat(FIXED, 40);
  let low = lowest;
  let top = v128.load64_splat(FIXED, 24);
  let range = v128.load64_splat(FIXED, 56);
  let energy = totals.writeEnergy;
  let sum: f64 = electrical ? load<f64>(all) : 0;
  let own: f64 = electrical && inRow ? load<f64>(rows + (<usize>row << 3)) : 0;
  let downward: u32 = 0;
  let beside = f64x2.splat(0); // what they showed beside their states, and will show
  let besideNow = f64x2.splat(0);
  for (let i: usize = 0; i < n; i += 2) {
    const two = i + 1 < n;
    const k = <usize>load<u32>(edges + (i << 2));
    const l = <usize>load<u32>(edges + (i << 2), 4);
    const x = v128.load(after + (i << 3));
    if (!alike) {
      if (ends != 0) {
        const first = v128.load(ends + (<usize>load<u32>(places + (i << 2)) << 4));
        const second = v128.load(ends + (<usize>load<u32>(places + (i << 2), 4) << 4));
        low = v128.shuffle<f64>(first, second, 0, 2);
        top = v128.shuffle<f64>(first, second, 1, 3);
        range = f64x2.sub(top, low);
      }
    }
    const weight = v128.bitselect(top, f64x2.pmin(f64x2.add(low, f64x2.mul(x, range)), top), f64x2.ge(x, one));
    if (!alike && apart != 0) {
      const least = f64x2.sub(v128.load64_splat(FIXED, 72), weight);
      beside = pairOf(apart, k, l);
      besideNow = f64x2.pmax(f64x2.mul(v128.load64_splat(FIXED, 64), v128.load(strays + (i << 3))), least);
      v128.store_lane<f64>(apart + (k << 3), besideNow, 0);
      v128.store_lane<f64>(apart + (l << 3), besideNow, 1);
    }
    downward += i64x2.bitmask(v128.load(amounts + (i << 3))) & 1;
    store<u32>(pulses + (k << 2), load<u32>(numbers + (i << 2)) + 1);
    store<u32>(pulses + (l << 2), load<u32>(numbers + (i << 2), 4) + 1);
    if (electrical) {
      let left = f64x2.mul(x, range);
      let found = f64x2.mul(v128.load(before + (i << 3)), range);
      let stored = fades ? f64x2.mul(pairOf(g, k, l), range) : found;
      if (!alike) {
        const offset = f64x2.sub(low, lowest);
        left = f64x2.add(f64x2.add(offset, left), besideNow);
        found = f64x2.add(f64x2.add(offset, found), beside);
        stored = f64x2.add(f64x2.add(offset, stored), beside);
      }
      left = f64x2.add(gMin, f64x2.mul(left, perWeight));
      found = f64x2.add(gMin, f64x2.mul(found, perWeight));
      stored = f64x2.add(gMin, f64x2.mul(stored, perWeight));
      const square = squares != 0 ? v128.load(squares + (i << 3)) : v128.load64_splat(FIXED, 32);
      const spent = f64x2.mul(square, f64x2.mul(f64x2.add(found, left), v128.load64_splat(FIXED, 48)));
      const more = f64x2.sub(left, stored);
      energy += f64x2.extract_lane(spent, 0);
      sum += f64x2.extract_lane(more, 0);
      if (inRow) own += f64x2.extract_lane(more, 0);
      else addTo(rows + (<usize>load<u32>(others + (i << 2)) << 3), f64x2.extract_lane(more, 0));
      if (joules != 0) addTo(joules + (k << 3), f64x2.extract_lane(spent, 0));
      if (two) {
        energy += f64x2.extract_lane(spent, 1);
        sum += f64x2.extract_lane(more, 1);
        if (inRow) own += f64x2.extract_lane(more, 1);
        else addTo(rows + (<usize>load<u32>(others + (i << 2), 4) << 3), f64x2.extract_lane(more, 1));
        if (joules != 0) addTo(joules + (l << 3), f64x2.extract_lane(spent, 1));
      }
    }
    if (two) downward += i64x2.bitmask(v128.load(amounts + (i << 3))) >> 1;
    const shown = alike ? weight : f64x2.add(weight, besideNow);
    v128.store_lane<f64>(g + (k << 3), x, 0);
    v128.store_lane<f64>(g + (l << 3), x, 1);
    if (single) {
      const rounded = f32x4.demote_f64x2_zero(shown);
      v128.store_lane<f32>(weights + (k << 2), rounded, 0);
      v128.store_lane<f32>(weights + (l << 2), rounded, 1);
    } else {
      v128.store_lane<f64>(weights + (k << 3), shown, 0);
      v128.store_lane<f64>(weights + (l << 3), shown, 1);
    }
  }
  totals.writes += <f64>n;
  totals.upward += <f64>(<u32>n - downward);
  if (!electrical) return;
  totals.writeEnergy = energy;
  store<f64>(all, sum);
  if (inRow) store<f64>(rows + (<usize>row << 3), own);
}

function putAlike(d: DevicesRecord, b: PulsesRecord): void {
  put(true, d, b, 0);
}

/** Two devices at a time. Behind an odd number of them stands the last one once more, which is put down twice but booked once. */
export function putPulses(d: DevicesRecord, b: PulsesRecord, ends: usize): void {
  store<f64>(FIXED, d.gMin);
  store<f64>(FIXED, d.perWeight, 8);
  store<f64>(FIXED, d.low, 16);
  store<f64>(FIXED, d.top, 24);
  store<f64>(FIXED, d.square, 32);
  store<f64>(FIXED, 1, 40);
  store<f64>(FIXED, 0.5, 48);
  store<f64>(FIXED, d.top - d.low, 56);
  store<f64>(FIXED, d.apartSd, 64);
  store<f64>(FIXED, d.floor, 72);
  const at = <usize>b.count << 2;
  if (b.count & 1) {
    store<u32>(b.edges + at, load<u32>(b.edges + at - 4));
    store<u32>(b.others + at, load<u32>(b.others + at - 4));
    store<u32>(b.numbers + at, load<u32>(b.numbers + at - 4));
    store<f64>(b.after + 2 * at, load<f64>(b.after + 2 * at - 8));
    store<f64>(b.strays + 2 * at, load<f64>(b.strays + 2 * at - 8));
  }
  if (ends == 0 && d.apart == 0) putAlike(d, b);
  else put(false, d, b, ends);
}
