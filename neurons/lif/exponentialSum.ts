import { root } from '../../core/crossing.ts';
import { exp } from '../../core/math.ts';

/**
 * The times t > 0, ascending, at which c_0 e^(-r_0 t) + … + c_n e^(-r_n t) changes its sign. Exact up to rounding, whatever
 * the coefficients: divided by its slowest term the sum has a derivative with one term less, whose own sign changes are
 * all the turning points; between two of them the sum is monotone and changes its sign at most once.
 */
export function signChanges(coefficients: readonly number[], rates: readonly number[]): number[] {
  const byRate = new Map<number, number>();
  rates.forEach((rate, i) => {
    byRate.set(rate, (byRate.get(rate) ?? 0) + coefficients[i]!);
  });
  const terms = [...byRate].filter(([, c]) => c !== 0).sort(([a], [b]) => a - b);
  const slowest = terms[0]?.[0] ?? 0;
  return changes(
    terms.map(([, c]) => c),
    terms.map(([rate]) => rate - slowest),
  );
}

/** The same for distinct ascending rates, the first one 0. */
function changes(c: readonly number[], r: readonly number[]): number[] {
  if (c.length < 2) return [];
  const f = (t: number) => c.reduce((sum, ci, i) => sum + ci * exp(-r[i]! * t), 0);
  const slope = (t: number) => c.reduce((sum, ci, i) => sum - ci * r[i]! * exp(-r[i]! * t), 0);
  const turns = changes(
    c.slice(1).map((ci, i) => -ci * r[i + 1]!),
    r.slice(1).map((ri) => ri - r[1]!),
  );
  const found: number[] = [];
  let from = 0;
  let start = f(0);
  for (const to of [...turns, Number.POSITIVE_INFINITY]) {
    const last = to === Number.POSITIVE_INFINITY;
    const end = last ? c[0]! : f(to);
    if (start * end < 0) {
      let high = to;
      if (last) for (high = from + 1 / r[1]!; f(high) * start > 0; ) high += high - from;
      const sign = Math.sign(end);
      found.push(
        root(
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
