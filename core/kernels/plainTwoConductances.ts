import { exp } from '../math.ts';
import type { CurrentRow } from './kernels.ts';
import { COEFFICIENTS, LARGEST, PER_UNIT, REACHES, radauRules, ruleLength, SIZES } from './radau.ts';

/** Numbers a neuron: potential, the instant for which it and the conductances hold, these, until when it stays below threshold. */
const FIELDS = 5;
const SILENT = -Infinity;
const WATCHED = -Infinity;
const LISTED = -1 / 2 ** 40;

const [SHORT, MIDDLE, LONG] = REACHES;
/** A sum with it is rounded to a whole number. */
const ROUND = 6755399441055744;
/** Conductances that cannot move the potential by more than this any more, mV, are gone. */
const GONE = 1e-14;

/** The polynomial of an odd degree with these coefficients of the table, as the sum of its even and its odd part. */
function polynomial(rules: Float64Array, from: number, degree: number, z: number): number {
  const y = z * z;
  let odd = rules[from + degree]!;
  let even = rules[from + degree - 1]!;
  for (let k = degree - 2; k > 0; k -= 2) {
    odd = rules[from + k]! + y * odd;
    even = rules[from + k - 1]! + y * even;
  }
  return even + z * odd;
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

const U = new Float64Array(8);
const W = new Float64Array(8);
const A = new Float64Array(8);

/** Where rules of each size begin in the table. */
const STARTS = SIZES.map((_, size) =>
  SIZES.slice(0, size).reduce<number>(
    (sum, n) => sum + (LARGEST * PER_UNIT + 1) * ruleLength(n),
    2 * COEFFICIENTS * SIZES.length,
  ),
);

/** Brings a neuron forward by one piece, by the rule of the given size for about A(l). */
function piece(onward: Onward, { r, s, e, f }: Shunts, l: number, x: number, size: 0 | 1 | 2): void {
  const { v, g, h } = onward;
  const n = SIZES[size];
  const { decay, growth } = REACHES[size];
  const rule = radauRules();
  const o = STARTS[size]! + (x * PER_UNIT + ROUND - ROUND) * ruleLength(n);
  const decays = 2 * COEFFICIENTS * size;
  const grows = decays + COEFFICIENTS;
  const gr = g * (1 / r);
  const hs = h * (1 / s);
  for (let i = 0; i < n; i++) {
    const y = rule[o + i]! * l;
    W[i] = s * y * polynomial(rule, decays, decay, s * y);
    U[i] = r === 2 * s ? W[i]! * (2 - W[i]!) : r * y * polynomial(rule, decays, decay, r * y); // 1 - e^-2z from 1 - e^-z
    A[i] = y + gr * U[i]! + hs * W[i]!;
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
    const one = polynomial(rule, grows, growth, A[i]! - end - rule[o + 2 * n + i]!);
    fade = polynomial(rule, grows, growth, A[i + 1]! - end - rule[o + 2 * n + i + 1]!);
    const two = i + 1 === last ? 1 : fade;
    even += rule[o + n + i]! * ((drive - ge * U[i]! - hf * W[i]!) * one);
    odd += rule[o + n + i + 1]! * ((drive - ge * U[i + 1]! - hf * W[i + 1]!) * two);
  }
  onward.v = v * (rule[o + 3 * n]! * fade) + l * (even + odd);
  onward.g = g - g * U[last]!;
  onward.h = h - h * W[last]!;
}

/**
 * Brings a neuron forward by `time`, in membrane time constants: U' = -U + g (e - U) + h (f - U), g' = -r g, h' = -s h. U = e^(-A(t)) (U0 +
 * integral of (g e + h f) e^(A(y)) dy) with A(t) = t + (g0 - g)/r + (h0 - h)/s exactly. In pieces of length l, y = l z, the integral goes by Radau's
 * rules for the weight e^(x (z - 1)), x being A(l) to 1/32: what is left of the integrand, (g e + h f) e^q(z) with q(z) = A(y) - A(l) - x (z - 1), changes
 * only because the conductances fade.
 *
 * n nodes err by at most K |F^(2n-1)| / (2n - 1)!, F being what is left, where K, of the weight's polynomials, is below 1.1e-4, 4e-7, 1.6e-9 times the
 * integral of the weight for n = 4, 6, 8. With w = max(r, s) l and a = (g r + h s) l^2 / 2, at a distance R of [0, 1] |q| is at most
 * (1/32 + a w/3) (1 + R) + a e^(w R) (R + 1/2)^2 (its second divided difference is that of A), and |F| at most (g |e| + h |f|) e^(w R + |q|), so that by Cauchy
 * |F^(k)| / k! is at most that over R^k. The least over R is below 2e-12 within `REACHES`, where polynomials stand for exponentials to 2e-13 (test/core/kernels/radau.test.ts), and
 * what earlier pieces contribute fades: 1e-9 mV are kept for |e|, |f| up to 0.5 V.
 */
export function shuntOn(onward: Onward, shunts: Shunts, time: number): void {
  const { r, s, e, f } = shunts;
  const faster = Math.max(r, s);
  for (let left = time; left > 0; ) {
    const { v, g, h } = onward;
    const sum = 1 + g + h;
    const half = (g * r + h * s) * 0.5;
    let l = left;
    let bend = half * l * l;
    let x = sum * l - bend;
    const w = faster * l;
    if (w <= MIDDLE.fastest && bend <= MIDDLE.bend && x <= LARGEST) {
      piece(onward, shunts, l, x, w <= SHORT.fastest && bend <= SHORT.bend ? 0 : 1);
      return;
    }
    if (!(w <= LONG.fastest && bend <= LONG.bend && x <= LARGEST)) {
      const size = Math.abs(v);
      if (g * (1 / r) * (Math.abs(e) + size) + h * (1 / s) * (Math.abs(f) + size) < GONE) {
        onward.v = v * exp(-left);
        onward.g = g * exp(-r * left);
        onward.h = h * exp(-s * left);
        return;
      }
      l = Math.min(left, LONG.fastest / faster, Math.sqrt(LONG.bend / half), LARGEST / sum);
      bend = half * l * l;
      x = sum * l - bend;
    }
    piece(onward, shunts, l, x, 2);
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

/** See `Kernels.shuntOn`. */
export function shuntNumbersOn(numbers: Float64Array, _rules: Float64Array, steps: Float64Array, time: number): void {
  [onward.v, onward.g, onward.h] = [numbers[0]!, numbers[2]!, numbers[3]!];
  [shunts.r, shunts.s, shunts.e, shunts.f] = [steps[0]!, steps[1]!, steps[2]!, steps[3]!];
  shuntOn(onward, shunts, time);
  [numbers[0], numbers[2], numbers[3]] = [onward.v, onward.g, onward.h];
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
  shunts.r = steps[0]!;
  shunts.s = steps[1]!;
  shunts.e = steps[2]!;
  shunts.f = steps[3]!;
  // Potentials do not fall below the reversal of inhibition once they are above, so that more of it only lowers them.
  const floor = shunts.f <= 0 && shunts.f <= shunts.e ? shunts.f : Infinity;
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
    const time = (now - u[o + 1]!) * perTau;
    onward.v = u[o]!;
    onward.g = u[o + 2]!;
    onward.h = u[o + 3]!;
    shuntOn(onward, shunts, time);
    const v = onward.v;
    const g = onward.g + size * steps[by]!;
    const h = onward.h + size * steps[by + 1]!;
    u[o] = v;
    u[o + 1] = now;
    u[o + 2] = g;
    u[o + 3] = h;
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
