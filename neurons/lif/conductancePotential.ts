import { exp, log } from '../../core/math.ts';
import { findRoot } from '../parts/crossing.ts';
import { signChanges, sumAt } from './exponentialSum.ts';
import { relativeExpm1 } from './psp.ts';

/** The drive b = ts g up to which the series is used, and from which on the continued fraction. */
const SERIES_LIMIT = 2;
const EPSILON = 1e-17;
/** Time constants after which potential and conductance are below rounding. */
const DECAYED_TIME = 60;
/** Time constants after which a crossing that has not come only comes from rounding. */
const MAX_CROSSING_TIME = 700;

/**
 * b e^b b^(-a) Gamma(a, b) with a = 1 - ts: the solution, per unit of reversal, to which all others tend while b is large (continued fraction of
 * the incomplete gamma function, from its tail, which is forgotten on the way as rounding is: to 2 units in the last place).
 */
export function attractor(ts: number, b: number): number {
  let tail = 0;
  for (let n = Math.ceil(120 / b) + 8; n > 0; n--) tail = (n * (n - 1 + ts)) / (b + ts + 2 * n - tail);
  return b / (b + ts - tail);
}

/**
 * U(t) of dU/dt = -U + g (E - U), g = g0 e^(-t/ts), U(0) = u0; time in membrane time constants, g in leak conductances:
 * a membrane under a conductance that decays (Brette 2006, Neural Computation 18, doi:10.1162/neco.2006.18.8.2004). With
 * b = ts g and a = 1 - ts all solutions are e^(-t + b) times a constant plus E e^b b^(1-a) times an incomplete gamma function
 * of (a, b): for small b the lower one, by its series, in which start and end are subtracted term by term, so that any ts
 * will do; for large b the upper one.
 */
export function conductancePotential(u0: number, g0: number, e: number, ts: number, t: number): number {
  if (g0 === 0) return u0 * exp(-t);
  const b0 = ts * g0;
  if (b0 > SERIES_LIMIT) {
    const middle = ts * log(b0 / SERIES_LIMIT);
    const to = Math.min(t, middle);
    const b = b0 * exp(-to / ts);
    const u = e * attractor(ts, b) + exp(b - b0 - to) * (u0 - e * attractor(ts, b0));
    return t > middle ? conductancePotential(u, SERIES_LIMIT / ts, e, ts, t - middle) : u;
  }
  const decay = exp(-t);
  const fade = exp(-t / ts);
  let power = fade;
  let share = 1;
  let sum = 0;
  for (let n = 0; share > EPSILON || share < -EPSILON; n++) {
    const x = (n + 1 - ts) / ts;
    const tx = t * x;
    sum += share * (tx < 0.3 && tx > -0.3 ? decay * t * relativeExpm1(-tx) : (decay - power) / x);
    power *= fade;
    share *= -b0 / (n + 1);
  }
  const b = b0 * fade;
  return u0 * exp(b - b0 - t) + e * g0 * exp(b) * sum;
}

/**
 * No less than any later U: above 0 the leak only lowers it, and without leak it ends at E - (E - u) e^(-ts g0). It tends to
 * g E / (1 + g), which lies between 0 and its present value.
 */
function maxPotential(u0: number, g0: number, e: number, ts: number): number {
  const from = Math.max(u0, 0);
  const resting = (g0 * e) / (1 + g0);
  return resting > from ? Math.min(resting, e - (e - from) * exp(-ts * g0)) : from;
}

/**
 * First t at which that U reaches theta + above e^(-kappa t); 0 if it is there, Infinity if it never gets there. Where U meets
 * the threshold their slopes differ by s(t), a sum of exponentials that does not contain U: U can get above only while s > 0,
 * and then stays there until s changes its sign. So the values at the ends of these stretches tell whether it crosses, and a
 * stretch whose end lies above brackets the one crossing. For a constant threshold that is the test at the time when g has
 * fallen to theta / (E - theta).
 */
export function conductanceCrossing(
  u0: number,
  g0: number,
  e: number,
  ts: number,
  theta: number,
  above: number,
  kappa: number,
): number {
  if (u0 - theta - above >= 0) return 0;
  const highest = maxPotential(u0, g0, e, ts);
  if (highest < theta + Math.min(above, 0)) return Infinity;
  // The threshold falls to that height only when nothing is left of U.
  if (theta > 0 && above > 0 && log(above / (highest - theta)) > DECAYED_TIME * Math.max(1, ts) * kappa) {
    return Infinity;
  }
  return findCrossing((t) => conductancePotential(u0, g0, e, ts, t), [{ g: g0, e, rate: 1 / ts }], theta, above, kappa);
}

/**
 * The same for any U of dU/dt = -U + sum g_k e^(-r_k t) (E_k - U), given as a function of t, and up to a horizon: Infinity if it is not there by then.
 */
export function findCrossing(
  potential: (t: number) => number,
  drives: readonly { readonly g: number; readonly e: number; readonly rate: number }[],
  theta: number,
  above: number,
  kappa: number,
  horizon = Infinity,
): number {
  const threshold = (t: number) => theta + above * exp(-kappa * t);
  let u = 0;
  const h = (t: number) => {
    u = potential(t);
    return u - threshold(t);
  };
  if (h(0) >= 0) return 0;
  const slope = (t: number) => {
    let rise = -u;
    for (const { g, e, rate } of drives) rise += g * exp(-t * rate) * (e - u);
    return rise + above * kappa * exp(-kappa * t);
  };
  const c = [
    -theta,
    ...drives.map(({ g, e }) => g * (e - theta)),
    above * (kappa - 1),
    ...drives.map(({ g }) => -g * above),
  ];
  const r = [0, ...drives.map(({ rate }) => rate), kappa, ...drives.map(({ rate }) => kappa + rate)];
  const ends = signChanges(c, r);
  let rising = sumAt(c, r, (ends[0] ?? 1) / 2) > 0;
  let from = 0;
  for (const end of ends) {
    if (end >= horizon) break;
    if (rising && h(end) >= 0) return findRoot(h, slope, from, end);
    rising = !rising;
    from = end;
  }
  if (!rising) return Infinity;
  if (horizon < Infinity) return h(horizon) >= 0 ? findRoot(h, slope, from, horizon) : Infinity;
  for (let width = 1; from < MAX_CROSSING_TIME; width *= 2) {
    if (h(from + width) >= 0) return findRoot(h, slope, from, from + width);
    from += width;
  }
  return Infinity;
}
