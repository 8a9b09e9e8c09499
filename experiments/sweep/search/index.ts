import { UserError } from '../../../core/declare/errors.ts';
import { type Plan, readPlan } from '../directory.ts';
import { openExperiment } from '../experiments/index.ts';
import type { PlannedRun } from '../plan.ts';
import { metricIndex } from '../quantities.ts';
import { requireMetric, resultsOf } from '../results.ts';
import { outcomeOf, type RunSweepOptions, runSweep, type SweepOutcome } from '../run.ts';
import { statesOf } from '../status.ts';
import { direct } from './direct.ts';
import { halving } from './halving.ts';
import { type Known, random, type Search, type SearchSettings } from './search.ts';

const SEARCHES: Readonly<Record<string, (plan: Plan, settings: SearchSettings) => Search>> = {
  halving,
  direct,
  random,
};
export const SEARCH_NAMES = ['halving', 'direct', 'random'] as const;
type SearchName = (typeof SEARCH_NAMES)[number];

export interface SearchOptions extends Omit<RunSweepOptions, 'only' | 'retry'>, SearchSettings {
  readonly search: SearchName;
  /** By which points are chosen; default: the first of the sweep. */
  readonly metric?: string | undefined;
  readonly lowest?: boolean;
  /** Called before each step. */
  readonly onStep?: (told: string) => void;
}

/** Computes those runs of a sweep that a search asks for, step by step. */
export async function searchSweep(o: SearchOptions): Promise<SweepOutcome> {
  const plan = readPlan(o.directory);
  const metric = metricIndex(plan, o.metric);
  await refuseTest(plan, plan.facts.metrics[metric]!.path);
  const search = SEARCHES[o.search]!(plan, o);
  const values = new Map<number, number>();
  const learn = (runs: readonly PlannedRun[]) => {
    const fresh = { ...plan, runs: runs.filter(({ index }) => !values.has(index)) };
    const results = resultsOf(fresh);
    requireMetric(plan, results, metric);
    for (const { run, metrics } of results) {
      const value = metrics[metric] ?? Number.NaN;
      values.set(run.index, Number.isNaN(value) ? Infinity : o.lowest ? value : -value);
    }
    statesOf(fresh).forEach(({ state }, i) => {
      if (state === 'failed') values.set(fresh.runs[i]!.index, Infinity);
    });
  };
  const known: Known = ({ index }) => values.get(index);
  const asked = new Map<number, PlannedRun>();
  for (let step = search(known); step; step = search(known)) {
    learn(step.runs);
    const wanted = new Map(step.runs.map((run) => [run.index, run]));
    for (const run of step.runs) asked.set(run.index, run);
    if (step.runs.every((run) => known(run) !== undefined)) continue; // computed before
    o.onStep?.(step.told);
    const { left, elsewhere } = await runSweep({ ...o, only: ({ index }) => wanted.has(index) });
    learn(step.runs);
    if (left > 0 || elsewhere.length > 0) break;
  }
  return outcomeOf(plan, [...asked.values()]);
}

/** What is chosen by a test set is no longer tested by it. */
async function refuseTest({ facts, runs }: Plan, metric: string): Promise<void> {
  const { testSet } = await openExperiment(facts.sweep, facts.file);
  const reason = runs.map(({ config }) => testSet(config, metric)).find((found) => found !== undefined);
  if (reason !== undefined)
    throw new UserError(
      `${metric} is measured on the test set, and a search would choose by it, which leaves nothing to test the choice with; ${reason}.`,
    );
}
