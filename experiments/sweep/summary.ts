import { type Estimate, estimateDifference, estimateMean } from '../statistics/estimate.ts';
import type { Values } from './axes.ts';
import { grouped } from './grouped.ts';
import type { Result } from './results.ts';

/** Mean of a metric over the replicates of a point. */
export interface MetricSummary extends Estimate {
  /** Value of each replicate, by its number; NaN if there is none. */
  readonly values: readonly number[];
  /** Paired difference from the first computed point: replicates of equal number have equal seeds. */
  readonly difference: Estimate;
}

export interface PointSummary {
  readonly point: number;
  readonly parameters: Values;
  /** Replicates that are done. */
  readonly runs: number;
  /** In the order of the sweep's metrics. */
  readonly metrics: readonly MetricSummary[];
}

export const summariseMetric = (values: readonly number[], reference: readonly number[]): MetricSummary => ({
  ...estimateMean(values.filter(Number.isFinite)),
  values,
  difference: estimateDifference(values, reference),
});

/** Value of a metric for each replicate; NaN if there is none. */
function valuesOf(results: readonly Result[], metric: number, replicates: number): number[] {
  const values = Array<number>(replicates).fill(Number.NaN);
  for (const { run, metrics } of results) values[run.replicate] = metrics[metric] ?? Number.NaN;
  return values;
}

/** Every point of which a replicate is done, in order. */
export function summarise(results: readonly Result[], replicates: number): PointSummary[] {
  const groups = [...grouped(results, ({ run }) => run.point)];
  const first = groups[0]?.[1] ?? [];
  const references = (first[0]?.metrics ?? []).map((_, m) => valuesOf(first, m, replicates));
  return groups.map(([point, group]) => ({
    point,
    parameters: group[0]!.run.parameters,
    runs: group.length,
    metrics: references.map((reference, m) => summariseMetric(valuesOf(group, m, replicates), reference)),
  }));
}
