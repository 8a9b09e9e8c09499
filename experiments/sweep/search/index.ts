import { UserError } from '../../../core/declare/errors.ts';
import { findMetric, readResults, requireMetric } from '../collect.ts';
import type { PlannedRun } from '../directory.ts';
import { type Plan, readPlan } from '../directory.ts';
import { openExperiment } from '../experiments/index.ts';
import { type RunSweepOptions, runSweep, type SweepOutcome, summariseOutcome } from '../run.ts';
import { readRunStates } from '../status.ts';
import { createDirectSearch } from './direct.ts';
import { createHalvingSearch } from './halving.ts';
import { createRandomSearch, type SearchSettings } from './search.ts';

const SEARCH_FACTORIES = { halving: createHalvingSearch, direct: createDirectSearch, random: createRandomSearch };
type SearchName = keyof typeof SEARCH_FACTORIES;
export const SEARCH_NAMES = ['halving', 'direct', 'random'] as const satisfies readonly SearchName[];

export interface SearchOptions extends Omit<RunSweepOptions, 'only' | 'retry'>, SearchSettings {
  readonly search: SearchName;
  /** Metric to optimise; default: the first metric of the sweep. */
  readonly metric?: string | undefined;
  /** True to minimise the metric; default: maximise. */
  readonly lowest?: boolean;
  /** Called before each step of the search, with its description. */
  readonly onStep?: (description: string) => void;
}

/** Computes, step by step, the runs of a sweep that a search method selects. */
export async function searchSweep(o: SearchOptions): Promise<SweepOutcome> {
  const plan = readPlan(o.directory);
  const metric = findMetric(plan, o.metric);
  await requireValidationMetric(plan, plan.facts.metrics[metric]!.path);
  const search = SEARCH_FACTORIES[o.search](plan, o);
  const values = new Map<number, number>();
  const readMetrics = (runs: readonly PlannedRun[]) => {
    const fresh = { ...plan, runs: runs.filter(({ index }) => !values.has(index)) };
    const results = readResults(fresh);
    requireMetric(plan, results, metric);
    for (const { run, metrics } of results) {
      const value = metrics[metric] ?? Number.NaN;
      values.set(run.index, Number.isNaN(value) ? Infinity : o.lowest ? value : -value);
    }
    readRunStates(fresh).forEach(({ state }, i) => {
      if (state === 'failed') values.set(fresh.runs[i]!.index, Infinity);
    });
  };
  const known = ({ index }: PlannedRun) => values.get(index);
  const selected = new Map<number, PlannedRun>();
  for (let step = search(known); step; step = search(known)) {
    readMetrics(step.runs);
    const wanted = new Set(step.runs.map(({ index }) => index));
    for (const run of step.runs) selected.set(run.index, run);
    if (step.runs.every((run) => known(run) !== undefined)) continue; // computed before
    o.onStep?.(step.description);
    const { unfinished, elsewhere } = await runSweep({ ...o, only: ({ index }) => wanted.has(index) });
    readMetrics(step.runs);
    if (unfinished > 0 || elsewhere.length > 0) break;
  }
  return summariseOutcome(plan, [...selected.values()]);
}

/** Checks that the metric is not from the test set, which must not guide a choice. @throws UserError */
async function requireValidationMetric({ facts, runs }: Plan, metric: string): Promise<void> {
  const { testSet } = await openExperiment(facts.sweep, facts.file);
  const advice = runs.map(({ config }) => testSet(config, metric)).find((found) => found !== undefined);
  if (advice !== undefined)
    throw new UserError(
      `${metric} is measured on the test set; a search by it would leave no data to test the result; ${advice}.`,
    );
}
