import { mean, quantile, sampleVariance } from 'simple-statistics';
import { estimateMean } from '../../../statistics/estimate.ts';
import { clip, computeAutocorrelation } from '../lists.ts';
import { computeTrainStudentToNormalRatio, simulateNoiseFloor } from './bootstrap.ts';
import type { CandidateFit } from './candidateFit.ts';
import { computeConductances } from './curves.ts';
import {
  computeParameterDeviations,
  createParameterFunction,
  findUndeterminedBounds,
  fitDevices,
  type RangeBound,
} from './deviceFits.ts';
import { type DeviceSpread, getReadNoiseScale, type NoiseModel } from './noiseModel.ts';
import type { MeasuredTrains } from './pool.ts';
import { findMeasuredRange } from './verdict.ts';

/** Fit of one pulse model: parameters, 95 % confidence intervals `ci` (null: not determined) and residuals. */
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

/** Share of the variance due to noise other than read noise; above it, intervals are fully widened to Student's t. */
const MAX_TRAIN_SHARE = 0.2;

/** 0.975 quantile of the normal distribution: half-width of a 95 % interval, in standard deviations. */
const NORMAL = 1.96;
/** Minimum standard deviation of the estimates of gMin and gMax, in units of RMSE / √(number of trains). */
const MIN_ERROR = 0.02;

/** Trains count as starting at a bound if the standard deviation of their start levels is at most this share of the range. */
const MAX_START_SPREAD = 0.05;

/** 95 % interval of a value with half-width `width` (null if 0); on a logarithmic scale if `width` is below the value. */
function createInterval(value: number, width: number): { low: number; high: number } | null {
  if (!(width > 0 && Number.isFinite(width))) return null;
  if (width >= value) return { low: value - width, high: value + width };
  return { low: value * Math.exp(-width / value), high: value * Math.exp(width / value) };
}

/**
 * Parameters, confidence intervals and residuals of a fit; mean and 0.95 quantile of the noise floor. `drawParameters`
 * returns the parameters of each refit of the bootstrap, scaled by `scaleDraws`.
 */
export function summariseFit(
  { trains, whole, kept, keptTrains }: MeasuredTrains,
  c: CandidateFit,
  simulationNoise: NoiseModel,
  deviceSpread: DeviceSpread | null,
  held: number,
  simulations: number,
) {
  const { floor, limit, refits } = simulateNoiseFloor(trains, c, simulationNoise, deviceSpread, simulations);
  const rmse = Math.sqrt(c.sumSquaredResiduals(whole) / whole.readings);
  const devices = fitDevices(c, keptTrains, simulationNoise);
  const open = devices.map((device) => findUndeterminedBounds(c, device, simulationNoise));
  const undetermined = [...new Set(open.flat())];
  const functions = devices.map((device, k) => createParameterFunction(c, device, open[k]!));
  const estimates = devices.map(({ fitCoordinates: coordinates }, k) => functions[k]!(coordinates));
  const valuesOf = (name: string) => estimates.map((one) => one[name]!);
  const params = Object.fromEntries(Object.keys(estimates[0]!).map((name) => [name, mean(valuesOf(name))]));
  const deviations = devices.length === 1 ? computeParameterDeviations(devices[0]!, functions[0]!) : null;
  const { kind, readSd } = simulationNoise;
  const readSquares = trains.flatMap(({ direction, elapsed }) =>
    [...computeConductances(c.createModelCurve(direction), elapsed)].map((g) => getReadNoiseScale(kind, g) ** 2),
  );
  const trainShare = 1 - Math.min(1, (readSd ** 2 * mean(readSquares)) / floor ** 2);
  const student = computeTrainStudentToNormalRatio(trains);
  const widths = { curvature: 1 + (student - 1) * Math.min(1, trainShare / MAX_TRAIN_SHARE), trains: student };
  // The neuroSim model assumes that pulse trains start at a conductance bound. If measured trains start elsewhere, its
  // bounds cannot be identified.
  const isUnidentified =
    c.variant.family.name === 'neuroSim' &&
    c.variant.varyingStartDirections.length > 0 &&
    (simulationNoise.startSd ?? 0) > MAX_START_SPREAD;
  const intervalOf = (name: string, value: number): readonly [number, number] | null => {
    if (isUnidentified || (c.variant.trainLength === 'measured' && name.startsWith('pulses'))) return null;
    const [least, most] = allowedRange(name);
    const ends = deviations
      ? createInterval(
          value,
          NORMAL *
            Math.max(1, rmse / limit) *
            Math.max(
              widths.curvature * deviations[name]!.curvature,
              widths.trains * deviations[name]!.trains,
              name.startsWith('g') ? (c.conductanceUnit * MIN_ERROR * rmse) / Math.sqrt(trains.length) : 0,
            ),
        )
      : estimateMean(valuesOf(name));
    if (ends === null || !(ends.low < ends.high)) return null;
    const isOpen = undetermined.includes(name as RangeBound);
    return [
      isOpen && name === 'gMin' ? 0 : Math.max(least, ends.low),
      isOpen && name === 'gMax' ? Infinity : Math.min(most, ends.high),
    ];
  };
  const [low, high] = findMeasuredRange(kept);
  const fit = {
    params,
    ci: Object.fromEntries(Object.entries(params).map(([name, value]) => [name, intervalOf(name, value)])),
    rmse: c.conductanceUnit * rmse,
    shareOfRange: rmse / (high - low),
    r2: 1 - (rmse * rmse) / sampleVariance(trains.flatMap((t) => t.conductance.map((g) => g / c.conductanceUnit))),
    autocorrelation: computeAutocorrelation(trains.map((train) => c.computeResiduals(train))),
    crossValidated: c.conductanceUnit * Math.sqrt(held),
  };
  const drawParameters = () => {
    const shift = (x: number, refit: readonly number[], i: number) =>
      clip(x + refit[i]! - c.fitCoordinates[i]!, c.bounds.low[i]!, c.bounds.high[i]!);
    const drawn = refits.map((refit) =>
      devices.map(({ fitCoordinates: coordinates }, k) => functions[k]!(coordinates.map((x, i) => shift(x, refit, i)))),
    );
    const columns = Object.entries(params).map(([name, value]) => {
      const raw = drawn.map((own) => mean(own.map((one) => one[name]!)));
      return [name, scaleDraws(raw, value, fit.ci[name] ?? null, allowedRange(name))] as const;
    });
    return refits.map((_, k) => Object.fromEntries(columns.map(([name, values]) => [name, values[k]!])));
  };
  return { fit, floor, limit, undetermined, devices, drawParameters };
}

/**
 * Scales the bootstrap draws of a parameter so that their 0.025 and 0.975 quantiles are the ends of its 95 % interval.
 * The interval follows from prediction errors or from the scatter between devices; refits of curves scatter differently.
 * Refits determine the dependence between parameters. Without interval, or at its open end, draws are only centred.
 */
function scaleDraws(
  draws: readonly number[],
  value: number,
  interval: readonly [number, number] | null,
  [least, most]: readonly [number, number],
): number[] {
  const [low, centre, high] = [0.025, 0.5, 0.975].map((q) => quantile([...draws], q)) as [number, number, number];
  const scaleTo = (end: number | undefined, spread: number) =>
    end === undefined || !Number.isFinite(end) ? 1 : spread === 0 ? 0 : (end - value) / spread;
  const [below, above] = [scaleTo(interval?.[0], low - centre), scaleTo(interval?.[1], high - centre)];
  return draws.map((draw) => clip(value + (draw - centre) * (draw < centre ? below : above), least, most));
}

function allowedRange(name: string): readonly [number, number] {
  if (name.startsWith('nonlinearity')) return [-9, 9];
  if (name.startsWith('pulses')) return [1, Infinity];
  return [0, name.startsWith('eta') ? 1 : Infinity];
}
