import { createHash } from 'node:crypto';
import { UserError } from '../../core/declare/errors.ts';
import { plural, show } from '../../core/declare/show.ts';
import { didYouMean } from '../../core/declare/suggest.ts';
import { configSchema, readJson } from '../logs/runJson.ts';
import { canonicalJson } from '../network/config/hash.ts';
import { isMapping } from '../network/config/override.ts';
import { isRunFinished, type Plan, sweepPaths } from './directory.ts';
import type { PlannedRun } from './plan.ts';

export interface RunResult {
  readonly run: PlannedRun;
  /** In the order of the sweep's metrics; undefined if `run.json` lacks the metric, NaN if it is null there. */
  readonly metrics: readonly (number | undefined)[];
  readonly spikesSha256: unknown;
  readonly weightsSha256: unknown;
}

/** Metrics of the machine, which differ from run to run. */
const MACHINE_METRICS = /Seconds$|PerSecond$|^peakRssBytes$/;

function valueAt(facts: unknown, path: string): unknown {
  return path
    .split('.')
    .reduce((node, key) => (isMapping(node) && Object.hasOwn(node, key) ? node[key] : undefined), facts);
}

function listNumbers(facts: unknown, path = ''): string[] {
  if (typeof facts === 'number') return [path];
  if (!isMapping(facts)) return [];
  return Object.entries(facts).flatMap(([key, value]) => listNumbers(value, path === '' ? key : `${path}.${key}`));
}

export function readResults({ directory, facts, runs }: Plan): RunResult[] {
  const location = sweepPaths(directory);
  return runs
    .filter(({ index, hash }) => isRunFinished(location.run(index), hash))
    .map((run): RunResult => {
      const found = readJson(location.run(run.index), 'run.json', configSchema);
      const metrics = facts.metrics.map(({ path }) => {
        const value = valueAt(found, path);
        if (value === null) return Number.NaN;
        return typeof value === 'number' ? value : undefined;
      });
      const { spikesSha256, weightsSha256 } = found;
      return { run, metrics, spikesSha256, weightsSha256 };
    });
}

/** Describes a metric that some results lack; undefined if all results have it. */
function describeMissingMetric(
  { directory, facts }: Plan,
  results: readonly RunResult[],
  m: number,
): string | undefined {
  const { path } = facts.metrics[m]!;
  const without = results.filter(({ metrics }) => metrics[m] === undefined).map(({ run }) => run.index);
  if (without.length === 0) return undefined;
  const found = readJson(sweepPaths(directory).run(without[0]!), 'run.json', configSchema);
  const value = valueAt(found, path);
  const listed = `${without.slice(0, 5).join(', ')}${without.length > 5 ? ', …' : ''}`;
  const share = `${without.length} of ${plural(results.length, 'run')} (${listed})`;
  if (value !== undefined) return `the metric ${show(path)} is not a number in ${share}, but ${show(value)}.`;
  if (without.length < results.length) return `the metric ${show(path)} is missing from ${share}.`;
  const known = listNumbers(found);
  const suggestion = didYouMean(path, known, '');
  const numbers = `; run.json has ${known.slice(0, 5).join(', ')}${known.length > 5 ? `, … (${known.length} numbers)` : ''}.`;
  return `no run.json has the metric ${show(path)}${suggestion.startsWith(',') ? suggestion : numbers}`;
}

export const describeMissingMetrics = (plan: Plan, results: readonly RunResult[]): string[] =>
  plan.facts.metrics.flatMap((_, m) => describeMissingMetric(plan, results, m) ?? []);

/** @throws UserError if there are results, but no result has the metric */
export function requireMetric(plan: Plan, results: readonly RunResult[], m: number): void {
  if (results.length > 0 && results.every(({ metrics }) => metrics[m] === undefined))
    throw new UserError(describeMissingMetric(plan, results, m)!);
}

/** SHA-256 of all results: equal results have equal hashes, whatever the order and the machines of the runs. */
export function hashResults({ facts }: Plan, results: readonly RunResult[]): string {
  const hash = createHash('sha256');
  for (const { run, metrics, spikesSha256 = null, weightsSha256 = null } of results) {
    const compared = metrics
      .filter((_, m) => !MACHINE_METRICS.test(facts.metrics[m]!.path))
      .map((value) => value ?? null);
    hash.update(`${canonicalJson([run.index, run.hash, spikesSha256, weightsSha256, compared])}\n`);
  }
  return hash.digest('hex');
}

/** Index of a metric among the metrics of a sweep; default: the first. */
export function findMetric({ facts }: Plan, metric: string | undefined): number {
  const names = facts.metrics.map(({ name }) => name);
  const found = metric === undefined ? 0 : names.indexOf(metric);
  if (found < 0) throw new UserError(`${metric} is not a metric of the sweep${didYouMean(metric!, names, 'metrics')}`);
  return found;
}
