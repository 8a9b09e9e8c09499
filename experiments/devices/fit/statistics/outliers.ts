import { median } from 'simple-statistics';
import { groupBy } from '../../../statistics/groupBy.ts';
import type { Train } from '../import/trains.ts';
import type { CandidateFit } from './candidateFit.ts';
import { computeConductances } from './curves.ts';
import { createReadingId } from './pool.ts';

export type Outlier = ReturnType<typeof findOutliers>[number];

/** Number of readings on either side with which a reading is compared to find outliers. */
const NEIGHBOURS = 3;
/** Minimum deviation of an outlier from neighbouring readings: in robust standard deviations; share of the range. */
const [MIN_DEVIATIONS, MIN_SHARE] = [6, 0.02];
/** Maximum share of outliers; more outliers are attributed to the device and kept. */
const MAX_OUTLIER_SHARE = 0.05;
const MIN_TRAINS = 3;
const MIN_LOCAL_READINGS = 24;
/** Standard deviation / median absolute deviation of a normal distribution. */
const MAD_TO_SD = 1.4826;

/**
 * Robust standard deviation of readings from their neighbours, per direction and pulse number, because noise may depend
 * on the conductance. The robust standard deviation of all readings is the lower limit.
 */
function estimateLocalSds(
  found: readonly { readonly direction: string; readonly i: number; readonly local: number }[],
) {
  const sdOf = (group: typeof found) => MAD_TO_SD * median(group.map(({ local }) => Math.abs(local)));
  const all = sdOf(found);
  const groups = groupBy(found, ({ direction, i }) => `${direction} ${i}`);
  const around = (direction: string, i: number) =>
    Array.from({ length: 2 * NEIGHBOURS + 1 }, (_, k) => groups.get(`${direction} ${i + k - NEIGHBOURS}`) ?? []).flat();
  const sds = new Map(
    [...groups].map(([key, [{ direction, i }]]) => {
      const near = around(direction, i);
      return [key, near.length < MIN_LOCAL_READINGS ? all : Math.max(all, sdOf(near))];
    }),
  );
  return (direction: string, i: number): number => sds.get(`${direction} ${i}`)!;
}

/**
 * Finds readings far from their neighbours' median, except first and last readings of trains. Their `conductance` and
 * their deviation from the curve, `off`, are in S.
 */
export function findOutliers(trains: readonly Train[], c: CandidateFit) {
  const range = Math.abs(c.createModelCurve('up').range) * c.conductanceUnit;
  const found = trains.flatMap((train, t) => {
    const curve = computeConductances(c.createModelCurve(train.direction), train.elapsed);
    const off = train.conductance.map((g, i) => g - c.conductanceUnit * curve[i]!);
    return off.map((own, i) => {
      const around = [...off.slice(Math.max(0, i - NEIGHBOURS), i), ...off.slice(i + 1, i + NEIGHBOURS + 1)];
      return { t, direction: train.direction, i, last: off.length - 1, own, local: own - median(around) };
    });
  });
  for (const group of groupBy(found, ({ direction, i }) => `${direction} ${i}`).values()) {
    if (group.length < MIN_TRAINS) continue;
    const common = median(group.map(({ local }) => local));
    for (const one of group) one.local -= common;
  }
  const sdOf = estimateLocalSds(found);
  const far = found.filter(
    ({ direction, i, last, local }) =>
      i > 0 && i < last && Math.abs(local) > Math.max(MIN_DEVIATIONS * sdOf(direction, i), MIN_SHARE * range),
  );
  if (far.length > MAX_OUTLIER_SHARE * found.length) return [];
  return far.map(({ t, i, own }) => {
    const { device, cycle, direction, first, elapsed, conductance } = trains[t]!;
    const pulse = first + elapsed[i]!;
    return { device, cycle, direction, pulse, conductance: conductance[i]!, off: own, place: createReadingId(t, i) };
  });
}
