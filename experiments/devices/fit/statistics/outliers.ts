import { median } from 'simple-statistics';
import type { Train } from '../import/trains.ts';
import { groupBy } from '../lists.ts';
import type { Candidate } from './candidate.ts';
import { conductancesAlong } from './curves.ts';
import { readingId } from './pool.ts';

/** Reading far from its neighbours, excluded from the fit. */
export interface Outlier {
  readonly device: string;
  readonly cycle: string;
  readonly direction: Train['direction'];
  /** Pulse number in the file. */
  readonly pulse: number;
  /** S. */
  readonly conductance: number;
  /** Residual from the curve, S. */
  readonly off: number;
  readonly place: string;
}

/** Number of neighbours on each side. */
const NEIGHBOURS = 3;
/** Minimum distance of an outlier from its neighbours, in robust standard deviations and as a share of the range. */
const [MIN_DEVIATIONS, MIN_SHARE] = [6, 0.02];
/** Maximum share of outliers; more of them are properties of the device. */
const MAX_OUTLIER_SHARE = 0.05;
/** Minimum number of trains whose common deviation is not an outlier. */
const MIN_TRAINS = 3;
/** Standard deviation of a normal distribution, in units of its median absolute deviation. */
const MAD_TO_SD = 1.4826;

/** Readings whose residual is far from the median residual of their neighbours; never the first or last reading of a train. */
export function findOutliers(trains: readonly Train[], unit: number, c: Candidate): Outlier[] {
  const range = Math.abs(c.curves.course(c.p, 'up').range) * unit;
  const found = trains.flatMap((train, t) => {
    const curve = conductancesAlong(c.curves.course(c.p, train.direction), train.elapsed);
    const off = train.conductance.map((g, i) => g - unit * curve[i]!);
    return off.map((own, i) => {
      const around = [...off.slice(Math.max(0, i - NEIGHBOURS), i), ...off.slice(i + 1, i + NEIGHBOURS + 1)];
      return { t, i, last: off.length - 1, own, local: own - median(around) };
    });
  });
  for (const group of groupBy(found, ({ t, i }) => [trains[t]!.direction, i])) {
    if (group.length < MIN_TRAINS) continue;
    const common = median(group.map(({ local }) => local));
    for (const one of group) one.local -= common;
  }
  const limit = Math.max(
    MIN_DEVIATIONS * MAD_TO_SD * median(found.map(({ local }) => Math.abs(local))),
    MIN_SHARE * range,
  );
  const far = found.filter(({ i, last, local }) => i > 0 && i < last && Math.abs(local) > limit);
  if (far.length > MAX_OUTLIER_SHARE * found.length) return [];
  return far.map(({ t, i, own }) => {
    const { device, cycle, direction, first, elapsed, conductance } = trains[t]!;
    const pulse = first + elapsed[i]!;
    return { device, cycle, direction, pulse, conductance: conductance[i]!, off: own, place: readingId(t, i) };
  });
}
