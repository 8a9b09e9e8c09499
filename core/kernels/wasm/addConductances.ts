/**
 * Delivers one row to neurons with conductances of one time constant, two neurons at a time, by a closed-form solution.
 * A neuron becomes a candidate if it can reach threshold. The scalar reference is core/kernels/conductances.ts.
 */
import { exp, expPair } from './exp';
import { getTarget } from './splitRefractory';

const OFFSET: usize = ((1023 + 45 - 44) * 128 + 128) * 64;

const FIXED = memory.data<f64>(
  [
    1.0 / 17592186044416.0, 64, -1.0 / 1099511627776.0, -Infinity, 0, Infinity, 0.5, 2, 1, 1.0 + 1.0 / 16384.0,
    0, 0, 0, 0, 0, 0, 0,
  ],
  16,
);
const LOW: usize = 0;
const HIGH: usize = 1;
const CANDIDATE_MARK: usize = 2;
const SCHEDULED_MARK: usize = 3;
const ZERO: usize = 4;
const INFINITE: usize = 5;
const HALF: usize = 6;
const TWO: usize = 7;
const ONE: usize = 8;
const OVER: usize = 9;
const FADE: usize = 10;
const SCALE: usize = 11;
const M: usize = 12;
const TS: usize = 13;
const NOW: usize = 14;
const SPAN: usize = 15;
const ROUND: usize = 16;
const BITS = memory.data<u64>([0x7ff0000000000000, 45 << 52, 1 << 63], 16);

const STATE_CHANGES = memory.data(48, 16);

const BATCH_SIZE: u32 = 128;
const TARGETS = memory.data(544, 16);

const PAIRS = memory.data(20480, 16);
const PAIR: usize = 160;
const OWN: usize = 112;

let candidateCount: u32 = 0;

@inline
function fixed(k: usize): v128 {
  return splat(FIXED + (k << 3));
}

@inline
function bits(k: usize): v128 {
  return splat(BITS + (k << 3));
}

/** Number to be added to a table argument b, so that the low bits of the sum are the index of the table cell of b. */
@inline
function getBinadeConstant(b: v128): v128 {
  return i64x2.add(f64x2.pmin(v128.and(b, bits(0)), fixed(TWO)), bits(1));
}

/**
 * Addresses of the table rows of two neurons, in the lower 32 bits of each lane. `sum`: b plus `getBinadeConstant(b)`;
 * `table`: table address minus `OFFSET`, the offset of the first row.
 */
@inline
function locateRows(sum: v128, table: v128): v128 {
  return i64x2.add(i64x2.add(i64x2.shl(sum, 6), table), i64x2.shr_u(sum, 39));
}

@inline
function sumOf(p: usize, y: v128): v128 {
  return f64x2.add(v128.load(p), f64x2.mul(y, f64x2.add(v128.load(p, 16), f64x2.mul(y, v128.load(p, 32)))));
}

@inline
function lookUpRows(p: usize, q: usize, x: v128): v128 {
  const y = f64x2.mul(x, x);
  const r = sumOf(p, v128.shuffle<f64>(y, y, 0, 0));
  const s = sumOf(q, v128.shuffle<f64>(y, y, 1, 1));
  return f64x2.add(firstLanes(r, s), f64x2.mul(x, secondLanes(r, s)));
}

/** e^b for the argument b of the last `lookUpAttractor`. */
export let lastExp: f64 = 0;

/**
 * Looks up the potential that a decaying conductance attracts to, at b = conductance × synaptic time constant; NaN
 * outside the table.
 */
export function lookUpAttractor(table: usize, b: f64): f64 {
  if (!(b >= load<f64>(FIXED, LOW << 3) && b < load<f64>(FIXED, HIGH << 3))) return NaN;
  const both = f64x2.splat(b);
  const sum = f64x2.add(both, getBinadeConstant(both));
  const distance = f64x2.sub(both, f64x2.sub(sum, getBinadeConstant(both)));
  const row = <usize>i32x4.extract_lane(locateRows(sum, i64x2.splat(<i64>(table - OFFSET))), 0);
  const x = firstLane(distance);
  lastExp = load<f64>(row, 48) * (1 + x * (1 + x * (0.5 + x * (1.0 / 6 + x * (1.0 / 24 + x * (1.0 / 120 + x * (1.0 / 720)))))));
  return f64x2.extract_lane(lookUpRows(row, row, distance), 0);
}

/** Lower bounds of the time to threshold of two neurons; see `boundTimeToThreshold` in core/kernels/conductances.ts. */
@inline
function boundTimeToThreshold(b: v128, reversal: v128, v: v128, bar: v128): v128 {
  const zero = fixed(ZERO);
  const ts = fixed(TS);
  const upwards = f64x2.sub(reversal, f64x2.mul(bar, b));
  const needed = f64x2.mul(bar, ts);
  const way = f64x2.sub(bar, v);
  const from = f64x2.add(v, v128.and(f64x2.ge(upwards, zero), f64x2.mul(way, fixed(HALF))));
  const pull = f64x2.pmax(zero, f64x2.sub(reversal, f64x2.mul(from, b)));
  const rise = f64x2.div(way, f64x2.sub(pull, f64x2.mul(from, ts)));
  const drive = f64x2.sub(upwards, needed);
  const turn = f64x2.div(f64x2.add(drive, drive), v128.or(f64x2.add(upwards, needed), bits(2)));
  const never = v128.andnot(f64x2.ge(bar, zero), f64x2.gt(drive, zero));
  // Lower bounds of the time to threshold: Infinity for neurons that cannot reach it (NaN, of which `pmin` makes
  // Infinity); 0 ms if the potential is NaN or not below threshold.
  return v128.and(f64x2.pmin(fixed(INFINITE), v128.or(never, f64x2.pmax(rise, turn))), f64x2.gt(way, zero));
}

function appendCandidate(u: usize, at: usize, apart: f64, b: f64, candidates: usize, values: usize): void {
  store<f64>(at, load<f64>(FIXED, CANDIDATE_MARK << 3), 24);
  setU32(candidates, candidateCount, <u32>(at - u) >> 5);
  setF64(values, candidateCount, apart * load<f64>(FIXED, M << 3) * exp(b));
  candidateCount++;
}

function computeStateChanges(by: usize, w: v128, steps: usize): void {
  const size = f64x2.abs(w);
  const each = v128.bitselect(v128.load64_splat(steps, 40), v128.load64_splat(steps, 56), f64x2.ge(w, fixed(ZERO)));
  const sum = f64x2.mul(size, v128.load64_splat(steps, 32));
  v128.store(by, sum);
  v128.store(by, f64x2.mul(size, each), 16);
  v128.store(by, expPair(f64x2.neg(f64x2.mul(sum, fixed(FADE)))), 32);
}

/**
 * Adds arrivals to the conductances of two neurons, or of one neuron passed twice. Returns false, with no change, if a
 * conductance is outside the table.
 */
@inline
function addToPair(i: usize, j: usize, table: v128, by: usize, pair: usize): bool {
  const sum = v128.load64_lane(j, v128.load64_zero(i, 8), 1, 8);
  const sum2 = f64x2.add(sum, v128.load(by));
  const b = f64x2.mul(sum, fixed(FADE));
  const b2 = f64x2.mul(sum2, fixed(FADE));
  if (i64x2.bitmask(v128.and(f64x2.ge(b, fixed(LOW)), f64x2.lt(b2, fixed(HIGH)))) != 3) return false;
  v128.store64_lane(i, sum2, 0, 8);
  v128.store64_lane(j, sum2, 1, 8);
  v128.store(pair, b);
  v128.store(pair, b2, 16);
  const t = getBinadeConstant(b);
  const s = f64x2.add(b, t);
  v128.store(pair, f64x2.sub(b, f64x2.sub(s, t)), 32);
  v128.store(pair, locateRows(s, table), 64);
  const t2 = getBinadeConstant(b2);
  const s2 = f64x2.add(b2, t2);
  v128.store(pair, f64x2.sub(b2, f64x2.sub(s2, t2)), 48);
  v128.store(pair, locateRows(s2, table), 80);
  store<u32>(pair, <u32>i, 96);
  store<u32>(pair, <u32>j, 100);
  return true;
}

/**
 * Updates the states of all pairs of neurons after a conductance change; potentials stay the same. `by`: address of the
 * state changes of the first pair; `step`: bytes from one pair to the next.
 */
function advancePairs(end: usize, by: usize, step: usize): void {
  for (let pair = PAIRS; pair < end; pair += PAIR, by += step) {
    const attracted = lookUpRows(<usize>load<u32>(pair, 80), <usize>load<u32>(pair, 88), v128.load(pair, 48));
    v128.store(pair, attracted, 48); // stored here, so that its inputs free their registers before more are loaded
    const p = <usize>load<u32>(pair, 64);
    const q = <usize>load<u32>(pair, 72);
    const x = v128.load(pair, 32);
    const own = lookUpRows(p, q, x);
    const at = <usize>load<u32>(pair, 96);
    const to = <usize>load<u32>(pair, 100);
    const reversal = v128.load64_lane(to, v128.load64_zero(at, 16), 1, 16);
    const apart = f64x2.add(loadTwo(at, to), f64x2.mul(f64x2.mul(reversal, fixed(SCALE)), own));
    const reversal2 = f64x2.add(reversal, v128.load(by, 16));
    const c2 = f64x2.sub(f64x2.mul(apart, v128.load(by, 32)), f64x2.mul(f64x2.mul(reversal2, fixed(SCALE)), attracted));
    storeTwo(at, to, c2);
    v128.store64_lane(at, reversal2, 0, 16);
    v128.store64_lane(to, reversal2, 1, 16);
    v128.store(pair, apart, 32);
    const e = f64x2.mul(v128.load64_lane(q, v128.load64_zero(p, 48), 1, 48), f64x2.add(fixed(ONE), x));
    v128.store(pair, f64x2.mul(f64x2.mul(apart, fixed(M)), e), 48);
    v128.store(pair, f64x2.mul(reversal2, fixed(FADE)), 80);
  }
}

/** Computes lower bounds of the times to threshold; adds neurons that may reach threshold to the candidates. */
function checkPairs(end: usize, u: usize, bar: usize, candidates: usize, values: usize): void {
  for (let pair = PAIRS; pair < end; pair += PAIR) {
    const i = <usize>load<u32>(pair, 96);
    const j = <usize>load<u32>(pair, 100);
    const bars = loadTwo(bar + ((i - u) >> 2), bar + ((j - u) >> 2));
    const rough = v128.load(pair, 48);
    const v = f64x2.pmax(rough, f64x2.mul(rough, fixed(OVER)));
    const wait = boundTimeToThreshold(v128.load(pair, 16), v128.load(pair, 80), v, bars);
    const later = f64x2.add(fixed(NOW), f64x2.mul(wait, fixed(SPAN)));
    const until = v128.load64_lane(j, v128.load64_zero(i, 24), 1, 24);
    const free = f64x2.ge(until, fixed(ZERO));
    const until2 = v128.bitselect(later, until, free);
    v128.store64_lane(i, until2, 0, 24);
    v128.store64_lane(j, until2, 1, 24);
    const limit = v128.bitselect(fixed(ROUND), v128.xor(until, bits(2)), free);
    const soon = v128.or(f64x2.lt(later, limit), f64x2.eq(until, fixed(SCHEDULED_MARK)));
    const listed = i64x2.bitmask(v128.andnot(soon, f64x2.eq(until, fixed(CANDIDATE_MARK))));
    if (listed == 0) continue;
    if (listed & 1) appendCandidate(u, i, load<f64>(pair, 32), load<f64>(pair), candidates, values);
    if (i != j && listed > 1) appendCandidate(u, j, load<f64>(pair, 40), load<f64>(pair, 8), candidates, values);
  }
}

/** Lists the state addresses of a row's targets; returns the end of the list, where the last address is repeated. */
function listTargets(u: usize, targets: usize, wide: bool, from: u32, to: u32): usize {
  let at = TARGETS;
  let k = from;
  if (targets != 0 && !wide) {
    const first = i32x4.splat(<i32>u);
    for (; k + 8 <= to; k += 8, at += 32) {
      const t = v128.load(targets + (<usize>k << 1));
      v128.store(at, i32x4.add(i32x4.shl(i32x4.extend_low_i16x8_u(t), 5), first));
      v128.store(at, i32x4.add(i32x4.shl(i32x4.extend_high_i16x8_u(t), 5), first), 16);
    }
  }
  for (; k < to; k++, at += 4) store<u32>(at, <u32>u + (getTarget(targets, wide, k) << 5));
  store<u32>(at, load<u32>(at - 4));
  return at;
}

/**
 * Adds arrivals to listed target neurons in pairs; `start`: index of the first synapse. Appends synapses outside the
 * table to `uncovered`. Returns the end of the pairs.
 */
function pairNeurons(end: usize, start: u32, table: usize, weights: usize, steps: usize, uncovered: usize): usize {
  let pair = PAIRS;
  let alone: usize = 0;
  let by = STATE_CHANGES;
  for (let at = TARGETS; at < end; ) {
    const i = <usize>load<u32>(at);
    let to = at + (<usize>(at >= alone) << 2);
    const j = <usize>load<u32>(to);
    if (i == j) to = at;
    if (weights != 0) {
      by = pair + OWN;
      computeStateChanges(by, loadTwo(weights + ((at - TARGETS) << 1), weights + ((to - TARGETS) << 1)), steps);
    }
    if (addToPair(i, j, i64x2.splat(<i64>table), by, pair)) {
      pair += PAIR;
      at = to + 4;
    } else if (at != to) {
      alone = at + 8;
    } else {
      const left = load<u32>(uncovered) + 1;
      store<u32>(uncovered, left);
      setU32(uncovered, left, start + <u32>((at - TARGETS) >> 2));
      at += 4;
    }
  }
  return pair;
}

export function addConductances(
  u: usize, bar: usize, table: usize, targets: usize, wide: bool, weights: usize, weight: f64, start: u32, count: u32,
  steps: usize, candidates: usize, values: usize, found: u32, uncovered: usize,
): u32 {
  candidateCount = found;
  store<u32>(uncovered, 0);
  store<f64>(FIXED, load<f64>(steps), FADE << 3);
  store<f64>(FIXED, load<f64>(steps, 16) * load<f64>(steps), SCALE << 3);
  store<f64>(FIXED, load<f64>(steps, 8), M << 3);
  store<f64>(FIXED, load<f64>(steps, 24), TS << 3);
  store<f64>(FIXED, load<f64>(steps, 64), NOW << 3);
  store<f64>(FIXED, load<f64>(steps, 72) * load<f64>(steps, 24), SPAN << 3);
  store<f64>(FIXED, load<f64>(steps, 80), ROUND << 3);
  computeStateChanges(STATE_CHANGES, f64x2.splat(weight), steps);
  for (let from: u32 = 0; from < count; from += BATCH_SIZE) {
    const own = weights == 0 ? 0 : weights + (<usize>from << 3);
    const last = listTargets(u, targets, wide, from, min(from + BATCH_SIZE, count));
    const end = pairNeurons(last, start + from, table - OFFSET, own, steps, uncovered);
    advancePairs(end, weights == 0 ? STATE_CHANGES : PAIRS + OWN, weights == 0 ? 0 : PAIR);
    checkPairs(end, u, bar, candidates, values);
  }
  return candidateCount;
}
