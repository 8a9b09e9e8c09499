import jstat from 'jstat';
import { mean, sampleStandardDeviation } from 'simple-statistics';
import { DIRECTIONS, type Train } from '../import/trains.ts';
import type { Candidate } from './candidate.ts';
import { levels } from './curves.ts';
import { type Left, type Pool, placeOf, pool } from './pool.ts';

/** The best model is off by this much more at most than the curve that lies nearest to the readings, whatever its model. */
export const MOST_OFF = 1.1;
const FOLDS = 5;
/** Curves that differ by less than this share of the range everywhere are one. */
const SAME = 2e-3;

/** Autocorrelation at lag 1 of what trains differ by from the curve of coordinates p. */
export function autocorrelation(trains: readonly Train[], unit: number, c: Candidate, p = c.p): number {
  let [sum, squares, count, pairs] = [0, 0, 0, 0];
  for (const { direction, elapsed, conductance } of trains) {
    const curve = levels(c.curves.course(p, direction), elapsed);
    for (let i = 0; i < curve.length; i++) {
      const r = conductance[i]! / unit - curve[i]!;
      squares += r * r;
      count++;
      if (i === 0) continue;
      sum += r * (conductance[i - 1]! / unit - curve[i - 1]!);
      pairs++;
    }
  }
  return squares === 0 ? 0 : (sum / pairs) * (count / squares);
}

/** As many independent readings would tell as much of the curve: n (1 - r)/(1 + r). */
export function effective(readings: number, correlation: number): number {
  const r = Math.min(Math.max(correlation, 0), 0.99);
  return Math.max(4, (readings * (1 - r)) / (1 + r));
}

/** Bayesian information criterion for that many independent readings. */
export const criterion = (c: Candidate, independent: number): number =>
  independent * Math.log(c.misfit) + c.count * Math.log(independent);

/** Parts that are predicted in turn from the others: cycles and devices, or stretches of the trains where there are too few. */
export function folds(trains: readonly Train[]): {
  held: (train: Train, t: number, i: number) => number;
  count: number;
} {
  const groups = [...new Set(trains.map(({ device, cycle }) => JSON.stringify([device, cycle])))];
  if (groups.length >= 3) {
    const at = new Map(groups.map((id, g) => [id, g % FOLDS]));
    return {
      count: Math.min(FOLDS, groups.length),
      held: ({ device, cycle }) => at.get(JSON.stringify([device, cycle]))!,
    };
  }
  const stretch = ({ elapsed }: Train) => Math.max(1, Math.round(elapsed.length / 20));
  return { count: FOLDS, held: (train, _, i) => Math.floor(i / stretch(train)) % FOLDS };
}

/** Mean squares of what is held out of each fold, for each candidate. */
export function crossValidated(
  trains: readonly Train[],
  unit: number,
  candidates: readonly Candidate[],
  left: Left,
): number[][] {
  const { held, count } = folds(trains);
  const parts = Array.from({ length: count }, (_, k) => ({
    rest: pool(trains, unit, (train, t, i) => held(train, t, i) !== k && !left.has(placeOf(t, i))),
    out: pool(trains, unit, (train, t, i) => held(train, t, i) === k && !left.has(placeOf(t, i))),
  })).filter(
    ({ rest, out }) =>
      out.readings > 0 && DIRECTIONS.every((d) => out.by[d].elapsed.length === 0 || rest.by[d].elapsed.length > 0),
  );
  return candidates.map((c) => parts.map(({ rest, out }) => c.squaresOf(out, c.fit(rest, [c.p], true)) / out.readings));
}

/** Why one model is no better than another: one curve, or a difference that means nothing; null where it does. */
export function alike(
  a: { readonly c: Candidate; readonly folds: readonly number[] },
  b: { readonly c: Candidate; readonly folds: readonly number[] },
  of: Pool,
  independent: number,
): 'curve' | 'noise' | null {
  const range = Math.abs(a.c.curves.course(a.c.p, 'up').range);
  const apart = DIRECTIONS.map((d) => {
    const [x, y] = [a.c, b.c].map((c) => levels(c.curves.course(c.p, d), of.by[d].elapsed));
    return x!.reduce((most, v, i) => Math.max(most, Math.abs(v - y![i]!)), 0);
  });
  if (Math.max(...apart) < SAME * range) return 'curve';
  const differences = a.folds.map((v, k) => b.folds[k]! - v);
  const error =
    differences.length > 1 ? sampleStandardDeviation(differences) / Math.sqrt(differences.length) : Infinity;
  const limit = jstat.jStat.chisquare.inv(0.95, Math.max(1, Math.abs(a.c.count - b.c.count)));
  const likelihood = independent * Math.abs(Math.log(b.c.misfit / a.c.misfit));
  return (Math.abs(mean(differences)) < 2 * error && likelihood < 4 * limit) || likelihood < limit ? 'noise' : null;
}
