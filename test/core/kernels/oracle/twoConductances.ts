/** Deliveries to neurons with conductances of two time constants, neuron by neuron. */
import type { SynapseRow } from '../../../../core/kernels/scalarRows.ts';
import { exp } from '../../../../core/math.ts';

/** Decay rates of two conductances, per membrane time constant; reversal potentials, mV above the steady potential. */
interface TwoConductances {
  readonly excDecayRate: number;
  readonly inhDecayRate: number;
  readonly excReversal: number;
  readonly inhReversal: number;
}

/**
 * Lower bound of the time until the potential of a neuron with conductances g, h rises from `v` to threshold `bar`, in
 * membrane time constants; Infinity if never, 0 if v >= bar. The bound follows from the maximum slope of the potential.
 */
function boundTwoConductanceTimeToThreshold(
  v: number,
  g: number,
  h: number,
  bar: number,
  { excDecayRate: r, inhDecayRate: s, excReversal: e, inhReversal: f }: TwoConductances,
): number {
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

/** Conductances that cannot move the potential by more than this any more, mV, are set to 0. */
const GONE = 2 ** -47;

/** Maximum step length of each class, see `advanceTwoConductances`. A class has two terms more than the class before. */
export const STEP_LIMITS = [1.375 / 32, 1.875 / 8, 1.125 / 2, 1.125, 1.625, 2.25, 3, 4, 4.5, 5.5, 6.5, 7];
const LEAST = 5;
/** Share of the longest step up to which the weights of a class's terms are fitted. */
export const FITTED_SHARE = 0.85;

/**
 * Weights w[k - 1] for which the sum of w[k - 1] (-y)^k / k!, k = 1 … n, is e^-y - 1 for all y up to x, to about x^(n + 1) / (4^n n! n^2): the polynomial
 * p with p(0) = 1 that fulfils p' = -p but for a multiple of Chebyshev's polynomial of degree n on [0, x] (Lanczos, Applied Analysis, 1956, ch. 7).
 */
export function fitDecayWeights(n: number, x: number): Float64Array {
  const w = new Float64Array(n);
  let a = 1;
  for (let j = 0; j < n; j++) w[j] = a *= (2 * (n * n - j * j)) / ((2 * j + 1) * x);
  a = 0;
  for (let j = n; j > 0; j--) w[j - 1] = a += w[j - 1]!;
  return w.map((sum) => sum / (a + 1));
}

const WEIGHTS = STEP_LIMITS.map((limit, c) => fitDecayWeights(LEAST + 2 * c, FITTED_SHARE * limit));

const DEGREE = 8;
/** Coefficients of 1 - e^-z, for z up to 7/16. */
const DECAY = fitDecayWeights(DEGREE, 0.4375);
DECAY.reduce((part, w, k) => {
  const share = part * (1 / (k + 1));
  DECAY[k] = w * share;
  return -share;
}, 1);

/** 1 - e^-z. */
function decayed(z: number): number {
  const of = (k: number) => DECAY[k]! + z * DECAY[k + 1]!;
  const y = z * z;
  return z * (of(0) + y * of(2) + y * y * (of(4) + y * of(6)));
}

/** State of one neuron: potential, mV, and conductances, in leak conductances. */
export interface TwoConductanceState {
  v: number;
  g: number;
  h: number;
}

/** Number of terms beyond which also the seventh and eighth power of the time matter in the attraction. */
const LONG = 9;
/** Higher terms of attraction and drive, by powers of the time. */
const A = new Float64Array(DEGREE + 1);
const D = new Float64Array(DEGREE + 1);
/** Terms of the potential, preceded by zeros. */
const T = new Float64Array(DEGREE + LEAST + 2 * STEP_LIMITS.length);

/** Addend and lower bound of the attraction by which step lengths are measured, in units of the decay rate; see `advanceTwoConductances`. */
const MEASURES = { twice: [5, 17], any: [10, 16] } as const;

function measures({ excDecayRate: r, inhDecayRate: s }: TwoConductances): readonly [number, number] {
  const [more, least] = r === 2 * s ? MEASURES.twice : MEASURES.any;
  const rate = r === 2 * s ? s : Math.max(r, s);
  return [more * rate, least * rate];
}

/** Class of a step of this length. */
function classOf(length: number): number {
  let c = 0;
  while (length >= STEP_LIMITS[c]!) c++;
  return c;
}

/** Product of the j-th and the next term of the attraction and lower terms of the potential. */
const products = (k: number, j: number) => A[j]! * T[DEGREE + k - j]! + A[j + 1]! * T[DEGREE + k - j - 1]!;

/** Advances a neuron by a step of length l, of class c. */
function step(
  onward: TwoConductanceState,
  { excDecayRate: r, inhDecayRate: s, excReversal: excitation, inhReversal: inhibition }: TwoConductances,
  l: number,
  c: number,
): void {
  const { v, g, h } = onward;
  const n = LEAST + 2 * c;
  const weights = WEIGHTS[c]!;
  const [e, f] = [excitation - v, inhibition - v];
  const twice = r === 2 * s;
  const gone = decayed(s * l);
  const w = twice ? gone : 0;
  const m = twice ? w * (1 / s) : l;
  const ga = twice ? w + w : r * l;
  const ha = twice ? w : s * l;
  const gb = twice ? w * w : ga * ga;
  const hb = twice ? 0 : ha * ha;
  const half = twice ? 1 : -DECAY[1]!;
  const [g0, h0] = [g * m, h * m];
  let [gk, hk] = [g0 * gb, h0 * hb];
  const s0 = m + g0 + h0;
  const s1 = g0 * ga + h0 * ha;
  const s2 = (gk + hk) * half;
  let a = g0 * e + h0 * f - m * v;
  let b = ((w - s0) * a - (g0 * ga * e + h0 * ha * f)) * 0.5;
  let t = ((w + w - s0) * b + (s1 * a + (gk * e + hk * f) * half)) * (1 / 3);
  let sum = weights[0]! * a + (weights[1]! * b + weights[2]! * t);
  T[DEGREE + 1] = a;
  T[DEGREE + 2] = b;
  const higher = twice ? 0 : n > LEAST ? DEGREE : LEAST - 1;
  for (let k = 3; k <= higher; k++) {
    gk *= ga;
    hk *= ha;
    A[k] = (gk + hk) * DECAY[k - 1]!;
    D[k] = (gk * e + hk * f) * DECAY[k - 1]!;
  }
  for (let k = 3; k < n; k++) {
    const i = 1 / (k + 1);
    let next = (w - (w + s0) * i) * t + (s1 * b - s2 * a) * i;
    if (!twice) {
      T[DEGREE + k] = t;
      let further = products(k, 3);
      if (n > LEAST) further += products(k, 5);
      if (n > LONG) further += products(k, 7);
      next += (further - (k > DEGREE ? 0 : D[k]!)) * i;
    }
    sum += weights[k]! * next;
    a = b;
    b = t;
    t = next;
  }
  onward.v = v + sum;
  onward.g = g - g * (twice ? ga - gb : decayed(ga));
  onward.h = h - h * gone;
}

/**
 * Advances a neuron by `time`, in membrane time constants: U' = -U + g (e - U) + h (f - U), g' = -r g, h' = -s h, by the series of U about the
 * start. If r = 2 s, the series is one in w = 1 - e^(-s t), s (1 - w) dU/dw = -(1 + g (1 - w)^2 + h (1 - w)) U + g e (1 - w)^2 + h f (1 - w): a
 * term follows from the three terms before it. Otherwise the series is one in t, with conductances by `DECAY`: a term follows from nine.
 *
 * U is a mixture of decays by at most the attraction over the step, (1 + g + h) l, apart from changes of the conductances. The terms are
 * therefore weighted by the best fit to such decays, and about 12 terms replace 18. The length l of a step is measured by
 * max(1 + g + h + b q, c q) l, with the decay rate q and b, c of `MEASURES`. The error of a step of each class is below
 * 5e-12 min(1, (1 + g + h) l) times the largest distance between potential and reversals or rest (test/core/kernels/economised.test.ts), and
 * errors of earlier steps decay: the total error stays below 1e-9 mV if these distances are below 0.1 V.
 */
export function advanceTwoConductances(onward: TwoConductanceState, shunts: TwoConductances, time: number): void {
  const { excDecayRate: r, inhDecayRate: s, excReversal: e, inhReversal: f } = shunts;
  const [more, least] = measures(shunts);
  for (let left = time; left > 0; ) {
    const { v, g, h } = onward;
    const rate = Math.max(1 + g + h + more, least);
    let l = left;
    let c = classOf(rate * l);
    if (c === STEP_LIMITS.length) {
      const size = Math.abs(v);
      if (g * (1 / r) * (Math.abs(e) + size) + h * (1 / s) * (Math.abs(f) + size) < GONE) {
        onward.v = v * exp(-left);
        onward.g = g * exp(-r * left);
        onward.h = h * exp(-s * left);
        return;
      }
      l = 6 / rate;
      c = classOf(rate * l);
    }
    step(onward, shunts, l, c);
    left -= l;
  }
}

/** Number of values per neuron, and values of `until`: refractory neuron, checked at its wake time, candidate. */
const FIELDS = 5;
const SILENT = -Infinity;
const WATCHED = -Infinity;
const LISTED = -1 / 2 ** 40;

const shunts = { excDecayRate: 0, inhDecayRate: 0, excReversal: 0, inhReversal: 0 };
const onward: TwoConductanceState = { v: 0, g: 0, h: 0 };

/** Advances the state of one neuron, which begins at `o`, by `time` membrane time constants. */
function advance(u: Float64Array, steps: Float64Array, time: number, o = 0): void {
  [shunts.excDecayRate, shunts.inhDecayRate, shunts.excReversal, shunts.inhReversal] = [
    steps[0]!,
    steps[1]!,
    steps[2]!,
    steps[3]!,
  ];
  [onward.v, onward.g, onward.h] = [u[o]!, u[o + 2]!, u[o + 3]!];
  advanceTwoConductances(onward, shunts, time);
  [u[o], u[o + 2], u[o + 3]] = [onward.v, onward.g, onward.h];
}

/** Adds arrivals to neurons with conductances of two time constants; arguments as in `Kernels.addTwoConductances`. */
export function addTwoConductances(
  u: Float64Array,
  bar: Float64Array,
  { weights, weight, targets }: SynapseRow,
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
    advance(u, steps, (now - u[o + 1]!) * perTau, o);
    u[o + 1] = now;
    const v = u[o]!;
    const g = (u[o + 2]! += size * steps[by]!);
    const h = (u[o + 3]! += size * steps[by + 1]!);
    const until = u[o + 4]!;
    if (until === LISTED) continue;
    const apart = until >= round || (until < 0 && until > WATCHED);
    if (apart && v >= floor && steps[by] === 0) continue;
    const later = now + boundTwoConductanceTimeToThreshold(v, g, h, bar[j]!, shunts) * tau;
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

/** Potential u0 advanced by t membrane time constants under two decaying conductances. */
export function twoConductancePotential(
  u0: number,
  one: { readonly g: number; readonly e: number; readonly rate: number },
  two: { readonly g: number; readonly e: number; readonly rate: number },
  t: number,
): number {
  const state = { v: u0, g: one.g, h: two.g };
  advanceTwoConductances(
    state,
    { excDecayRate: one.rate, inhDecayRate: two.rate, excReversal: one.e, inhReversal: two.e },
    t,
  );
  return state.v;
}
