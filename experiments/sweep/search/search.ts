import { mean } from 'simple-statistics';
import { UserError } from '../../../core/declare/errors.ts';
import { plural } from '../../../core/declare/show.ts';
import { Stream, sampleFirst } from '../../../core/random/random.ts';
import type { Plan } from '../directory.ts';
import { grouped } from '../grouped.ts';
import type { PlannedRun } from '../plan.ts';

/** What is known of a run: its metric, lower always being better; `Infinity` if it failed, undefined if it is not done. */
export type Known = (run: PlannedRun) => number | undefined;

/** Runs that are to be computed next, and what they are; those that are known are passed over. */
export interface Step {
  readonly runs: readonly PlannedRun[];
  readonly told: string;
}

/**
 * A search chooses runs of a plan by what is known of others; null when it is over. It depends on nothing else, so that
 * one that was interrupted goes on, and any number of workers computes the same runs.
 */
export type Search = (known: Known) => Step | null;

export interface SearchSettings {
  /** Most points that are computed. */
  readonly points?: number | undefined;
  /** What grows from rung to rung of halving: a parameter, or `replicates`, which is the default. */
  readonly resource?: string | undefined;
}

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

/** Random search: so many of the planned points, drawn without preference (Bergstra & Bengio 2012, JMLR 13:281). */
export function random(plan: Plan, settings: SearchSettings): Search {
  const points = byPoint(plan.runs);
  const most = mostPoints(points.length, settings, 'random');
  const stream = new Stream(plan.facts.sweep.seed, 'sweep/search/random');
  const runs = sampleFirst(points, most, (n) => stream.below(n))
    .slice(0, most)
    .flat();
  return (known) =>
    runs.every((run) => known(run) !== undefined) ? null : { runs, told: `${plural(most, 'point')} drawn at random` };
}
