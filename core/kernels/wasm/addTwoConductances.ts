/**
 * Delivers one row to neurons with conductances of two time constants, two neurons at a time. Each neuron is advanced
 * to the time of the arrival; it becomes a candidate if it may reach threshold within the check interval.
 */
import { FREE_TARGETS, freeTargetsEnd, SPLIT_BATCH_SIZE, REFRACTORY_TARGETS, refractoryTargetsEnd, splitByRefractoriness, getTarget, prefetchBytes } from './splitRefractory';
import { setNeuronParameters, STEP_CLASS_COUNT, findStepClass, advanceNeurons, computeStepRate, advanceNeuron, NEURON_PARAMETERS } from './advanceTwoConductances';

const CANDIDATE_MARK: f64 = -1.0 / 1099511627776.0; // -2^-40

const FIXED = memory.data<f64>([0, Infinity, 2, CANDIDATE_MARK, 0], 16);
const PER_TAU: usize = FIXED + 32;

@inline
function fixed(k: usize): v128 {
  return splat(FIXED + (k << 3));
}

/**
 * Lower bounds of the time to threshold of two neurons; see `boundTime` in twoConductances.ts. `firstFaster`, `secondFaster`:
 * mask, all bits set if the first (second) conductance decays at least as fast as the other conductance.
 */
@inline
function boundTimeToThreshold(v: v128, g: v128, h: v128, bar: v128, firstFaster: v128, secondFaster: v128): v128 {
  const zero = fixed(0);
  const e = splat(NEURON_PARAMETERS + 16);
  const f = splat(NEURON_PARAMETERS + 24);
  const a = f64x2.mul(g, f64x2.sub(e, bar));
  const c = f64x2.mul(h, f64x2.sub(f, bar));
  const up = f64x2.add(f64x2.pmax(a, zero), f64x2.pmax(c, zero));
  const most = v128.bitselect(f64x2.add(a, c), up, v128.bitselect(firstFaster, secondFaster, f64x2.gt(a, c)));
  const b = f64x2.mul(g, f64x2.sub(e, v));
  const d = f64x2.mul(h, f64x2.sub(f, v));
  const fades = v128.bitselect(firstFaster, secondFaster, f64x2.gt(b, d));
  const pull = v128.bitselect(f64x2.pmax(f64x2.add(b, d), zero), f64x2.add(f64x2.pmax(b, zero), f64x2.pmax(d, zero)), fades);
  const rise = f64x2.div(f64x2.sub(bar, v), f64x2.sub(pull, v));
  const held = f64x2.neg(f64x2.add(f64x2.pmin(a, zero), f64x2.pmin(c, zero)));
  const pushed = f64x2.sub(up, bar);
  const r = v128.and(splat(NEURON_PARAMETERS), f64x2.lt(a, zero));
  const fastest = f64x2.pmax(r, v128.and(splat(NEURON_PARAMETERS + 8), f64x2.lt(c, zero)));
  const turn = f64x2.div(f64x2.mul(fixed(2), f64x2.sub(held, pushed)), f64x2.mul(f64x2.add(held, pushed), fastest));
  const until = v128.bitselect(f64x2.pmax(turn, rise), rise, f64x2.gt(held, pushed));
  const never = v128.or(v128.and(f64x2.ge(bar, zero), f64x2.le(most, bar)), f64x2.le(pull, v));
  return v128.andnot(v128.bitselect(fixed(1), until, never), f64x2.ge(v, bar));
}

/** Size of each list of target neurons, bytes; the value avoids cache conflicts. */
const LIST_BYTES: usize = 1088;
const LISTS = memory.data(14144, 16);
const ENDS = memory.data(52, 16);

/** Conductance changes of two neurons by one arrival each; then a mask, all bits set if all weights are inhibitory. */
const CHANGES = memory.data(48, 16);

function computeChanges(at: usize, w: f64, steps: usize): void {
  const side: usize = w >= 0 ? steps + 32 : steps + 48;
  v128.store(at, f64x2.mul(f64x2.splat(abs(w)), v128.load(side)));
  store<i64>(CHANGES + 32 + ((at - CHANGES) >> 1), load<f64>(side) == 0 ? -1 : 0);
}

export function addTwoConductances(
  u: usize, bar: usize, targets: usize, wide: bool, weights: usize, weight: f64, count: u32, steps: usize,
  candidates: usize, values: usize, found: u32,
): u32 {
  if (targets != 0) prefetchBytes(targets, count << (wide ? 2 : 1));
  if (weights != 0) prefetchBytes(weights, count << 3);
  setNeuronParameters(steps);
  const r = load<f64>(steps);
  const s = load<f64>(steps, 8);
  const e = load<f64>(steps, 16);
  const f = load<f64>(steps, 24);
  const now = load<f64>(steps, 64);
  const tau = load<f64>(steps, 72);
  store<f64>(PER_TAU, 1 / tau);
  const floor = f <= 0 && f <= e ? f : Infinity;
  const round = load<f64>(steps, 80);
  const later = v128.load(steps, 88);
  const firstFaster = i64x2.splat(r >= s ? -1 : 0);
  const secondFaster = i64x2.splat(s >= r ? -1 : 0);
  const nows = f64x2.splat(now);
  const taus = f64x2.splat(tau);
  const rounds = f64x2.splat(round);
  const floors = f64x2.splat(floor);
  computeChanges(CHANGES, weight, steps);
  computeChanges(CHANGES + 16, weight, steps);
  let n = found;
  for (let from: u32 = 0; from < count; from += SPLIT_BATCH_SIZE) {
    const to = min(from + SPLIT_BATCH_SIZE, count);
    splitByRefractoriness(u, 40, targets, wide, from, to);
    const free = freeTargetsEnd;
    const refractory = refractoryTargetsEnd;
    for (let i = REFRACTORY_TARGETS; i < refractory; i += 4) {
      const k = load<u32>(i);
      if (weights != 0) computeChanges(CHANGES, f64At(weights, k), steps);
      const at = u + <usize>getTarget(targets, wide, k) * 40;
      v128.store(at, f64x2.add(v128.load(at, 16), f64x2.mul(v128.load(CHANGES), later)), 16);
    }
    for (let c: usize = 0; c <= STEP_CLASS_COUNT; c++) setU32(ENDS, c, <u32>(LISTS + c * LIST_BYTES));
    for (let i = FREE_TARGETS; i < free; i += 4) {
      const at = u + <usize>getTarget(targets, wide, load<u32>(i)) * 40;
      const l = (now - load<f64>(at, 8)) * load<f64>(PER_TAU);
      const end = ENDS + (findStepClass(computeStepRate(load<f64>(at, 16), load<f64>(at, 24)) * l) << 2);
      const to = load<u32>(end);
      store<u32>(to, <u32>at);
      store<u32>(end, to + 4);
    }
    for (let c: usize = 0; c < STEP_CLASS_COUNT; c++)
      advanceNeurons(LISTS + c * LIST_BYTES, u32At(ENDS, c), c, now, load<f64>(PER_TAU));
    const far = u32At(ENDS, STEP_CLASS_COUNT);
    for (let i = LISTS + STEP_CLASS_COUNT * LIST_BYTES; i < far; i += 4) {
      const at = <usize>load<u32>(i);
      advanceNeuron(at, (now - load<f64>(at, 8)) * load<f64>(PER_TAU)); // the second occurrence of a neuron is advanced by time 0
      store<f64>(at, now, 8);
    }
    for (let i = FREE_TARGETS; i < free; ) {
      const k = load<u32>(i);
      const j = getTarget(targets, wide, k);
      const at = u + <usize>j * 40;
      // Advances target neurons in pairs. The last one of an odd number, and a neuron that occurs twice in succession,
      // are advanced alone.
      const k2 = i + 4 < free ? load<u32>(i, 4) : k;
      const i2 = getTarget(targets, wide, k2);
      const one = i2 == j;
      const to = u + <usize>i2 * 40;
      if (weights != 0) {
        computeChanges(CHANGES, f64At(weights, k), steps);
        computeChanges(CHANGES + 16, f64At(weights, one ? k : k2), steps);
      }
      i += one ? 4 : 8;
      const p = f64x2.add(v128.load(at, 16), v128.load(CHANGES));
      const q = f64x2.add(v128.load(to, 16), v128.load(CHANGES + 16));
      v128.store(at, p, 16);
      v128.store(to, q, 16);
      const v = loadTwo(at, to);
      const zero = fixed(0);
      const until = loadTwo(at + 32, to + 32);
      const idle = f64x2.ge(until, zero);
      const inWheel = v128.andnot(f64x2.gt(until, f64x2.neg(fixed(1))), idle);
      const apart = v128.or(f64x2.ge(until, rounds), inWheel);
      const lowers = v128.load(CHANGES + 32);
      const same = v128.or(v128.and(v128.and(apart, lowers), f64x2.ge(v, floors)), f64x2.eq(until, fixed(3)));
      if (i64x2.all_true(same)) continue;
      const bars = gatherPair(bar, j, i2);
      const g = firstLanes(p, q);
      const h = secondLanes(p, q);
      const waits = boundTimeToThreshold(v, g, h, bars, firstFaster, secondFaster);
      const later = f64x2.add(nows, f64x2.mul(waits, taus));
      const stays = v128.bitselect(f64x2.ge(later, rounds), f64x2.gt(later, f64x2.neg(until)), idle);
      const until2 = v128.bitselect(later, until, v128.andnot(idle, same));
      storeTwo(at + 32, to + 32, until2);
      const listed = i64x2.bitmask(v128.or(same, stays)) ^ 3;
      if (listed == 0) continue;
      if (listed & 1) {
        store<f64>(at, CANDIDATE_MARK, 32);
        setU32(candidates, n, j);
        setF64(values, n, firstLane(v));
        n++;
      }
      if (!one && (listed & 2)) {
        store<f64>(to, CANDIDATE_MARK, 32);
        setU32(candidates, n, i2);
        setF64(values, n, secondLane(v));
        n++;
      }
    }
  }
  return n;
}
