import { mean, sampleVariance } from 'simple-statistics';
import { DIRECTIONS, type Direction, type Train } from '../import/trains.ts';
import { bootstrap, computeBootstrapInterval, computeStudentFactor } from './bootstrap.ts';
import type { Candidate } from './candidate.ts';
import { computeConductances, followCurve, type ModelVariant } from './curves.ts';
import { type Noise, readNoiseAt } from './noiseModel.ts';
import type { PooledReadings } from './pool.ts';
import { autocorrelation } from './select.ts';
import type { DeviceSpread } from './spread.ts';
import { measuredRange } from './verdict.ts';

/** Fit of one model to measured pulses. */
export interface ModelFit {
  /** Device model parameters from least squares; conductances in S. */
  readonly params: Readonly<Record<string, number>>;
  /** 95 % interval of each parameter; null if it was not fitted. */
  readonly ci: Readonly<Record<string, readonly [number, number] | null>>;
  /** Root mean square deviation of all readings from the model curve, S. */
  readonly rmse: number;
  /** RMSE divided by the measured range without outliers. */
  readonly shareOfRange: number;
  /** Coefficient of determination R²: share of the variance of the readings that the curves explain. */
  readonly r2: number;
  /** Lag-1 autocorrelation of the residuals. */
  readonly autocorrelation: number;
  /** Cross-validated RMSE: curves are fitted without the cycles or devices on which they are tested, S. */
  readonly crossValidated: number;
}

/**
 * Threshold of the variance between trains (one offset per train), as a fraction of the noise variance. Above it,
 * confidence intervals get the full correction for a small number of trains.
 */
const MAX_TRAIN_SHARE = 0.2;

/** Measured trains, pooled readings, and estimated noise. */
export interface MeasuredTrains {
  readonly trains: readonly Train[];
  readonly unit: number;
  /** Pooled readings: all readings, and all except outliers. */
  readonly whole: PooledReadings;
  readonly kept: PooledReadings;
  /** Noise with which measurements are simulated. */
  readonly simulationNoise: Noise;
  readonly between: DeviceSpread | null;
}

/** Summarises a fit: parameters, confidence intervals and residuals; also mean and 0.95 quantile of the noise floor. */
export function fitSummary(
  { trains, unit, whole, kept, simulationNoise, between }: MeasuredTrains,
  c: Candidate,
  held: number,
  simulations: number,
): { fit: ModelFit; floor: number; limit: number } {
  const made = bootstrap(trains, unit, c, simulationNoise, between, simulations);
  const rmse = Math.sqrt(c.squaresOf(whole) / whole.readings);
  const trainShare = 1 - Math.min(1, readNoiseVariance(trains, c, simulationNoise) / made.rmse ** 2);
  const widen =
    (1 + (computeStudentFactor(trains) - 1) * Math.min(1, trainShare / MAX_TRAIN_SHARE)) *
    Math.max(1, rmse / made.limit);
  const params = publish(c, c.p, whole, unit);
  const again = made.found.map((p) => publish(c, p, whole, unit));
  const fixed = c.variant.length === 'measured' ? ['pulsesUp', 'pulsesDown'] : [];
  const intervalOf = (name: string, value: number) =>
    computeBootstrapInterval(
      value,
      again.map((s) => s[name]!),
      widen,
      allowedRange(name),
      name.startsWith('g') ? (unit * rmse) / Math.sqrt(trains.length) : 0,
    );
  const [low, high] = measuredRange(kept);
  const fit = {
    params,
    ci: Object.fromEntries(
      Object.entries(params).map(([name, value]) => [name, fixed.includes(name) ? null : intervalOf(name, value)]),
    ),
    rmse: unit * rmse,
    shareOfRange: rmse / (high - low),
    r2: 1 - (rmse * rmse) / sampleVariance(trains.flatMap((t) => t.conductance.map((g) => g / unit))),
    autocorrelation: autocorrelation(trains, unit, c),
    crossValidated: unit * Math.sqrt(held),
  };
  return { fit, floor: made.rmse, limit: made.limit };
}

/** Mean square of the read noise along the model curves. */
function readNoiseVariance(trains: readonly Train[], c: Candidate, { kind, reading }: Noise): number {
  const squares = trains.flatMap(({ direction, elapsed }) =>
    [...computeConductances(c.curves.course(c.p, direction), elapsed)].map((g) => readNoiseAt(kind, g) ** 2),
  );
  return reading ** 2 * mean(squares);
}

/** Allowed range of a parameter of the device models. */
function allowedRange(name: string): readonly [number, number] {
  if (name.startsWith('nonlinearity')) return [-9, 9];
  if (name.startsWith('pulses')) return [1, Infinity];
  return [0, name.startsWith('eta') ? 1 : Infinity];
}

export type Bound = 'gMin' | 'gMax';

/** True if the steps do not depend on the model's bounds; only the start levels then determine the bounds. */
const hasFreeBounds = ({ family }: ModelVariant): boolean => family.name === 'exponential';

/** Distances from a bound, share of the range: at the bound up to the first, away from it beyond the second. */
const [MAX_AT_BOUND, MIN_GAP] = [1e-3, 0.02];

/**
 * Bounds of the exponential model that the trains do not determine. Trains determine a bound if their curve stays at
 * it, or if trains start at it and trains towards it end elsewhere. Otherwise, a train may just have ended there.
 */
export function findUndeterminedBounds(c: Candidate, { by }: PooledReadings): Bound[] {
  if (!hasFreeBounds(c.variant)) return [];
  const isDetermined = (to: Direction, away: Direction): boolean => {
    const way = followCurve(c.curves.course(c.p, to), by[to].elapsed);
    const stays = way.filter((h) => h > 1 - MAX_AT_BOUND).length > 1;
    const begun = c.curves.course(c.p, away).start <= MAX_AT_BOUND;
    return stays || (begun && way.at(-1)! < 1 - MIN_GAP);
  };
  return [
    ...(isDetermined('down', 'up') ? [] : (['gMin'] as const)),
    ...(isDetermined('up', 'down') ? [] : (['gMax'] as const)),
  ];
}

/** Sets the range of the exponential model to the measured range if no train determines it; returns coordinates. */
function withMeasuredRange(c: Candidate, p: readonly number[], { by }: PooledReadings): readonly number[] {
  if (!hasFreeBounds(c.variant) || c.variant.starts === 'bounds') return p;
  const ways = DIRECTIONS.flatMap((d) =>
    [...followCurve(c.curves.course(p, d), by[d].elapsed)].map((h) => (d === 'up' ? h : 1 - h)),
  );
  const [low, high] = [ways.reduce((a, b) => Math.min(a, b)), ways.reduce((a, b) => Math.max(a, b))];
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

/** Device model parameters at the coordinates p; conductances in S. */
export function publish(c: Candidate, p: readonly number[], of: PooledReadings, unit: number): Record<string, number> {
  const q = withMeasuredRange(c, p, of);
  const shapes = DIRECTIONS.map((direction) => {
    const { values, pulses } = c.curves.shape(q, direction);
    return c.variant.family.publish(direction, values, pulses);
  });
  return Object.assign({ gMin: Math.max(0, q[0]! * unit), gMax: q[1]! * unit }, ...shapes);
}
