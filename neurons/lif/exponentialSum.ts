import { exp, log } from '../../core/math.ts';
import { findRoot } from '../parts/crossing.ts';

/**
 * Times t > 0, ascending, at which c_0 e^(-r_0 t) + … + c_n e^(-r_n t) changes sign. Exact up to rounding: divided by its slowest term
 * the sum has a derivative with one term fewer. The sign changes of this derivative are the extrema of the quotient, and between
 * two extrema the quotient is monotone and changes sign at most once.
 */
export function signChanges(coefficients: readonly number[], rates: readonly number[]): number[] {
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
  return changes(c, r);
}

/** Value of the exponential sum at t. */
export function sumAt(c: readonly number[], r: readonly number[], t: number): number {
  let sum = 0;
  for (let i = 0; i < c.length; i++) sum += c[i]! * exp(-r[i]! * t);
  return sum;
}

/** `signChanges` for distinct ascending rates with r_0 = 0. */
function changes(c: readonly number[], r: readonly number[]): number[] {
  if (c.length < 2) return [];
  if (c.length === 2) {
    const t = log(-c[1]! / c[0]!) / r[1]!;
    return t > 0 && t < Infinity ? [t] : [];
  }
  const derived = c.map((ci, i) => -ci * r[i]!);
  const f = (t: number) => sumAt(c, r, t);
  const slope = (t: number) => sumAt(derived, r, t);
  const turns = changes(
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
      found.push(
        findRoot(
          (t) => sign * f(t),
          (t) => sign * slope(t),
          from,
          high,
        ),
      );
    }
    from = to;
    start = end;
  }
  return found;
}
