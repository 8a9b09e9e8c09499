import minimise from 'ml-direct';
import { mean } from 'simple-statistics';
import { UserError } from '../../core/declare/errors.ts';
import { formatCount, show } from '../../core/declare/show.ts';
import { didYouMean } from '../../core/declare/suggest.ts';
import { moveSampleToFront, RandomStream } from '../../core/random/random.ts';
import { canonicalJson } from '../network/config/hash.ts';
import { groupBy } from '../statistics/groupBy.ts';
import { type Plan, type PlannedRun, readPlan, readRunStates } from './directory.ts';
import { openExperiment } from './experiments/index.ts';
import { computeAxisValues, groupParametersIntoAxes, type ParameterValues, type SweepAxis } from './planSweep.ts';
import { findMetricIndex, readRunResults, requireMetric } from './results.ts';
import { type RunSweepOptions, runSweep, type SweepOutcome, summariseSweepOutcome } from './run.ts';

/** Function that returns the metric of a run, negated if higher is better; `Infinity` if failed, undefined if unfinished. */
export type MetricLookup = (run: PlannedRun) => number | undefined;

interface SearchStep {
  readonly runs: readonly PlannedRun[];
  readonly description: string;
}

/**
 * Selects runs of a plan from the metrics of finished runs; null ends the search. The selection depends on nothing
 * else, so that a search can be resumed, and the number of workers has no effect on it.
 */
export type SearchMethod = (known: MetricLookup) => SearchStep | null;

interface SearchSettings {
  readonly points?: number | undefined;
  /** Resource that successive halving increases from round to round: a parameter, or `replicates` (default). */
  readonly resource?: string | undefined;
}

const groupByPoint = (runs: readonly PlannedRun[]): PlannedRun[][] => [...groupBy(runs, ({ point }) => point).values()];

function computeMeanMetric(runs: readonly PlannedRun[], known: MetricLookup) {
  const values = runs.map(known);
  return values.every((value) => value !== undefined) ? mean(values) : undefined;
}

function limitPoints(planned: number, { points }: SearchSettings, search: string) {
  if (points === undefined)
    throw new UserError(`the search "${search}" needs a maximum number of points: --points is missing.`);
  return Math.min(points, planned);
}

/** Random search: draws planned points with equal probability (Bergstra & Bengio 2012, JMLR 13:281). */
export function createRandomSearch(plan: Plan, settings: SearchSettings): SearchMethod {
  const points = groupByPoint(plan.runs);
  const maxPoints = limitPoints(points.length, settings, 'random');
  const stream = new RandomStream(plan.facts.sweep.seed, 'sweep/search/random');
  const runs = moveSampleToFront(points, maxPoints, (n) => stream.integerBelow(n))
    .slice(0, maxPoints)
    .flat();
  const description = `${formatCount(maxPoints, 'point')} drawn at random`;
  return (known) => (runs.every((run) => known(run) !== undefined) ? null : { runs, description });
}

/** Number of iterations without a new point that ends the search; rectangles are then smaller than the point spacing. */
const MAX_STALE_ITERATIONS = 30;

/**
 * DIRECT (dividing rectangles; Jones, Perttunen & Stuckman 1993, doi:10.1007/BF00941892), by ml-direct: a global search
 * without derivatives. It subdivides regions where the metric is good or least known. Each axis has the planned values
 * of a parameter in ascending order; non-numeric values are in file order. Each call repeats the search with the known
 * metrics, up to the iteration that needs a new point.
 */
export function createDirectSearch(plan: Plan, settings: SearchSettings): SearchMethod {
  const space = createSearchSpace(plan);
  const maxPoints = limitPoints(space.pointCount, settings, 'direct');
  const zeros = space.axisLengths.map(() => 0);
  const ones = space.axisLengths.map(() => 1);
  return (known) => {
    const used = new Set<readonly PlannedRun[]>();
    let worst = 0;
    for (let iterations = 0, stale = 0; stale < MAX_STALE_ITERATIONS && used.size < maxPoints; iterations++, stale++) {
      const needed = new Set<readonly PlannedRun[]>();
      const before = used.size;
      minimise(
        (position) => {
          const point = space.findRuns(position);
          const value = point && computeMeanMetric(point, known);
          if (point && value === undefined) needed.add(point);
          else if (point) used.add(point);
          // A point that failed or violates a constraint gets the worst value, because DIRECT needs finite values.
          if (value === undefined || !Number.isFinite(value)) return worst;
          worst = used.size === 1 ? value : Math.max(worst, value);
          return value;
        },
        zeros,
        ones,
        { iterations },
      );
      if (needed.size > 0) {
        const points = [...needed].slice(0, maxPoints - used.size);
        if (points.length === 0) return null;
        return { runs: points.flat(), description: `iteration ${iterations}: ${formatCount(points.length, 'point')}` };
      }
      if (used.size > before) stale = 0;
    }
    return null;
  };
}

function createSearchSpace({ facts: { sweep, file }, runs }: Plan) {
  const all = groupParametersIntoAxes(sweep.parameters, file);
  const drawn = (axis: SweepAxis) => computeAxisValues(axis, sweep.seed);
  const axes = all.filter(({ length }) => length > 1).map((axis) => sortAscending(axis, drawn(axis)));
  const fixed = Object.assign({}, ...all.filter(({ length }) => length === 1).flatMap(drawn));
  const points = groupByPoint(runs);
  const known = new Map(points.map((own) => [canonicalJson(own[0]!.parameters), own]));
  return {
    axisLengths: axes.map(({ length }) => length),
    pointCount: points.length,
    /** Runs of the point at a position in the unit cube; undefined if a constraint excludes it. */
    findRuns: (position: readonly number[]) => {
      const values = axes.map((axis, i) => axis[Math.min(Math.floor(position[i]! * axis.length), axis.length - 1)]);
      return known.get(canonicalJson(Object.assign({}, fixed, ...values)));
    },
  };
}

function sortAscending({ parameters: [first] }: SweepAxis, values: ParameterValues[]): ParameterValues[] {
  const by = ({ [first![0]]: value }: ParameterValues) => value as number;
  return values.every((v) => typeof by(v) === 'number') ? values.toSorted((a, b) => by(a) - by(b)) : values;
}

/**
 * Successive halving (Jamieson & Talwalkar 2016, arXiv:1502.07943). The first round (rung) computes all candidates with
 * the smallest amount of a resource. Each later round computes the best candidates with a larger amount; the number of
 * candidates is such that all rounds cost about the same. The last round uses the full amount.
 */
export function createHalvingSearch(plan: Plan, { resource = 'replicates' }: SearchSettings): SearchMethod {
  const { resourceLevels, candidates } =
    resource === 'replicates' ? createReplicateRungs(plan) : createParameterRungs(plan, resource);
  return (known) => {
    let left = candidates;
    for (const [rung, level] of resourceLevels.entries()) {
      const runs = left.flatMap((candidate) => candidate[rung]!);
      if (runs.some((run) => known(run) === undefined)) {
        const size = formatCount(left.length, 'candidate');
        return { runs, description: `rung ${rung + 1} of ${resourceLevels.length}: ${size} at ${resource} ${level}` };
      }
      const next = resourceLevels[rung + 1];
      if (next === undefined) break;
      const keptCount = Math.max(1, Math.round((left.length * level) / next));
      // The sort is stable: of equal candidates, those planned first are kept.
      left = left
        .toSorted((a, b) => computeMeanMetric(a[rung]!, known)! - computeMeanMetric(b[rung]!, known)!)
        .slice(0, keptCount);
    }
    return null;
  };
}

/** Creates rounds of successive halving with 1, 2, 4, … replicates per point, including those of earlier rounds. */
function createReplicateRungs({ facts: { replicates }, runs }: Plan) {
  if (replicates < 2)
    throw new UserError(
      'halving needs a resource that grows: name a parameter with --resource, such as the number of training images, or plan replicates.',
    );
  const rungs = Math.ceil(Math.log2(replicates));
  const levels = [...Array.from({ length: rungs }, (_, i) => 2 ** i), replicates];
  return {
    resourceLevels: levels,
    candidates: groupByPoint(runs).map((own) => levels.map((level) => own.slice(0, level))),
  };
}

/**
 * Creates rounds of successive halving with ascending values of a parameter. Points that differ only in this parameter are one
 * candidate.
 */
function createParameterRungs({ facts, runs }: Plan, name: string) {
  const names = facts.parameters.map((parameter) => parameter.name);
  if (!names.includes(name))
    throw new UserError(
      `${name} is not a parameter of the sweep${didYouMean(name, [...names, 'replicates'], 'parameters')}`,
    );
  const wrong = runs.find(({ parameters }) => !(typeof parameters[name] === 'number' && parameters[name] > 0));
  if (wrong)
    throw new UserError(
      `--resource ${name} has the value ${show(wrong.parameters[name])}, but its values must be numbers above 0.`,
    );
  const levelOf = ({ parameters }: PlannedRun) => parameters[name] as number;
  const levels = [...new Set(runs.map(levelOf))].sort((a, b) => a - b);
  const others = ({ parameters: { [name]: _, ...rest } }: PlannedRun) => canonicalJson(rest);
  const candidates = [...groupBy(runs, others).values()].map((own) =>
    levels.map((level) => own.filter((run) => levelOf(run) === level)),
  );
  if (candidates.some((candidate) => candidate.some((own) => own.length === 0)))
    throw new UserError(`--resource ${name} must have the same values for every combination of the other parameters.`);
  return { resourceLevels: levels, candidates };
}

const SEARCH_FACTORIES = { halving: createHalvingSearch, direct: createDirectSearch, random: createRandomSearch };
type SearchName = keyof typeof SEARCH_FACTORIES;
export const SEARCH_METHOD_NAMES = ['halving', 'direct', 'random'] as const satisfies readonly SearchName[];

/** Method, metric and workers for the search of the best point of a sweep. */
export interface SearchOptions extends Omit<RunSweepOptions, 'only' | 'retry'>, SearchSettings {
  readonly search: SearchName;
  /** Metric to optimise. Default: first metric of the sweep. */
  readonly metric?: string | undefined;
  /** True to minimise the metric; default: maximise. */
  readonly lowest?: boolean;
  readonly onStep?: (description: string) => void;
}

/** Searches the best point of a sweep by one metric; computes only the runs that the search selects. */
export async function searchSweep(o: SearchOptions): Promise<SweepOutcome> {
  const plan = readPlan(o.directory);
  const metric = findMetricIndex(plan, o.metric);
  await requireValidationMetric(plan, plan.facts.metrics[metric]!.path);
  const search = SEARCH_FACTORIES[o.search](plan, o);
  const values = new Map<number, number>();
  const readMetrics = (runs: readonly PlannedRun[]) => {
    const fresh = { ...plan, runs: runs.filter(({ index }) => !values.has(index)) };
    const results = readRunResults(fresh);
    requireMetric(plan, results, metric);
    for (const { run, metricValues } of results) {
      const value = metricValues[metric] ?? Number.NaN;
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
    const { unfinishedCount, lockedRuns } = await runSweep({ ...o, only: ({ index }) => wanted.has(index) });
    readMetrics(step.runs);
    if (unfinishedCount > 0 || lockedRuns.length > 0) break;
  }
  return summariseSweepOutcome(plan, [...selected.values()]);
}

async function requireValidationMetric({ facts, runs }: Plan, metric: string) {
  const { adviseAgainstTestSet } = await openExperiment(facts.sweep, facts.file);
  const advice = runs.map(({ config }) => adviseAgainstTestSet?.(config, metric)).find((found) => found !== undefined);
  if (advice !== undefined)
    throw new UserError(
      `${metric} is measured on the test set; a search by it would leave no data to test the result; ${advice}.`,
    );
}
