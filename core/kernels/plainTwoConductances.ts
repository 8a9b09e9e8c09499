import { exp } from '../math.ts';
import type { CurrentRow } from './kernels.ts';

/** Numbers a neuron: potential, the instant for which it and the conductances hold, these, until when it stays below threshold. */
const FIELDS = 5;
const SILENT = Number.NEGATIVE_INFINITY;
const LISTED = -2;

/** Nodes of Gauss and Legendre in [0, 1] with their weights, then the end of the piece, of no weight: an even number, for kernels that take two at once. */
const RULES = [
  {
    nodes: [0.1127016653792583, 0.5, 0.8872983346207417, 1],
    weights: [0.2777777777777778, 0.4444444444444444, 0.2777777777777778, 0],
  },
  {
    nodes: [
      0.0254460438286207, 0.12923440720030277, 0.2970774243113014, 0.5, 0.7029225756886985, 0.8707655927996972,
      0.9745539561713793, 1,
    ],
    weights: [
      0.06474248308443485, 0.13985269574463832, 0.19091502525255946, 0.2089795918367347, 0.19091502525255946,
      0.13985269574463832, 0.06474248308443485, 0,
    ],
  },
] as const;
/**
 * Up to where the first of them serves, as length times 1 + both conductances + the faster decay, which is at most 1; and length times the faster
 * decay is at most `MIDDLE`.
 */
const SMALL = 0.0625;
const MIDDLE = 0.4;
/** Conductances that cannot move the potential by more than this any more, mV, are gone. */
const GONE = 1e-14;

const [C2, C3, C4, C5] = [0.5, 0.16666666666666666, 0.041666666666666664, 0.008333333333333333];
const [C6, C7, C8, C9] = [0.001388888888888889, 0.0001984126984126984, 0.0000248015873015873, 0.0000027557319223985893];
const [C10, C11, C12] = [2.755731922398589e-7, 2.505210838544172e-8, 2.08767569878681e-9];
const [C13, C14, C15] = [1.6059043836821613e-10, 1.1470745597729725e-11, 7.647163731819816e-13];

/** e^x by its series to x^7, x^11 or x^15: to 4e-14 for |x| up to 1/16, 0.4 and 1. */
function series(x: number, degree: number): number {
  const y = x * x;
  if (degree === 0) return 1 + y * (C2 + y * (C4 + y * C6)) + x * (1 + y * (C3 + y * (C5 + y * C7)));
  if (degree === 1) {
    const even = 1 + y * (C2 + y * (C4 + y * (C6 + y * (C8 + y * C10))));
    return even + x * (1 + y * (C3 + y * (C5 + y * (C7 + y * (C9 + y * C11)))));
  }
  const even = 1 + y * (C2 + y * (C4 + y * (C6 + y * (C8 + y * (C10 + y * (C12 + y * C14))))));
  return even + x * (1 + y * (C3 + y * (C5 + y * (C7 + y * (C9 + y * (C11 + y * (C13 + y * C15)))))));
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

const P = new Float64Array(8);
const Q = new Float64Array(8);
const A = new Float64Array(8);

/**
 * Brings a neuron forward by `time`, in membrane time constants: U' = -U + g (e - U) + h (f - U), g' = -r g, h' = -s h. U = e^(-A(t)) (U0 +
 * integral of (g e + h f) e^(A(y)) dy) with A(t) = t + (g0 - g)/r + (h0 - h)/s exactly; the integral goes by Gauss's quadrature in pieces.
 *
 * Of a piece of length l let x = (1 + g + h + max(r, s)) l. On the Bernstein ellipse of parameter q, which reaches at most c l from the piece, c =
 * (q - 1/q)/4, the integrand is below (g + h) |E| exp(rlc + (x - rl) c exp(rlc)), so that n nodes err by less than (64/15) q^(-2n)/(1 - q^-2)
 * times that times l/2. With 3 nodes for x up to 1/16 (q = 100) and 7 up to 1 (q = 14) that is below 2e-12 |E| whatever
 * the share of r, and what earlier pieces contribute fades: 1e-9 mV are kept for |E| up to 0.5 V.
 */
export function shuntOn(onward: Onward, { r, s, e, f }: Shunts, time: number): void {
  const faster = r > s ? r : s;
  const perR = 1 / r;
  const perS = 1 / s;
  let { v, g, h } = onward;
  for (let left = time; left > 0; ) {
    const rate = 1 + g + h + faster;
    let l = left;
    if (rate * left > 1 || faster * left > MIDDLE) {
      const size = Math.abs(v);
      if (g * perR * (Math.abs(e) + size) + h * perS * (Math.abs(f) + size) < GONE) {
        v *= exp(-left);
        g *= exp(-r * left);
        h *= exp(-s * left);
        break;
      }
      l = Math.min(left, 1 / rate, MIDDLE / faster);
    }
    const x = rate * l;
    const small = x <= SMALL;
    const decay = small ? 0 : 1;
    const attraction = small ? 0 : 2;
    const { nodes, weights } = RULES[small ? 0 : 1];
    const last = nodes.length - 1;
    const gr = g * perR;
    const hs = h * perS;
    for (let i = 0; i <= last; i++) {
      const y = nodes[i]! * l;
      P[i] = series(-r * y, decay);
      Q[i] = series(-s * y, decay);
      A[i] = y + gr * (1 - P[i]!) + hs * (1 - Q[i]!);
    }
    const end = A[last]!;
    A[last] = 0;
    const ge = g * e;
    const hf = h * f;
    let even = 0;
    let odd = 0;
    let fade = 0;
    for (let i = 0; i <= last; i += 2) {
      even += weights[i]! * ((ge * P[i]! + hf * Q[i]!) * series(A[i]! - end, attraction));
      fade = series(A[i + 1]! - end, attraction);
      odd += weights[i + 1]! * ((ge * P[i + 1]! + hf * Q[i + 1]!) * fade);
    }
    v = v * fade + l * (even + odd);
    g *= P[last]!;
    h *= Q[last]!;
    left -= l;
  }
  onward.v = v;
  onward.g = g;
  onward.h = h;
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
  if (bar >= 0 && most <= bar) return Number.POSITIVE_INFINITY;
  const b = g * (e - v);
  const d = h * (f - v);
  const pull = (b > d ? r >= s : s >= r) ? Math.max(b + d, 0) : Math.max(b, 0) + Math.max(d, 0);
  if (!(pull > v)) return Number.POSITIVE_INFINITY;
  const rise = (bar - v) / (pull - v);
  const held = -(Math.min(a, 0) + Math.min(c, 0));
  const pushed = up - bar;
  if (!(held > pushed)) return rise;
  const fastest = Math.max(a < 0 ? r : 0, c < 0 ? s : 0);
  return Math.max((2 * (held - pushed)) / ((held + pushed) * fastest), rise); // ln x >= 2 (x - 1)/(x + 1)
}

const shunts = { r: 0, s: 0, e: 0, f: 0 };
const onward: Onward = { v: 0, g: 0, h: 0 };

/** See `Kernels.addTwoConductances`. */
export function addTwoConductances(
  u: Float64Array,
  bar: Float64Array,
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
  const floor = shunts.f <= 0 && shunts.f <= shunts.e ? shunts.f : Number.POSITIVE_INFINITY;
  let count = found;
  for (let k = start; k < end; k++) {
    const j = targets === null ? k - start : targets[k]!;
    const w = weights === null ? weight : weights[k]!;
    const o = FIELDS * j;
    const size = Math.abs(w);
    const by = w >= 0 ? 4 : 6;
    const time = (now - u[o + 1]!) * perTau;
    const silent = u[o] === SILENT;
    if (silent) {
      u[o + 2] = u[o + 2]! * exp(-shunts.r * time) + size * steps[by]!;
      u[o + 3] = u[o + 3]! * exp(-shunts.s * time) + size * steps[by + 1]!;
      u[o + 1] = now;
      continue;
    }
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
    if (until === LISTED || (until >= round && v >= floor && steps[by] === 0)) continue;
    if (until >= 0) {
      const later = now + shuntedByTwoWait(v, g, h, bar[j]!, shunts) * tau;
      u[o + 4] = later;
      if (later >= round) continue;
    }
    u[o + 4] = LISTED;
    values[count] = v;
    suspects[count++] = j;
  }
  return count;
}
