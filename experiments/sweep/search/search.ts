import { mean } from 'simple-statistics';
import { UserError } from '../../../core/declare/errors.ts';
import { plural } from '../../../core/declare/show.ts';
import { Stream, sampleFirst } from '../../../core/random/random.ts';
import { groupBy } from '../../statistics/groupBy.ts';
import type { Plan } from '../directory.ts';
import type { PlannedRun } from '../planSweep.ts';

/** Metric of a run, lower being better; `Infinity` if the run failed, undefined if it is not finished. */
export type KnownMetrics = (run: PlannedRun) => number | undefined;

/** Runs to compute next; finished runs among them are skipped. */
export interface SearchStep {
  readonly runs: readonly PlannedRun[];
  readonly description: string;
}

/**
 * A search selects runs of a plan by the metrics of finished runs; null ends the search. It depends on nothing else: an
 * interrupted search can be resumed, and the number of workers does not change which runs are computed.
 */
export type Search = (known: KnownMetrics) => SearchStep | null;

export interface SearchSettings {
  /** Maximum number of points to compute. */
  readonly points?: number | undefined;
  /** Resource that grows from rung to rung of successive halving: a parameter, or `replicates` (default). */
  readonly resource?: string | undefined;
}

export const groupByPoint = (runs: readonly PlannedRun[]): PlannedRun[][] => [
  ...groupBy(runs, ({ point }) => point).values(),
];

/** Mean over runs; undefined if a run is not finished. */
export function meanMetric(runs: readonly PlannedRun[], known: KnownMetrics): number | undefined {
  const values = runs.map(known);
  return values.every((value) => value !== undefined) ? mean(values) : undefined;
}

/** Maximum number of points of a search that needs one. @throws UserError without `points` */
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
  const runs = sampleFirst(points, maxPoints, (n) => stream.below(n))
    .slice(0, maxPoints)
    .flat();
  const description = `${plural(maxPoints, 'point')} drawn at random`;
  return (known) => (runs.every((run) => known(run) !== undefined) ? null : { runs, description });
}
