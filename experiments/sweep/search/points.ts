import { mean } from 'simple-statistics';
import { UserError } from '../../../core/declare/errors.ts';
import { grouped } from '../grouped.ts';
import type { PlannedRun } from '../plan.ts';
import type { Known, SearchSettings } from './search.ts';

/** The runs of each point. */
export const byPoint = (runs: readonly PlannedRun[]): PlannedRun[][] => [
  ...grouped(runs, ({ point }) => point).values(),
];

/** Mean over runs; undefined while one is not known. */
export function score(runs: readonly PlannedRun[], known: Known): number | undefined {
  const values = runs.map(known);
  return values.every((value) => value !== undefined) ? mean(values) : undefined;
}

/** How many points a search may compute that has no end of its own. */
export function mostPoints(planned: number, { points }: SearchSettings, search: string): number {
  if (points === undefined)
    throw new UserError(`the search "${search}" ends when --points have been computed, and none is given.`);
  return Math.min(points, planned);
}
