import jstat from 'jstat';
import { inverse, Matrix } from 'ml-matrix';
import { DIRECTIONS, type Direction, listDeviceNames, type Train } from '../import/trains.ts';
import { computeAutocorrelation, dot, estimateIndependentCount, mean, minimumBy, sum } from '../lists.ts';
import { type CandidateFit, ROUNDING_VARIANCE } from './candidateFit.ts';
import { computeConductances, computeCurvePositions, UNIT_DEVICE_FACTORS } from './curves.ts';
import { minimiseSumOfSquares, type ResidualFunction } from './leastSquares.ts';
import type { NoiseModel } from './noiseModel.ts';
import { poolReadings } from './pool.ts';
import {
  computeDeviance,
  computeKalmanGains,
  createTrainCurve,
  hasClippingBounds,
  hasUnknownStartLevel,
  type KalmanGains,
  predictTrain,
} from './predictionErrors.ts';

/** Step equation fitted to the pulse trains of one device; `fitCoordinates` are those of `CandidateFit`. */
export interface DeviceFit {
  readonly fitCoordinates: readonly number[];
  readonly trains: readonly Train[];
  /** True if the fit minimises Kalman-filter prediction errors, false if it minimises deviations from model curves. */
  readonly minimisesPredictionErrors: boolean;
  /** Sum of the squared errors, and degrees of freedom: independent errors minus fitted coordinates. */
  readonly squaredErrorSum: number;
  readonly freedom: number;
  /** Device state at each reading of each train, 0 (bound where pulses start) to 1, and its standard deviation. */
  readonly states: readonly Float64Array[];
  readonly stateErrors: readonly Float64Array[];
  /** Errors of each train for given coordinates: standardised errors of prediction, or deviations from curves. */
  readonly computeErrors: (coordinates: readonly number[]) => Float64Array[];
  /** Indices of the fitted entries of `fitCoordinates`; all other entries keep their start values. */
  readonly fittedIndices: readonly number[];
}

const DIFFERENCE = 1e-5;
/** Number of rounds of a device fit; each chooses the noise of the Kalman filter, then fits the coordinates. */
const ALTERNATION_COUNT = 2;
/** Standard deviations of the step noise that are tried, share of the step; the likeliest one is chosen. */
const STEP_SDS = [0, 0.02, 0.05, 0.1, 0.2, 0.4];

/**
 * Fits a device by prediction errors: a Kalman filter predicts each reading from earlier readings. Step noise therefore
 * does not accumulate, and each train starts at its own level.
 * @param held index of a coordinate that keeps its value in `start`
 */
function filterDevice(
  c: CandidateFit,
  trains: readonly Train[],
  noise: NoiseModel,
  start: readonly number[],
  held = -1,
): DeviceFit {
  const size = 2 + 2 * c.variant.family.shape.length;
  const isStart = (i: number) => c.variant.startLevel === 'free' && i >= size && i < size + 2;
  const fitted = [...start.keys()].filter((i) => i !== held && !isStart(i));
  const position = start.map((_, i) => fitted.indexOf(i));
  const pick = (list: readonly number[]) => fitted.map((i) => list[i]!);
  const expand = (x: readonly number[]) => start.map((v, i) => (position[i]! < 0 ? v : x[position[i]!]!));
  const bounds = { low: pick(c.bounds.low), high: pick(c.bounds.high) };
  let x = pick(start);
  let filters: KalmanGains[] = [];
  const predict = (p: readonly number[]) => trains.map((train, t) => predictTrain(c, p, train, filters[t]!));
  const computeErrors = (p: readonly number[]) => predict(p).map(({ errors }) => errors);
  const residuals: ResidualFunction = (values) => joinArrays(computeErrors(expand(values)));
  let squareSum = 0;
  let likeliest: NoiseModel = { ...noise, trainGainSd: null };
  for (let round = 0; round < ALTERNATION_COUNT; round++) {
    for (const direction of DIRECTIONS)
      likeliest = minimumBy(
        STEP_SDS.map((sd): NoiseModel => ({ ...likeliest, stepSd: { ...likeliest.stepSd, [direction]: sd } })),
        (own) => computeDeviance(c, expand(x), trains, own),
      );
    filters = trains.map((train) => computeKalmanGains(c, expand(x), train, likeliest));
    ({ p: x, squareSum } = minimiseSumOfSquares(residuals, [x], bounds, true));
  }
  const coordinates = expand(x);
  const unpredicted = trains.filter(({ direction }) => hasUnknownStartLevel(c, direction)).length;
  const freedom = Math.max(1, sum(trains.map(({ elapsed }) => elapsed.length)) - unpredicted - fitted.length);
  return {
    fitCoordinates: coordinates,
    trains,
    minimisesPredictionErrors: true,
    squaredErrorSum: squareSum,
    freedom,
    states: predict(coordinates).map(({ states }) => states),
    stateErrors: filters.map(({ stateErrors }) => stateErrors),
    computeErrors,
    fittedIndices: fitted,
  };
}

function joinArrays(arrays: readonly Float64Array[]): Float64Array {
  const out = new Float64Array(sum(arrays.map(({ length }) => length)));
  let at = 0;
  for (const array of arrays) {
    out.set(array, at);
    at += array.length;
  }
  return out;
}

/** Maximum ratio of two RMSEs of curves: with the parameters that predict readings best, to those that fit curves best. */
const MAX_CURVE_RATIO = 1.1;

/** Fits the conductance curves of a device (readings against pulse number) by least squares. */
function fitCurves(c: CandidateFit, trains: readonly Train[], start: readonly number[]): DeviceFit {
  const computeErrors = (p: readonly number[]) =>
    trains.map((train) => Float64Array.from(c.computeResiduals(train, p)));
  const errors = computeErrors(start);
  const all = joinArrays(errors);
  const independent = estimateIndependentCount(all.length, computeAutocorrelation(errors));
  return {
    fitCoordinates: start,
    trains,
    minimisesPredictionErrors: false,
    squaredErrorSum: dot(all, all),
    freedom: Math.max(1, independent - start.length),
    states: trains.map(({ direction, elapsed }) =>
      computeCurvePositions(c.createModelCurve(direction, UNIT_DEVICE_FACTORS, start), elapsed),
    ),
    stateErrors: trains.map(({ elapsed }) => new Float64Array(elapsed.length)),
    computeErrors,
    fittedIndices: [...start.keys()],
  };
}

/**
 * Fits each device separately, because the mean curve of several devices is not the curve of a device. Returns the
 * parameters that predict readings best, unless their curves fit much worse than the best curves.
 */
export function fitDevices(c: CandidateFit, trains: readonly Train[], noise: NoiseModel): DeviceFit[] {
  const devices = listDeviceNames(trains);
  const curves = devices.map((device) => {
    const own = trains.filter((train) => train.device === device);
    const start = devices.length > 1 ? c.refit(poolReadings(own, c.conductanceUnit)) : c.fitCoordinates;
    return fitCurves(c, own, start);
  });
  const filtered = curves.map(({ fitCoordinates: coordinates, trains: own }) =>
    filterDevice(c, own, noise, coordinates),
  );
  const sumCurves = (fits: readonly DeviceFit[]) =>
    sum(
      fits.flatMap((fit) =>
        fit.trains.flatMap((train) => {
          const levels = computeConductances(createTrainCurve(c, fit.fitCoordinates, train), train.elapsed);
          return train.conductance.map((g, i) => (g / c.conductanceUnit - levels[i]!) ** 2);
        }),
      ),
    );
  return sumCurves(filtered) <= MAX_CURVE_RATIO ** 2 * sumCurves(curves) + ROUNDING_VARIANCE ? filtered : curves;
}

/**
 * Standard error of each parameter, estimated in two ways. `curvature` follows from the curvature of the sum of squares.
 * `trains` follows from the scatter between trains (sandwich estimator, Liang & Zeger 1986,
 * doi:10.1093/biomet/73.1.13).
 * @param parametersOf converts fit coordinates to device parameters
 */
export function computeParameterDeviations(
  {
    fitCoordinates: coordinates,
    fittedIndices: fitted,
    computeErrors,
    squaredErrorSum: squareSum,
    freedom,
    trains,
    minimisesPredictionErrors: isFiltered,
  }: DeviceFit,
  parametersOf: (coordinates: readonly number[]) => Readonly<Record<string, number>>,
): Record<string, { curvature: number; trains: number }> {
  const size = fitted.map((i) => DIFFERENCE * Math.max(1, Math.abs(coordinates[i]!)));
  const ends = fitted.map((i, k) => [size[k]!, -size[k]!].map((by) => coordinates.with(i, coordinates[i]! + by)));
  const slopes = ends.map((both, k) => {
    const [more, less] = both.map(computeErrors);
    return more!.map((errors, t) => errors.map((e, i) => (e - less![t]![i]!) / (2 * size[k]!)));
  });
  const errors = computeErrors(coordinates);
  const square = (of: (a: number, b: number) => number) =>
    new Matrix(fitted.map((_, a) => fitted.map((__, b) => of(a, b))));
  const bread = inverse(
    square((a, b) => sum(slopes[a]!.map((own, t) => dot(own, slopes[b]![t]!)))),
    true,
  );
  const scores = slopes.map((own) => own.map((slope, t) => dot(slope, errors[t]!)));
  const repeats = Math.min(...DIRECTIONS.map((d) => trains.filter((t) => t.direction === d).length).filter(Boolean));
  const correction = repeats > 1 ? repeats / (repeats - 1) : 0;
  const meat = square((a, b) => correction * dot(scores[a]!, scores[b]!));
  const sandwich = bread.mmul(meat).mmul(bread);
  const variance = squareSum / freedom;
  const scale = isFiltered ? Math.max(1, variance) : variance;
  const parameters = ends.map((both) => both.map(parametersOf));
  return Object.fromEntries(
    Object.keys(parametersOf(coordinates)).map((name) => {
      const gradient = parameters.map(([more, less], k) => (more![name]! - less![name]!) / (2 * size[k]!));
      const deviation = (covariance: Matrix) =>
        Math.sqrt(Math.max(0, sum(gradient.map((g, k) => g * dot(covariance.getRow(k), gradient)))));
      return [name, { curvature: Math.sqrt(scale) * deviation(bread), trains: deviation(sandwich) }];
    }),
  );
}

/** Converts fit coordinates to another conductance range with equal curves; new bounds are shares of the old range. */
function changeRange(c: CandidateFit, p: readonly number[], [low, high]: readonly [number, number]): number[] {
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

/** A device surely visited a level if a state lies at least this number of standard deviations beyond it. */
const VISIT_ERRORS = 3;

/** Lowest and highest state that a device surely visited, from gMin (0) to gMax (1). */
function findVisitedRange({ states, stateErrors, trains }: DeviceFit): readonly [low: number, high: number] {
  let [low, high] = [1, 0];
  states.forEach((own, t) => {
    own.forEach((h, i) => {
      const [state, error] = [trains[t]!.direction === 'up' ? h : 1 - h, VISIT_ERRORS * stateErrors[t]![i]!];
      low = Math.min(low, state + error);
      high = Math.max(high, state - error);
    });
  });
  return low < high ? [low, high] : [0, 1];
}

/** Creates a function from coordinates to device parameters; undetermined bounds are the ends of the visited range. */
export function createParameterFunction(
  c: CandidateFit,
  device: DeviceFit,
  undetermined: readonly RangeBound[],
): (coordinates: readonly number[]) => Record<string, number> {
  const [low, high] = findVisitedRange(device);
  const range = [undetermined.includes('gMin') ? low : 0, undetermined.includes('gMax') ? high : 1] as const;
  return (coordinates) => {
    const p = undetermined.length > 0 ? changeRange(c, coordinates, range) : coordinates;
    const shapes = DIRECTIONS.map((direction) => c.getShapeParameters(p, direction));
    return Object.assign({ gMin: Math.max(0, p[0]! * c.conductanceUnit), gMax: p[1]! * c.conductanceUnit }, ...shapes);
  };
}

export type RangeBound = 'gMin' | 'gMax';

/** Minimum distance from a bound that counts as away from it; extension of the range in a trial fit; shares of the range. */
const [MIN_GAP, EXTENSION] = [0.02, 0.25];
const CONFIDENCE = 0.99;

/**
 * Finds the bounds that the trains of a device do not determine, if the model's bounds only clip states. A bound is
 * determined if fits without it are significantly worse (likelihood ratio), or if trains start at it although trains
 * towards it end elsewhere. Otherwise, trains may just end there.
 */
export function findUndeterminedBounds(c: CandidateFit, device: DeviceFit, noise: NoiseModel): RangeBound[] {
  if (!hasClippingBounds(c)) return [];
  const {
    fitCoordinates: coordinates,
    trains,
    states,
    squaredErrorSum: squareSum,
    freedom,
    minimisesPredictionErrors: isFiltered,
  } = device;
  const averageStates = (direction: Direction, at: 0 | -1): number =>
    mean(states.filter((_, t) => trains[t]!.direction === direction).map((own) => own.at(at)!));
  const isReset = (to: Direction, away: Direction): boolean => {
    const [end, start] = [averageStates(to, -1), averageStates(away, 0)];
    return !c.variant.continuedDirections.includes(away) && start < MIN_GAP && 1 - end - start > MIN_GAP;
  };
  const stops = (bound: RangeBound, to: Direction): boolean => {
    if (!isFiltered) return averageStates(to, -1) > 1 - MIN_GAP;
    const range = bound === 'gMin' ? ([-EXTENSION, 1] as const) : ([0, 1 + EXTENSION] as const);
    const start = changeRange(c, coordinates, range);
    const without = filterDevice(c, trains, noise, start, bound === 'gMin' ? 0 : 1);
    const excess = (without.squaredErrorSum - squareSum) / Math.max(1, squareSum / freedom);
    return excess > jstat.jStat.chisquare.inv(CONFIDENCE, 1);
  };
  const bounds: RangeBound[] = ['gMin', 'gMax'];
  return bounds.filter((bound) => {
    const [to, away] = bound === 'gMin' ? (['down', 'up'] as const) : (['up', 'down'] as const);
    return !(isReset(to, away) || stops(bound, to));
  });
}
