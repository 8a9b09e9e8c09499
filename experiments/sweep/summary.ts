import { type Estimate, estimateDifference, estimateMean } from '../statistics/estimate.ts';
import { groupBy } from '../statistics/groupBy.ts';
import type { ParameterValues } from './axes.ts';
import type { RunResult } from './results.ts';

/** Mean of a metric over the replicates of a point. */
interface MetricSummary extends Estimate {
  /** Value of each replicate; NaN without a value. */
  readonly values: readonly number[];
  /** Paired difference from the first computed point: replicates with the same number have the same seed. */
  readonly difference: Estimate;
}

export interface PointSummary {
  readonly point: number;
  readonly parameters: ParameterValues;
  /** Number of finished replicates. */
  readonly runCount: number;
  /** In the order of the sweep's metrics. */
  readonly metrics: readonly MetricSummary[];
}

export const summariseMetric = (values: readonly number[], reference: readonly number[]): MetricSummary => ({
  ...estimateMean(values.filter(Number.isFinite)),
  values,
  difference: estimateDifference(values, reference),
});

/** Value of a metric for each replicate; NaN without a value. */
function listMetricValues(results: readonly RunResult[], metric: number, replicates: number): number[] {
  const values = Array<number>(replicates).fill(Number.NaN);
  for (const { run, metrics } of results) values[run.replicate] = metrics[metric] ?? Number.NaN;
  return values;
}

/** Summarises each point that has a finished replicate, in the order of the plan. */
export function summarisePoints(results: readonly RunResult[], replicates: number): PointSummary[] {
  const groups = [...groupBy(results, ({ run }) => run.point)];
  const first = groups[0]?.[1] ?? [];
  const references = (first[0]?.metrics ?? []).map((_, m) => listMetricValues(first, m, replicates));
  return groups.map(([point, group]) => ({
    point,
    parameters: group[0]!.run.parameters,
    runCount: group.length,
    metrics: references.map((reference, m) => summariseMetric(listMetricValues(group, m, replicates), reference)),
  }));
}
