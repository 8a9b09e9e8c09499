/** Pulses as they end: states, weights and books; the twin in core/kernels/plainStages.ts says what is done. */
import { pairOf } from './memoryPairs';
import { DevicesRecord, PulsesRecord, TotalsRecord } from './records';
import { AT_EDGES, placesOf } from './take';

/** What loops below take as vectors, in memory: loaded, they stay in registers; made there, they would be so anew in each turn. */
const FIXED = memory.data(96, 16);

@inline
function addTo(at: usize, more: f64): void {
  store<f64>(at, load<f64>(at) + more);
}

/**
 * `alike`: all devices have the same range and show their states; `usual`: they have a conductance, no more is booked than their
 * sums, and states lie at edges; `fades`: a pulse finds another state than the last one left.
 */
@inline
function put(alike: bool, usual: bool, fades: bool, d: DevicesRecord, b: PulsesRecord, ends: usize): void {
  const n = <usize>b.count;
  const row = <i32>b.row;
  const edges = b.edges;
  const others = b.others;
  const numbers = b.numbers;
  const amounts = b.amounts;
  const before = b.before;
  const after = b.after;
  const squares = usual ? 0 : b.squares;
  const atEdges = b.statesFrom == AT_EDGES;
  const first = usual || atEdges ? 0 : <usize>b.statesFrom << 2;
  const states = atEdges ? edges : others;
  const g = d.g + 2 * first;
  const programmed = usual && !fades ? 0 : d.programmed;
  const weights = d.weights;
  const single = d.single != 0;
  const pulses = d.pulses + first;
  const totals = changetype<TotalsRecord>(d.totals);
  const rows = d.rows;
  const all = d.all;
  const joules = usual ? 0 : d.joules;
  const places = placesOf(b);
  const apart = d.apart != 0 ? d.apart + 2 * first : 0;
  const strays = b.strays;
  const electrical = usual || rows != 0;
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
    const s = usual ? k : <usize>load<u32>(states + (i << 2));
    const z = usual ? l : <usize>load<u32>(states + (i << 2), 4);
    const x = v128.load(after + (i << 3));
    if (!alike) {
      if (ends != 0) {
        const a = v128.load(ends + (<usize>load<u32>(places + (i << 2)) << 4));
        const c = v128.load(ends + (<usize>load<u32>(places + (i << 2), 4) << 4));
        low = v128.shuffle<f64>(a, c, 0, 2);
        top = v128.shuffle<f64>(a, c, 1, 3);
        range = f64x2.sub(top, low);
      }
    }
    const weight = v128.bitselect(top, f64x2.pmin(f64x2.add(low, f64x2.mul(x, range)), top), f64x2.ge(x, one));
    if (!alike && apart != 0) {
      const least = f64x2.sub(v128.load64_splat(FIXED, 72), weight);
      beside = pairOf(apart, s, z);
      besideNow = f64x2.pmax(f64x2.mul(v128.load64_splat(FIXED, 64), v128.load(strays + (i << 3))), least);
      v128.store_lane<f64>(apart + (s << 3), besideNow, 0);
      v128.store_lane<f64>(apart + (z << 3), besideNow, 1);
    }
    const signs = i64x2.bitmask(v128.load(amounts + (i << 3)));
    downward += popcnt(two ? signs : signs & 1);
    store<u32>(pulses + (s << 2), load<u32>(numbers + (i << 2)) + 1);
    store<u32>(pulses + (z << 2), load<u32>(numbers + (i << 2), 4) + 1);
    if (electrical) {
      let left = f64x2.mul(x, range);
      let found = f64x2.mul(v128.load(before + (i << 3)), range);
      let stored = fades ? f64x2.mul(pairOf(g, s, z), range) : found;
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
    if (programmed != 0) {
      v128.store_lane<f64>(programmed + (k << 3), v128.load64_splat(FIXED, 80), 0);
      v128.store_lane<f64>(programmed + (l << 3), v128.load64_splat(FIXED, 80), 1);
    }
    const shown = alike ? weight : f64x2.add(weight, besideNow);
    v128.store_lane<f64>(g + (s << 3), x, 0);
    v128.store_lane<f64>(g + (z << 3), x, 1);
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

function putUsual(d: DevicesRecord, b: PulsesRecord): void {
  put(true, true, false, d, b, 0);
}

function putFading(d: DevicesRecord, b: PulsesRecord): void {
  put(true, true, true, d, b, 0);
}

function putAlike(d: DevicesRecord, b: PulsesRecord): void {
  put(true, false, d.fades != 0, d, b, 0);
}

/** Two devices at a time. Behind an odd number of them stands the last one once more, which is put down twice but booked once. */
export function putPulses(d: DevicesRecord, b: PulsesRecord, ends: usize, stamp: f64): void {
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
  store<f64>(FIXED, stamp, 80);
  const at = <usize>b.count << 2;
  if (b.count & 1) {
    store<u32>(b.edges + at, load<u32>(b.edges + at - 4));
    store<u32>(b.others + at, load<u32>(b.others + at - 4));
    store<u32>(b.numbers + at, load<u32>(b.numbers + at - 4));
    store<f64>(b.after + 2 * at, load<f64>(b.after + 2 * at - 8));
    store<f64>(b.strays + 2 * at, load<f64>(b.strays + 2 * at - 8));
  }
  const usual = d.rows != 0 && d.joules == 0 && b.squares == 0 && b.statesFrom == AT_EDGES;
  if (ends != 0 || d.apart != 0) put(false, false, d.fades != 0, d, b, ends);
  else if (usual && d.fades != 0) putFading(d, b);
  else if (usual) putUsual(d, b);
  else putAlike(d, b);
}
