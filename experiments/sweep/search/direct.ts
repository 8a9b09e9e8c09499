import minimise from 'ml-direct';
import { plural } from '../../../core/declare/show.ts';
import { canonicalJson } from '../../network/config/hash.ts';
import { type Axis, axesOf, type Values, valuesOf } from '../axes.ts';
import type { Plan } from '../directory.ts';
import type { PlannedRun } from '../plan.ts';
import { byPoint, mostPoints, type Search, type SearchSettings, score } from './search.ts';

/** So many iterations in a row that ask for nothing new only divide what is smaller than the distance of planned points. */
const STALE = 30;

/**
 * DIRECT, dividing rectangles (Jones, Perttunen & Stuckman 1993, doi:10.1007/BF00941892), by ml-direct: a global search
 * without derivatives that divides the space where the metric is good and where it is least known. It moves over the
 * planned values of each parameter in ascending order (those that are no numbers: in the order of the file). Every call
 * replays it over what is known up to the iteration that asks for something new.
 */
export function direct(plan: Plan, settings: SearchSettings): Search {
  const space = spaceOf(plan);
  const most = mostPoints(space.points, settings, 'direct');
  const zeros = space.lengths.map(() => 0);
  const ones = space.lengths.map(() => 1);
  return (known) => {
    const used = new Set<readonly PlannedRun[]>();
    let worst = 0;
    for (let iterations = 0, stale = 0; stale < STALE && used.size < most; iterations++, stale++) {
      const asked = new Set<readonly PlannedRun[]>();
      const before = used.size;
      minimise(
        (place) => {
          const point = space.at(place);
          const value = point && score(point, known);
          if (point && value === undefined) asked.add(point);
          else if (point) used.add(point);
          // Failed, or against a constraint: as bad as the worst, for DIRECT computes with differences.
          if (value === undefined || !Number.isFinite(value)) return worst;
          worst = used.size === 1 ? value : Math.max(worst, value);
          return value;
        },
        zeros,
        ones,
        { iterations },
      );
      if (asked.size > 0) {
        const points = [...asked].slice(0, most - used.size);
        if (points.length === 0) return null;
        return { runs: points.flat(), told: `iteration ${iterations}: ${plural(points.length, 'point')}` };
      }
      if (used.size > before) stale = 0;
    }
    return null;
  };
}

interface Space {
  /** How many values each axis has. */
  readonly lengths: readonly number[];
  readonly points: number;
  /** The runs at a place of the unit cube; undefined where a constraint left the point out. */
  at(place: readonly number[]): readonly PlannedRun[] | undefined;
}

function spaceOf({ facts: { sweep, file }, runs }: Plan): Space {
  const axes = axesOf(sweep.parameters, file)
    .map((axis) => ascending(axis, valuesOf(axis, sweep.seed)))
    .filter(({ length }) => length > 1);
  const fixed = axesOf(sweep.parameters, file).filter(({ length }) => length === 1);
  const alone = Object.assign({}, ...fixed.flatMap((axis) => valuesOf(axis, sweep.seed)));
  const points = byPoint(runs);
  const known = new Map(points.map((own) => [canonicalJson(own[0]!.parameters), own]));
  return {
    lengths: axes.map(({ length }) => length),
    points: points.length,
    at: (place) => {
      const values = axes.map((axis, i) => axis[Math.min(Math.floor(place[i]! * axis.length), axis.length - 1)]);
      return known.get(canonicalJson(Object.assign({}, alone, ...values)));
    },
  };
}

/** The values of an axis by its first parameter, if that has numbers. */
function ascending({ parameters: [first] }: Axis, values: Values[]): Values[] {
  const by = ({ [first![0]]: value }: Values) => value as number;
  return values.every((v) => typeof by(v) === 'number') ? values.toSorted((a, b) => by(a) - by(b)) : values;
}
