import type { Drift } from './smooth.ts';

/** A change of the state between two readings, `pulses` pulses apart. */
export interface Change {
  /** State that it begins at. */
  readonly from: number;
  /** By all pulses, as far as it is known; and the variance of what is not known of it. */
  readonly by: number;
  readonly unseen: number;
  /** The same as it was read: with the scatter of two readings in it. */
  readonly read: number;
  readonly pulses: number;
}

/** Changes from states that lie close together: mean and variance by one pulse. */
export interface Bin {
  readonly from: number;
  readonly mean: number;
  readonly variance: number;
  readonly changes: readonly Change[];
}

/** Changes that a bin has where they scatter, before it is as wide as this share of the range. */
const [ENOUGH, WIDTH] = [30, 1 / 32];
/** A bin ends where the next state is farther off than this share of the range. */
const GAP = 1 / 20;
const MOST_BINS = 64;
/** So many standard errors the mean of a bin is away from 0. */
const CLEAR = 3;

const average = (list: readonly Change[], of: (c: Change) => number): number =>
  list.reduce((sum, c) => sum + of(c), 0) / list.length;

/** Changes by ascending state, in groups of `least` or more that have enough or are wide. */
function grouped(changes: readonly Change[], range: number, least: number): Change[][] {
  const groups: Change[][] = [];
  for (const c of changes.toSorted((a, b) => a.from - b.from)) {
    const last = groups.at(-1);
    const isFull = (own: Change[]) =>
      own.length >= least && (own.length >= ENOUGH || c.from - own[0]!.from > WIDTH * range);
    if (last === undefined || c.from - last.at(-1)!.from > GAP * range || isFull(last)) groups.push([c]);
    else last.push(c);
  }
  return groups;
}

const from = (own: readonly Change[]): number => average(own, (c) => c.from);

/** Mean changes by ascending state, told from 0; `range`: of all states, `variance`: of one pulse's change, about. */
export function driftBins(changes: readonly Change[], range: number, variance: number): Bin[] {
  const mean = average(changes, (c) => c.by / c.pulses);
  const clear = (CLEAR * CLEAR * variance) / (mean * mean) || 1;
  const least = Math.min(Math.max(clear, changes.length / MOST_BINS), changes.length / 4);
  const bins = grouped(changes, range, least).map((own): Bin => {
    const weight = own.reduce((sum, c) => sum + c.pulses, 0);
    return { from: from(own), mean: own.reduce((sum, c) => sum + c.by, 0) / weight, variance: 0, changes: own };
  });
  return withVariance(bins, driftOf(bins));
}

/** The same means, in narrower bins where a mean needs more changes to be told than how much they scatter does. */
export function narrowed(bins: readonly Bin[], range: number): readonly Bin[] {
  const [drift, changes] = [driftOf(bins), bins.flatMap((bin) => bin.changes)];
  const least = Math.min(Math.max(ENOUGH, changes.length / MOST_BINS), changes.length / 4);
  const narrow = grouped(changes, range, least).map((own): Bin => {
    const at = from(own);
    return { from: at, mean: drift.mean(at, 0), variance: 0, changes: own };
  });
  return narrow.length > bins.length ? withVariance(narrow, drift) : bins;
}

const withVariance = (bins: readonly Bin[], line: Drift): Bin[] =>
  bins.map((bin) => ({
    ...bin,
    variance: average(bin.changes, (c) => ((c.by - c.pulses * line.mean(c.from, 0)) ** 2 + c.unseen) / c.pulses),
  }));

/** What bins say of states between them, in a straight line; beyond the outer ones as there. */
export function driftOf(bins: readonly Bin[]): Drift {
  const place = (x: number): [Bin, Bin, number] => {
    const next = bins.findIndex(({ from }) => from > x);
    const [a, b] = [bins.at(next <= 0 ? next : next - 1)!, bins.at(next)!];
    return [a, b, a === b ? 0 : (x - a.from) / (b.from - a.from)];
  };
  return {
    mean(x) {
      const [a, b, share] = place(x);
      return a.mean + share * (b.mean - a.mean);
    },
    slope(x) {
      const [a, b] = place(x);
      return a === b ? 0 : (b.mean - a.mean) / (b.from - a.from);
    },
    variance(x) {
      const [a, b, share] = place(x);
      return a.variance + share * (b.variance - a.variance);
    },
  };
}
