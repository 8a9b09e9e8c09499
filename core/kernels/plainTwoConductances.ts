import { exp } from '../math.ts';
import type { CurrentRow } from './kernels.ts';
import { COEFFICIENTS, LARGEST, PER_UNIT, REACHES, radauRules, ruleLength, SIZES } from './radau.ts';

/** Numbers a neuron: potential, the instant for which it and the conductances hold, these, until when it stays below threshold. */
const FIELDS = 5;
const SILENT = -Infinity;
const WATCHED = -Infinity;
const LISTED = -1 / 2 ** 40;

const [SHORT, MIDDLE] = REACHES;
/** Of a length, in time constants: up to here by series. */
const BRIEF = 13 / 512;
const DEGREE = 6;
/** A sum with it is rounded to a whole number. */
const ROUND = 6755399441055744;
/** Conductances that cannot move the potential by more than this any more, mV, are gone. */
const GONE = 2 ** -47;

/** The polynomial with these eight coefficients of the table. */
function polynomial(rules: Float64Array, from: number, z: number): number {
  const of = (k: number) => rules[from + k]! + z * rules[from + k + 1]!;
  const y = z * z;
  return of(0) + y * (of(2) + y * (of(4) + y * of(6)));
}

/** The membrane of a population: rates of decay of both conductances, in membrane time constants, and their reversals, mV without input. */
export interface Shunts {
  readonly r: number;
  readonly s: number;
  readonly e: number;
  readonly f: number;
}

/** A neuron on its way: potential and conductances, in leak conductances. */
export interface Onward {
  v: number;
  g: number;
  h: number;
}

/** Of nodes: how much of the conductances is gone, and the attraction till then; of series: terms of what attracts and of the potential. */
const U = new Float64Array(DEGREE);
const W = new Float64Array(DEGREE);
const A = new Float64Array(DEGREE);

/** Numbers of the rules of the smaller size in the table, and where they begin. */
const RULES = (LARGEST * PER_UNIT + 1) * ruleLength(SIZES[0]);
const FIRST = 2 * COEFFICIENTS * SIZES.length;

/** Brings a neuron forward by one piece, by the rule of the given size for about A(l). */
function piece(onward: Onward, { r, s, e, f }: Shunts, l: number, x: number, size: 0 | 1): void {
  const { v, g, h } = onward;
  const n = SIZES[size];
  const rule = radauRules();
  const o = FIRST + size * RULES + (x * PER_UNIT + ROUND - ROUND) * ruleLength(n);
  const decays = 2 * COEFFICIENTS * size;
  const grows = decays + COEFFICIENTS;
  const gr = g * (1 / r);
  const hs = h * (1 / s);
  for (let i = 0; i < n; i++) {
    const y = rule[o + i]! * l;
    W[i] = s * y * polynomial(rule, decays, s * y);
    U[i] = r === 2 * s ? W[i]! * (2 - W[i]!) : r * y * polynomial(rule, decays, r * y); // 1 - e^-2z from 1 - e^-z
    A[i] = y + hs * W[i]! + gr * U[i]!;
  }
  const last = n - 1;
  const end = A[last]!;
  A[last] = 0;
  const ge = g * e;
  const hf = h * f;
  const drive = ge + hf;
  let fade = 0;
  let even = 0;
  let odd = 0;
  for (let i = 0; i < n; i += 2) {
    const one = polynomial(rule, grows, A[i]! - rule[o + 2 * n + i]! - end);
    fade = polynomial(rule, grows, A[i + 1]! - rule[o + 2 * n + i + 1]! - end);
    const two = i + 1 === last ? 1 : fade;
    even += rule[o + n + i]! * (drive - ge * U[i]! - hf * W[i]!) * one;
    odd += rule[o + n + i + 1]! * (drive - ge * U[i + 1]! - hf * W[i + 1]!) * two;
  }
  onward.v = v * (rule[o + 3 * n]! * fade) + l * (even + odd);
  onward.g = g - g * U[last]!;
  onward.h = h - h * W[last]!;
}

/** Brings a neuron forward by l: the terms of its potential's series, by the powers of l, follow from those before them. */
function brief(onward: Onward, { r, s, e, f }: Shunts, l: number): void {
  const { v, g, h } = onward;
  let gk = g;
  let hk = h;
  for (let k = 0; k < DEGREE; k++) {
    const lk = l * (1 / (k + 1));
    const leak = k === 0 ? 1 : 0;
    U[k] = leak + gk + hk;
    let slope = gk * (e - v) + hk * (f - v) - leak * v;
    for (let j = 0; j < k; j++) slope -= U[k - 1 - j]! * W[j]!;
    onward.v += W[k] = slope * lk;
    onward.g += gk *= -r * lk;
    onward.h += hk *= -s * lk;
  }
}

/**
 * Brings a neuron forward by `time`, in membrane time constants: U' = -U + g (e - U) + h (f - U), g' = -r g, h' = -s h. U = e^(-A(t)) (U0 +
 * integral of (g e + h f) e^(A(y)) dy) with A(t) = t + (g0 - g)/r + (h0 - h)/s exactly. In pieces of length l, y = l z, the integral goes by Radau's
 * rules for the weight e^(x (z - 1)), x being A(l) to 1/32: what is left of the integrand, (g e + h f) e^q(z) with q(z) = A(y) - A(l) - x (z - 1), changes
 * only because the conductances fade.
 *
 * n nodes err by at most K |F^(2n-1)| / (2n - 1)!, F being what is left, where K, of the weight's polynomials, is below 1.1e-4, 4e-7 times the
 * integral of the weight for n = 4, 6. With w = max(r, s) l and a = (g r + h s) l^2 / 2, derivatives of q of order k > 1 are at most 2 a w^(k-2), the first
 * one b = 1/32 + a (1 + w/3), and |q| at most c = 1/32 + a (1/4 + w/3): |F^(k)| / k! is at most (g |e| + h |f|) e^c times the coefficient of z^k in the
 * series of e^(w z + b z + 2 a (e^(w z) - 1 - w z) / w^2), whose terms are all positive. That is below 6e-13 within `REACHES`, where polynomials stand
 * for exponentials to 3e-13 (test/core/kernels/radau.test.ts), and what earlier pieces contribute fades: 1e-9 mV are kept for |e|, |f| up to 0.5 V.
 *
 * Where y = (1 + g + h) l and w are together at most `BRIEF`, the potential's own series is taken: its term of order k is at most the one of
 * e^(y (e^(w z) - 1) / w) times the largest distance between potential and reversals, the first left out below 1e-12 y.
 */
export function shuntOn(onward: Onward, shunts: Shunts, time: number): void {
  const { r, s, e, f } = shunts;
  const faster = Math.max(r, s);
  for (let left = time; left > 0; ) {
    const { v, g, h } = onward;
    const sum = 1 + g + h;
    const half = (g * r + h * s) * 0.5;
    if ((sum + faster) * left <= BRIEF) {
      brief(onward, shunts, left);
      return;
    }
    let l = left;
    const within = half * l * l;
    if (!(within + MIDDLE.slope * (faster * l) <= MIDDLE.bend && sum * l - within <= LARGEST)) {
      const size = Math.abs(v);
      if (g * (1 / r) * (Math.abs(e) + size) + h * (1 / s) * (Math.abs(f) + size) < GONE) {
        onward.v = v * exp(-left);
        onward.g = g * exp(-r * left);
        onward.h = h * exp(-s * left);
        return;
      }
      l = Math.min(left, MIDDLE.bend / faster, Math.sqrt(MIDDLE.bend / (half + half)), LARGEST / sum);
    }
    const bend = half * l * l;
    piece(onward, shunts, l, sum * l - bend, bend + SHORT.slope * (faster * l) <= SHORT.bend ? 0 : 1);
    left -= l;
  }
}

/**
 * For how long a neuron at `v` is sure to stay below `bar`, in tau; Infinity for ever, 0 when it is there. It can only get there while the drive
 * there exceeds the bar, and what holds it back from there fades no faster than it does. While U is not below what it is now, its slope is
 * at most what pulls upwards now, less what pulls downwards if that fades no faster.
 */
export function shuntedByTwoWait(v: number, g: number, h: number, bar: number, { r, s, e, f }: Shunts): number {
  if (v >= bar) return 0;
  const a = g * (e - bar);
  const c = h * (f - bar);
  const up = Math.max(a, 0) + Math.max(c, 0);
  const most = (a > c ? r >= s : s >= r) ? a + c : up;
  if (bar >= 0 && most <= bar) return Infinity;
  const b = g * (e - v);
  const d = h * (f - v);
  const pull = (b > d ? r >= s : s >= r) ? Math.max(b + d, 0) : Math.max(b, 0) + Math.max(d, 0);
  if (!(pull > v)) return Infinity;
  const rise = (bar - v) / (pull - v);
  const held = -(Math.min(a, 0) + Math.min(c, 0));
  const pushed = up - bar;
  if (!(held > pushed)) return rise;
  const fastest = Math.max(a < 0 ? r : 0, c < 0 ? s : 0);
  return Math.max((2 * (held - pushed)) / ((held + pushed) * fastest), rise); // ln x >= 2 (x - 1)/(x + 1)
}

const shunts = { r: 0, s: 0, e: 0, f: 0 };
const onward: Onward = { v: 0, g: 0, h: 0 };

/** See `Kernels.shuntOn`; the neuron's numbers begin at `o`. */
export function shuntNumbersOn(u: Float64Array, _rules: unknown, steps: Float64Array, time: number, o = 0): void {
  [shunts.r, shunts.s, shunts.e, shunts.f] = [steps[0]!, steps[1]!, steps[2]!, steps[3]!];
  [onward.v, onward.g, onward.h] = [u[o]!, u[o + 2]!, u[o + 3]!];
  shuntOn(onward, shunts, time);
  [u[o], u[o + 2], u[o + 3]] = [onward.v, onward.g, onward.h];
}

/** See `Kernels.addTwoConductances`. */
export function addTwoConductances(
  u: Float64Array,
  bar: Float64Array,
  _rules: Float64Array,
  { weights, weight, targets }: CurrentRow,
  start: number,
  end: number,
  steps: Float64Array,
  suspects: Uint32Array,
  values: Float64Array,
  found: number,
): number {
  const now = steps[8]!;
  const tau = steps[9]!;
  const perTau = 1 / tau;
  const round = steps[10]!;
  // Potentials do not fall below the reversal of inhibition once they are above, so that more of it only lowers them.
  const [e, f] = [steps[2]!, steps[3]!];
  const floor = f <= 0 && f <= e ? f : Infinity;
  let count = found;
  for (let k = start; k < end; k++) {
    const j = targets === null ? k - start : targets[k]!;
    const w = weights === null ? weight : weights[k]!;
    const o = FIELDS * j;
    const size = Math.abs(w);
    const by = w >= 0 ? 4 : 6;
    if (u[o] === SILENT) {
      u[o + 2]! += size * steps[by]! * steps[11]!;
      u[o + 3]! += size * steps[by + 1]! * steps[12]!;
      continue;
    }
    shuntNumbersOn(u, 0, steps, (now - u[o + 1]!) * perTau, o);
    u[o + 1] = now;
    const v = u[o]!;
    const g = (u[o + 2]! += size * steps[by]!);
    const h = (u[o + 3]! += size * steps[by + 1]!);
    const until = u[o + 4]!;
    if (until === LISTED) continue;
    const apart = until >= round || (until < 0 && until > WATCHED);
    if (apart && v >= floor && steps[by] === 0) continue;
    const later = now + shuntedByTwoWait(v, g, h, bar[j]!, shunts) * tau;
    if (until >= 0) {
      u[o + 4] = later;
      if (later >= round) continue;
    } else if (later > -until) continue;
    u[o + 4] = LISTED;
    values[count] = v;
    suspects[count++] = j;
  }
  return count;
}
