import { median } from 'simple-statistics';
import type { Candidate } from './candidate.ts';
import { levels } from './curves.ts';
import { placeOf } from './means.ts';
import type { Train } from './readPulses.ts';

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
const NORMAL = 1.4826;

function groupBy<T>(list: readonly T[], key: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of list) groups.set(key(item), [...(groups.get(key(item)) ?? []), item]);
  return groups;
}

/** Single readings far off the median of what their neighbours differ by from the curve; first and last ones never. */
export function outliersOf(trains: readonly Train[], unit: number, c: Candidate): Outlier[] {
  const range = Math.abs(c.curves.course(c.p, 'up').range) * unit;
  const found = trains.flatMap((train, t) => {
    const curve = levels(c.curves.course(c.p, train.direction), train.elapsed);
    const off = train.conductance.map((g, i) => g - unit * curve[i]!);
    return off.map((own, i) => {
      const around = off.slice(Math.max(0, i - NEIGHBOURS), i + NEIGHBOURS + 1);
      return { t, i, last: off.length - 1, own, local: own - median(around) };
    });
  });
  for (const [, group] of groupBy(found, ({ t, i }) => `${trains[t]!.direction} ${i}`)) {
    if (group.length < REPEATS) continue;
    const common = median(group.map(({ local }) => local));
    for (const one of group) one.local -= common;
  }
  const sd = NORMAL * median(found.map(({ local }) => Math.abs(local)));
  const far = found.filter(
    ({ i, last, local }) => i > 0 && i < last && Math.abs(local) > Math.max(FAR * sd, LEAST * range),
  );
  if (far.length > MOST * found.length) return [];
  return far.map(({ t, i, own }) => {
    const { device, cycle, direction, first, elapsed, conductance } = trains[t]!;
    const pulse = first + elapsed[i]!;
    return { device, cycle, direction, pulse, conductance: conductance[i]!, off: own, place: placeOf(t, i) };
  });
}
