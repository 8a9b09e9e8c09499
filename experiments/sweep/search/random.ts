import { plural } from '../../../core/declare/show.ts';
import { Stream, sampleFirst } from '../../../core/random/random.ts';
import type { Plan } from '../directory.ts';
import { byPoint, mostPoints } from './points.ts';
import type { Search, SearchSettings } from './search.ts';

/** Random search: so many of the planned points, drawn without preference (Bergstra & Bengio 2012, JMLR 13:281). */
export function random(plan: Plan, settings: SearchSettings): Search {
  const points = byPoint(plan.runs);
  const most = mostPoints(points.length, settings, 'random');
  const stream = new Stream(plan.facts.sweep.seed, 'sweep/search/random');
  const runs = sampleFirst(points, most, (n) => stream.below(n))
    .slice(0, most)
    .flat();
  return (known) =>
    runs.every((run) => known(run) !== undefined) ? null : { runs, told: `${plural(most, 'point')} drawn at random` };
}
