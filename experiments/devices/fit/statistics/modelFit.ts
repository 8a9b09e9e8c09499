import { mean, sampleVariance } from 'simple-statistics';
import type { Train } from '../import/trains.ts';
import { computeBootstrapInterval, computeStudentFactor, runBootstrap } from './bootstrap.ts';
import type { Candidate } from './candidate.ts';
import { computeConductances } from './curves.ts';
import {
  averageParameters,
  estimateMeanInterval,
  findUndeterminedBounds,
  fitDevices,
  type RangeBound,
  toModelParameters,
} from './deviceFits.ts';
import { type DeviceSpread, type Noise, scaleReadNoise } from './noiseModel.ts';
import type { PooledReadings } from './pool.ts';
import { findMeasuredRange } from './verdict.ts';

export interface ModelFit {
  /** Device model parameters from least squares; conductances in S. */
  readonly params: Readonly<Record<string, number>>;
  readonly ci: Readonly<Record<string, readonly [number, number] | null>>;
  /** Root mean square deviation of all readings from the model curve, S. */
  readonly rmse: number;
  readonly shareOfRange: number;
  /** Coefficient of determination R²: share of the variance of the readings that the curves explain. */
  readonly r2: number;
  readonly autocorrelation: number;
  /** Cross-validated RMSE: curves are fitted without the cycles or devices on which they are tested, S. */
  readonly crossValidated: number;
}

/**
 * Variance between trains (one offset per train), fraction of the noise variance, above which intervals get the full
 * correction for a small number of trains.
 */
const MAX_TRAIN_SHARE = 0.2;

interface MeasuredTrains {
  readonly trains: readonly Train[];
  readonly unit: number;
  readonly whole: PooledReadings;
  readonly kept: PooledReadings;
  /** Trains without outliers. */
  readonly keptTrains: readonly Train[];
  /** Effective number of independent readings. */
  readonly independent: number;
  readonly simulationNoise: Noise;
  readonly deviceSpread: DeviceSpread | null;
}

/** Parameters, confidence intervals and residuals of a fit; mean and 0.95 quantile of the noise floor. */
export function summariseFit(
  { trains, unit, whole, kept, keptTrains, independent, simulationNoise, deviceSpread }: MeasuredTrains,
  c: Candidate,
  held: number,
  simulations: number,
) {
  const devices = fitDevices(c, c.p, keptTrains, unit);
  const estimates = devices.map((device) => toModelParameters(c, device, unit));
  const own = devices.length === 1 ? devices[0]!.trainFit : null;
  const {
    found: simulated,
    rmse: floor,
    limit,
  } = runBootstrap(
    trains,
    unit,
    c,
    simulationNoise,
    deviceSpread,
    simulations,
    (made, p) =>
      devices.length > 1 ? {} : toModelParameters(c, fitDevices(c, own?.p ?? p, made, unit, true)[0]!, unit),
    own,
  );
  const rmse = Math.sqrt(c.sumSquares(whole) / whole.readings);
  const trainShare = 1 - Math.min(1, computeReadVariance(trains, c, simulationNoise) / floor ** 2);
  const widen =
    (1 + (computeStudentFactor(trains) - 1) * Math.min(1, trainShare / MAX_TRAIN_SHARE)) * Math.max(1, rmse / limit);
  const params = averageParameters(estimates);
  const undetermined = findUndeterminedBounds(c, devices, whole, unit, independent);
  const intervalOf = (name: string, value: number): readonly [number, number] | null => {
    if (c.variant.length === 'measured' && name.startsWith('pulses')) return null;
    const [least, most] = allowedRange(name);
    const error = name.startsWith('g') ? (unit * rmse) / Math.sqrt(trains.length) : 0;
    const ends =
      estimates.length > 1
        ? estimateMeanInterval(estimates.map((one) => one[name]!))
        : computeBootstrapInterval(
            value,
            simulated.map((one) => one[name]!),
            widen,
            [least, most],
            error,
          );
    if (ends === null) return null;
    const isOpen = undetermined.includes(name as RangeBound);
    return [isOpen && name === 'gMin' ? 0 : Math.max(least, ends[0]), isOpen && name === 'gMax' ? Infinity : ends[1]];
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
