import { mean, sampleVariance } from 'simple-statistics';
import { DIRECTIONS, type Direction, type Train } from '../import/trains.ts';
import { extentOf } from '../lists.ts';
import { computeBootstrapInterval, computeStudentFactor, runBootstrap } from './bootstrap.ts';
import type { Candidate } from './candidate.ts';
import { computeConductances, followCurve, type ModelVariant, UNIT_FACTORS } from './curves.ts';
import { type DeviceSpread, type Noise, scaleReadNoise } from './noiseModel.ts';
import type { PooledReadings } from './pool.ts';
import { findMeasuredRange } from './verdict.ts';

export interface ModelFit {
  /** Fitted parameters (least squares); conductances in S. */
  readonly params: Readonly<Record<string, number>>;
  readonly ci: Readonly<Record<string, readonly [number, number] | null>>;
  /** Root mean square residual of all readings, S. */
  readonly rmse: number;
  readonly shareOfRange: number;
  readonly r2: number;
  readonly autocorrelation: number;
  /** RMSE of curves fitted without the cycles or devices on which they are tested, S. */
  readonly crossValidated: number;
}

/** Ratio of variance between trains to noise variance above which intervals get the full correction for few trains. */
const MAX_TRAIN_SHARE = 0.2;

interface MeasuredTrains {
  readonly trains: readonly Train[];
  readonly unit: number;
  readonly whole: PooledReadings;
  readonly kept: PooledReadings;
  readonly simulationNoise: Noise;
  readonly deviceSpread: DeviceSpread | null;
}

/** Parameters, confidence intervals and residuals of a fit; mean and 0.95 quantile of the noise floor. */
export function summariseFit(
  { trains, unit, whole, kept, simulationNoise, deviceSpread }: MeasuredTrains,
  c: Candidate,
  held: number,
  simulations: number,
): { fit: ModelFit; floor: number; limit: number; undetermined: Bound[] } {
  const { found, rmse: floor, limit } = runBootstrap(trains, unit, c, simulationNoise, deviceSpread, simulations);
  const rmse = Math.sqrt(c.sumSquares(whole) / whole.readings);
  const trainShare = 1 - Math.min(1, computeReadVariance(trains, c, simulationNoise) / floor ** 2);
  const widen =
    (1 + (computeStudentFactor(trains) - 1) * Math.min(1, trainShare / MAX_TRAIN_SHARE)) * Math.max(1, rmse / limit);
  const params = toModelParameters(c, c.p, whole, unit);
  const again = found.map((p) => toModelParameters(c, p, whole, unit));
  const undetermined = findUndeterminedBounds(c, whole);
  const intervalOf = (name: string, value: number): readonly [number, number] | null => {
    if (c.variant.length === 'measured' && name.startsWith('pulses')) return null;
    const simulated = again.map((s) => s[name]!);
    const error = name.startsWith('g') ? (unit * rmse) / Math.sqrt(trains.length) : 0;
    const ends = computeBootstrapInterval(value, simulated, widen, allowedRange(name), error);
    if (ends === null || !undetermined.some((bound) => bound === name)) return ends;
    return name === 'gMin' ? [0, ends[1]] : [ends[0], Infinity];
  };
  const [low, high] = findMeasuredRange(kept);
  const fit = {
    params,
    ci: Object.fromEntries(Object.entries(params).map(([name, value]) => [name, intervalOf(name, value)])),
    rmse: unit * rmse,
    shareOfRange: rmse / (high - low),
    r2: 1 - (rmse * rmse) / sampleVariance(trains.flatMap((t) => t.conductance.map((g) => g / unit))),
    autocorrelation: computeAutocorrelation(trains, unit, c),
    crossValidated: unit * Math.sqrt(held),
  };
  return { fit, floor, limit, undetermined };
}

function computeReadVariance(trains: readonly Train[], c: Candidate, { kind, reading }: Noise): number {
  const squares = trains.flatMap(({ direction, elapsed }) =>
    [...computeConductances(c.createCurve(direction), elapsed)].map((g) => scaleReadNoise(kind, g) ** 2),
  );
  return reading ** 2 * mean(squares);
}

export function computeAutocorrelation(trains: readonly Train[], unit: number, c: Candidate): number {
  let [sum, squares, count, pairs] = [0, 0, 0, 0];
  for (const train of trains) {
    const off = c.computeResiduals(train, unit);
    off.forEach((r, i) => {
      squares += r * r;
      if (i > 0) sum += r * off[i - 1]!;
    });
    count += off.length;
    pairs += off.length - 1;
  }
  return squares === 0 ? 0 : (sum / pairs) * (count / squares);
}

function allowedRange(name: string): readonly [number, number] {
  if (name.startsWith('nonlinearity')) return [-9, 9];
  if (name.startsWith('pulses')) return [1, Infinity];
  return [0, name.startsWith('eta') ? 1 : Infinity];
}

export type Bound = 'gMin' | 'gMax';

const hasFreeBounds = ({ family }: ModelVariant): boolean => family.name === 'exponential';

/** Distance from a bound, share of the range: largest that counts as at the bound, smallest that counts as a gap. */
const [MAX_AT_BOUND, MIN_GAP] = [1e-3, 0.02];

/**
 * Bounds of the exponential model that the trains do not determine. A bound is determined if a curve stays at it, or if
 * trains start at it and trains towards it end elsewhere.
 */
function findUndeterminedBounds(c: Candidate, { by }: PooledReadings): Bound[] {
  if (!hasFreeBounds(c.variant)) return [];
  const isDetermined = (to: Direction, away: Direction): boolean => {
    const way = followCurve(c.createCurve(to), by[to].elapsed);
    const stays = way.filter((h) => h > 1 - MAX_AT_BOUND).length > 1;
    const begun = c.createCurve(away).startState <= MAX_AT_BOUND;
    return stays || (begun && way.at(-1)! < 1 - MIN_GAP);
  };
  const bounds: Bound[] = ['gMin', 'gMax'];
  return bounds.filter((bound) => !(bound === 'gMin' ? isDetermined('down', 'up') : isDetermined('up', 'down')));
}

/** Coordinates of the exponential model with the measured range, if no train determines the range. */
function withMeasuredRange(c: Candidate, p: readonly number[], { by }: PooledReadings): readonly number[] {
  if (!hasFreeBounds(c.variant) || c.variant.startLevel === 'bounds') return p;
  const ways = DIRECTIONS.flatMap((d) =>
    [...followCurve(c.createCurve(d, UNIT_FACTORS, p), by[d].elapsed)].map((h) => (d === 'up' ? h : 1 - h)),
  );
  const [low, high] = extentOf(ways);
  const [lo, hi, alphaUp, betaUp, alphaDown, betaDown, ...rest] = p as [number, number, number, number, number, number];
  const share = high - low;
  return [
    lo + (hi - lo) * low,
    lo + (hi - lo) * high,
    alphaUp - betaUp * low - Math.log(share),
    betaUp * share,
    alphaDown - betaDown * (1 - high) - Math.log(share),
    betaDown * share,
    ...rest,
  ];
}

export function toModelParameters(
  c: Candidate,
  p: readonly number[],
  of: PooledReadings,
  unit: number,
): Record<string, number> {
  const q = withMeasuredRange(c, p, of);
  const shapes = DIRECTIONS.map((direction) => {
    const { values, pulses } = c.getShape(q, direction);
    return c.variant.family.toModelParameters(direction, values, pulses);
  });
  return Object.assign({ gMin: Math.max(0, q[0]! * unit), gMax: q[1]! * unit }, ...shapes);
}
