import jstat from 'jstat';
import { mean, sampleStandardDeviation } from 'simple-statistics';
import type { Values } from './axes.ts';
import { grouped } from './grouped.ts';
import type { Result } from './results.ts';

/** A metric over the replicates of a point. */
export interface Estimate {
  /** NaN where no replicate has a value. */
  readonly mean: number;
  /** Ends of the 95 % interval of the mean; NaN with fewer than two values. */
  readonly low: number;
  readonly high: number;
}

export interface PointSummary {
  readonly point: number;
  readonly parameters: Values;
  /** Replicates that are done. */
  readonly runs: number;
  /** In the order of the sweep's metrics. */
  readonly metrics: readonly Estimate[];
}

/** Mean and 95 % interval, mean ± t s / √n with Student's t for n - 1 degrees of freedom (Student 1908, doi:10.1093/biomet/6.1.1). */
export function estimate(values: readonly number[]): Estimate {
  const [n, middle] = [values.length, values.length > 0 ? mean([...values]) : Number.NaN];
  const half =
    n < 2 ? Number.NaN : (jstat.jStat.studentt.inv(0.975, n - 1) * sampleStandardDeviation([...values])) / Math.sqrt(n);
  return { mean: middle, low: middle - half, high: middle + half };
}

/** Every point of which a replicate is done, in order. */
export function summarise(results: readonly Result[]): PointSummary[] {
  const groups = grouped(results, ({ run }) => run.point);
  return [...groups].map(([point, group]) => ({
    point,
    parameters: group[0]!.run.parameters,
    runs: group.length,
    metrics: group[0]!.metrics.map((_, m) =>
      estimate(group.map(({ metrics }) => metrics[m] ?? Number.NaN).filter(Number.isFinite)),
    ),
  }));
}
