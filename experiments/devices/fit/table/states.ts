import { DIRECTIONS, type Direction, type Train } from '../import/trains.ts';
import { extentOf, mean, sum } from '../lists.ts';
import { type Noise, readNoiseAt } from '../statistics/noiseModel.ts';
import {
  type Change,
  createBins,
  type Drift,
  interpolateBins,
  type SmoothedTrain,
  type StateBin,
  smoothTrain,
} from './bins.ts';

/** States of trains without read noise, in units of the largest reading. */
export interface States {
  /** Sd of the read noise, in units of the largest reading or as a share of the conductance. */
  readonly reading: number;
  readonly low: number;
  readonly high: number;
  /** Bins of each measured direction. */
  readonly bins: Bins;
  /** State at the start of each train. */
  readonly starts: readonly number[];
}

type Bins = Readonly<Partial<Record<Direction, readonly StateBin[]>>>;

/** Readings of one train, in units of the largest reading, and numbers of pulses between them. */
interface TrainReadings {
  readonly direction: Direction;
  readonly y: readonly number[];
  readonly pulses: readonly number[];
}

const ROUNDS = 12;
/** Number of neighbours on each side for the initial mean step, as a fraction of the number of readings per train. */
const NEIGHBOUR_SHARE = 1 / 40;
/** Largest deviation of a reading from its state, in standard deviations, that is used to estimate the read noise. */
const MAX_RESIDUAL = 4;

/** Mean change by one pulse in the neighbourhood of each reading of a train. */
function localDrift({ y, pulses }: TrainReadings): number[] {
  const half = Math.max(1, Math.round(pulses.length * NEIGHBOUR_SHARE));
  return pulses.map((_, i) => {
    const [from, to] = [Math.max(0, i - half), Math.min(pulses.length, i + half + 1)];
    return (y[to]! - y[from]!) / sum(pulses.slice(from, to));
  });
}

function changesOf({ y, pulses }: TrainReadings, { state, variance, covariance }: SmoothedTrain): Change[] {
  return pulses.map((n, i) => ({
    from: state[i]!,
    by: state[i + 1]! - state[i]!,
    unseen: Math.max(0, variance[i + 1]! + variance[i]! - 2 * covariance[i + 1]!),
    read: y[i + 1]! - y[i]!,
    pulses: n,
  }));
}

/** Mean of a property of bins, weighted by their numbers of changes. */
const meanOfBins = (bins: readonly StateBin[], of: (b: StateBin) => number): number =>
  mean(bins.flatMap((b) => b.changes.map(() => of(b))));

/** Variance of the measured changes about the drift, for one pulse. */
const readVariance = (changes: readonly Change[], at: Drift, weightOf: (c: Change) => number = () => 1): number =>
  mean(changes.map((c) => (c.read - c.pulses * at.mean(c.from, 0)) ** 2 / c.pulses / weightOf(c)));

/** Number of groups of changes, and tolerance for chance, in standard deviations of the logarithm of a variance. */
const [PART_COUNT, ALLOWANCE] = [8, 1];

/** Upper limit of the read-noise variance: half the smallest variance of measured changes in a part of the range. */
function maxScatter(bins: readonly StateBin[], kind: Noise['kind']): number {
  const at = interpolateBins(bins);
  const all = bins.flatMap(({ changes }) => changes);
  const size = Math.ceil(all.length / PART_COUNT);
  const parts = Array.from({ length: Math.ceil(all.length / size) }, (_, k) => all.slice(k * size, (k + 1) * size));
  const limitOf = (part: readonly Change[]) =>
    (Math.exp(ALLOWANCE * Math.sqrt(2 / part.length)) * readVariance(part, at, (c) => readNoiseAt(kind, c.from) ** 2)) /
    2;
  return extentOf(parts.map(limitOf))[0];
}

/** Correlated read noise: strides, largest lasting share of the step variance, and minimum readings per stride. */
const [STRIDES, MAX_LASTING_SHARE, MIN_STRIDED_READINGS] = [[2, 4, 8, 16, 32], 0.7, 10] as const;

/** Step variance without read noise: smallest growth, per reading, of the variance of changes with their stride. */
function lastingVariance(trains: readonly TrainReadings[], smoothed: readonly SmoothedTrain[], drift: Drift): number {
  const over = (stride: number) =>
    mean(
      trains.flatMap(({ y, pulses }, t) => {
        const by = pulses.map((n, i) => n * drift.mean(smoothed[t]!.state[i]!, i));
        return y.slice(stride).map((later, i) => (later - y[i]! - sum(by.slice(i, i + stride))) ** 2);
      }),
    );
  const shortest = Math.min(...trains.map(({ y }) => y.length));
  const strides = STRIDES.filter((s) => 2 * s * MIN_STRIDED_READINGS <= shortest);
  return extentOf(strides.map((s) => (over(2 * s) - over(s)) / s))[0];
}

/** Variance of a step: mean of the bin's `variance` and the measured one without read noise, weighted by precision. */
function combineVariances({ variance, changes }: StateBin, at: Drift, readings: number): number {
  const read = readVariance(changes, at);
  const error = read * Math.sqrt(2 / changes.length);
  const prior = Math.max(variance, Number.MIN_VALUE);
  const share = prior ** 2 / (prior ** 2 + error ** 2);
  return Math.max(0, share * (read - readings) + (1 - share) * variance);
}

/**
 * Estimates the states of trains, and steps and read noise from the states, by turns (expectation and maximisation).
 * @param unit largest reading, S
 * @param noise initial read noise
 */
export function statesOf(
  measured: readonly Train[],
  unit: number,
  { kind, reading }: Pick<Noise, 'kind' | 'reading'>,
): States {
  const trains = measured.map(({ direction, elapsed, conductance }) => ({
    direction,
    y: conductance.map((g) => g / unit),
    pulses: elapsed.slice(1).map((n, i) => n - elapsed[i]!),
  }));
  const directions = DIRECTIONS.filter((d) => trains.some(({ direction }) => direction === d));
  const byDirection = <T>(of: (d: Direction) => T) => Object.fromEntries(directions.map((d) => [d, of(d)]));
  let variance = reading ** 2;
  const scatter = (x: number) => variance * readNoiseAt(kind, x) ** 2;
  const drifts = trains.map(localDrift);
  const squares = trains.flatMap(({ y, pulses }, t) =>
    pulses.map((n, i) => (y[i + 1]! - y[i]! - n * drifts[t]![i]!) ** 2 / n - 2 * scatter(y[i]!)),
  );
  const step = Math.max(mean(squares), 1e-24);
  let smoothed = trains.map(({ y, pulses }, t) =>
    smoothTrain(y, pulses, { mean: (_, i) => drifts[t]![i]!, slope: () => 0, variance: () => step }, scatter),
  );
  const range = () => extentOf(smoothed.flatMap(({ state }) => [...state]));
  const binsOf = (d: Direction, about?: number) => {
    const changes = trains.flatMap((own, t) => (own.direction === d ? changesOf(own, smoothed[t]!) : []));
    const [low, high] = range();
    return createBins(changes, high - low, about ?? mean(changes.map((c) => c.unseen)));
  };
  const smoothWith = (bins: Bins) => {
    const drift: Partial<Record<Direction, Drift>> = byDirection((d) => interpolateBins(bins[d]!));
    return trains.map(({ direction, y, pulses }) => smoothTrain(y, pulses, drift[direction]!, scatter));
  };
  let bins: Bins = {};
  for (let round = 0; round < ROUNDS; round++) {
    bins = byDirection((d) => binsOf(d, bins[d] && meanOfBins(bins[d], (b) => b.variance)));
    smoothed = smoothWith(bins);
    const squared = smoothed.flatMap(({ state, variance: unseen }, t) =>
      trains[t]!.y.map((y, i) => ((y - state[i]!) ** 2 + unseen[i]!) / readNoiseAt(kind, state[i]!) ** 2),
    );
    const near = squared.filter((v) => v <= MAX_RESIDUAL ** 2 * variance);
    variance = near.length === 0 ? 0 : Math.min(mean(near), ...directions.map((d) => maxScatter(bins[d]!, kind)));
  }
  // Correlated read noise may have been counted as step variance; only the share of it that lasts is kept.
  const shares: Partial<Record<Direction, number>> = byDirection((d) => {
    const at = interpolateBins(bins[d]!);
    const isOwn = (_: unknown, t: number) => trains[t]!.direction === d;
    const lasting = lastingVariance(trains.filter(isOwn), smoothed.filter(isOwn), at);
    const own = meanOfBins(bins[d]!, (b) => b.variance);
    const isWithinNoise = own < meanOfBins(bins[d]!, (b) => readVariance(b.changes, at)) / 2;
    return isWithinNoise && lasting < MAX_LASTING_SHARE * own ? Math.max(lasting / own, 0.01) : 1;
  });
  if (directions.some((d) => shares[d]! < 1)) {
    const scaled = byDirection((d) => bins[d]!.map((b) => ({ ...b, variance: shares[d]! * b.variance })));
    variance = mean(
      directions.flatMap((d) => {
        const at = interpolateBins(scaled[d]!);
        return scaled[d]!.flatMap((b) => {
          const own = (readVariance(b.changes, at) - b.variance) / 2 / readNoiseAt(kind, b.from) ** 2;
          return b.changes.map(() => own);
        });
      }),
    );
    smoothed = smoothWith(scaled);
    bins = byDirection((d) => {
      const own = meanOfBins(scaled[d]!, (b) => b.variance);
      return binsOf(d, own).map((b) => ({ ...b, variance: own }));
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
      return bins[d]!.map((b) => ({ ...b, variance: combineVariances(b, at, 2 * scatter(b.from)) }));
    }),
    starts: smoothed.map(({ state }) => state[0]!),
  };
}
