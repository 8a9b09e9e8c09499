import { median } from 'simple-statistics';
import type { Train } from '../import/trains.ts';
import { groupBy } from '../lists.ts';
import type { Candidate } from './candidate.ts';
import { computeConductances } from './curves.ts';
import { readingId } from './pool.ts';

/** Reading that deviates strongly from its neighbours and is excluded from the fit. */
export interface Outlier {
  readonly device: string;
  readonly cycle: string;
  readonly direction: Train['direction'];
  /** Pulse number in the file. */
  readonly pulse: number;
  /** S. */
  readonly conductance: number;
  /** Deviation of the reading from the curve, S. */
  readonly off: number;
  readonly place: string;
}

/** Number of neighbouring readings on each side with which a reading is compared. */
const NEIGHBOURS = 3;
/** Minimum deviation of an outlier from its neighbours, in robust standard deviations and as a share of the range. */
const [MIN_DEVIATIONS, MIN_SHARE] = [6, 0.02];
/** Maximum share of outliers among the readings; if there are more, they are attributed to the device and kept. */
const MAX_OUTLIER_SHARE = 0.05;
/** Minimum number of trains that deviate at the same pulse for the deviation to be kept as a device property. */
const MIN_TRAINS = 3;
/** Minimum number of readings for a separate standard deviation around a pulse. */
const MIN_LOCAL_READINGS = 24;
/** Ratio of standard deviation to median absolute deviation (MAD) of a normal distribution. */
const MAD_TO_SD = 1.4826;

/**
 * Function that returns the robust standard deviation of readings from their neighbours around a pulse, because noise
 * may depend on conductance and step. It is at least that of all readings.
 */
function localSds(found: readonly { readonly direction: string; readonly i: number; readonly size: number }[]) {
  const all = MAD_TO_SD * median(found.map(({ size }) => size));
  const at = new Map(
    groupBy(found, ({ direction, i }) => [direction, i]).map((group) => [
      `${group[0]!.direction} ${group[0]!.i}`,
      group,
    ]),
  );
  const known = new Map<string, number>();
  return (direction: string, i: number): number => {
    const key = `${direction} ${i}`;
    if (!known.has(key)) {
      const steps = Array.from(
        { length: 2 * NEIGHBOURS + 1 },
        (_, k) => at.get(`${direction} ${i + k - NEIGHBOURS}`) ?? [],
      );
      const sizes = steps.flat().map(({ size }) => size);
      known.set(key, sizes.length < MIN_LOCAL_READINGS ? all : Math.max(all, MAD_TO_SD * median(sizes)));
    }
    return known.get(key)!;
  };
}

/** Finds readings whose residual is far from their neighbours' median, except first and last readings of trains. */
export function findOutliers(trains: readonly Train[], unit: number, c: Candidate): Outlier[] {
  const range = Math.abs(c.curves.course(c.p, 'up').range) * unit;
  const found = trains.flatMap((train, t) => {
    const curve = computeConductances(c.curves.course(c.p, train.direction), train.elapsed);
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
  const sd = localSds(found.map(({ t, i, local }) => ({ direction: trains[t]!.direction, i, size: Math.abs(local) })));
  const far = found.filter(
    ({ t, i, last, local }) =>
      i > 0 && i < last && Math.abs(local) > Math.max(MIN_DEVIATIONS * sd(trains[t]!.direction, i), MIN_SHARE * range),
  );
  if (far.length > MAX_OUTLIER_SHARE * found.length) return [];
  return far.map(({ t, i, own }) => {
    const { device, cycle, direction, first, elapsed, conductance } = trains[t]!;
    const pulse = first + elapsed[i]!;
    return { device, cycle, direction, pulse, conductance: conductance[i]!, off: own, place: readingId(t, i) };
  });
}
