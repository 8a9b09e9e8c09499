/**
 * Advances neurons with conductances of two time constants by a series of the potential, two neurons at a time; same
 * results as `advanceTwoConductances` of test/core/kernels/oracle. The state of a neuron is [V, since, ge, gi],
 * with the values at time `since`.
 */
import { exp } from './exp';

const NEGLIGIBLE_DRIVE: f64 = 1.0 / 140737488355328; // 2^-47

/** Number of step classes: ranges of step lengths, each with its own number of series terms. */
export const STEP_CLASS_COUNT: u32 = 12;
const MIN_TERM_COUNT: usize = 5;
const LIMITS = memory.data<f64>([1.375 / 32, 1.875 / 8, 1.125 / 2, 1.125, 1.625, 2.25, 3, 4, 4.5, 5.5, 6.5, 7], 16);
const CLASS_TABLE_LENGTH: i32 = 61;
const FIRST: i32 = (1023 - 5) * 8 + 2;
const CLASS = memory.data(61, 16);

/** Size of the series coefficients of one step class, bytes. */
const CLASS_BYTES: usize = 256;
const WEIGHTS = memory.data(3328, 16);
const DECAY: usize = WEIGHTS + CLASS_BYTES * 12;
const DEGREE: usize = 8;
const INVERSE_INTEGERS = memory.data(256, 16);

/** Parameters of all neurons: decay rates and reversal potentials of both conductances, and derived constants. */
export const NEURON_PARAMETERS = memory.data(80, 16);
const SYNAPTIC_TAUS: usize = NEURON_PARAMETERS + 32;
const NEGATIVE_DECAY_RATES: usize = NEURON_PARAMETERS + 48;
const RATE_OFFSET: usize = NEURON_PARAMETERS + 64;
const LEAST_RATE: usize = NEURON_PARAMETERS + 72;

const TERM_LIST_BYTES: usize = 96;
const ATTRACTIONS = memory.data(96, 16);
const DRIVES = memory.data(400, 16);
const POTENTIALS = memory.data(512, 16) + TERM_LIST_BYTES;

let twice = false;

/** Computes the n coefficients of a series that approximates decays up to e^-x. */
function computeCoefficients(at: usize, n: usize, x: f64): void {
  let a: f64 = 1;
  for (let j: usize = 0; j < n; j++) setF64(at, j, (a *= <f64>(2 * (n * n - j * j)) / (<f64>(2 * j + 1) * x)));
  a = 0;
  for (let j = n; j > 0; j--) store<f64>(at + (j << 3) - 8, (a += load<f64>(at + (j << 3) - 8)));
  for (let j: usize = 0; j < n; j++) setF64(at, j, f64At(at, j) / (a + 1));
}

function fillTables(): void {
  for (let k = 0; k < 32; k++) setF64(INVERSE_INTEGERS, k, 1 / <f64>(k + 1));
  let c: usize = 0;
  for (let i = 0; i < CLASS_TABLE_LENGTH; i++) {
    if (reinterpret<f64>(<u64>(FIRST + i) << 49) == f64At(LIMITS, c)) c++;
    store<u8>(CLASS + i, <u8>c);
  }
  for (c = 0; c < STEP_CLASS_COUNT; c++) computeCoefficients(WEIGHTS + c * CLASS_BYTES, MIN_TERM_COUNT + 2 * c, 0.85 * f64At(LIMITS, c));
  computeCoefficients(DECAY, DEGREE, 0.4375);
  let sign: f64 = 1;
  for (c = 0; c < DEGREE; c++) {
    sign *= f64At(INVERSE_INTEGERS, c);
    setF64(DECAY, c, f64At(DECAY, c) * sign);
    sign = -sign;
  }
}

export function setNeuronParameters(shunts: usize): void {
  if (load<f64>(INVERSE_INTEGERS) == 0) fillTables();
  const r = load<f64>(shunts);
  const s = load<f64>(shunts, 8);
  v128.store(NEURON_PARAMETERS, v128.load(shunts));
  v128.store(NEURON_PARAMETERS, v128.load(shunts, 16), 16);
  v128.store(SYNAPTIC_TAUS, f64x2.div(splat(INVERSE_INTEGERS), v128.load(shunts)));
  v128.store(NEGATIVE_DECAY_RATES, f64x2.neg(v128.load(shunts)));
  twice = r == 2 * s;
  const rate = twice ? s : max(r, s);
  store<f64>(RATE_OFFSET, (twice ? 5 : 10) * rate);
  store<f64>(LEAST_RATE, (twice ? 17 : 16) * rate);
}

/** Factor from the duration of a step to its dimensionless step length, which selects the series of the step. */
@inline
export function computeStepRate(g: f64, h: f64): f64 {
  return f64x2.extract_lane(f64x2.pmax(f64x2.splat(1 + g + h + load<f64>(RATE_OFFSET)), splat(LEAST_RATE)), 0);
}

/** Index of the step class of a step length. */
@inline
export function findStepClass(length: f64): usize {
  const i = <i32>(reinterpret<u64>(length) >> 49) - FIRST;
  return load<u8>(CLASS + (i < 0 ? 0 : i > CLASS_TABLE_LENGTH - 1 ? CLASS_TABLE_LENGTH - 1 : i));
}

@inline
function computeDecay(z: v128): v128 {
  const y = f64x2.mul(z, z);
  const high = f64x2.add(multiplyAdd(DECAY + 32, z, splat(DECAY + 40)), f64x2.mul(y, multiplyAdd(DECAY + 48, z, splat(DECAY + 56))));
  const low = f64x2.add(multiplyAdd(DECAY, z, splat(DECAY + 8)), f64x2.mul(y, multiplyAdd(DECAY + 16, z, splat(DECAY + 24))));
  return f64x2.mul(z, f64x2.add(low, f64x2.mul(f64x2.mul(y, y), high)));
}

@inline
function computeDrive(g: v128, e: v128, h: v128, f: v128): v128 {
  return f64x2.add(f64x2.mul(g, e), f64x2.mul(h, f));
}

/** Term k + 1 of the power series of the potential of two neurons; `i` = 1 / (k + 1). */
@inline
function computeTerm(i: v128, w: v128, w0: v128, s1: v128, s2: v128, a: v128, b: v128, c: v128): v128 {
  const far = f64x2.mul(f64x2.sub(f64x2.mul(s1, b), f64x2.mul(s2, a)), i);
  return f64x2.add(f64x2.mul(f64x2.sub(w, f64x2.mul(w0, i)), c), far);
}

@inline
function multiplyTerms(to: usize, k: usize): v128 {
  return f64x2.mul(v128.load(ATTRACTIONS + k), v128.load(to - k - 16));
}

/** Advances two neurons by l membrane time constants with n series terms; one neuron may be passed twice. */
@inline
function advancePair(at: usize, to: usize, l: v128, weights: usize, n: usize): void {
  const p = v128.load(at, 16);
  const q = v128.load(to, 16);
  const v = loadTwo(at, to);
  const g = firstLanes(p, q);
  const h = secondLanes(p, q);
  const e = f64x2.sub(splat(NEURON_PARAMETERS + 16), v);
  const f = f64x2.sub(splat(NEURON_PARAMETERS + 24), v);
  const sl = f64x2.mul(splat(NEURON_PARAMETERS + 8), l);
  const hw = computeDecay(sl);
  const zero = f64x2.splat(0);
  const w = twice ? hw : zero;
  const m = twice ? f64x2.mul(hw, splat(SYNAPTIC_TAUS + 8)) : l;
  const g0 = f64x2.mul(g, m);
  const h0 = f64x2.mul(h, m);
  let ga: v128;
  let ha: v128;
  let gw: v128;
  let gk: v128;
  let hk = zero;
  let s2: v128;
  let d2: v128;
  if (twice) {
    ha = w;
    ga = f64x2.add(w, w);
    const gb = f64x2.mul(w, w);
    gw = f64x2.sub(ga, gb);
    s2 = gk = f64x2.mul(g0, gb);
    d2 = f64x2.mul(gk, e);
  } else {
    ha = sl;
    ga = f64x2.mul(splat(NEURON_PARAMETERS), l);
    gw = computeDecay(ga);
    gk = f64x2.mul(g0, f64x2.mul(ga, ga));
    hk = f64x2.mul(h0, f64x2.mul(ha, ha));
    s2 = f64x2.neg(f64x2.mul(f64x2.add(gk, hk), splat(DECAY + 8)));
    d2 = f64x2.neg(f64x2.mul(computeDrive(gk, e, hk, f), splat(DECAY + 8)));
  }
  const g1 = f64x2.mul(g0, ga);
  const h1 = f64x2.mul(h0, ha);
  const s0 = f64x2.add(f64x2.add(m, g0), h0);
  const s1 = f64x2.add(g1, h1);
  const w0 = f64x2.add(w, s0);
  let a = f64x2.sub(computeDrive(g0, e, h0, f), f64x2.mul(m, v));
  let b = f64x2.mul(f64x2.sub(f64x2.mul(f64x2.sub(w, s0), a), computeDrive(g1, e, h1, f)), splat(INVERSE_INTEGERS + 8));
  const far = f64x2.add(f64x2.mul(s1, a), d2);
  let c = f64x2.mul(f64x2.add(f64x2.mul(f64x2.sub(f64x2.add(w, w), s0), b), far), splat(INVERSE_INTEGERS + 16));
  let sum = f64x2.add(f64x2.mul(splat(weights), a), f64x2.add(f64x2.mul(splat(weights + 8), b), f64x2.mul(splat(weights + 16), c)));
  const end = INVERSE_INTEGERS + (n << 3);
  if (twice) {
    let by = weights + 24;
    for (let k: usize = INVERSE_INTEGERS + 24; k < end; k += 16) {
      const d = computeTerm(splat(k), w, w0, s1, s2, a, b, c);
      sum = f64x2.add(sum, f64x2.mul(splat(by), d));
      const e = computeTerm(splat(k + 8), w, w0, s1, s2, b, c, d);
      sum = f64x2.add(sum, f64x2.mul(splat(by + 8), e));
      a = c;
      b = d;
      c = e;
      by += 16;
    }
  } else {
    const size = n > MIN_TERM_COUNT ? TERM_LIST_BYTES : 32;
    for (let at: usize = 0, k = DECAY + 16; at < size; at += 16, k += 8) {
      gk = f64x2.mul(gk, ga);
      hk = f64x2.mul(hk, ha);
      v128.store(ATTRACTIONS + at, f64x2.mul(f64x2.add(gk, hk), splat(k)));
      v128.store(DRIVES + at, f64x2.mul(computeDrive(gk, e, hk, f), splat(k)));
    }
    v128.store(POTENTIALS, a);
    v128.store(POTENTIALS, b, 16);
    let to = POTENTIALS;
    let by = weights + 24;
    for (let k: usize = INVERSE_INTEGERS + 24; k < end; k += 8) {
      v128.store(to, c, 32);
      let further = f64x2.add(multiplyTerms(to, 0), multiplyTerms(to, 16));
      if (n > MIN_TERM_COUNT) further = f64x2.add(further, f64x2.add(multiplyTerms(to, 32), multiplyTerms(to, 48)));
      if (n > 9) further = f64x2.add(further, f64x2.add(multiplyTerms(to, 64), multiplyTerms(to, 80)));
      further = f64x2.sub(further, v128.load(to + (DRIVES - POTENTIALS)));
      const d = f64x2.add(computeTerm(splat(k), w, w0, s1, s2, a, b, c), f64x2.mul(further, splat(k)));
      sum = f64x2.add(sum, f64x2.mul(splat(by), d));
      a = b;
      b = c;
      c = d;
      by += 8;
      to += 16;
    }
  }
  const u = f64x2.add(v, sum);
  storeTwo(at, to, u);
  const g3 = f64x2.sub(g, f64x2.mul(g, gw));
  const h3 = f64x2.sub(h, f64x2.mul(h, hw));
  v128.store(at, firstLanes(g3, h3), 16);
  v128.store(to, secondLanes(g3, h3), 16);
}

/** Advances the listed neurons to time `now` with the series of step class c; `perTau`: 1/tau, 1/ms. */
export function advanceNeurons(list: usize, end: usize, c: usize, now: f64, perTau: f64): void {
  const weights = WEIGHTS + c * CLASS_BYTES;
  const n = MIN_TERM_COUNT + 2 * c;
  const nows = f64x2.splat(now);
  for (let i = list; i < end; i += 8) {
    const at = <usize>load<u32>(i);
    const to = <usize>load<u32>(i + 4 < end ? i + 4 : i);
    const since = loadTwo(at + 8, to + 8); // equals `now` if the neuron occurred earlier in the list
    store<f64>(at, now, 8);
    store<f64>(to, now, 8);
    const l = f64x2.mul(f64x2.sub(nows, since), f64x2.splat(perTau));
    advancePair(at, to, l, weights, n);
  }
}

export function advanceNeuron(at: usize, time: f64): void {
  for (let left = time; left > 0; ) {
    const g = load<f64>(at, 16);
    const h = load<f64>(at, 24);
    let l = left;
    const rate = computeStepRate(g, h);
    let c = findStepClass(rate * l);
    if (c == STEP_CLASS_COUNT) {
      const v = load<f64>(at);
      const size = abs(v);
      const e = load<f64>(NEURON_PARAMETERS, 16);
      const f = load<f64>(NEURON_PARAMETERS, 24);
      if (g * load<f64>(SYNAPTIC_TAUS) * (abs(e) + size) + h * load<f64>(SYNAPTIC_TAUS, 8) * (abs(f) + size) < NEGLIGIBLE_DRIVE) {
        store<f64>(at, v * exp(-left));
        store<f64>(at, g * exp(load<f64>(NEGATIVE_DECAY_RATES) * left), 16);
        store<f64>(at, h * exp(load<f64>(NEGATIVE_DECAY_RATES, 8) * left), 24);
        return;
      }
      l = 6 / rate;
      c = findStepClass(rate * l);
    }
    advancePair(at, at, f64x2.splat(l), WEIGHTS + c * CLASS_BYTES, MIN_TERM_COUNT + 2 * c);
    left -= l;
  }
}

export function advanceTwoConductances(onward: usize, shunts: usize, time: f64): void {
  setNeuronParameters(shunts);
  advanceNeuron(onward, time);
}
