import { createHash } from 'node:crypto';
import { UserError } from '../../core/declare/errors.ts';
import { formatCount, show } from '../../core/declare/show.ts';
import { didYouMean } from '../../core/declare/suggest.ts';
import { readJson, runConfigSchema } from '../logs/runJson.ts';
import { canonicalJson } from '../network/config/hash.ts';
import { isMapping } from '../network/config/override.ts';
import { estimateMean, estimatePairedDifference, type MeanEstimate } from '../statistics/estimate.ts';
import { groupBy } from '../statistics/groupBy.ts';
import { getSweepPaths, isRunFinished, type Plan, type PlannedRun, readPlan } from './directory.ts';
import { type ParameterValues, requireDistinctColumnNames } from './planSweep.ts';
import { describeMetric } from './quantities.ts';

interface RunResult {
  readonly run: PlannedRun;
  /** Values by metric index; undefined if `run.json` does not contain the metric, NaN if it is null in `run.json`. */
  readonly metricValues: readonly (number | undefined)[];
  readonly spikesSha256: unknown;
  readonly weightsSha256: unknown;
}

const MACHINE_METRICS = /Seconds$|PerSecond$|^peakRssBytes$/;

function getValue(facts: unknown, path: string): unknown {
  return path
    .split('.')
    .reduce((node, key) => (isMapping(node) && Object.hasOwn(node, key) ? node[key] : undefined), facts);
}

function listNumbers(facts: unknown, path = ''): string[] {
  if (typeof facts === 'number') return [path];
  if (!isMapping(facts)) return [];
  return Object.entries(facts).flatMap(([key, value]) => listNumbers(value, path === '' ? key : `${path}.${key}`));
}

export function readRunResults({ directory, facts, runs }: Plan): RunResult[] {
  const at = getSweepPaths(directory);
  return runs
    .filter(({ index, hash }) => isRunFinished(at.run(index), hash))
    .map((run): RunResult => {
      const found = readJson(at.run(run.index), 'run.json', runConfigSchema);
      const metricValues = facts.metrics.map(({ path }) => {
        const value = getValue(found, path);
        if (value === null) return Number.NaN;
        return typeof value === 'number' ? value : undefined;
      });
      const { spikesSha256, weightsSha256 } = found;
      return { run, metricValues, spikesSha256, weightsSha256 };
    });
}

function describeMissingMetric({ directory, facts }: Plan, results: readonly RunResult[], m: number) {
  const { path } = facts.metrics[m]!;
  const without = results.filter(({ metricValues }) => metricValues[m] === undefined).map(({ run }) => run.index);
  if (without.length === 0) return undefined;
  const found = readJson(getSweepPaths(directory).run(without[0]!), 'run.json', runConfigSchema);
  const value = getValue(found, path);
  const listFirst = (items: readonly unknown[]) => `${items.slice(0, 5).join(', ')}${items.length > 5 ? ', …' : ''}`;
  const share = `${without.length} of ${formatCount(results.length, 'run')} (${listFirst(without)})`;
  if (value !== undefined) return `the metric ${show(path)} is not a number in ${share}, but ${show(value)}.`;
  if (without.length < results.length) return `the metric ${show(path)} is missing from ${share}.`;
  const known = listNumbers(found);
  const suggestion = didYouMean(path, known, '');
  const numbers = `; run.json has ${formatCount(known.length, 'number')}: ${listFirst(known)}.`;
  return `no run.json has the metric ${show(path)}${suggestion.startsWith(',') ? suggestion : numbers}`;
}

export function requireMetric(plan: Plan, results: readonly RunResult[], m: number) {
  if (results.length > 0 && results.every(({ metricValues }) => metricValues[m] === undefined))
    throw new UserError(describeMissingMetric(plan, results, m)!);
}

/** SHA-256 of results, independent of the machines that computed the runs. */
export function hashResults({ facts }: Plan, results: readonly RunResult[]) {
  const hash = createHash('sha256');
  for (const { run, metricValues, spikesSha256 = null, weightsSha256 = null } of results) {
    const compared = metricValues
      .filter((_, m) => !MACHINE_METRICS.test(facts.metrics[m]!.path))
      .map((value) => value ?? null);
    hash.update(`${canonicalJson([run.index, run.hash, spikesSha256, weightsSha256, compared])}\n`);
  }
  return hash.digest('hex');
}

export function findMetricIndex({ facts }: Plan, metric: string | undefined) {
  const names = facts.metrics.map(({ name }) => name);
  const found = metric === undefined ? 0 : names.indexOf(metric);
  if (found < 0) throw new UserError(`${metric} is not a metric of the sweep${didYouMean(metric!, names, 'metrics')}`);
  return found;
}

interface MetricSummary extends MeanEstimate {
  readonly replicateValues: readonly number[]; // NaN if missing
  /** Difference from the first computed point, paired by replicate, because equal replicates of all points have equal seeds. */
  readonly pairedDifference: MeanEstimate;
}

export interface PointSummary {
  readonly point: number;
  readonly parameters: ParameterValues;
  readonly runCount: number;
  readonly metrics: readonly MetricSummary[];
}

export const summariseMetric = (values: readonly number[], reference: readonly number[]): MetricSummary => ({
  ...estimateMean(values.filter(Number.isFinite)),
  replicateValues: values,
  pairedDifference: estimatePairedDifference(values, reference),
});

function listMetricValues(results: readonly RunResult[], metric: number, replicates: number) {
  const values = Array<number>(replicates).fill(Number.NaN);
  for (const { run, metricValues } of results) values[run.replicate] = metricValues[metric] ?? Number.NaN;
  return values;
}

function summarisePoints(results: readonly RunResult[], replicates: number): PointSummary[] {
  const groups = [...groupBy(results, ({ run }) => run.point)];
  const first = groups[0]?.[1] ?? [];
  const references = (first[0]?.metricValues ?? []).map((_, m) => listMetricValues(first, m, replicates));
  return groups.map(([point, group]) => ({
    point,
    parameters: group[0]!.run.parameters,
    runCount: group.length,
    metrics: references.map((reference, m) => summariseMetric(listMetricValues(group, m, replicates), reference)),
  }));
}

/** Metrics of the finished runs of a sweep, and their means over the replicates of each point. */
export type SweepResults = ReturnType<typeof readSweepResults>;

function replaceMetrics(plan: Plan, paths: readonly string[]): Plan {
  if (paths.length === 0) return plan;
  const metrics = [...new Set(paths)];
  requireDistinctColumnNames({ parameters: plan.facts.sweep.parameters, metrics }, `${plan.directory}, --metric`);
  return { ...plan, facts: { ...plan.facts, metrics: metrics.map(describeMetric) } };
}

/** Reads the results of all finished runs. @param metrics paths in `run.json`; default: the metrics of the sweep */
export function readSweepResults(directory: string, metrics: readonly string[] = []) {
  const plan = replaceMetrics(readPlan(directory), metrics);
  const results = readRunResults(plan);
  return {
    plan,
    results,
    summary: summarisePoints(results, plan.facts.replicates),
    resultsSha256: hashResults(plan, results),
    missingMetrics: plan.facts.metrics.flatMap((_, m) => describeMissingMetric(plan, results, m) ?? []),
  };
}

export function requireMetrics({ plan, missingMetrics }: SweepResults) {
  if (missingMetrics.length === 0) return;
  const rest = missingMetrics.length > 2 ? ` ${missingMetrics.length - 2} more metrics are missing.` : '';
  throw new UserError(`${plan.directory}: ${missingMetrics.slice(0, 2).join(' ')}${rest}`);
}
