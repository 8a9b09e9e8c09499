import { UserError } from '../../core/declare/errors.ts';
import { type Plan, readPlan } from './directory.ts';
import { refuseTwins } from './plan.ts';
import { metricQuantity } from './quantities.ts';
import { lacking, type Result, resultsOf, resultsSha256 } from './results.ts';
import { type PointSummary, summarise } from './summary.ts';
import { cellOf, type ResultColumn, writeTable } from './table.ts';

export interface Collected {
  readonly plan: Plan;
  readonly results: readonly Result[];
  readonly summary: readonly PointSummary[];
  readonly resultsSha256: string;
  /** Sentences on metrics that some of the runs lack; their cells are empty. */
  readonly lacking: readonly string[];
}

/** A column of whole numbers that the rows have by this name. */
const plain = <K extends string>(name: K, rows: readonly Readonly<Record<K, number>>[]): ResultColumn => ({
  ...{ name, unit: '' },
  cells: rows.map((row) => row[name]),
});
const known = (value: number | undefined): number | null => (value === undefined || Number.isNaN(value) ? null : value);

/** A plan with other quantities of `run.json` as its metrics; the same plan if none is named. */
function withMetrics(plan: Plan, paths: readonly string[]): Plan {
  if (paths.length === 0) return plan;
  const metrics = [...new Set(paths)];
  refuseTwins({ parameters: plan.facts.sweep.parameters, metrics }, `${plan.directory}, --metric`);
  return { ...plan, facts: { ...plan.facts, metrics: metrics.map(metricQuantity) } };
}

/**
 * The results that are there, without writing anything.
 * @param metrics paths in `run.json`; default: the metrics of the sweep
 */
export function gather(directory: string, metrics: readonly string[] = []): Collected {
  const plan = withMetrics(readPlan(directory), metrics);
  const results = resultsOf(plan);
  const summary = summarise(results, plan.facts.replicates);
  return { plan, results, summary, resultsSha256: resultsSha256(plan, results), lacking: lacking(plan, results) };
}

/** @throws UserError if runs lack a metric: two of the metrics are described, with the number of the others */
export function requireMetrics({ plan, lacking }: Pick<Collected, 'plan' | 'lacking'>): void {
  if (lacking.length === 0) return;
  const rest = lacking.length > 2 ? ` ${lacking.length - 2} more metrics are missing.` : '';
  throw new UserError(`${plan.directory}: ${lacking.slice(0, 2).join(' ')}${rest}`);
}

/**
 * Writes `results.arrow` and `.csv`, a row for each run that is done: point, replicate, seed, parameters, metrics; and
 * `summary.arrow` and `.csv`, a row a point: of each metric the mean over the replicates and the paired difference from the
 * first computed point, both with their 95 % intervals.
 * @param metricPaths paths in `run.json`; default: the metrics of the sweep
 */
export function collect(directory: string, metricPaths: readonly string[] = []): Collected {
  const collected = gather(directory, metricPaths);
  const { plan, results, summary } = collected;
  const { parameters, metrics, file } = plan.facts;
  const facts = { sweep: file, version: plan.facts.version, resultsSha256: collected.resultsSha256 };
  const runs = results.map(({ run }) => run);
  writeTable(
    directory,
    'results',
    [
      plain('point', runs),
      plain('replicate', runs),
      plain('seed', runs),
      ...parameters.map(({ name, unit }) => ({ name, unit, cells: runs.map((run) => cellOf(run.parameters[name])) })),
      ...metrics.map(({ name, unit }, m) => ({ name, unit, cells: results.map((result) => known(result.metrics[m])) })),
    ],
    facts,
  );
  writeTable(
    directory,
    'summary',
    [
      plain('point', summary),
      ...parameters.map(({ name, unit }) => ({ name, unit, cells: summary.map((s) => cellOf(s.parameters[name])) })),
      plain('runs', summary),
      ...metrics.flatMap(({ name, unit }, m) =>
        [name, `${name}.difference`].flatMap((column, isDifference) =>
          (['mean', 'low', 'high'] as const).map((end) => ({
            name: end === 'mean' ? column : `${column}.${end}`,
            unit,
            cells: summary.map(({ metrics }) => known((isDifference ? metrics[m]!.difference : metrics[m]!)[end])),
          })),
        ),
      ),
    ],
    facts,
  );
  return collected;
}
