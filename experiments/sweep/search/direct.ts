import minimise from 'ml-direct';
import { formatCount } from '../../../core/declare/show.ts';
import { canonicalJson } from '../../network/config/hash.ts';
import { type Axis, drawAxisValues, groupAxes, type ParameterValues } from '../axes.ts';
import type { Plan, PlannedRun } from '../directory.ts';
import { computeMeanMetric, groupByPoint, limitPoints, type Search, type SearchSettings } from './search.ts';

/** Number of iterations without a new point that end the search: rectangles are then smaller than the point spacing. */
const MAX_STALE_ITERATIONS = 30;

/**
 * DIRECT (dividing rectangles; Jones, Perttunen & Stuckman 1993, doi:10.1007/BF00941892), by ml-direct: a global search
 * without derivatives. It subdivides regions where the metric is good or least known. Each axis has the planned values
 * of a parameter in ascending order; non-numeric values are in file order. Each call repeats the search with the known
 * metrics, up to the iteration that needs a new point.
 */
export function createDirectSearch(plan: Plan, settings: SearchSettings): Search {
  const space = createSearchSpace(plan);
  const maxPoints = limitPoints(space.pointCount, settings, 'direct');
  const zeros = space.lengths.map(() => 0);
  const ones = space.lengths.map(() => 1);
  return (known) => {
    const used = new Set<readonly PlannedRun[]>();
    let worst = 0;
    for (let iterations = 0, stale = 0; stale < MAX_STALE_ITERATIONS && used.size < maxPoints; iterations++, stale++) {
      const needed = new Set<readonly PlannedRun[]>();
      const before = used.size;
      minimise(
        (position) => {
          const point = space.runsAt(position);
          const value = point && computeMeanMetric(point, known);
          if (point && value === undefined) needed.add(point);
          else if (point) used.add(point);
          // A point that failed or violates a constraint gets the worst value, because DIRECT needs finite values.
          if (value === undefined || !Number.isFinite(value)) return worst;
          worst = used.size === 1 ? value : Math.max(worst, value);
          return value;
        },
        zeros,
        ones,
        { iterations },
      );
      if (needed.size > 0) {
        const points = [...needed].slice(0, maxPoints - used.size);
        if (points.length === 0) return null;
        return { runs: points.flat(), description: `iteration ${iterations}: ${formatCount(points.length, 'point')}` };
      }
      if (used.size > before) stale = 0;
    }
    return null;
  };
}

interface SearchSpace {
  /** Number of values on each axis. */
  readonly lengths: readonly number[];
  readonly pointCount: number;
  /** Runs of the point at a position in the unit cube; undefined if a constraint excludes the point. */
  runsAt(position: readonly number[]): readonly PlannedRun[] | undefined;
}

function createSearchSpace({ facts: { sweep, file }, runs }: Plan): SearchSpace {
  const all = groupAxes(sweep.parameters, file);
  const drawn = (axis: Axis) => drawAxisValues(axis, sweep.seed);
  const axes = all.filter(({ length }) => length > 1).map((axis) => sortAscending(axis, drawn(axis)));
  const fixed = Object.assign({}, ...all.filter(({ length }) => length === 1).flatMap(drawn));
  const points = groupByPoint(runs);
  const known = new Map(points.map((own) => [canonicalJson(own[0]!.parameters), own]));
  return {
    lengths: axes.map(({ length }) => length),
    pointCount: points.length,
    runsAt: (position) => {
      const values = axes.map((axis, i) => axis[Math.min(Math.floor(position[i]! * axis.length), axis.length - 1)]);
      return known.get(canonicalJson(Object.assign({}, fixed, ...values)));
    },
  };
}

function sortAscending({ parameters: [first] }: Axis, values: ParameterValues[]): ParameterValues[] {
  const by = ({ [first![0]]: value }: ParameterValues) => value as number;
  return values.every((v) => typeof by(v) === 'number') ? values.toSorted((a, b) => by(a) - by(b)) : values;
}
