import type { Direction, Train } from '../import/trains.ts';
import { clip, dot, logSpaced, sum } from '../lists.ts';
import { splitPulseCount } from './advance.ts';
import { type CandidateFit, ROUNDING_VARIANCE } from './candidateFit.ts';
import { advanceWithSlope, type ModelCurve, UNIT_DEVICE_FACTORS } from './curves.ts';
import { computeCycleToCycleVariability, getReadNoiseScale, type NoiseModel } from './noiseModel.ts';

/** True if the bounds of a model only clip its states: trains that end before a bound do not determine the bound. */
export const hasClippingBounds = ({ variant: { family } }: CandidateFit): boolean =>
  family.name === 'exponential' || family.name === 'linear';

/**
 * True if the start level of trains is unknown, so that their first reading is the first estimate of the state.
 * `neuroSim` trains start at a bound, unless the start level is fitted.
 */
export function hasUnknownStartLevel(c: CandidateFit, direction: Direction): boolean {
  const { startLevel, continuedDirections: continued, varyingStartDirections: varyingStarts, family } = c.variant;
  if (startLevel === 'free') return true;
  return family.name !== 'neuroSim' && (hasClippingBounds(c) ? continued : varyingStarts).includes(direction);
}

/** Model curve of a measured pulse train; it starts at the first reading if the start level is unknown. */
export function createTrainCurve(c: CandidateFit, p: readonly number[], { direction, conductance }: Train): ModelCurve {
  const curve = c.createModelCurve(direction, UNIT_DEVICE_FACTORS, p);
  if (!hasUnknownStartLevel(c, direction)) return curve;
  return { ...curve, startState: clip((conductance[0]! / c.conductanceUnit - curve.startBound) / curve.range) };
}

export type KalmanGains = ReturnType<typeof computeKalmanGains>;

/**
 * Extended Kalman filter (Jazwinski 1970) of the device state h in a pulse train. Returns, for each reading, the gain,
 * the weight (inverse standard deviation of the prediction), and the standard deviation of the state afterwards.
 */
export function computeKalmanGains(c: CandidateFit, p: readonly number[], train: Train, noise: NoiseModel) {
  const { elapsed, conductance, direction } = train;
  const curve = createTrainCurve(c, p, train);
  const { startBound, range } = curve;
  const stepSd = computeCycleToCycleVariability(noise)[direction];
  const readVariance = (h: number) =>
    ((noise.readSd * getReadNoiseScale(noise.kind, startBound + range * h)) ** 2 + ROUNDING_VARIANCE) / range ** 2;
  const list = () => new Float64Array(elapsed.length);
  const [gains, weights, stateErrors] = [list(), list(), list()];
  let h = curve.startState;
  let variance = hasUnknownStartLevel(c, direction) ? Infinity : (noise.startSd ?? 0) ** 2;
  elapsed.forEach((at, i) => {
    for (const count of i === 0 ? [] : splitPulseCount(at - elapsed[i - 1]!)) {
      const [next, slope] = advanceWithSlope(curve, h, count);
      variance = slope * slope * variance + (stepSd * (next - h)) ** 2 / count;
      h = next;
    }
    const read = readVariance(h);
    // If the start state is unknown, its variance is infinite and the first reading becomes the start. The error of
    // this reading is 0 unless it lies outside the bounds.
    gains[i] = variance === Infinity ? 1 : variance / (variance + read);
    weights[i] = 1 / (Math.sqrt((variance === Infinity ? 0 : variance) + read) * Math.abs(range));
    h = clip(h + gains[i]! * ((conductance[i]! / c.conductanceUnit - startBound) / range - h));
    variance = gains[i]! * read;
    stateErrors[i] = Math.sqrt(variance);
  });
  return { gains, weights, stateErrors };
}

/** Device states in a pulse train, and standardised errors of predicting each reading from earlier readings. */
export function predictTrain(c: CandidateFit, p: readonly number[], train: Train, { gains, weights }: KalmanGains) {
  const { elapsed, conductance } = train;
  const { startBound, range, startState, advance } = createTrainCurve(c, p, train);
  const [errors, states] = [new Float64Array(elapsed.length), new Float64Array(elapsed.length)];
  let [h, n] = [startState, 0];
  elapsed.forEach((at, i) => {
    h = advance(h, at - n);
    n = at;
    const error = (conductance[i]! / c.conductanceUnit - startBound) / range - h;
    errors[i] = error * range * weights[i]!;
    h = clip(h + gains[i]! * error);
    states[i] = h;
  });
  return { errors, states };
}

/** -2 log likelihood of the readings of pulse trains, up to a constant, at the best common factor of all variances. */
export function computeDeviance(c: CandidateFit, p: readonly number[], trains: readonly Train[], noise: NoiseModel) {
  let [squareSum, logWeights, count] = [0, 0, 0];
  for (const train of trains) {
    const filter = computeKalmanGains(c, p, train, noise);
    const { errors } = predictTrain(c, p, train, filter);
    squareSum += dot(errors, errors);
    logWeights += sum([...filter.weights].map(Math.log));
    count += errors.length;
  }
  return count * Math.log(squareSum) - 2 * logWeights;
}

/** Step noise levels that are tried, share of the step; increase of -2 log likelihood that a one-sided 1 % test allows. */
const [STEP_LEVELS, MAX_INCREASE] = [logSpaced(0.005, 2, 61), 2.33 ** 2];

/** Largest step noise of a direction, share of the step, that a one-sided 1 % test of all devices does not reject. */
export function findStepNoiseLimit(
  c: CandidateFit,
  devices: readonly { readonly fitCoordinates: readonly number[]; readonly trains: readonly Train[] }[],
  noise: NoiseModel,
  direction: Direction,
): number {
  const deviances = STEP_LEVELS.map((sd) =>
    sum(
      devices.map(({ fitCoordinates: coordinates, trains }) => {
        const own = trains.filter((train) => train.direction === direction);
        return computeDeviance(c, coordinates, own, { ...noise, stepSd: { up: sd, down: sd }, trainGainSd: null });
      }),
    ),
  );
  const highest = Math.min(...deviances) + MAX_INCREASE;
  return STEP_LEVELS[deviances.findLastIndex((deviance) => deviance <= highest)]!;
}
