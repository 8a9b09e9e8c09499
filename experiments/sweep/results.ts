import { createHash } from 'node:crypto';
import { UserError } from '../../core/declare/errors.ts';
import { plural } from '../../core/declare/plural.ts';
import { show } from '../../core/declare/show.ts';
import { didYouMean } from '../../core/declare/suggest.ts';
import { canonicalJson } from '../network/config/hash.ts';
import { isMapping } from '../network/config/override.ts';
import { configSchema, readJson } from '../run/readJson.ts';
import { isFinished, type Plan, paths } from './directory.ts';
import type { PlannedRun } from './plan.ts';

/** A run that is done. */
export interface Result {
  readonly run: PlannedRun;
  /** In the order of the sweep's metrics; undefined: `run.json` has none; NaN: it is null there. */
  readonly metrics: readonly (number | undefined)[];
  readonly spikesSha256: unknown;
  readonly weightsSha256: unknown;
}

/** What a machine measures of itself differs from run to run. */
const MEASURED = /Seconds$|PerSecond$|^peakRssBytes$/;

function at(facts: unknown, path: string): unknown {
  return path
    .split('.')
    .reduce((node, key) => (typeof node === 'object' && node !== null ? Reflect.get(node, key) : undefined), facts);
}

/** Every path to a number under `facts`. */
function numbersIn(facts: unknown, path = ''): string[] {
  if (typeof facts === 'number') return [path];
  if (!isMapping(facts)) return [];
  return Object.entries(facts).flatMap(([key, value]) => numbersIn(value, path === '' ? key : `${path}.${key}`));
}

/** The results of all runs that are done, by index. UserError for a metric that no run has, or that is no number. */
export function resultsOf(plan: Plan): Result[] {
  const { directory, facts, runs } = plan;
  const location = paths(directory);
  let known: string[] = [];
  const results = runs
    .filter(({ index, hash }) => isFinished(location.run(index), hash))
    .map((run): Result => {
      const found = readJson(location.run(run.index), 'run.json', configSchema);
      if (known.length === 0) known = numbersIn(found);
      const metrics = facts.metrics.map(({ path }) => {
        const value = at(found, path);
        if (value === null) return Number.NaN;
        if (value !== undefined && typeof value !== 'number')
          throw new UserError(
            `${location.run(run.index)}/run.json: the metric ${path} is ${show(value)}, which is no number.`,
          );
        return value;
      });
      const { spikesSha256, weightsSha256 } = found;
      return { run, metrics, spikesSha256, weightsSha256 };
    });
  facts.metrics.forEach(({ path }, m) => {
    if (results.length > 0 && results.every(({ metrics }) => metrics[m] === undefined))
      throw new UserError(`no run.json has the metric ${path}${didYouMean(path, known, 'numbers there')}`);
  });
  return results;
}

/** A sentence for each metric that some of the results lack. */
export function lacking({ facts }: Plan, results: readonly Result[]): string[] {
  return facts.metrics.flatMap(({ path }, m) => {
    const without = results.filter(({ metrics }) => metrics[m] === undefined).map(({ run }) => run.index);
    if (without.length === 0) return [];
    const named = `${without.slice(0, 5).join(', ')}${without.length > 5 ? ', …' : ''}`;
    return [`the metric ${path} is missing from ${without.length} of ${plural(results.length, 'run')} (${named})`];
  });
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
