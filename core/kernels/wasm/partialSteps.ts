/**
 * States of two devices at a time, with steps of the exponential or the soft-bound family, after runs of equal partial
 * pulses, in closed form.
 */
import { exp, expPair } from './exp';
import { log1p } from './imports';
import { log1pPair } from './log1p';
import { DevicesRecord, PartialPulsesRecord } from './records';

const SOFT_BOUND_FAMILY: u32 = 2;
export const MOVES_UP: u32 = 1;
export const MOVES_DOWN: u32 = 2;

/** Largest relative growth of e^(b h) by one repetition for which the closed form errs by less than 1e-12 of the range. */
const MAX_RELATIVE_GROWTH: f64 = 0.002;
/** Largest exponent of `expPair`. */
const MAX_PAIR_EXPONENT: f64 = 700;
/** Largest number of repetitions of soft-bound steps for which repeated squaring errs by less than 1e-12. */
const MAX_SQUARED_RUN: u32 = 4096;
/** Largest change of b h by a run for which `sumSeries`, a series of five terms, errs by less than 1e-15. */
const MAX_SERIES_ARGUMENT: f64 = 0.003;
/** Largest number of repetitions for which coefficients of `sumSeries` are computed. */
const MAX_SERIES_RUN: u32 = 16;

/** n repetitions of pulses of strengths `first`, then `second` (0: none), both upward or both downward. */
@unmanaged
export class Run {
  isUp: bool;
  n: u32;
  first: f64;
  second: f64;
  /** Parameters of the step in this direction. */
  a: f64;
  b: f64;
  /** Soft bounds, equal devices: factor of the distance to the bound. */
  distanceFactor: f64;
  /** Exponential: coefficients of `solveRun`, for s = 1. */
  alpha: f64;
  beta: f64;
  gamma: f64;
  /** Largest s for `sumSeries`, and its coefficients. */
  maxSeriesGrowth: f64;
  c1: f64;
  c2: f64;
  c3: f64;
  c4: f64;
  c5: f64;
}
export const RUN_BYTES: usize = offsetof<Run>();

/** Computes the constants of a run of n repetitions of partial pulses of strengths `first` and `second`. */
export function prepareRun(run: Run, d: DevicesRecord, p: PartialPulsesRecord, first: f64, second: f64, n: u32): void {
  const isUp = first > 0;
  run.isUp = isUp;
  run.n = first == second ? 2 * n : n;
  run.first = abs(first);
  run.second = first == second ? 0 : abs(second);
  run.a = isUp ? d.aUp : d.aDown;
  run.b = isUp ? d.bUp : d.bDown;
  if (d.family == SOFT_BOUND_FAMILY) run.distanceFactor = findDistanceFactor(run, p.share);
  else if (run.n > 1 || run.second != 0) {
    findCoefficients(run);
    findSeries(run);
  }
}

/** Factor of the distance to a soft bound by a run, (1 - a1)^n (1 - a2)^n. `scale`: factor of all strengths. */
function findDistanceFactor(run: Run, scale: f64): f64 {
  const a1 = run.a * (run.first * scale);
  const a2 = run.a * (run.second * scale);
  let power = max(1 - a1, 0) * max(1 - a2, 0);
  if (run.n > MAX_SQUARED_RUN) return power > 0 ? exp(<f64>run.n * (log1p(-a1) + log1p(-a2))) : 0;
  let factor: f64 = 1;
  for (let left = run.n; left != 0; left >>= 1) {
    if ((left & 1) != 0) factor *= power;
    power *= power;
  }
  return factor;
}

/**
 * For steps h <- h + a e^(-b h) with sizes a = a1, then a2, let E = e^(b h), c = a1 b, d = a2 b and s = c + d. The function
 *   Phi(E) = E/s + alpha ln E + beta/E + gamma/E²
 * grows by 1 per repetition, up to O(s³/E³); its coefficients follow from the expansion of Phi in 1/E. For a2 = 0:
 * alpha = -1/2, beta = s/6, gamma = s²/16. Here they are computed for s = 1.
 */
function findCoefficients(run: Run): void {
  const c = run.first / (run.first + run.second);
  const p = c * (1 - c);
  const q = 0.5 * c * p;
  run.alpha = p - 0.5;
  run.beta = q - p + 1.0 / 6.0 - run.alpha * p;
  const cubic = -(c * q) / 3 + 0.5 * p * p + q - 0.5 * p + 1.0 / 24.0;
  run.gamma = 0.5 * (cubic + run.alpha * q + run.beta * (p + 0.5));
}

/**
 * Coefficients of the power series of the change y of b h by a run in s = (a1 + a2) b e^(-b h), by its steps
 * y <- y + c s e^(-y), c = a1/(a1 + a2), then a2/(a1 + a2). e2 to e4: coefficients of e^(-y).
 */
function findSeries(run: Run): void {
  run.maxSeriesGrowth = run.n > MAX_SERIES_RUN ? 0 : MAX_SERIES_ARGUMENT / <f64>run.n;
  if (run.maxSeriesGrowth == 0) return;
  let c1: f64 = 0, c2: f64 = 0, c3: f64 = 0, c4: f64 = 0, c5: f64 = 0;
  const first = run.first / (run.first + run.second);
  const stepCount = run.second == 0 ? run.n : 2 * run.n;
  for (let i: u32 = 0; i < stepCount; i++) {
    const c = run.second != 0 && (i & 1) != 0 ? 1 - first : first;
    const e2 = 0.5 * c1 * c1 - c2;
    const e3 = (2 * c2 * c1 - c1 * e2) * (1.0 / 3.0) - c3;
    const e4 = 0.25 * (3 * c3 * c1 - 2 * c2 * e2 - c1 * e3) - c4;
    c5 += c * e4;
    c4 += c * e3;
    c3 += c * e2;
    c2 -= c * c1;
    c1 += c;
  }
  run.c1 = c1;
  run.c2 = c2;
  run.c3 = c3;
  run.c4 = c4;
  run.c5 = c5;
}

@inline
function sumSeries(run: Run, s: v128): v128 {
  let sum = f64x2.add(f64x2.splat(run.c4), f64x2.mul(s, f64x2.splat(run.c5)));
  sum = f64x2.add(f64x2.splat(run.c3), f64x2.mul(s, sum));
  sum = f64x2.add(f64x2.splat(run.c2), f64x2.mul(s, sum));
  return f64x2.mul(s, f64x2.add(f64x2.splat(run.c1), f64x2.mul(s, sum)));
}

/** e^(-b h) for h between 0 and 1. */
@inline
function decay(h: v128, b: f64): v128 {
  return expPair(f64x2.pmax(f64x2.mul(f64x2.splat(-b), h), f64x2.splat(-MAX_PAIR_EXPONENT)));
}

/**
 * Change of b h by a run of exponential steps. With E = 1 at its start, s = (a1 + a2) b e^(-b h) and x = n s, the equation
 *   Phi(E) = Phi(1) + n   gives   E = (1 + x)(1 + v),   v of order s,
 * found by three fixed-point iterations, each of which makes the error smaller by a factor of order s.
 */
function solveRun(run: Run, s: v128): v128 {
  const one = f64x2.splat(1);
  const half = f64x2.splat(0.5);
  const x = f64x2.mul(f64x2.splat(<f64>run.n), s);
  const w = f64x2.div(one, f64x2.add(one, x));
  const log = log1pPair(x);
  const alpha = f64x2.mul(f64x2.splat(-run.alpha), s);
  const s2 = f64x2.mul(s, s);
  const beta = f64x2.mul(f64x2.splat(-run.beta), s2);
  const gamma = f64x2.mul(f64x2.mul(f64x2.splat(-run.gamma), s2), s);
  const fixed = f64x2.sub(f64x2.mul(gamma, f64x2.sub(f64x2.mul(w, w), one)), beta);
  let v = f64x2.splat(0);
  let logV = v;
  for (let i = 0; i < 3; i++) {
    const inverse = f64x2.mul(w, f64x2.sub(one, v));
    const sum = f64x2.add(f64x2.mul(alpha, f64x2.add(log, logV)), f64x2.mul(beta, inverse));
    v = f64x2.mul(w, f64x2.add(sum, fixed));
    logV = f64x2.mul(v, f64x2.sub(one, f64x2.mul(v, f64x2.sub(half, f64x2.mul(v, f64x2.splat(1.0 / 3.0))))));
  }
  return f64x2.add(log, logV);
}

@inline
function clip(g: v128): v128 {
  return f64x2.pmin(f64x2.pmax(g, f64x2.splat(0)), f64x2.splat(1));
}

/** One exponential step, with the operations of `createFamilyStep`. */
@inline
function stepOnce(run: Run, g: v128, strength: f64, scale: v128): v128 {
  const h = run.isUp ? g : f64x2.sub(f64x2.splat(1), g);
  const size = f64x2.mul(f64x2.splat(run.a), f64x2.mul(f64x2.splat(strength), scale));
  const step = run.b == 0 ? size : f64x2.mul(size, decay(h, run.b));
  return clip(run.isUp ? f64x2.add(g, step) : f64x2.sub(g, step));
}

/**
 * Distance to the lower bound (upward pulses) or upper bound (downward pulses) after a run; NaN: steps too large for closed forms. The
 * result of a device does not depend on the other one.
 */
@inline
function findEnd(run: Run, family: u32, h: v128, scale: v128, isEqual: bool): v128 {
  const one = f64x2.splat(1);
  if (family == SOFT_BOUND_FAMILY) {
    let factor = f64x2.splat(run.distanceFactor);
    if (!isEqual) factor = pairOf(findDistanceFactor(run, firstLane(scale)), findDistanceFactor(run, secondLane(scale)));
    return f64x2.sub(one, f64x2.mul(f64x2.sub(one, h), factor));
  }
  const size = f64x2.mul(f64x2.splat(run.a * (run.first + run.second)), scale);
  if (run.b == 0) return f64x2.add(h, f64x2.mul(f64x2.splat(<f64>run.n), size));
  const s = f64x2.mul(f64x2.splat(run.b), f64x2.mul(size, decay(h, run.b)));
  const isSmall = f64x2.le(s, f64x2.splat(run.maxSeriesGrowth));
  const perB = f64x2.splat(1 / run.b);
  const bySeries = f64x2.add(h, f64x2.mul(sumSeries(run, s), perB));
  if (i64x2.all_true(isSmall)) return bySeries;
  const isClosed = f64x2.le(s, f64x2.splat(MAX_RELATIVE_GROWTH));
  const closed = v128.bitselect(f64x2.add(h, f64x2.mul(solveRun(run, s), perB)), f64x2.splat(NaN), isClosed);
  return v128.bitselect(bySeries, closed, isSmall);
}

/** States of two devices after a run; `scale`: factors of all strengths; isEqual: they are the share alone. */
@inline
export function followRun(run: Run, family: u32, g: v128, scale: v128, isEqual: bool): v128 {
  const one = f64x2.splat(1);
  if (family != SOFT_BOUND_FAMILY && run.n == 1 && run.second == 0) return stepOnce(run, g, run.first, scale);
  const end = findEnd(run, family, run.isUp ? g : f64x2.sub(one, g), scale, isEqual);
  const closed = clip(run.isUp ? end : f64x2.sub(one, end));
  const isClosed = f64x2.eq(end, end);
  if (i64x2.all_true(isClosed)) return closed;
  for (let i = run.n; i > 0; i--) {
    g = stepOnce(run, g, run.first, scale);
    if (run.second != 0) g = stepOnce(run, g, run.second, scale);
  }
  return v128.bitselect(closed, g, isClosed);
}

const SINGLE_RUN = changetype<Run>(memory.data(offsetof<Run>(), 16));

/** State of device k after n repetitions of partial pulses of strengths `first` and `second`, of one sign. */
export function followPartialRun(d: DevicesRecord, p: PartialPulsesRecord, k: usize, g: f64, first: f64, second: f64, n: u32): f64 {
  const isUp = first > 0;
  if ((load<u8>(p.sensitivities + k) & (isUp ? MOVES_UP : MOVES_DOWN)) == 0) return g;
  prepareRun(SINGLE_RUN, d, p, first, second, n);
  const factors = isUp ? p.upFactors : p.downFactors;
  const scale = p.share * (factors == 0 ? 1 : <f64>load<f32>(factors + (k << 2)));
  return firstLane(followRun(SINGLE_RUN, d.family, f64x2.splat(g), f64x2.splat(scale), factors == 0));
}
