/** States of devices with exponential or soft-bound steps after runs of equal partial pulses, in closed form. */
import { exp, expPair } from './exp';
import { log1p } from './imports';
import { log1pPair } from './log1p';
import { DevicesRecord, PartialPulsesRecord } from './records';

export const SOFT_BOUND_FAMILY: u32 = 2;
export const MOVES_UP: u32 = 1;
export const MOVES_DOWN: u32 = 2;

/** Number of repetitions of exponential steps from which the closed form is faster than single steps. */
const MIN_CLOSED_RUN: u32 = 4;
/** Largest relative growth of e^(b h) by one repetition for which the closed form errs by less than 1e-12 of the range. */
const MAX_RELATIVE_GROWTH: f64 = 0.003;
/** Largest exponent of `expPair`. */
const MAX_PAIR_EXPONENT: f64 = 700;
/** Relative change of u = E_n/E_0 - 1 after which Newton's method stops; the remaining error is of order change². */
const NEWTON_TOLERANCE: f64 = 1e-6;

const THIRD: f64 = 1.0 / 3.0;

@inline
function clip(g: f64): f64 {
  return min(max(g, 0), 1);
}

/** Largest number of repetitions of soft-bound steps for which repeated squaring errs by less than 1e-12. */
const MAX_SQUARED_RUN: u32 = 4096;

/** Limit of x >= 0 below which ln(1 + x) is computed by a series of five terms; their relative error is below x^5/6. */
const MAX_SERIES_ARGUMENT: f64 = 0.0005;

@inline
function logOnePlus(x: f64): f64 {
  if (x < MAX_SERIES_ARGUMENT) return x * (1 - x * (0.5 - x * (THIRD - x * (0.25 - x * 0.2))));
  return firstLane(log1pPair(f64x2.splat(x)));
}

/**
 * State h after n repetitions of the steps h <- h + a e^(-b h) with a = a1, then a2; NaN if steps are too large for the closed form. With
 * E = e^(b h), c1 = a1 b, c2 = a2 b, s = c1 + c2 and p = c1 c2, the function
 *   Phi(E) = E/s + alpha ln E + beta/E + gamma/E²
 * grows by 1 per repetition, up to O(s³/E³); its coefficients follow from the expansion of Phi in 1/E. For a2 = 0: alpha = -1/2, beta = s/6,
 * gamma = s²/16. Solved by Newton's method for u = E_n/E_0 - 1.
 */
function stepExponentially(h: f64, a1: f64, a2: f64, b: f64, n: f64): f64 {
  const scale = b * exp(-b * h);
  const c = a1 * scale;
  const d = a2 * scale;
  const s = c + d;
  if (!(s <= MAX_RELATIVE_GROWTH)) return NaN;
  if (s == 0) return h;
  const p = c * d;
  const q = 0.5 * c * p;
  const r = (c * q) / 3;
  const alpha = p / (s * s) - 0.5;
  const beta = (q / s - p + (s * s) / 6 - alpha * p) / s;
  const cubic = -r / s + (p * p + 2 * s * q) / (2 * s) - (s * p) / 2 + (s * s * s) / 24;
  const gamma = (cubic + alpha * q + beta * (p + 0.5 * s * s)) / (2 * s);
  let u = s * n - s * alpha * logOnePlus(s * n);
  for (let i = 0; i < 20; i++) {
    const inverse = 1 / (1 + u);
    const phi = u / s + alpha * logOnePlus(u) - beta * u * inverse + gamma * (inverse * inverse - 1);
    const change = (n - phi) / (1 / s + (alpha - beta * inverse) * inverse);
    u += change;
    if (abs(change) <= NEWTON_TOLERANCE * (1 + u)) break;
  }
  return h + logOnePlus(u) / b;
}

/** State after one exponential step, with the operations of `createFamilyStep`. `amount` < 0: downward. */
@inline
function stepOnce(up: bool, a: f64, b: f64, g: f64, amount: f64): f64 {
  return clip(g + a * amount * (b == 0 ? 1 : exp(-b * (up ? g : 1 - g))));
}

@inline
function stepPairOnce(up: bool, a: v128, b: v128, g: v128, amount: v128): v128 {
  const h = up ? g : f64x2.sub(f64x2.splat(1), g);
  const x = f64x2.add(g, f64x2.mul(f64x2.mul(a, amount), expPair(f64x2.mul(b, h))));
  return f64x2.pmin(f64x2.pmax(x, f64x2.splat(0)), f64x2.splat(1));
}

/** Cache of `findSoftFactor`: a1, a2, n and the factor, by n modulo 64. Rows of an array have few different runs. */
const FACTOR_CACHE = memory.data(64 * 32, 16);

/** Factor of the distance to a soft bound by n repetitions of steps a1 and a2: (1 - a1)^n (1 - a2)^n. */
@inline
export function findSoftFactor(a1: f64, a2: f64, n: u32): f64 {
  const cached = FACTOR_CACHE + ((n & 63) << 5);
  if (load<f64>(cached) != a1 || load<f64>(cached, 8) != a2 || load<f64>(cached, 16) != <f64>n) {
    store<f64>(cached, a1);
    store<f64>(cached, a2, 8);
    store<f64>(cached, <f64>n, 16);
    store<f64>(cached, computeSoftFactor(a1, a2, n), 24);
  }
  return load<f64>(cached, 24);
}

function computeSoftFactor(a1: f64, a2: f64, n: u32): f64 {
  let power = max(1 - a1, 0) * max(1 - a2, 0);
  if (n > MAX_SQUARED_RUN) return power > 0 ? exp(<f64>n * (log1p(-a1) + log1p(-a2))) : 0;
  let factor: f64 = 1;
  for (let left = n; left != 0; left >>= 1) {
    if ((left & 1) != 0) factor *= power;
    power *= power;
  }
  return factor;
}

/** State of device k after n repetitions of partial pulses of strengths `first` and `second`, of one sign. */
export function followPartialRun(d: DevicesRecord, p: PartialPulsesRecord, k: usize, g: f64, first: f64, second: f64, n: u32): f64 {
  const up = first > 0;
  if ((load<u8>(p.sensitivities + k) & (up ? MOVES_UP : MOVES_DOWN)) == 0) return g;
  const factors = up ? p.upFactors : p.downFactors;
  const scale = p.share * (factors == 0 ? 1 : <f64>load<f32>(factors + (k << 2)));
  const a = up ? d.aUp : d.aDown;
  const b = up ? d.bUp : d.bDown;
  const a1 = a * abs(first * scale);
  const a2 = a * abs(second * scale);
  if (d.family == SOFT_BOUND_FAMILY) {
    const factor = findSoftFactor(a1, a2, n);
    return up ? 1 - (1 - g) * factor : g * factor;
  }
  if (n > 1) {
    const h = up ? g : 1 - g; // state in pulse direction
    let end = NaN;
    if (b == 0) end = h + <f64>n * (a1 + a2);
    else if (n >= MIN_CLOSED_RUN) end = stepExponentially(h, a1, a2, b, n);
    if (end == end) return clip(up ? end : 1 - end);
  }
  for (let i: u32 = 0; i < n; i++) {
    g = stepOnce(up, a, b, g, first * scale);
    if (second != 0) g = stepOnce(up, a, b, g, second * scale);
  }
  return g;
}

/** Applies n repetitions of partial pulses of one sign to the first `count` of the listed devices. */
@inline
export function followRun(d: DevicesRecord, p: PartialPulsesRecord, count: usize, first: f64, second: f64, n: u32): void {
  const up = first > 0;
  if ((load<u8>(p.sensitivities + u32At(p.listed, 0)) & (up ? MOVES_UP : MOVES_DOWN)) == 0) return;
  const b = up ? d.bUp : d.bDown;
  if (n >= MIN_CLOSED_RUN || d.family == SOFT_BOUND_FAMILY || !(b > 0 && b < MAX_PAIR_EXPONENT)) {
    for (let i: usize = 0; i < count; i++)
      setF64(p.states, i, followPartialRun(d, p, u32At(p.listed, i), f64At(p.states, i), first, second, n));
    return;
  }
  const a = f64x2.splat(up ? d.aUp : d.aDown);
  const exponent = f64x2.splat(-b);
  const factors = up ? p.upFactors : p.downFactors;
  let scale = f64x2.splat(p.share);
  for (let i: usize = 0; i < count; i += 2) {
    const at = p.states + (i << 3);
    if (factors != 0) {
      const f = load<f32>(factors + (u32At(p.listed, i) << 2));
      scale = f64x2.mul(f64x2.splat(p.share), pairOf(f, load<f32>(factors + (u32At(p.listed, i + 1) << 2))));
    }
    const amount = f64x2.mul(f64x2.splat(first), scale);
    let g = v128.load(at);
    for (let k = n; k > 0; k--) {
      g = stepPairOnce(up, a, exponent, g, amount);
      if (second != 0) g = stepPairOnce(up, a, exponent, g, f64x2.mul(f64x2.splat(second), scale));
    }
    v128.store(at, g);
  }
}
