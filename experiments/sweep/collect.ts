import { UserError } from '../../core/declare/errors.ts';
import { type Plan, readPlan } from './directory.ts';
import { requireDistinctColumns } from './plan.ts';
import { describeMetric } from './quantities.ts';
import { describeMissingMetrics, hashResults, type RunResult, readResults } from './results.ts';
import { type PointSummary, summarisePoints } from './summary.ts';
import { type ResultColumn, toCell, writeResultTable } from './table.ts';

/** Results of a sweep: those of its finished runs. */
export interface SweepResults {
  readonly plan: Plan;
  readonly results: readonly RunResult[];
  readonly summary: readonly PointSummary[];
  readonly resultsSha256: string;
  /** One sentence for each metric that some runs lack; the cells of these runs are empty. */
  readonly lacking: readonly string[];
}

const toFinite = (value: number | undefined): number | null =>
  value === undefined || Number.isNaN(value) ? null : value;

/** Replaces the metrics of a plan by quantities of `run.json`; without paths the plan stays as it is. */
function withMetrics(plan: Plan, paths: readonly string[]): Plan {
  if (paths.length === 0) return plan;
  const metrics = [...new Set(paths)];
  requireDistinctColumns({ parameters: plan.facts.sweep.parameters, metrics }, `${plan.directory}, --metric`);
  return { ...plan, facts: { ...plan.facts, metrics: metrics.map(describeMetric) } };
}

/**
 * Reads the results of all finished runs and writes nothing.
 * @param metrics paths in `run.json`; default: the metrics of the sweep
 */
export function readSweepResults(directory: string, metrics: readonly string[] = []): SweepResults {
  const plan = withMetrics(readPlan(directory), metrics);
  const results = readResults(plan);
  return {
    plan,
    results,
    summary: summarisePoints(results, plan.facts.replicates),
    resultsSha256: hashResults(plan, results),
    lacking: describeMissingMetrics(plan, results),
  };
}

/** @throws UserError if runs lack a metric: two of the metrics are described, with the number of the others */
export function requireMetrics({ plan, lacking }: Pick<SweepResults, 'plan' | 'lacking'>): void {
  if (lacking.length === 0) return;
  const rest = lacking.length > 2 ? ` ${lacking.length - 2} more metrics are missing.` : '';
  throw new UserError(`${plan.directory}: ${lacking.slice(0, 2).join(' ')}${rest}`);
}

/**
 * Writes `results.arrow` and `results.csv`, one row per finished run: point, replicate, seed, parameters, metrics; and
 * `summary.arrow` and `summary.csv`, one row per point: for each metric the mean over the replicates and the paired difference
 * from the first computed point, both with 95 % intervals.
 * @param metricPaths paths in `run.json`; default: the metrics of the sweep
 */
export function writeSweepTables(directory: string, metricPaths: readonly string[] = []): SweepResults {
  const collected = readSweepResults(directory, metricPaths);
  const { plan, results, summary, resultsSha256 } = collected;
  const { parameters, metrics, file, version } = plan.facts;
  const facts = { sweep: file, version, resultsSha256 };
  const runs = results.map(({ run }) => run);
  const index = (name: string, cells: readonly number[]): ResultColumn => ({ name, unit: '', cells });
  const parameterColumns = (rows: readonly Pick<PointSummary, 'parameters'>[]): ResultColumn[] =>
    parameters.map(({ name, unit }) => ({ name, unit, cells: rows.map((row) => toCell(row.parameters[name])) }));
  const resultColumns = [
    ...(['point', 'replicate', 'seed'] as const).map((name) =>
      index(
        name,
        runs.map((run) => run[name]),
      ),
    ),
    ...parameterColumns(runs),
    ...metrics.map(({ name, unit }, m) => ({
      name,
      unit,
      cells: results.map((result) => toFinite(result.metrics[m])),
    })),
  ];
  const summaryColumns = [
    index(
      'point',
      summary.map(({ point }) => point),
    ),
    ...parameterColumns(summary),
    index(
      'runs',
      summary.map(({ runCount }) => runCount),
    ),
    ...metrics.flatMap(({ name, unit }, m) =>
      [name, `${name}.difference`].flatMap((column, isDifference) =>
        (['mean', 'low', 'high'] as const).map((end) => ({
          name: end === 'mean' ? column : `${column}.${end}`,
          unit,
          cells: summary.map(({ metrics }) => toFinite((isDifference ? metrics[m]!.difference : metrics[m]!)[end])),
        })),
      ),
    ),
  ];
  writeResultTable(directory, 'results', resultColumns, facts);
  writeResultTable(directory, 'summary', summaryColumns, facts);
  return collected;
}
