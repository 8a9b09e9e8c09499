import { plural } from '../../../core/declare/plural.ts';
import { Stream } from '../../../core/random/random.ts';
import type { Plan } from '../directory.ts';
import { byPoint, mostPoints } from './points.ts';
import type { Search, SearchSettings } from './search.ts';

/** Random search: so many of the planned points, drawn without preference (Bergstra & Bengio 2012, JMLR 13:281). */
export function random(plan: Plan, settings: SearchSettings): Search {
  const points = byPoint(plan.runs);
  const most = mostPoints(points.length, settings, 'random');
  const stream = new Stream(plan.facts.sweep.seed, 'sweep/search/random');
  for (let i = 0; i < most; i++) {
    const j = i + stream.below(points.length - i);
    [points[i], points[j]] = [points[j]!, points[i]!];
  }
  const runs = points.slice(0, most).flat();
  return (known) =>
    runs.every((run) => known(run) !== undefined) ? null : { runs, told: `${plural(most, 'point')} drawn at random` };
}
