import {
  ATTRACTOR_ROW_LENGTH,
  MAX_TABLE_ARGUMENT,
  MIN_TABLE_EXPONENT,
  POLYNOMIAL_COEFFICIENT_COUNT,
  TABLE_CELLS_PER_BINADE,
} from '../../core/kernels/conductances.ts';
import { cos, exp, log } from '../../core/math.ts';
import { evaluateExponentialSum, findRoot, findSignChanges } from '../parts/crossing.ts';
import { exprel } from './psp.ts';

/** Maximum of b (conductance × synaptic time constant) for which the potential is computed by its power series in b. */
const MAX_SERIES_ARGUMENT = 2;
const MIN_SERIES_TERM = 1e-17;
/** Number of time constants after which potential and conductance are below rounding errors. */
const DECAYED_TIME = 60;
/** Number of time constants after which a computed threshold crossing is taken for a rounding error. */
const MAX_CROSSING_TIME = 700;

/**
 * Potential, per unit of reversal potential, to which all solutions converge while the conductance is large: b e^b b^(-a) Gamma(a, b), with
 * a = 1 - ts, b = ts g, ts = tauSyn / tau, g in leak conductances. Computed by the continued fraction of the incomplete gamma function,
 * from its tail; error 2 ulp.
 */
export function computeAttractorPotential(ts: number, b: number) {
  let tail = 0;
  for (let n = Math.ceil(120 / b) + 8; n > 0; n--) tail = (n * (n - 1 + ts)) / (b + ts + 2 * n - tail);
  return b / (b + ts - tail);
}

/**
 * Membrane potential U(t) under a decaying conductance: dU/dt = -U + g (E - U), g = g0 e^(-t/ts), U(0) = u0; time in membrane time
 * constants, g in leak conductances (Brette 2006, Neural Computation 18, doi:10.1162/neco.2006.18.8.2004). With b = ts g and a = 1 - ts,
 * each solution is e^(-t + b) times a constant plus E e^b b^(1-a) times an incomplete gamma function of (a, b): the upper function for
 * large b, the series of the lower function for small b. Series at start and end are subtracted term by term, so that any ts is allowed.
 */
export function computeConductancePotential(u0: number, g0: number, e: number, ts: number, t: number): number {
  if (g0 === 0) return u0 * exp(-t);
  const b0 = ts * g0;
  if (b0 > MAX_SERIES_ARGUMENT) {
    const middle = ts * log(b0 / MAX_SERIES_ARGUMENT);
    const to = Math.min(t, middle);
    const b = b0 * exp(-to / ts);
    const u = e * computeAttractorPotential(ts, b) + exp(b - b0 - to) * (u0 - e * computeAttractorPotential(ts, b0));
    return t > middle ? computeConductancePotential(u, MAX_SERIES_ARGUMENT / ts, e, ts, t - middle) : u;
  }
  const decay = exp(-t);
  const fade = exp(-t / ts);
  let power = fade;
  let share = 1;
  let sum = 0;
  for (let n = 0; share > MIN_SERIES_TERM || share < -MIN_SERIES_TERM; n++) {
    const x = (n + 1 - ts) / ts;
    const tx = t * x;
    sum += share * (tx < 0.3 && tx > -0.3 ? decay * t * exprel(-tx) : (decay - power) / x);
    power *= fade;
    share *= -b0 / (n + 1);
  }
  const b = b0 * fade;
  return u0 * exp(b - b0 - t) + e * g0 * exp(b) * sum;
}

/**
 * Upper bound of U(t) of `computeConductancePotential` for all t >= 0, mV, with g, ts and E as defined there. U tends to g E / (1 + g), which
 * decreases as g decays. While U > 0, the leak only lowers U; without leak, U would end at E - (E - u0) e^(-ts g0).
 */
function boundPotential(u0: number, g0: number, e: number, ts: number) {
  const from = Math.max(u0, 0);
  const resting = (g0 * e) / (1 + g0);
  return resting > from ? Math.min(resting, e - (e - from) * exp(-ts * g0)) : from;
}

/**
 * First t at which the potential U (`computeConductancePotential`) reaches the threshold theta + `above` e^(-kappa t); 0 if U starts at or
 * above the threshold, Infinity if never. Where U equals the threshold, their slopes differ by s(t), a sum of exponentials without U. U can
 * cross upwards only while s > 0, then stays above until s changes sign. So U is tested at the end of each interval with s > 0; if above
 * threshold, the interval brackets one crossing.
 */
export function findConductanceCrossing(
  u0: number,
  g0: number,
  e: number,
  ts: number,
  theta: number,
  above: number,
  kappa: number,
) {
  if (u0 - theta - above >= 0) return 0;
  const highest = boundPotential(u0, g0, e, ts);
  if (highest < theta + Math.min(above, 0)) return Infinity;
  // The potential cannot cross before the falling threshold has reached `highest`, the upper bound of the potential. If
  // the potential has decayed to rest by then, which is below the threshold, there is no crossing.
  if (theta > 0 && above > 0 && log(above / (highest - theta)) > DECAYED_TIME * Math.max(1, ts) * kappa) {
    return Infinity;
  }
  return findThresholdCrossing(
    (t) => computeConductancePotential(u0, g0, e, ts, t),
    [{ g: g0, e, rate: 1 / ts }],
    theta,
    above,
    kappa,
  );
}

/**
 * First time at which `potential` U reaches theta + `above` e^(-kappa t); Infinity if not by `horizon`. dU/dt = -U + sum g e^(-rate t) (E
 * - U), summed over the conductances in `drives`. Generalises `findConductanceCrossing`.
 */
export function findThresholdCrossing(
  potential: (t: number) => number,
  drives: readonly { readonly g: number; readonly e: number; readonly rate: number }[],
  theta: number,
  above: number,
  kappa: number,
  horizon = Infinity,
) {
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
  const ends = findSignChanges(c, r);
  let rising = evaluateExponentialSum(c, r, (ends[0] ?? 1) / 2) > 0;
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

/**
 * Minimum of b (conductance × synaptic time constant) for which a potential is computed by a continued fraction, which needs 120 / b terms.
 */
const MIN_FRACTION_ARGUMENT = 0.25;

let lastTs = Number.NaN;
let atSmall = 0;

/** Like `computeAttractorPotential`, for any b > 0: below `MIN_FRACTION_ARGUMENT` by integration from that argument. */
export function computeAttractorPotentialAnyB(ts: number, b: number) {
  if (b > MIN_FRACTION_ARGUMENT) return computeAttractorPotential(ts, b);
  if (ts !== lastTs) {
    lastTs = ts;
    atSmall = computeAttractorPotential(ts, MIN_FRACTION_ARGUMENT);
  }
  return computeConductancePotential(atSmall, MIN_FRACTION_ARGUMENT / ts, 1, ts, ts * log(MIN_FRACTION_ARGUMENT / b));
}

const PI = Math.PI;
const CHEBYSHEV_NODES = Array.from({ length: POLYNOMIAL_COEFFICIENT_COUNT }, (_, i) =>
  cos(((2 * i + 1) * PI) / (2 * POLYNOMIAL_COEFFICIENT_COUNT)),
);

/** Coefficients of the Chebyshev polynomials in powers of x, one row per degree. */
const CHEBYSHEV_COEFFICIENTS: readonly (readonly number[])[] = (() => {
  const rows = [[1], [0, 1]];
  for (let n = 2; n < POLYNOMIAL_COEFFICIENT_COUNT; n++) {
    const next = [0, ...rows[n - 1]!.map((c) => 2 * c)];
    rows[n - 2]!.forEach((c, k) => {
      next[k]! -= c;
    });
    rows.push(next);
  }
  return rows;
})();

/** Writes the polynomial fit of f at Chebyshev nodes of middle ± half to `row`; exact to rounding for smooth f. */
function fitPolynomial(row: Float64Array, f: (b: number) => number, middle: number, half: number) {
  const values = CHEBYSHEV_NODES.map((x) => f(middle + half * x));
  row.fill(0);
  for (let n = 0; n < POLYNOMIAL_COEFFICIENT_COUNT; n++) {
    let c = 0;
    // Chebyshev polynomial T_n at node i: cos(n (2i + 1) pi / 2N); the argument is reduced to below 2 pi.
    for (let i = 0; i < POLYNOMIAL_COEFFICIENT_COUNT; i++) {
      const turn = (n * (2 * i + 1)) % (4 * POLYNOMIAL_COEFFICIENT_COUNT);
      c += values[i]! * cos((turn * PI) / (2 * POLYNOMIAL_COEFFICIENT_COUNT));
    }
    c *= (n === 0 ? 1 : 2) / POLYNOMIAL_COEFFICIENT_COUNT;
    let unit = 1; // half^k
    CHEBYSHEV_COEFFICIENTS[n]!.forEach((power, k) => {
      row[k]! += (c * power) / unit;
      unit *= half;
    });
  }
}

const tableCache = new Map<number, Float64Array>();
const MAX_CACHED_TABLES = 8;

/**
 * Table for kernels: `computeAttractorPotential` × e^-b / b for ts = tauSyn / tau. A row holds, for one interval of b, a
 * polynomial of degree 5 in b - middle, and e^middle. The fit is exact up to rounding, because the only singularity, b
 * = 0, is at least 256 half-widths away.
 */
export function createAttractorTable(ts: number) {
  const known = tableCache.get(ts);
  if (known !== undefined) return known;
  const fine = (1 - MIN_TABLE_EXPONENT) * TABLE_CELLS_PER_BINADE;
  const table = new Float64Array(
    (fine + (MAX_TABLE_ARGUMENT - 2) * (TABLE_CELLS_PER_BINADE / 2) + 1) * ATTRACTOR_ROW_LENGTH,
  );
  const valueAt = (b: number) => (computeAttractorPotentialAnyB(ts, b) / b) * exp(-b);
  for (let cell = 0, at = 0; at < table.length; cell++, at += ATTRACTOR_ROW_LENGTH) {
    const binade = Math.min(Math.floor(cell / TABLE_CELLS_PER_BINADE), 1 - MIN_TABLE_EXPONENT);
    const width = 2 ** (MIN_TABLE_EXPONENT + binade) / TABLE_CELLS_PER_BINADE;
    const middle = width * (TABLE_CELLS_PER_BINADE + cell - TABLE_CELLS_PER_BINADE * binade);
    fitPolynomial(table.subarray(at, at + POLYNOMIAL_COEFFICIENT_COUNT), valueAt, middle, width / 2);
    table[at + POLYNOMIAL_COEFFICIENT_COUNT] = exp(middle);
  }
  if (tableCache.size === MAX_CACHED_TABLES) tableCache.delete(tableCache.keys().next().value!);
  tableCache.set(ts, table);
  return table;
}
