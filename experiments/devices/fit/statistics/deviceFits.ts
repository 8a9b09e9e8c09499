import jstat from 'jstat';
import { mean } from 'simple-statistics';
import { estimateMean } from '../../../statistics/estimate.ts';
import { DIRECTIONS, type Direction, listDevices, type Train } from '../import/trains.ts';
import { sum } from '../lists.ts';
import { type Candidate, ROUNDING_VARIANCE, type TrainFit } from './candidate.ts';
import { followCurve } from './curves.ts';
import { createReadingId, type ExcludedReadings, type PooledReadings, poolReadings } from './pool.ts';

/** Fit of one device. `trainFit`: its trains from their own start levels; null if trains start at the bounds. */
export interface DeviceFit {
  readonly coordinates: readonly number[];
  readonly trains: readonly Train[];
  readonly trainFit: TrainFit | null;
}

/** Trains without the excluded readings. */
export const removeReadings = (trains: readonly Train[], excluded: ExcludedReadings): Train[] =>
  trains.map((train, t) => {
    const isKept = (_: number, i: number) => !excluded.has(createReadingId(t, i));
    return { ...train, elapsed: train.elapsed.filter(isKept), conductance: train.conductance.filter(isKept) };
  });

/**
 * Fits each device separately, because the mean of the curves of several devices is not the curve of a device. Trains
 * with free start levels each start at their own level.
 * @param pooled coordinates of the fit to all devices
 */
export function fitDevices(
  c: Candidate,
  pooled: readonly number[],
  trains: readonly Train[],
  unit: number,
  isNear = false,
): DeviceFit[] {
  const devices = listDevices(trains);
  return devices.map((device): DeviceFit => {
    const own = trains.filter((train) => train.device === device);
    if (c.variant.startLevel === 'free') {
      const trainFit = c.fitTrains(own, unit, pooled, isNear);
      return { coordinates: trainFit.p, trains: own, trainFit };
    }
    const coordinates = devices.length > 1 ? c.fit(poolReadings(own, unit), [pooled], isNear) : pooled;
    return { coordinates, trains: own, trainFit: null };
  });
}

/** True if the bounds of a model only clip its states: trains that end before a bound do not determine the bound. */
const hasFreeBounds = ({ variant: { family } }: Candidate): boolean =>
  family.name === 'exponential' || family.name === 'linear';

/** Coordinates of the same curves for another range, whose bounds are shares of the present range. */
function changeRange(c: Candidate, p: readonly number[], [low, high]: readonly [number, number]): number[] {
  const size = c.variant.family.shape.length;
  const next = [...p];
  for (const [bound, share] of [low, high].entries()) next[bound] = p[0]! + (p[1]! - p[0]!) * share;
  for (const [k, direction] of DIRECTIONS.entries()) {
    const [step, rate] = [2 + size * k, size > 1 ? 3 + size * k : Number.NaN];
    const offset = direction === 'up' ? low : 1 - high;
    next[step] = p[step]! - (p[rate] ?? 0) * offset - Math.log(high - low);
    if (size > 1) next[rate] = p[rate]! * (high - low);
  }
  return next;
}

/** Mean of each parameter over devices. */
export const averageParameters = (list: readonly Readonly<Record<string, number>>[]): Record<string, number> =>
  Object.fromEntries(Object.keys(list[0]!).map((name) => [name, mean(list.map((one) => one[name]!))]));

/** 95 % interval of a mean over devices; null if all values are equal. */
export function estimateMeanInterval(values: readonly number[]): readonly [number, number] | null {
  const { low, high } = estimateMean(values);
  return low < high ? [low, high] : null;
}

/** Device parameters; bounds of a model whose bounds only clip its states are the ends of the range that trains visit. */
export function toModelParameters(
  c: Candidate,
  { coordinates, trainFit }: Pick<DeviceFit, 'coordinates' | 'trainFit'>,
  unit: number,
): Record<string, number> {
  const p = hasFreeBounds(c) && trainFit ? changeRange(c, coordinates, trainFit.visited) : coordinates;
  const shapes = DIRECTIONS.map((direction) => {
    const { values, pulses } = c.getShape(p, direction);
    return c.variant.family.toModelParameters(direction, values, pulses);
  });
  return Object.assign({ gMin: Math.max(0, p[0]! * unit), gMax: p[1]! * unit }, ...shapes);
}

export type RangeBound = 'gMin' | 'gMax';

/** Shares of the range: largest distance at a bound, smallest distance away from it, extension beyond it for a trial. */
const [MAX_AT_BOUND, MIN_GAP, EXTENSION] = [1e-3, 0.02, 0.25];
const CONFIDENCE = 0.99;

/**
 * Bounds that the trains do not determine, of a model whose bounds only clip its states. A bound is determined if curves
 * stop at it, and fit significantly worse without it, or if trains are reset to it and trains towards it end elsewhere.
 * Otherwise, trains may just have ended there.
 * @param independent number of independent readings
 */
export function findUndeterminedBounds(
  c: Candidate,
  devices: readonly DeviceFit[],
  { by, readings }: PooledReadings,
  unit: number,
  independent: number,
): RangeBound[] {
  if (!hasFreeBounds(c)) return [];
  const fits = devices.flatMap(({ trainFit }) => trainFit ?? []);
  const pathsOf = (direction: Direction): Float64Array[] =>
    c.variant.startLevel === 'bounds'
      ? [followCurve(c.createCurve(direction), by[direction].elapsed)]
      : fits.flatMap(({ paths }) => paths[direction]);
  const isReset = (to: Direction, away: Direction): boolean => {
    const [ends, starts] = [pathsOf(to), pathsOf(away)].map((paths) => paths.filter((path) => path.length > 0));
    if (ends!.length === 0 || starts!.length === 0 || c.variant.continued.includes(away)) return false;
    const start = c.variant.startLevel === 'bounds' ? c.createCurve(away).startState : mean(starts!.map((h) => h[0]!));
    return 1 - mean(ends!.map((h) => h.at(-1)!)) - start > MIN_GAP;
  };
  const rounding = ROUNDING_VARIANCE * readings;
  const stops = (bound: RangeBound): boolean => {
    if (fits.length === 0)
      return pathsOf(bound === 'gMin' ? 'down' : 'up')[0]!.filter((h) => h > 1 - MAX_AT_BOUND).length > 1;
    const range = bound === 'gMin' ? ([-EXTENSION, 1] as const) : ([0, 1 + EXTENSION] as const);
    const without = devices.map(({ coordinates, trains }) =>
      c.fitTrains(trains, unit, changeRange(c, coordinates, range), false, bound === 'gMin' ? 0 : 1),
    );
    const [more, less] = [without, fits].map((list) => rounding + sum(list.map(({ squareSum }) => squareSum)));
    return independent * Math.log(more! / less!) > jstat.jStat.chisquare.inv(CONFIDENCE, devices.length);
  };
  const bounds: RangeBound[] = ['gMin', 'gMax'];
  return bounds.filter((bound) => {
    const [to, away] = bound === 'gMin' ? (['down', 'up'] as const) : (['up', 'down'] as const);
    return !(isReset(to, away) || stops(bound));
  });
}
