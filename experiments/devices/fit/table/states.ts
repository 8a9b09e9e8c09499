import { DIRECTIONS, type Direction, type Train } from '../import/trains.ts';
import { type Bin, type Change, driftBins, driftOf, narrowed } from './bins.ts';
import { type Drift, type Smoothed, smooth } from './smooth.ts';

/** The scatter of a reading and what pulses did to the states behind it, in units of the largest reading. */
export interface States {
  /** Whether the scatter is the same everywhere or goes with the conductance; its sd, or that as a share. */
  readonly kind: 'absolute' | 'relative';
  readonly scatter: number;
  readonly low: number;
  readonly high: number;
  readonly bins: Readonly<Record<Direction, readonly Bin[]>>;
  /** First state of each train. */
  readonly starts: readonly number[];
}

interface Own {
  readonly direction: Direction;
  readonly y: readonly number[];
  readonly pulses: readonly number[];
}

const KINDS = ['absolute', 'relative'] as const;
const ROUNDS = 12;
/** Sd of readings over that of steps that are tried at first; 0: all scatter is of steps. */
const RATIOS = [0, 0.1, 0.3, 0.5, 0.7, 1, 1.5, 2, 3, 5, 8, 12, 20, 40];
/** Relative scatter is taken no smaller than that of this share of the largest conductance. */
const SMALLEST = 1e-3;
/** Neighbours on each side, as a share of a train, whose mean change stands for the drift at first. */
const NEAR = 1 / 40;

const weightOf = (kind: States['kind'], x: number): number => (kind === 'absolute' ? 1 : Math.max(x, SMALLEST) ** 2);
const sum = (list: Iterable<number>): number => [...list].reduce((a, b) => a + b, 0);

/** Mean change by one pulse near each reading of a train. */
function nearby({ y, pulses }: Own): number[] {
  const half = Math.max(1, Math.round(pulses.length * NEAR));
  return pulses.map((_, i) => {
    const [from, to] = [Math.max(0, i - half), Math.min(pulses.length, i + half + 1)];
    return (y[to]! - y[from]!) / sum(pulses.slice(from, to));
  });
}

/** Sum over trains of what each tells. */
const likelihoodOf = (all: readonly Smoothed[]): number => sum(all.map(({ likelihood }) => likelihood));

/** Steps of one size and drifts from the trains themselves: the ratio of scatters by likelihood, on a grid. */
function begun(trains: readonly Own[], kind: States['kind']): { scatter: number; smoothed: Smoothed[] } {
  const drifts = trains.map(nearby);
  const squares = trains.flatMap(({ y, pulses }, t) =>
    pulses.map((n, i) => (y[i + 1]! - y[i]! - n * drifts[t]![i]!) ** 2 / n),
  );
  const total = Math.max(sum(squares) / squares.length, 1e-24);
  const level =
    kind === 'absolute'
      ? 1
      : sum(trains.flatMap(({ y }) => y.map((x) => weightOf(kind, x)))) / sum(trains.map(({ y }) => y.length));
  const tried = RATIOS.map((ratio) => {
    const step = total / (1 + 2 * ratio * ratio);
    const scatter = (ratio * ratio * step) / level;
    const smoothed = trains.map(({ y, pulses }, t) => {
      const drift: Drift = { mean: (_, i) => drifts[t]![i]!, slope: () => 0, variance: () => step };
      return smooth(y, pulses, drift, (x) => scatter * weightOf(kind, x));
    });
    return { scatter, smoothed };
  });
  return tried.reduce((a, b) => (likelihoodOf(b.smoothed) > likelihoodOf(a.smoothed) ? b : a));
}

function changesOf({ y, pulses }: Own, { state, variance, covariance }: Smoothed): Change[] {
  return pulses.map((n, i) => ({
    from: state[i]!,
    by: state[i + 1]! - state[i]!,
    unseen: Math.max(0, variance[i + 1]! + variance[i]! - 2 * covariance[i + 1]!),
    read: y[i + 1]! - y[i]!,
    pulses: n,
  }));
}

const directionsOf = (trains: readonly Own[]) => DIRECTIONS.filter((d) => trains.some((own) => own.direction === d));

/** Of each direction, whatever it is. */
const byDirection = <T>(trains: readonly Own[], of: (d: Direction) => T): Record<Direction, T> =>
  Object.fromEntries(directionsOf(trains).map((d) => [d, of(d)])) as Record<Direction, T>;

const changesIn = (trains: readonly Own[], smoothed: readonly Smoothed[], d: Direction): Change[] =>
  trains.flatMap((own, t) => (own.direction === d ? changesOf(own, smoothed[t]!) : []));

const mean = (bins: readonly Bin[], of: (b: Bin) => number): number =>
  sum(bins.map((b) => of(b) * b.changes.length)) / sum(bins.map((b) => b.changes.length));

/** Variance of what is read of changes in a bin, by one pulse. */
const readVariance = ({ changes }: Bin, at: Drift): number =>
  sum(changes.map((c) => (c.read - c.pulses * at.mean(c.from, 0)) ** 2 / c.pulses)) / changes.length;

/** Parts of the range, and how far the least of them may be below its mean by chance, in sds of its logarithm. */
const [PARTS, CHANCE] = [8, 1];

/** Nowhere are changes read to vary by less than the scatter of two readings: the variance that this leaves it at most. */
function mostScatter(bins: Readonly<Record<Direction, readonly Bin[]>>, kind: States['kind']): number {
  const limits = Object.values(bins).flatMap((own) => {
    const at = driftOf(own);
    const all = own.flatMap(({ changes }) => changes);
    const size = Math.ceil(all.length / PARTS);
    return Array.from({ length: Math.ceil(all.length / size) }, (_, k) => {
      const part = all.slice(k * size, (k + 1) * size);
      const squares = part.map(
        (c) => (c.read - c.pulses * at.mean(c.from, 0)) ** 2 / c.pulses / weightOf(kind, c.from),
      );
      return (Math.exp(CHANCE * Math.sqrt(2 / part.length)) * sum(squares)) / part.length / 2;
    });
  });
  return limits.reduce((a, b) => Math.min(a, b), Infinity);
}

/** Scatter that lasts for a few readings looks like steps. It does not over more of them: those, and what share of it counts then. */
const [STRIDES, COUNTS, LEAST_OF_STRIDE] = [[2, 4, 8, 16, 32], 0.7, 10] as const;

/** Variance of a step from how that of changes grows with the pulses between readings, the drift taken out. */
function lasting(trains: readonly Own[], smoothed: readonly Smoothed[], drift: Drift): number {
  const over = (stride: number) => {
    let [squares, count] = [0, 0];
    trains.forEach(({ y, pulses }, t) => {
      const by = pulses.map((n, i) => n * drift.mean(smoothed[t]!.state[i]!, i));
      for (let i = 0; i + stride < y.length; i++) {
        squares += (y[i + stride]! - y[i]! - sum(by.slice(i, i + stride))) ** 2;
        count++;
      }
    });
    return squares / count;
  };
  const shortest = Math.min(...trains.map(({ y }) => y.length));
  const strides = STRIDES.filter((s) => 2 * s * LEAST_OF_STRIDE <= shortest);
  return strides.reduce((least, s) => Math.min(least, (over(2 * s) - over(s)) / s), Infinity);
}

type Bins = Record<Direction, readonly Bin[]>;
interface Found {
  readonly scatter: number;
  readonly bins: Bins;
  readonly smoothed: readonly Smoothed[];
}

/** States anew, from bins and scatter. */
const smoothedBy = (trains: readonly Own[], bins: Bins, kind: States['kind'], scatter: number): Smoothed[] => {
  const drift = byDirection(trains, (d) => driftOf(bins[d]));
  return trains.map(({ direction, y, pulses }) =>
    smooth(y, pulses, drift[direction], (x) => scatter * weightOf(kind, x)),
  );
};

const rangeOf = (smoothed: readonly Smoothed[]): [number, number] => {
  const all = smoothed.flatMap(({ state }) => [...state]);
  return [all.reduce((a, b) => Math.min(a, b)), all.reduce((a, b) => Math.max(a, b))];
};

/** A reading farther from its state than this many sds is none that says how readings scatter. */
const OUTLYING = 4;

/** Expectation and maximisation in turn: states from drift and scatter, and these from the states. */
function turn(trains: readonly Own[], kind: States['kind'], before: Found): Found {
  const [low, high] = rangeOf(before.smoothed);
  const bins = byDirection(trains, (d) => {
    const changes = changesIn(trains, before.smoothed, d);
    const about = before.bins[d]
      ? mean(before.bins[d], (b) => b.variance)
      : sum(changes.map((c) => c.unseen)) / changes.length;
    return driftBins(changes, high - low, about);
  });
  const smoothed = smoothedBy(trains, bins, kind, before.scatter);
  const off = smoothed.flatMap(({ state, variance }, t) =>
    trains[t]!.y.map((y, i) => ((y - state[i]!) ** 2 + variance[i]!) / weightOf(kind, state[i]!)),
  );
  const kept = off.filter((v) => v <= OUTLYING ** 2 * before.scatter);
  const scatter = kept.length === 0 ? 0 : Math.min(sum(kept) / kept.length, mostScatter(bins, kind));
  return { scatter, bins, smoothed };
}

/**
 * Variance of a step: that of what is read less that of two readings, and what all readings together say of it, each as much as it is
 * worth.
 */
function weighed({ variance, changes }: Bin, read: number, readings: number): number {
  const error = read * Math.sqrt(2 / changes.length);
  const prior = Math.max(variance, Number.MIN_VALUE);
  const share = prior ** 2 / (prior ** 2 + error ** 2);
  return Math.max(0, share * (read - readings) + (1 - share) * variance);
}

function fitted(trains: readonly Own[], kind: States['kind']): States & { readonly likelihood: number } {
  let found: Found = { ...begun(trains, kind), bins: {} as Bins };
  for (let round = 0; round < ROUNDS; round++) found = turn(trains, kind, found);
  found = withLasting(trains, kind, found);
  const { scatter } = found;
  const [low, high] = rangeOf(found.smoothed);
  const bins = byDirection(trains, (d) => {
    const at = driftOf(found.bins[d]);
    return narrowed(found.bins[d], high - low).map((b) => ({
      ...b,
      variance: weighed(b, readVariance(b, at), 2 * scatter * weightOf(kind, b.from)),
    }));
  });
  return {
    kind,
    scatter: Math.sqrt(found.scatter),
    low,
    high,
    bins,
    starts: found.smoothed.map(({ state }) => state[0]!),
    likelihood: likelihoodOf(found.smoothed),
  };
}

/** With steps of lasting changes only, where scatter that goes again was taken for steps; readings scatter by the rest. */
function withLasting(trains: readonly Own[], kind: States['kind'], found: Found): Found {
  const shares = byDirection(trains, (d) => {
    const own = trains.map((t, i) => [t, found.smoothed[i]!] as const).filter(([t]) => t.direction === d);
    const step = mean(found.bins[d], (b) => b.variance);
    const is = lasting(
      own.map(([t]) => t),
      own.map(([, s]) => s),
      driftOf(found.bins[d]),
    );
    const read = mean(found.bins[d], (b) => readVariance(b, driftOf(found.bins[d])));
    return step < read / 2 && is < COUNTS * step ? Math.max(is / step, 0.01) : 1;
  });
  if (Object.values(shares).every((share) => share === 1)) return found;
  const scaled = (bins: Bins): Bins =>
    byDirection(trains, (d) => bins[d].map((b) => ({ ...b, variance: shares[d] * b.variance })));
  const bins = scaled(found.bins);
  const all = directionsOf(trains).flatMap((d) => {
    const at = driftOf(bins[d]);
    return bins[d].map(
      (b) => [b.changes.length, (readVariance(b, at) - b.variance) / 2 / weightOf(kind, b.from)] as const,
    );
  });
  const scatter = sum(all.map(([n, v]) => n * v)) / sum(all.map(([n]) => n));
  const smoothed = smoothedBy(trains, bins, kind, scatter);
  const [low, high] = rangeOf(smoothed);
  const again = byDirection(trains, (d) => {
    const step = mean(bins[d], (b) => b.variance);
    return driftBins(changesIn(trains, smoothed, d), high - low, step).map((b) => ({ ...b, variance: step }));
  });
  return { scatter, bins: again, smoothed: smoothedBy(trains, again, kind, scatter) };
}

/** States behind the readings of trains, `unit` the largest reading in S. */
export function statesOf(trains: readonly Train[], unit: number): States {
  const own = trains.map(({ direction, elapsed, conductance }) => ({
    direction,
    y: conductance.map((g) => g / unit),
    pulses: elapsed.slice(1).map((n, i) => n - elapsed[i]!),
  }));
  const [absolute, relative] = KINDS.map((kind) => fitted(own, kind));
  return relative!.likelihood > absolute!.likelihood ? relative! : absolute!;
}
