import { type Plan, readPlan } from './directory.ts';
import { lacking, type Result, resultsOf, resultsSha256 } from './results.ts';
import { type PointSummary, summarise } from './summary.ts';
import { cellOf, type ResultColumn, writeTable } from './table.ts';

export interface Collected {
  readonly plan: Plan;
  readonly results: readonly Result[];
  readonly summary: readonly PointSummary[];
  readonly resultsSha256: string;
  /** Sentences on metrics that some of the runs lack. */
  readonly lacking: readonly string[];
}

/** A column of whole numbers that the rows have by this name. */
const plain = <K extends string>(name: K, rows: readonly Readonly<Record<K, number>>[]): ResultColumn => ({
  ...{ name, unit: '' },
  cells: rows.map((row) => row[name]),
});
const known = (value: number | undefined): number | null => (value === undefined || Number.isNaN(value) ? null : value);

/** The results that are there, without writing anything. */
export function gather(directory: string): Collected {
  const plan = readPlan(directory);
  const results = resultsOf(plan);
  const summary = summarise(results);
  return { plan, results, summary, resultsSha256: resultsSha256(plan, results), lacking: lacking(plan, results) };
}

/**
 * Writes `results.arrow` and `.csv`, a row for each run that is done: point, replicate, seed, parameters, metrics; and
 * `summary.arrow` and `.csv`, a row a point: of each metric the mean over the replicates and its 95 % interval.
 */
export function collect(directory: string): Collected {
  const collected = gather(directory);
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
        (['mean', 'low', 'high'] as const).map((of) => ({
          name: of === 'mean' ? name : `${name}.${of}`,
          unit,
          cells: summary.map((s) => known(s.metrics[m]![of])),
        })),
      ),
    ],
    facts,
  );
  return collected;
}
