import { median } from 'simple-statistics';
import type { Train } from '../import/trains.ts';
import { groupBy } from '../lists.ts';
import type { Candidate } from './candidate.ts';
import { computeConductances } from './curves.ts';
import { createReadingId } from './pool.ts';

export interface Outlier {
  readonly device: string;
  readonly cycle: string;
  readonly direction: Train['direction'];
  readonly pulse: number;
  /** S. */
  readonly conductance: number;
  /** Deviation of the reading from the curve, S. */
  readonly off: number;
  readonly place: string;
}

/** Number of readings on each side with which a reading is compared. */
const NEIGHBOURS = 3;
/** Minimum deviation of an outlier from its neighbours, in robust standard deviations and as share of the range. */
const [MIN_DEVIATIONS, MIN_SHARE] = [6, 0.02];
/** Maximum share of outliers; more outliers are attributed to the device and kept. */
const MAX_OUTLIER_SHARE = 0.05;
const MIN_TRAINS = 3;
const MIN_LOCAL_READINGS = 24;
/** Standard deviation / median absolute deviation of a normal distribution. */
const MAD_TO_SD = 1.4826;

/**
 * Robust standard deviations of readings from their neighbours, per direction and pulse number, because noise may
 * depend on the conductance. None is below the standard deviation over all readings.
 */
function localSds(found: readonly { readonly direction: string; readonly i: number; readonly size: number }[]) {
  const all = MAD_TO_SD * median(found.map(({ size }) => size));
  const keyOf = (direction: string, i: number) => `${direction} ${i}`;
  const groups = groupBy(found, ({ direction, i }) => keyOf(direction, i));
  const at = new Map(groups.map((group) => [keyOf(group[0]!.direction, group[0]!.i), group]));
  const sds = new Map(
    groups.map(([{ direction, i }]) => {
      const around = Array.from({ length: 2 * NEIGHBOURS + 1 }, (_, k) => keyOf(direction, i + k - NEIGHBOURS));
      const sizes = around.flatMap((key) => at.get(key) ?? []).map(({ size }) => size);
      return [keyOf(direction, i), sizes.length < MIN_LOCAL_READINGS ? all : Math.max(all, MAD_TO_SD * median(sizes))];
    }),
  );
  return (direction: string, i: number): number => sds.get(keyOf(direction, i))!;
}

/** Readings far from their neighbours' median, except first and last readings of trains. */
export function findOutliers(trains: readonly Train[], c: Candidate): Outlier[] {
  const range = Math.abs(c.createCurve('up').range) * c.unit;
  const found = trains.flatMap((train, t) => {
    const curve = computeConductances(c.createCurve(train.direction), train.elapsed);
    const off = train.conductance.map((g, i) => g - c.unit * curve[i]!);
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
    return { device, cycle, direction, pulse, conductance: conductance[i]!, off: own, place: createReadingId(t, i) };
  });
}
