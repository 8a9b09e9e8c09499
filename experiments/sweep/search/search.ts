import { mean } from 'simple-statistics';
import { UserError } from '../../../core/declare/errors.ts';
import { formatCount } from '../../../core/declare/show.ts';
import { moveSampleToFront, Stream } from '../../../core/random/random.ts';
import { groupBy } from '../../statistics/groupBy.ts';
import type { Plan, PlannedRun } from '../directory.ts';

/** Function that returns the metric of a run (lower is better): `Infinity` if failed, undefined if not finished. */
export type KnownMetrics = (run: PlannedRun) => number | undefined;

/** Step of a search: runs to compute next; finished ones are skipped. */
export interface SearchStep {
  readonly runs: readonly PlannedRun[];
  readonly description: string;
}

/**
 * Search method: function that selects runs of a plan from the metrics of finished runs; null ends the search. The
 * selection depends on nothing else, so that a search can be resumed, and the number of workers has no effect on it.
 */
export type Search = (known: KnownMetrics) => SearchStep | null;

export interface SearchSettings {
  /** Maximum number of points to compute. */
  readonly points?: number | undefined;
  /** Resource that increases from round to round in successive halving: a parameter, or `replicates` (default). */
  readonly resource?: string | undefined;
}

export const groupByPoint = (runs: readonly PlannedRun[]): PlannedRun[][] => [
  ...groupBy(runs, ({ point }) => point).values(),
];

/** Mean metric of several runs; undefined if one of them is not finished. */
export function computeMeanMetric(runs: readonly PlannedRun[], known: KnownMetrics): number | undefined {
  const values = runs.map(known);
  return values.every((value) => value !== undefined) ? mean(values) : undefined;
}

/** Maximum number of points for a search method that needs one. @throws UserError if `points` is missing */
export function limitPoints(planned: number, { points }: SearchSettings, search: string): number {
  if (points === undefined)
    throw new UserError(`the search "${search}" needs a maximum number of points: --points is missing.`);
  return Math.min(points, planned);
}

/** Random search: draws planned points with equal probability (Bergstra & Bengio 2012, JMLR 13:281). */
export function createRandomSearch(plan: Plan, settings: SearchSettings): Search {
  const points = groupByPoint(plan.runs);
  const maxPoints = limitPoints(points.length, settings, 'random');
  const stream = new Stream(plan.facts.sweep.seed, 'sweep/search/random');
  const runs = moveSampleToFront(points, maxPoints, (n) => stream.below(n))
    .slice(0, maxPoints)
    .flat();
  const description = `${formatCount(maxPoints, 'point')} drawn at random`;
  return (known) => (runs.every((run) => known(run) !== undefined) ? null : { runs, description });
}
