import { DIRECTIONS, type Direction, type Train } from '../import/trains.ts';
import { type Bin, type Change, type Drift, driftBins, driftOf, narrowed, type Smoothed, smooth } from './bins.ts';

/** Read noise, and changes of the states without read noise, in units of the largest reading. */
export interface States {
  readonly kind: 'absolute' | 'relative';
  /** Sd of the read noise, or for `relative` as a share of the conductance. */
  readonly scatter: number;
  readonly low: number;
  readonly high: number;
  readonly bins: Readonly<Record<Direction, readonly Bin[]>>;
  /** First state of each train. */
  readonly starts: readonly number[];
}

/** Readings of one train in units of the largest reading, and numbers of pulses between them. */
interface TrainReadings {
  readonly direction: Direction;
  readonly y: readonly number[];
  readonly pulses: readonly number[];
}

const KINDS = ['absolute', 'relative'] as const;
const ROUNDS = 12;
/** Initial ratios of the sd of the read noise to that of the steps. */
const RATIOS = [0, 0.1, 0.3, 0.5, 0.7, 1, 1.5, 2, 3, 5, 8, 12, 20, 40];
/** Minimum conductance for relative read noise. */
const MIN_LEVEL = 1e-3;
/** Number of neighbours on each side for the initial drift, as a share of the train. */
const NEIGHBOUR_SHARE = 1 / 40;

const weightOf = (kind: States['kind'], x: number): number => (kind === 'absolute' ? 1 : Math.max(x, MIN_LEVEL) ** 2);
const sum = (list: Iterable<number>): number => [...list].reduce((a, b) => a + b, 0);

/** Mean change by one pulse around each reading of a train. */
function localDrift({ y, pulses }: TrainReadings): number[] {
  const half = Math.max(1, Math.round(pulses.length * NEIGHBOUR_SHARE));
  return pulses.map((_, i) => {
    const [from, to] = [Math.max(0, i - half), Math.min(pulses.length, i + half + 1)];
    return (y[to]! - y[from]!) / sum(pulses.slice(from, to));
  });
}

/** Log-likelihood of all trains. */
const likelihoodOf = (all: readonly Smoothed[]): number => sum(all.map(({ likelihood }) => likelihood));

/** Initial estimate: one variance of steps, local drifts, and the ratio of variances with the highest likelihood. */
function initialEstimate(
  trains: readonly TrainReadings[],
  kind: States['kind'],
): { scatter: number; smoothed: Smoothed[] } {
  const drifts = trains.map(localDrift);
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

function changesOf({ y, pulses }: TrainReadings, { state, variance, covariance }: Smoothed): Change[] {
  return pulses.map((n, i) => ({
    from: state[i]!,
    by: state[i + 1]! - state[i]!,
    unseen: Math.max(0, variance[i + 1]! + variance[i]! - 2 * covariance[i + 1]!),
    read: y[i + 1]! - y[i]!,
    pulses: n,
  }));
}

const directionsOf = (trains: readonly TrainReadings[]) =>
  DIRECTIONS.filter((d) => trains.some((own) => own.direction === d));

/** One value per measured direction. */
const byDirection = <T>(trains: readonly TrainReadings[], of: (d: Direction) => T): Record<Direction, T> =>
  Object.fromEntries(directionsOf(trains).map((d) => [d, of(d)])) as Record<Direction, T>;

const changesIn = (trains: readonly TrainReadings[], smoothed: readonly Smoothed[], d: Direction): Change[] =>
  trains.flatMap((own, t) => (own.direction === d ? changesOf(own, smoothed[t]!) : []));

const mean = (bins: readonly Bin[], of: (b: Bin) => number): number =>
  sum(bins.map((b) => of(b) * b.changes.length)) / sum(bins.map((b) => b.changes.length));

/** Variance of the measured changes in a bin, by one pulse. */
const readVariance = ({ changes }: Bin, at: Drift): number =>
  sum(changes.map((c) => (c.read - c.pulses * at.mean(c.from, 0)) ** 2 / c.pulses)) / changes.length;

/** Number of parts of the range, and allowance for chance, in sds of the logarithm of a variance. */
const [PART_COUNT, ALLOWANCE] = [8, 1];

/** Upper limit of the variance of the read noise: in no part do measured changes vary by less than two readings. */
function maxScatter(bins: Readonly<Record<Direction, readonly Bin[]>>, kind: States['kind']): number {
  const limits = Object.values(bins).flatMap((own) => {
    const at = driftOf(own);
    const all = own.flatMap(({ changes }) => changes);
    const size = Math.ceil(all.length / PART_COUNT);
    return Array.from({ length: Math.ceil(all.length / size) }, (_, k) => {
      const part = all.slice(k * size, (k + 1) * size);
      const squares = part.map(
        (c) => (c.read - c.pulses * at.mean(c.from, 0)) ** 2 / c.pulses / weightOf(kind, c.from),
      );
      return (Math.exp(ALLOWANCE * Math.sqrt(2 / part.length)) * sum(squares)) / part.length / 2;
    });
  });
  return limits.reduce((a, b) => Math.min(a, b), Infinity);
}

/** Read noise that is correlated over a few readings looks like steps, but not over these strides; maximum share that counts; readings per stride. */
const [STRIDES, MAX_LASTING_SHARE, MIN_STRIDED_READINGS] = [[2, 4, 8, 16, 32], 0.7, 10] as const;

/** Variance of a step from the growth of the variance of changes with the number of pulses, without drift. */
function lastingVariance(trains: readonly TrainReadings[], smoothed: readonly Smoothed[], drift: Drift): number {
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
  const strides = STRIDES.filter((s) => 2 * s * MIN_STRIDED_READINGS <= shortest);
  return strides.reduce((least, s) => Math.min(least, (over(2 * s) - over(s)) / s), Infinity);
}

type Bins = Record<Direction, readonly Bin[]>;
interface Found {
  readonly scatter: number;
  readonly bins: Bins;
  readonly smoothed: readonly Smoothed[];
}

/** States from bins and read noise. */
const smoothedBy = (
  trains: readonly TrainReadings[],
  bins: Bins,
  kind: States['kind'],
  scatter: number,
): Smoothed[] => {
  const drift = byDirection(trains, (d) => driftOf(bins[d]));
  return trains.map(({ direction, y, pulses }) =>
    smooth(y, pulses, drift[direction], (x) => scatter * weightOf(kind, x)),
  );
};

const rangeOf = (smoothed: readonly Smoothed[]): [number, number] => {
  const all = smoothed.flatMap(({ state }) => [...state]);
  return [all.reduce((a, b) => Math.min(a, b)), all.reduce((a, b) => Math.max(a, b))];
};

/** Maximum distance of a reading from its state, in sds, for the estimate of the read noise. */
const MAX_RESIDUAL = 4;

/** One round of expectation and maximisation: states from drift and read noise, and these from the states. */
function improve(trains: readonly TrainReadings[], kind: States['kind'], before: Found): Found {
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
  const kept = off.filter((v) => v <= MAX_RESIDUAL ** 2 * before.scatter);
  const scatter = kept.length === 0 ? 0 : Math.min(sum(kept) / kept.length, maxScatter(bins, kind));
  return { scatter, bins, smoothed };
}

/**
 * Variance of a step: weighted mean of the measured variance without that of two readings, and of the estimate from all readings.
 */
function combineVariances({ variance, changes }: Bin, read: number, readings: number): number {
  const error = read * Math.sqrt(2 / changes.length);
  const prior = Math.max(variance, Number.MIN_VALUE);
  const share = prior ** 2 / (prior ** 2 + error ** 2);
  return Math.max(0, share * (read - readings) + (1 - share) * variance);
}

/** States with one kind of read noise, and their log-likelihood. */
function estimateStates(
  trains: readonly TrainReadings[],
  kind: States['kind'],
): States & { readonly likelihood: number } {
  let found: Found = { ...initialEstimate(trains, kind), bins: {} as Bins };
  for (let round = 0; round < ROUNDS; round++) found = improve(trains, kind, found);
  found = withLastingSteps(trains, kind, found);
  const { scatter } = found;
  const [low, high] = rangeOf(found.smoothed);
  const bins = byDirection(trains, (d) => {
    const at = driftOf(found.bins[d]);
    return narrowed(found.bins[d], high - low).map((b) => ({
      ...b,
      variance: combineVariances(b, readVariance(b, at), 2 * scatter * weightOf(kind, b.from)),
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

/** Estimate with the variance of lasting changes only, if correlated read noise was counted as steps. */
function withLastingSteps(trains: readonly TrainReadings[], kind: States['kind'], found: Found): Found {
  const shares = byDirection(trains, (d) => {
    const own = trains.map((t, i) => [t, found.smoothed[i]!] as const).filter(([t]) => t.direction === d);
    const step = mean(found.bins[d], (b) => b.variance);
    const is = lastingVariance(
      own.map(([t]) => t),
      own.map(([, s]) => s),
      driftOf(found.bins[d]),
    );
    const read = mean(found.bins[d], (b) => readVariance(b, driftOf(found.bins[d])));
    return step < read / 2 && is < MAX_LASTING_SHARE * step ? Math.max(is / step, 0.01) : 1;
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

/** Estimates the states of trains. @param unit largest reading, S */
export function statesOf(trains: readonly Train[], unit: number): States {
  const own = trains.map(({ direction, elapsed, conductance }) => ({
    direction,
    y: conductance.map((g) => g / unit),
    pulses: elapsed.slice(1).map((n, i) => n - elapsed[i]!),
  }));
  const [absolute, relative] = KINDS.map((kind) => estimateStates(own, kind));
  return relative!.likelihood > absolute!.likelihood ? relative! : absolute!;
}
