import { exp, log } from '../../core/math.ts';

/**
 * First t > 0 at which g(t) = c + p e^(-t/tp) + q e^(-t/tq) reaches 0 from below; Infinity if never, 0 if g(0) >= 0. Exact
 * up to rounding: g has at most one extremum, whose value decides whether a crossing exists and brackets it.
 */
export function findFirstCrossing(c: number, p: number, tp: number, q: number, tq: number) {
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
    if (g(turn) < 0) return Infinity; // the maximum of g and its limit c lie below 0
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
export function findRoot(g: (t: number) => number, slope: (t: number) => number, from: number, to: number) {
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

/**
 * Times t > 0, ascending, at which c_0 e^(-r_0 t) + … + c_n e^(-r_n t) changes sign. Exact up to rounding. The sum divided by its slowest
 * term has a derivative with one term fewer, whose sign changes, the extrema of the quotient, are found recursively. Between two extrema
 * the quotient changes sign at most once.
 */
export function findSignChanges(coefficients: readonly number[], rates: readonly number[]) {
  const c: number[] = [];
  const r: number[] = [];
  for (let i = 0; i < rates.length; i++) {
    if (coefficients[i] === 0) continue;
    let at = 0;
    while (at < r.length && r[at]! < rates[i]!) at++;
    if (r[at] === rates[i]) {
      c[at]! += coefficients[i]!;
      if (c[at] === 0) {
        r.splice(at, 1);
        c.splice(at, 1);
      }
    } else {
      r.splice(at, 0, rates[i]!);
      c.splice(at, 0, coefficients[i]!);
    }
  }
  for (let i = r.length - 1; i >= 0; i--) r[i]! -= r[0]!;
  return findOrderedSignChanges(c, r);
}

export function evaluateExponentialSum(c: readonly number[], r: readonly number[], t: number) {
  let sum = 0;
  for (let i = 0; i < c.length; i++) sum += c[i]! * exp(-r[i]! * t);
  return sum;
}

/** Times of the sign changes, like `findSignChanges`, for rates that ascend from 0. */
function findOrderedSignChanges(c: readonly number[], r: readonly number[]) {
  if (c.length < 2) return [];
  if (c.length === 2) {
    const t = log(-c[1]! / c[0]!) / r[1]!;
    return t > 0 && t < Infinity ? [t] : [];
  }
  const derived = c.map((ci, i) => -ci * r[i]!);
  const f = (t: number) => evaluateExponentialSum(c, r, t);
  const slope = (t: number) => evaluateExponentialSum(derived, r, t);
  const turns = findOrderedSignChanges(
    derived.slice(1),
    r.slice(1).map((ri) => ri - r[1]!),
  );
  const found: number[] = [];
  let from = 0;
  let start = f(0);
  for (const to of [...turns, Infinity]) {
    const last = to === Infinity;
    const end = last ? c[0]! : f(to);
    if (start * end < 0) {
      let high = to;
      if (last) for (high = from + 1 / r[1]!; f(high) * start > 0; ) high += high - from;
      const sign = Math.sign(end);
      const orient = (g: (t: number) => number) => (t: number) => sign * g(t);
      found.push(findRoot(orient(f), orient(slope), from, high));
    }
    from = to;
    start = end;
  }
  return found;
}
