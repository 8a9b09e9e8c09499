import { DIRECTIONS, type Direction, type Train } from '../import/trains.ts';
import { clip, extentOf, mean, splitList, sum } from '../lists.ts';
import { type Noise, scaleReadNoise } from '../statistics/noiseModel.ts';

interface Change {
  readonly startState: number;
  readonly stateChange: number;
  readonly smoothingVariance: number;
  /** Difference of two readings, including the read noise of both. */
  readonly readingChange: number;
  readonly pulseCount: number;
}

export interface StateBin {
  readonly meanState: number;
  readonly meanStep: number;
  readonly stepVariance: number;
  readonly changes: readonly Change[];
}

/** Size of a full bin of conductance changes: number of changes, or width as a fraction of the range. */
const [FULL_COUNT, FULL_WIDTH] = [30, 1 / 32];
const MAX_GAP = 1 / 20;
const MAX_BINS = 64;
/** Minimum mean change in a bin, in standard errors. */
const MIN_STANDARD_ERRORS = 3;

function groupChanges(changes: readonly Change[], range: number, least: number): Change[][] {
  const groups: Change[][] = [];
  for (const c of changes.toSorted((a, b) => a.startState - b.startState)) {
    const last = groups.at(-1);
    const isFull = (own: Change[]) =>
      own.length >= least && (own.length >= FULL_COUNT || c.startState - own[0]!.startState > FULL_WIDTH * range);
    if (last === undefined || c.startState - last.at(-1)!.startState > MAX_GAP * range || isFull(last))
      groups.push([c]);
    else last.push(c);
  }
  return groups;
}

/**
 * Groups changes into bins by ascending state, so wide that each mean change differs significantly from 0. @param
 * variance approximate variance of the change by one pulse
 */
function createBins(changes: readonly Change[], range: number, variance: number): StateBin[] {
  const step = mean(changes.map((c) => c.stateChange / c.pulseCount));
  const clear = (MIN_STANDARD_ERRORS * MIN_STANDARD_ERRORS * variance) / (step * step) || 1;
  const least = Math.min(Math.max(clear, changes.length / MAX_BINS), changes.length / 4);
  const bins = groupChanges(changes, range, least).map((own): StateBin => {
    const weight = sum(own.map((c) => c.pulseCount));
    return {
      meanState: mean(own.map((c) => c.startState)),
      meanStep: sum(own.map((c) => c.stateChange)) / weight,
      stepVariance: 0,
      changes: own,
    };
  });
  return withVariance(bins, interpolateBins(bins));
}

const withVariance = (bins: readonly StateBin[], line: Drift): StateBin[] =>
  bins.map((bin) => ({
    ...bin,
    stepVariance: mean(
      bin.changes.map(
        (c) =>
          ((c.stateChange - c.pulseCount * line.meanStep(c.startState, 0)) ** 2 + c.smoothingVariance) / c.pulseCount,
      ),
    ),
  }));

/** Interpolates mean and variance of a step linearly between bins; constant outside the outer bins. */
export function interpolateBins(bins: readonly StateBin[]): Drift {
  const place = (x: number): [StateBin, StateBin, number] => {
    const next = bins.findIndex(({ meanState }) => meanState > x);
    const [a, b] = [bins.at(next <= 0 ? next : next - 1)!, bins.at(next)!];
    return [a, b, a === b ? 0 : (x - a.meanState) / (b.meanState - a.meanState)];
  };
  return {
    meanStep(x) {
      const [a, b, share] = place(x);
      return a.meanStep + share * (b.meanStep - a.meanStep);
    },
    stepSlope(x) {
      const [a, b] = place(x);
      return a === b ? 0 : (b.meanStep - a.meanStep) / (b.meanState - a.meanState);
    },
    stepVariance(x) {
      const [a, b, share] = place(x);
      return a.stepVariance + share * (b.stepVariance - a.stepVariance);
    },
  };
}

/** Change of state x by one pulse: mean, its derivative, and variance. */
interface Drift {
  meanStep(x: number, reading: number): number;
  stepSlope(x: number): number;
  stepVariance(x: number): number;
}

type SmoothedTrain = ReturnType<typeof smoothTrain>;

/** Deviation from the prediction, standard deviations, above which a reading is a jump or an outlier. */
const MAX_DEVIATIONS = 5;

/**
 * States of a train by a Kalman filter and the smoother of Rauch, Tung & Striebel 1965 (doi:10.2514/3.3166).
 * `covariance`: covariance of each state with the previous one. @param pulses number of pulses between readings i and i
 * + 1 @param scatter variance of the read noise at state x
 */
function smoothTrain(y: readonly number[], pulses: readonly number[], drift: Drift, scatter: (x: number) => number) {
  const n = y.length;
  const list = () => new Float64Array(n);
  const [state, variance, expected, spread, slopes, covariance] = [list(), list(), list(), list(), list(), list()];
  state[0] = y[0]!;
  variance[0] = scatter(y[0]!);
  for (let i = 1; i < n; i++) {
    const [x, times] = [state[i - 1]!, pulses[i - 1]!];
    const slope = clip(1 + times * drift.stepSlope(x));
    slopes[i - 1] = slope;
    expected[i] = x + times * drift.meanStep(x, i - 1);
    spread[i] = slope * slope * variance[i - 1]! + times * drift.stepVariance(x);
    let own = scatter(expected[i]!);
    let total = spread[i]! + own;
    const off = y[i]! - expected[i]!;
    const far = total > 0 ? (off * off) / total : 0;
    if (far > MAX_DEVIATIONS ** 2) {
      // A reading far from the model's prediction is a jump of the state if the next reading agrees with it; otherwise
      // it is an outlier.
      const stays = i + 1 < n && Math.abs(y[i + 1]! - y[i]!) < Math.abs(y[i + 1]! - expected[i]!);
      if (stays) spread[i]! += off * off - total;
      else own += off * off - total;
      total = off * off;
    }
    const gain = total > 0 ? spread[i]! / total : 1;
    state[i] = expected[i]! + gain * off;
    variance[i] = (1 - gain) * spread[i]!;
  }
  for (let i = n - 2; i >= 0; i--) {
    const back = spread[i + 1]! > 0 ? (variance[i]! * slopes[i]!) / spread[i + 1]! : 0;
    state[i]! += back * (state[i + 1]! - expected[i + 1]!);
    variance[i]! += back * back * (variance[i + 1]! - spread[i + 1]!);
    covariance[i + 1] = back * variance[i + 1]!;
  }
  return { state, variance, covariance };
}

export type StateEstimate = ReturnType<typeof estimateStates>;
type Bins = Readonly<Partial<Record<Direction, readonly StateBin[]>>>;

interface TrainReadings {
  readonly direction: Direction;
  readonly y: readonly number[];
  readonly pulses: readonly number[];
}

const ROUNDS = 12;
/** Half width of the moving average for the initial mean step, as a fraction of the readings of a train. */
const NEIGHBOUR_SHARE = 1 / 40;
/** Largest deviation of a reading from its state that is attributed to read noise, standard deviations. */
const MAX_RESIDUAL = 4;

function localDrift({ y, pulses }: TrainReadings): number[] {
  const half = Math.max(1, Math.round(pulses.length * NEIGHBOUR_SHARE));
  return pulses.map((_, i) => {
    const [from, to] = [Math.max(0, i - half), Math.min(pulses.length, i + half + 1)];
    return (y[to]! - y[from]!) / sum(pulses.slice(from, to));
  });
}

function changesOf({ y, pulses }: TrainReadings, { state, variance, covariance }: SmoothedTrain): Change[] {
  return pulses.map((n, i) => ({
    startState: state[i]!,
    stateChange: state[i + 1]! - state[i]!,
    smoothingVariance: Math.max(0, variance[i + 1]! + variance[i]! - 2 * covariance[i + 1]!),
    readingChange: y[i + 1]! - y[i]!,
    pulseCount: n,
  }));
}

const meanOfBins = (bins: readonly StateBin[], of: (b: StateBin) => number): number =>
  mean(bins.flatMap((b) => b.changes.map(() => of(b))));

/** Variance per pulse of measured changes about their mean. @param at mean change by one pulse at each state */
const computeChangeVariance = (
  changes: readonly Change[],
  at: Drift,
  weightOf: (c: Change) => number = () => 1,
): number =>
  mean(
    changes.map(
      (c) => (c.readingChange - c.pulseCount * at.meanStep(c.startState, 0)) ** 2 / c.pulseCount / weightOf(c),
    ),
  );

const PART_COUNT = 8;
/** Tolerance for the estimate of a variance, in standard deviations of its logarithm. */
const VARIANCE_TOLERANCE = 1;

/** Upper limit of the read-noise variance: half the variance of changes, minimum over eight state intervals. */
function findMaxReadVariance(bins: readonly StateBin[], kind: Noise['kind']): number {
  const at = interpolateBins(bins);
  const all = bins.flatMap(({ changes }) => changes);
  const limitOf = (part: readonly Change[]) =>
    (Math.exp(VARIANCE_TOLERANCE * Math.sqrt(2 / part.length)) *
      computeChangeVariance(part, at, (c) => scaleReadNoise(kind, c.startState) ** 2)) /
    2;
  return extentOf(splitList(all, Math.ceil(all.length / PART_COUNT)).map(limitOf))[0];
}

/** Numbers of readings over which changes are compared to detect correlated read noise. */
const STRIDES = [2, 4, 8, 16, 32];
const MIN_STRIDED_READINGS = 10;
/** Maximum ratio of corrected to uncorrected step variance at which the correction for correlated noise is applied. */
const MAX_CORRECTED_RATIO = 0.7;

/**
 * Estimates the variance of a step, free of read noise, from the growth of the variance of changes with the number of
 * steps.
 */
function estimateStepVariance(
  trains: readonly TrainReadings[],
  smoothed: readonly SmoothedTrain[],
  drift: Drift,
): number {
  const over = (stride: number) =>
    mean(
      trains.flatMap(({ y, pulses }, t) => {
        const by = pulses.map((n, i) => n * drift.meanStep(smoothed[t]!.state[i]!, i));
        return y.slice(stride).map((later, i) => (later - y[i]! - sum(by.slice(i, i + stride))) ** 2);
      }),
    );
  const shortest = Math.min(...trains.map(({ y }) => y.length));
  const strides = STRIDES.filter((s) => 2 * s * MIN_STRIDED_READINGS <= shortest);
  return extentOf(strides.map((s) => (over(2 * s) - over(s)) / s))[0];
}

/**
 * Variance of the steps in a bin of states: mean of the variance that smoothed steps predict and of the measured
 * variance minus read noise, weighted by inverse squared errors.
 */
function combineVariances({ stepVariance, changes }: StateBin, at: Drift, readings: number): number {
  const read = computeChangeVariance(changes, at);
  const error = read * Math.sqrt(2 / changes.length);
  const prior = Math.max(stepVariance, Number.MIN_VALUE);
  const share = prior ** 2 / (prior ** 2 + error ** 2);
  return Math.max(0, share * (read - readings) + (1 - share) * stepVariance);
}

/**
 * Estimates states, then steps and read noise from the states, alternately (expectation-maximisation). @param unit
 * largest reading, S, the unit of the results
 */
export function estimateStates(
  measured: readonly Train[],
  unit: number,
  { kind, reading }: Pick<Noise, 'kind' | 'reading'>,
) {
  const trains = measured.map(({ direction, elapsed, conductance }) => ({
    direction,
    y: conductance.map((g) => g / unit),
    pulses: elapsed.slice(1).map((n, i) => n - elapsed[i]!),
  }));
  const directions = DIRECTIONS.filter((d) => trains.some(({ direction }) => direction === d));
  const byDirection = <T>(of: (d: Direction) => T) => Object.fromEntries(directions.map((d) => [d, of(d)]));
  let variance = reading ** 2;
  const scatter = (x: number) => variance * scaleReadNoise(kind, x) ** 2;
  const drifts = trains.map(localDrift);
  const squares = trains.flatMap(({ y, pulses }, t) =>
    pulses.map((n, i) => (y[i + 1]! - y[i]! - n * drifts[t]![i]!) ** 2 / n - 2 * scatter(y[i]!)),
  );
  const step = Math.max(mean(squares), 1e-24);
  let smoothed = trains.map(({ y, pulses }, t) =>
    smoothTrain(
      y,
      pulses,
      { meanStep: (_, i) => drifts[t]![i]!, stepSlope: () => 0, stepVariance: () => step },
      scatter,
    ),
  );
  const range = () => extentOf(smoothed.flatMap(({ state }) => [...state]));
  const binsOf = (d: Direction, about?: number) => {
    const changes = trains.flatMap((own, t) => (own.direction === d ? changesOf(own, smoothed[t]!) : []));
    const [low, high] = range();
    return createBins(changes, high - low, about ?? mean(changes.map((c) => c.smoothingVariance)));
  };
  const smoothWith = (bins: Bins) => {
    const drift: Partial<Record<Direction, Drift>> = byDirection((d) => interpolateBins(bins[d]!));
    return trains.map(({ direction, y, pulses }) => smoothTrain(y, pulses, drift[direction]!, scatter));
  };
  let bins: Bins = {};
  for (let round = 0; round < ROUNDS; round++) {
    bins = byDirection((d) => binsOf(d, bins[d] && meanOfBins(bins[d], (b) => b.stepVariance)));
    smoothed = smoothWith(bins);
    const squared = smoothed.flatMap(({ state, variance: unseen }, t) =>
      trains[t]!.y.map((y, i) => ((y - state[i]!) ** 2 + unseen[i]!) / scaleReadNoise(kind, state[i]!) ** 2),
    );
    const near = squared.filter((v) => v <= MAX_RESIDUAL ** 2 * variance);
    variance =
      near.length === 0 ? 0 : Math.min(mean(near), ...directions.map((d) => findMaxReadVariance(bins[d]!, kind)));
  }
  // The step variance may contain correlated read noise, which does not accumulate over several pulses.
  const shares: Partial<Record<Direction, number>> = byDirection((d) => {
    const at = interpolateBins(bins[d]!);
    const isOwn = (_: unknown, t: number) => trains[t]!.direction === d;
    const lasting = estimateStepVariance(trains.filter(isOwn), smoothed.filter(isOwn), at);
    const own = meanOfBins(bins[d]!, (b) => b.stepVariance);
    const isWithinNoise = own < meanOfBins(bins[d]!, (b) => computeChangeVariance(b.changes, at)) / 2;
    return isWithinNoise && lasting < MAX_CORRECTED_RATIO * own ? Math.max(lasting / own, 0.01) : 1;
  });
  if (directions.some((d) => shares[d]! < 1)) {
    const scaled = byDirection((d) => bins[d]!.map((b) => ({ ...b, stepVariance: shares[d]! * b.stepVariance })));
    variance = mean(
      directions.flatMap((d) => {
        const at = interpolateBins(scaled[d]!);
        return scaled[d]!.flatMap((b) => {
          const own =
            (computeChangeVariance(b.changes, at) - b.stepVariance) / 2 / scaleReadNoise(kind, b.meanState) ** 2;
          return b.changes.map(() => own);
        });
      }),
    );
    smoothed = smoothWith(scaled);
    bins = byDirection((d) => {
      const own = meanOfBins(scaled[d]!, (b) => b.stepVariance);
      return binsOf(d, own).map((b) => ({ ...b, stepVariance: own }));
    });
    smoothed = smoothWith(bins);
  }
  const [low, high] = range();
  return {
    reading: Math.sqrt(variance),
    low,
    high,
    bins: byDirection((d) => {
      const at = interpolateBins(bins[d]!);
      return bins[d]!.map((b) => ({ ...b, stepVariance: combineVariances(b, at, 2 * scatter(b.meanState)) }));
    }),
    starts: smoothed.map(({ state }) => state[0]!),
  };
}
