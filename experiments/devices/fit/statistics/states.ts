import { DIRECTIONS, type Direction, type Train } from '../import/trains.ts';
import { findExtent, mean, splitIntoChunks, sum } from '../lists.ts';
import { getReadNoiseScale, type NoiseModel } from './noiseModel.ts';
import {
  estimateReadVariances,
  findNeighbouringStates,
  interpolateByState,
  interpolateReadVariance,
  type StateReadVariance,
} from './readVariance.ts';
import { type SmoothedTrain, smoothTrain } from './smoother.ts';

/** Conductance change between two successive readings of a pulse train. */
type Change = ReturnType<typeof listChanges>[number];

export interface StateBin {
  readonly meanState: number;
  readonly meanStep: number;
  readonly stepVariance: number;
  readonly changes: readonly Change[];
}

/** A bin of conductance changes is full at this number of changes, or at this width, fraction of the range. */
const [FULL_COUNT, FULL_WIDTH] = [30, 1 / 32];
const MAX_GAP = 1 / 20;
const MAX_BINS = 64;
/** Minimum mean conductance change in a bin of states, in standard errors. */
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
 * Groups conductance changes into bins by state. Bins are so wide that each mean change differs significantly from 0.
 * @param variance approximate variance of the change by one pulse
 */
function createBins(changes: readonly Change[], range: number, variance: number): StateBin[] {
  const step = mean(changes.map((c) => c.stateChange / c.pulseCount));
  const clear = (MIN_STANDARD_ERRORS * MIN_STANDARD_ERRORS * variance) / (step * step) || 1;
  const least = Math.min(Math.max(clear, changes.length / MAX_BINS), changes.length / 4);
  const bins = groupChanges(changes, range, least).map((own): StateBin => {
    const meanStep = sum(own.map((c) => c.stateChange)) / sum(own.map((c) => c.pulseCount));
    return { meanState: mean(own.map((c) => c.startState)), meanStep, stepVariance: 0, changes: own };
  });
  const { getMeanStep } = interpolateStateBins(bins);
  const squareOf = (c: Change) =>
    ((c.stateChange - c.pulseCount * getMeanStep(c.startState)) ** 2 + c.smoothingVariance) / c.pulseCount;
  return bins.map((bin) => ({ ...bin, stepVariance: mean(bin.changes.map(squareOf)) }));
}

type MeanSteps = Pick<ReturnType<typeof interpolateStateBins>, 'getMeanStep'>;

/** Interpolates mean and variance of a conductance step linearly between bins of states; constant outside. */
export const interpolateStateBins = (bins: readonly StateBin[]) => ({
  getMeanStep: (x: number) => interpolateByState(bins, x, (b) => b.meanStep),
  getStepSlope(x: number) {
    const [a, b] = findNeighbouringStates(bins, x);
    return a === b ? 0 : (b.meanStep - a.meanStep) / (b.meanState - a.meanState);
  },
  getStepVariance: (x: number) => interpolateByState(bins, x, (b) => b.stepVariance),
});

export type StateEstimate = ReturnType<typeof estimateStates>;
export type StateBinsByDirection = Readonly<Partial<Record<Direction, readonly StateBin[]>>>;

interface TrainReadings {
  readonly direction: Direction;
  readonly y: readonly number[];
  readonly pulses: readonly number[];
}

const ROUNDS = 12;
/** Minimum number of readings per interval of states for read noise by state. */
const MIN_PART_READINGS = 50;
/** Half width of the moving average for the initial mean step, as a fraction of the readings of a train. */
const NEIGHBOUR_SHARE = 1 / 40;
function localDrift({ y, pulses }: TrainReadings): number[] {
  const half = Math.max(1, Math.round(pulses.length * NEIGHBOUR_SHARE));
  return pulses.map((_, i) => {
    const [from, to] = [Math.max(0, i - half), Math.min(pulses.length, i + half + 1)];
    return (y[to]! - y[from]!) / sum(pulses.slice(from, to));
  });
}

const listChanges = (
  { y, pulses }: TrainReadings,
  { state, variance, covariance }: SmoothedTrain,
  trainIndex: number,
) =>
  pulses.map((pulseCount, i) => ({
    trainIndex,
    startState: state[i]!,
    stateChange: state[i + 1]! - state[i]!,
    smoothingVariance: Math.max(0, variance[i + 1]! + variance[i]! - 2 * covariance[i + 1]!),
    /** Difference of two readings, including the read noise of both. */
    readingChange: y[i + 1]! - y[i]!,
    pulseCount,
  }));

const meanOfBins = (bins: readonly StateBin[], of: (b: StateBin) => number): number =>
  mean(bins.flatMap((b) => b.changes.map(() => of(b))));

/** Variance per pulse of measured conductance changes about the mean. @param weightOf divisor of squared deviations */
const computeChangeVariance = (
  changes: readonly Change[],
  { getMeanStep }: MeanSteps,
  weightOf: (c: Change) => number = () => 1,
): number =>
  mean(
    changes.map((c) => (c.readingChange - c.pulseCount * getMeanStep(c.startState)) ** 2 / c.pulseCount / weightOf(c)),
  );

const PART_COUNT = 8;
/** Tolerance of upper limits of the read-noise variance, in standard deviations of the logarithm of a variance. */
const VARIANCE_TOLERANCE = 1;

/** Upper limits of the read-noise variance in eight intervals of states: half the variance of changes between readings. */
function findMaxReadVariances(bins: readonly StateBin[], kind: NoiseModel['kind']): StateReadVariance[] {
  const at = interpolateStateBins(bins);
  const all = bins.flatMap(({ changes }) => changes);
  return splitIntoChunks(all, Math.ceil(all.length / PART_COUNT)).map((part) => ({
    meanState: mean(part.map((c) => c.startState)),
    readVariance:
      (Math.exp(VARIANCE_TOLERANCE * Math.sqrt(2 / part.length)) *
        computeChangeVariance(part, at, (c) => getReadNoiseScale(kind, c.startState) ** 2)) /
      2,
  }));
}

/** Distances between two readings, in readings; their changes at several distances reveal correlated read noise. */
const STRIDES = [2, 4, 8, 16, 32];
const MIN_STRIDED_READINGS = 10;
/** Step variance is corrected for correlated read noise if its corrected value is at most this share of the uncorrected. */
const MAX_CORRECTED_RATIO = 0.7;

/**
 * Estimates the variance of a step, free of read noise, from the growth of the variance of changes with the number of
 * steps.
 */
function estimateStepVariance(
  trains: readonly TrainReadings[],
  smoothed: readonly SmoothedTrain[],
  drift: MeanSteps,
): number {
  const over = (stride: number) =>
    mean(
      trains.flatMap(({ y, pulses }, t) => {
        const by = pulses.map((n, i) => n * drift.getMeanStep(smoothed[t]!.state[i]!));
        return y.slice(stride).map((later, i) => (later - y[i]! - sum(by.slice(i, i + stride))) ** 2);
      }),
    );
  const shortest = Math.min(...trains.map(({ y }) => y.length));
  const strides = STRIDES.filter((s) => 2 * s * MIN_STRIDED_READINGS <= shortest);
  return findExtent(strides.map((s) => (over(2 * s) - over(s)) / s))[0];
}

/**
 * Variance of the steps in a bin of states: mean of the variance that smoothed steps predict and of the measured
 * variance minus read noise, weighted by inverse squared errors.
 */
function combineVariances({ stepVariance, changes }: StateBin, at: MeanSteps, readings: number): number {
  const read = computeChangeVariance(changes, at);
  const error = read * Math.sqrt(2 / changes.length);
  const prior = Math.max(stepVariance, Number.MIN_VALUE);
  const share = prior ** 2 / (prior ** 2 + error ** 2);
  return Math.max(0, share * (read - readings) + (1 - share) * stepVariance);
}

/**
 * Estimates states, steps and read noise. Read noise varies with the state if that raises the likelihood of the readings
 * by more than the additional parameters do by chance (Schwarz 1978, doi:10.1214/aos/1176344136).
 * @param unit largest reading, S, the unit of the results
 */
export function estimateStates(measured: readonly Train[], unit: number, noise: Pick<NoiseModel, 'kind' | 'readSd'>) {
  const constant = estimateWithParts(measured, unit, noise, 1);
  const readingCount = sum(measured.map(({ conductance }) => conductance.length));
  if (readingCount < PART_COUNT * MIN_PART_READINGS) return constant;
  const byState = estimateWithParts(measured, unit, noise, PART_COUNT);
  const penalty = ((PART_COUNT - 1) * Math.log(readingCount)) / 2;
  return byState.logLikelihood > constant.logLikelihood + penalty ? byState : constant;
}

/**
 * Estimates states, then steps and read noise from the states, alternately (expectation-maximisation).
 * @param partCount number of intervals of states with a read-noise variance of their own
 */
function estimateWithParts(
  measured: readonly Train[],
  unit: number,
  { kind, readSd }: Pick<NoiseModel, 'kind' | 'readSd'>,
  partCount: number,
) {
  const trains = measured.map(({ direction, elapsed, conductance }) => ({
    direction,
    y: conductance.map((g) => g / unit),
    pulses: elapsed.slice(1).map((n, i) => n - elapsed[i]!),
  }));
  const directions = DIRECTIONS.filter((d) => trains.some(({ direction }) => direction === d));
  const byDirection = <T>(of: (d: Direction) => T) => Object.fromEntries(directions.map((d) => [d, of(d)]));
  let readVariances: readonly StateReadVariance[] = [{ meanState: 0, readVariance: readSd ** 2 }];
  const scatter = (x: number) => interpolateReadVariance(readVariances, x) * getReadNoiseScale(kind, x) ** 2;
  const drifts = trains.map(localDrift);
  const squares = trains.flatMap(({ y, pulses }, t) =>
    pulses.map((n, i) => (y[i + 1]! - y[i]! - n * drifts[t]![i]!) ** 2 / n - 2 * scatter(y[i]!)),
  );
  const step = Math.max(mean(squares), 1e-24);
  const initial = { getStepSlope: () => 0, getStepVariance: () => step };
  let smoothed = trains.map(({ y, pulses }, t) =>
    smoothTrain(y, pulses, { ...initial, getMeanStep: (_, i) => drifts[t]![i]! }, scatter),
  );
  const range = () => findExtent(smoothed.flatMap(({ state }) => [...state]));
  const binsOf = (d: Direction, about?: number) => {
    const changes = trains.flatMap((own, t) => (own.direction === d ? listChanges(own, smoothed[t]!, t) : []));
    const [low, high] = range();
    return createBins(changes, high - low, about ?? mean(changes.map((c) => c.smoothingVariance)));
  };
  const smoothWith = (bins: StateBinsByDirection) => {
    const drift = byDirection((d) => interpolateStateBins(bins[d]!));
    return trains.map(({ direction, y, pulses }) => smoothTrain(y, pulses, drift[direction]!, scatter));
  };
  let bins: StateBinsByDirection = {};
  for (let round = 0; round < ROUNDS; round++) {
    bins = byDirection((d) => binsOf(d, bins[d] && meanOfBins(bins[d], (b) => b.stepVariance)));
    smoothed = smoothWith(bins);
    const squares = smoothed.flatMap(({ state, variance: unseen }, t) =>
      trains[t]!.y.map((y, i) => ({
        meanState: state[i]!,
        readVariance: ((y - state[i]!) ** 2 + unseen[i]!) / getReadNoiseScale(kind, state[i]!) ** 2,
      })),
    );
    const limits = directions.map((d) => findMaxReadVariances(bins[d]!, kind));
    readVariances = estimateReadVariances(squares, readVariances, limits, partCount);
  }
  // The step variance may contain correlated read noise, which does not accumulate over several pulses.
  const shares: Partial<Record<Direction, number>> = byDirection((d) => {
    const at = interpolateStateBins(bins[d]!);
    const isOwn = (_: unknown, t: number) => trains[t]!.direction === d;
    const lasting = estimateStepVariance(trains.filter(isOwn), smoothed.filter(isOwn), at);
    const own = meanOfBins(bins[d]!, (b) => b.stepVariance);
    const isWithinNoise = own < meanOfBins(bins[d]!, (b) => computeChangeVariance(b.changes, at)) / 2;
    return isWithinNoise && lasting < MAX_CORRECTED_RATIO * own ? Math.max(lasting / own, 0.01) : 1;
  });
  if (directions.some((d) => shares[d]! < 1)) {
    const scaled = byDirection((d) => bins[d]!.map((b) => ({ ...b, stepVariance: shares[d]! * b.stepVariance })));
    const ratio = mean(
      directions.flatMap((d) => {
        const at = interpolateStateBins(scaled[d]!);
        return scaled[d]!.flatMap((b) => {
          const excess = (computeChangeVariance(b.changes, at) - b.stepVariance) / 2;
          return b.changes.map(() => excess / Math.max(scatter(b.meanState), Number.MIN_VALUE));
        });
      }),
    );
    readVariances = readVariances.map((v) => ({ ...v, readVariance: ratio * v.readVariance }));
    smoothed = smoothWith(scaled);
    bins = byDirection((d) => {
      const own = meanOfBins(scaled[d]!, (b) => b.stepVariance);
      return binsOf(d, own).map((b) => ({ ...b, stepVariance: own }));
    });
    smoothed = smoothWith(bins);
  }
  const [low, high] = range();
  return {
    readVariances,
    logLikelihood: sum(smoothed.map((own) => own.logLikelihood)),
    low,
    high,
    bins: byDirection((d) => {
      const at = interpolateStateBins(bins[d]!);
      return bins[d]!.map((b) => ({ ...b, stepVariance: combineVariances(b, at, 2 * scatter(b.meanState)) }));
    }),
    starts: smoothed.map(({ state }) => state[0]!),
  };
}
