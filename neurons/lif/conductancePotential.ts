import { exp, log } from '../../core/math.ts';
import { findRoot } from '../parts/crossing.ts';
import { signChanges, sumAt } from './exponentialSum.ts';
import { relativeExpm1 } from './psp.ts';

/** Value of b = ts g up to which the series is used; above it the continued fraction. */
const SERIES_LIMIT = 2;
/** Relative size at which the series ends. */
const EPSILON = 1e-17;
/** Number of time constants after which potential and conductance have decayed below rounding. */
const DECAYED_TIME = 60;
/** Number of time constants after which an apparent crossing is a rounding artefact. */
const MAX_CROSSING_TIME = 700;

/**
 * Attractor b e^b b^(-a) Gamma(a, b) with a = 1 - ts: the solution, per unit of reversal potential, to which all others converge while b
 * is large. Continued fraction of the incomplete gamma function, evaluated from its tail; error 2 units in the last place.
 */
export function attractor(ts: number, b: number): number {
  let tail = 0;
  for (let n = Math.ceil(120 / b) + 8; n > 0; n--) tail = (n * (n - 1 + ts)) / (b + ts + 2 * n - tail);
  return b / (b + ts - tail);
}

/**
 * Membrane potential U(t) under a decaying conductance: dU/dt = -U + g (E - U), g = g0 e^(-t/ts), U(0) = u0; time in membrane time
 * constants, g in leak conductances (Brette 2006, Neural Computation 18, doi:10.1162/neco.2006.18.8.2004). With b = ts g and a = 1 - ts
 * all solutions are e^(-t + b) times a constant plus E e^b b^(1-a) times an incomplete gamma function of (a, b). For small b the lower
 * gamma function is used, by its series, in which start and end are subtracted term by term, so that any ts is allowed; for large b
 * the upper one.
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
 * Upper bound of U for all later times. Above 0 the leak only lowers U; without leak U ends at E - (E - u) e^(-ts g0). U tends to
 * g E / (1 + g), which lies between 0 and its present value.
 */
function maxPotential(u0: number, g0: number, e: number, ts: number): number {
  const from = Math.max(u0, 0);
  const resting = (g0 * e) / (1 + g0);
  return resting > from ? Math.min(resting, e - (e - from) * exp(-ts * g0)) : from;
}

/**
 * First t at which `conductancePotential` reaches theta + above e^(-kappa t); 0 if U starts at or above it, Infinity if never. When U
 * meets the threshold the difference of their slopes is s(t), a sum of exponentials that does not contain U. U can cross only while
 * s > 0, and stays above until s changes sign. The values at the ends of the intervals with s > 0 thus decide, and an interval whose
 * end lies above threshold brackets a single crossing. For a constant threshold the only test is at g = theta / (E - theta).
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
  // The threshold decays to this height only after U has decayed completely.
  if (theta > 0 && above > 0 && log(above / (highest - theta)) > DECAYED_TIME * Math.max(1, ts) * kappa) {
    return Infinity;
  }
  return findCrossing((t) => conductancePotential(u0, g0, e, ts, t), [{ g: g0, e, rate: 1 / ts }], theta, above, kappa);
}

/**
 * `conductanceCrossing` for any U with dU/dt = -U + sum g_k e^(-r_k t) (E_k - U), given as a function of t; Infinity if U does not reach the
 * threshold by `horizon`.
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
