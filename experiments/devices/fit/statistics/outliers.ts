import { median } from 'simple-statistics';
import type { Train } from '../import/trains.ts';
import type { Candidate } from './candidate.ts';
import { levels } from './curves.ts';
import { placeOf } from './pool.ts';

/** A reading that lies apart from its neighbours. */
export interface Outlier {
  readonly device: string;
  readonly cycle: string;
  readonly direction: Train['direction'];
  /** What the file's counter says. */
  readonly pulse: number;
  /** S. */
  readonly conductance: number;
  /** S: what it lies above the curve. */
  readonly off: number;
  readonly place: string;
}

const NEIGHBOURS = 3;
/** Robust standard deviations, and share of the range, that an outlier is off by at least. */
const [FAR, LEAST] = [6, 0.02];
/** More of the readings than this are no outliers but the device. */
const MOST = 0.05;
/** What as many trains have in common, of one device or of several, is no outlier. */
const REPEATS = 3;
/** Readings that tell a scale of their own. */
const ENOUGH = 24;
const NORMAL = 1.4826;

function groupBy<T>(list: readonly T[], key: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of list) groups.set(key(item), [...(groups.get(key(item)) ?? []), item]);
  return groups;
}

/**
 * Robust standard deviation of what readings are off their neighbours by, around each pulse of a direction: noise may be larger where the
 * conductance, or the step, is. Nowhere less than that of all readings.
 */
function scales(found: readonly { readonly direction: string; readonly i: number; readonly size: number }[]) {
  const all = NORMAL * median(found.map(({ size }) => size));
  const at = groupBy(found, ({ direction, i }) => `${direction} ${i}`);
  const known = new Map<string, number>();
  return (direction: string, i: number): number => {
    const key = `${direction} ${i}`;
    if (!known.has(key)) {
      const steps = Array.from(
        { length: 2 * NEIGHBOURS + 1 },
        (_, k) => at.get(`${direction} ${i + k - NEIGHBOURS}`) ?? [],
      );
      const sizes = steps.flat().map(({ size }) => size);
      known.set(key, sizes.length < ENOUGH ? all : Math.max(all, NORMAL * median(sizes)));
    }
    return known.get(key)!;
  };
}

/** Single readings far off the median of what their neighbours differ by from the curve; first and last ones never. */
export function outliersOf(trains: readonly Train[], unit: number, c: Candidate): Outlier[] {
  const range = Math.abs(c.curves.course(c.p, 'up').range) * unit;
  const found = trains.flatMap((train, t) => {
    const curve = levels(c.curves.course(c.p, train.direction), train.elapsed);
    const off = train.conductance.map((g, i) => g - unit * curve[i]!);
    return off.map((own, i) => {
      const around = [...off.slice(Math.max(0, i - NEIGHBOURS), i), ...off.slice(i + 1, i + NEIGHBOURS + 1)];
      return { t, i, last: off.length - 1, own, local: own - median(around) };
    });
  });
  for (const [, group] of groupBy(found, ({ t, i }) => `${trains[t]!.direction} ${i}`)) {
    if (group.length < REPEATS) continue;
    const common = median(group.map(({ local }) => local));
    for (const one of group) one.local -= common;
  }
  const sd = scales(found.map(({ t, i, local }) => ({ direction: trains[t]!.direction, i, size: Math.abs(local) })));
  const far = found.filter(
    ({ t, i, last, local }) =>
      i > 0 && i < last && Math.abs(local) > Math.max(FAR * sd(trains[t]!.direction, i), LEAST * range),
  );
  if (far.length > MOST * found.length) return [];
  return far.map(({ t, i, own }) => {
    const { device, cycle, direction, first, elapsed, conductance } = trains[t]!;
    const pulse = first + elapsed[i]!;
    return { device, cycle, direction, pulse, conductance: conductance[i]!, off: own, place: placeOf(t, i) };
  });
}
