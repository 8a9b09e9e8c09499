import jstat from 'jstat';
import { mean, sampleStandardDeviation } from 'simple-statistics';
import { DIRECTIONS, type Train } from '../import/trains.ts';
import type { Candidate } from './candidate.ts';
import { computeConductances } from './curves.ts';
import { type ExcludedReadings, type PooledReadings, poolReadings, readingId } from './pool.ts';

/** Maximum ratio of the best model's RMSE to the lowest RMSE of all models. */
export const MAX_MISFIT_RATIO = 1.1;
const FOLD_COUNT = 5;
/** Largest difference of equivalent curves, as a share of the range. */
const MAX_EQUAL_DIFFERENCE = 2e-3;

/** Lag-1 autocorrelation of the residuals from the curve with coordinates p. */
export function autocorrelation(trains: readonly Train[], unit: number, c: Candidate, p = c.p): number {
  let [sum, squares, count, pairs] = [0, 0, 0, 0];
  for (const { direction, elapsed, conductance } of trains) {
    const curve = computeConductances(c.curves.course(p, direction), elapsed);
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

/** Effective number of independent readings, n (1 - r)/(1 + r), for the lag-1 autocorrelation r. */
export function estimateIndependentCount(readings: number, correlation: number): number {
  const r = Math.min(Math.max(correlation, 0), 0.99);
  return Math.max(4, (readings * (1 - r)) / (1 + r));
}

/** Bayesian information criterion of a candidate, for a given number of independent readings. */
export const criterion = (c: Candidate, independent: number): number =>
  independent * Math.log(c.misfit) + c.count * Math.log(independent);

/** Folds for cross-validation: by cycle and device or, if there are few cycles, by parts of the trains. */
export function assignFolds(trains: readonly Train[]): {
  foldOf: (train: Train, t: number, i: number) => number;
  count: number;
} {
  const groups = [...new Set(trains.map(({ device, cycle }) => JSON.stringify([device, cycle])))];
  if (groups.length >= 3) {
    const at = new Map(groups.map((id, g) => [id, g % FOLD_COUNT]));
    return {
      count: Math.min(FOLD_COUNT, groups.length),
      foldOf: ({ device, cycle }) => at.get(JSON.stringify([device, cycle]))!,
    };
  }
  const stretch = ({ elapsed }: Train) => Math.max(1, Math.round(elapsed.length / 20));
  return { count: FOLD_COUNT, foldOf: (train, _, i) => Math.floor(i / stretch(train)) % FOLD_COUNT };
}

/** Cross-validates candidates: mean squared residual of the held-out readings, for each candidate and fold. */
export function crossValidate(
  trains: readonly Train[],
  unit: number,
  candidates: readonly Candidate[],
  excluded: ExcludedReadings,
): number[][] {
  const { foldOf, count } = assignFolds(trains);
  const parts = Array.from({ length: count }, (_, k) => ({
    rest: poolReadings(trains, unit, (train, t, i) => foldOf(train, t, i) !== k && !excluded.has(readingId(t, i))),
    out: poolReadings(trains, unit, (train, t, i) => foldOf(train, t, i) === k && !excluded.has(readingId(t, i))),
  })).filter(
    ({ rest, out }) =>
      out.readings > 0 && DIRECTIONS.every((d) => out.by[d].elapsed.length === 0 || rest.by[d].elapsed.length > 0),
  );
  return candidates.map((c) => parts.map(({ rest, out }) => c.squaresOf(out, c.fit(rest, [c.p], true)) / out.readings));
}

/** Reason why two models are equivalent: same curve, or difference within noise; null if they differ significantly. */
export function findEquivalence(
  a: { readonly c: Candidate; readonly folds: readonly number[] },
  b: { readonly c: Candidate; readonly folds: readonly number[] },
  of: PooledReadings,
  independent: number,
): 'curve' | 'noise' | null {
  const range = Math.abs(a.c.curves.course(a.c.p, 'up').range);
  const apart = DIRECTIONS.map((d) => {
    const [x, y] = [a.c, b.c].map((c) => computeConductances(c.curves.course(c.p, d), of.by[d].elapsed));
    return x!.reduce((most, v, i) => Math.max(most, Math.abs(v - y![i]!)), 0);
  });
  if (Math.max(...apart) < MAX_EQUAL_DIFFERENCE * range) return 'curve';
  const differences = a.folds.map((v, k) => b.folds[k]! - v);
  const error =
    differences.length > 1 ? sampleStandardDeviation(differences) / Math.sqrt(differences.length) : Infinity;
  const limit = jstat.jStat.chisquare.inv(0.95, Math.max(1, Math.abs(a.c.count - b.c.count)));
  const likelihood = independent * Math.abs(Math.log(b.c.misfit / a.c.misfit));
  return (Math.abs(mean(differences)) < 2 * error && likelihood < 4 * limit) || likelihood < limit ? 'noise' : null;
}
