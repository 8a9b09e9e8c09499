import { createHash } from 'node:crypto';
import { UserError } from '../../core/declare/errors.ts';
import { plural, show } from '../../core/declare/show.ts';
import { didYouMean } from '../../core/declare/suggest.ts';
import { canonicalJson } from '../network/config/hash.ts';
import { isMapping } from '../network/config/override.ts';
import { configSchema, readJson } from '../run/runJson.ts';
import { isFinished, type Plan, paths } from './directory.ts';
import type { PlannedRun } from './plan.ts';

/** A run that is done. */
export interface Result {
  readonly run: PlannedRun;
  /** In the order of the sweep's metrics; undefined: `run.json` has no such number; NaN: it is null there. */
  readonly metrics: readonly (number | undefined)[];
  readonly spikesSha256: unknown;
  readonly weightsSha256: unknown;
}

/** What a machine measures of itself differs from run to run. */
const MEASURED = /Seconds$|PerSecond$|^peakRssBytes$/;

function at(facts: unknown, path: string): unknown {
  return path
    .split('.')
    .reduce((node, key) => (isMapping(node) && Object.hasOwn(node, key) ? node[key] : undefined), facts);
}

/** Every path to a number under `facts`. */
function numbersIn(facts: unknown, path = ''): string[] {
  if (typeof facts === 'number') return [path];
  if (!isMapping(facts)) return [];
  return Object.entries(facts).flatMap(([key, value]) => numbersIn(value, path === '' ? key : `${path}.${key}`));
}

/** The results of all runs that are done, by index. */
export function resultsOf({ directory, facts, runs }: Plan): Result[] {
  const location = paths(directory);
  return runs
    .filter(({ index, hash }) => isFinished(location.run(index), hash))
    .map((run): Result => {
      const found = readJson(location.run(run.index), 'run.json', configSchema);
      const metrics = facts.metrics.map(({ path }) => {
        const value = at(found, path);
        if (value === null) return Number.NaN;
        return typeof value === 'number' ? value : undefined;
      });
      const { spikesSha256, weightsSha256 } = found;
      return { run, metrics, spikesSha256, weightsSha256 };
    });
}

/** Sentence on a metric that some of the results lack; undefined if all have it. */
function missingMetric({ directory, facts }: Plan, results: readonly Result[], m: number): string | undefined {
  const { path } = facts.metrics[m]!;
  const without = results.filter(({ metrics }) => metrics[m] === undefined).map(({ run }) => run.index);
  if (without.length === 0) return undefined;
  const found = readJson(paths(directory).run(without[0]!), 'run.json', configSchema);
  const value = at(found, path);
  const listed = `${without.slice(0, 5).join(', ')}${without.length > 5 ? ', …' : ''}`;
  const share = `${without.length} of ${plural(results.length, 'run')} (${listed})`;
  if (value !== undefined) return `the metric ${show(path)} is not a number in ${share}, but ${show(value)}.`;
  if (without.length < results.length) return `the metric ${show(path)} is missing from ${share}.`;
  const known = numbersIn(found);
  const suggestion = didYouMean(path, known, '');
  const numbers = `; run.json has ${known.slice(0, 5).join(', ')}${known.length > 5 ? `, … (${known.length} numbers)` : ''}.`;
  return `no run.json has the metric ${show(path)}${suggestion.startsWith(',') ? suggestion : numbers}`;
}

/** A sentence for each metric that some of the results lack. */
export const lacking = (plan: Plan, results: readonly Result[]): string[] =>
  plan.facts.metrics.flatMap((_, m) => missingMetric(plan, results, m) ?? []);

/** @throws UserError if there are results and none of them has the metric */
export function requireMetric(plan: Plan, results: readonly Result[], m: number): void {
  if (results.length > 0 && results.every(({ metrics }) => metrics[m] === undefined))
    throw new UserError(missingMetric(plan, results, m)!);
}

/** One hash over everything that came out: equal for equal results, in whatever order and on whatever machines they were made. */
export function resultsSha256({ facts }: Plan, results: readonly Result[]): string {
  const hash = createHash('sha256');
  for (const { run, metrics, spikesSha256 = null, weightsSha256 = null } of results) {
    const compared = metrics.filter((_, m) => !MEASURED.test(facts.metrics[m]!.path)).map((value) => value ?? null);
    hash.update(`${canonicalJson([run.index, run.hash, spikesSha256, weightsSha256, compared])}\n`);
  }
  return hash.digest('hex');
}
