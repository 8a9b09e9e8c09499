import { exp, log } from '../../core/math.ts';

/**
 * First t > 0 at which g(t) = c + p e^(-t/tp) + q e^(-t/tq) reaches 0 from below; Infinity if never, 0 if g(0) >= 0. Exact up to
 * rounding: g has at most one extremum, whose value decides whether a crossing exists and brackets it. Used for exponential
 * currents (p from the membrane, q from the synapse) and for decaying thresholds.
 */
export function firstCrossing(c: number, p: number, tp: number, q: number, tq: number): number {
  const start = c + p + q;
  if (start >= 0) return 0;
  if (q === 0 || tp === tq) return c > 0 ? tp * log(-(p + q) / c) : Infinity;
  if (p === 0) return c > 0 ? tq * log(-q / c) : Infinity;
  const g = (t: number) => c + p * exp(-t / tp) + q * exp(-t / tq);
  const slope = (t: number) => -(p / tp) * exp(-t / tp) - (q / tq) * exp(-t / tq);
  const ratio = -(q * tp) / (p * tq);
  const turn = ratio > 0 ? log(ratio) / (1 / tq - 1 / tp) : -Infinity;
  let low = 0;
  let high = turn;
  if (turn > 0 && slope(0) > 0) {
    if (g(turn) < 0) return Infinity; // maximum and limit c lie below 0
  } else {
    if (c <= 0) return Infinity; // g falls, or rises to c <= 0
    if (turn > 0) low = turn;
    high = low + Math.max(tp, tq);
    while (g(high) < 0) high *= 2;
  }
  return findRoot(g, slope, low, high);
}

/**
 * Root of g in a bracket with g(from) < 0 <= g(to), by Newton's method with bisection as a fallback. `slope` is called at the last
 * argument of `g` only.
 */
export function findRoot(g: (t: number) => number, slope: (t: number) => number, from: number, to: number): number {
  let low = from;
  let high = to;
  let t = low;
  let value = g(t);
  for (let i = 0; i < 200; i++) {
    const step = value / slope(t);
    let next = t - step;
    if (!(next > low && next < high)) next = (low + high) / 2;
    if (Math.abs(next - t) <= 1e-13 * Math.max(1, next) || next === low || next === high) return next;
    t = next;
    value = g(t);
    if (value < 0) low = t;
    else high = t;
  }
  return t;
}
