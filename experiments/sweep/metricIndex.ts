import { UserError } from '../../core/declare/errors.ts';
import { didYouMean } from '../../core/declare/suggest.ts';
import type { Plan } from './directory.ts';

/** The place of a metric among those of a sweep. */
export function metricIndex({ facts }: Plan, metric: string | undefined): number {
  const names = facts.metrics.map(({ name }) => name);
  const found = metric === undefined ? 0 : names.indexOf(metric);
  if (found < 0) throw new UserError(`${metric} is no metric of the sweep${didYouMean(metric!, names, 'metrics')}`);
  return found;
}
