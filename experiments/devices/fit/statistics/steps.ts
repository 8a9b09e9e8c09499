import type { Train } from '../import/trains.ts';
import { clip, dot, groupBy, mean } from '../lists.ts';
import { splitPulseCount } from './advance.ts';
import type { CandidateFit } from './candidateFit.ts';
import { advanceWithSlope, computeCurvePositions, type DeviceFactors, type ModelCurve } from './curves.ts';
import { getReadNoiseScale, type NoiseModel } from './noiseModel.ts';

/** Standard deviation of the initial states of repeated pulse trains, share of the range; 0 if not significant. */
export function estimateStartSpread(
  trains: readonly Train[],
  c: CandidateFit,
  { kind, readSd }: Pick<NoiseModel, 'kind' | 'readSd'>,
): number {
  let [sum, degrees] = [0, 0];
  for (const group of groupRepeatedTrains(trains)) {
    const first = group.map((t) => trains[t]!.conductance[0]! / c.conductanceUnit);
    if (first.length < MIN_REPEATED_TRAINS) continue;
    const middle = mean(first);
    const own = (readSd * getReadNoiseScale(kind, middle)) ** 2;
    sum += first.reduce((s, y) => s + (y - middle) ** 2, 0) - (first.length - 1) * own;
    degrees += first.length - 1;
  }
  if (degrees === 0 || sum / degrees <= (2.33 * readSd ** 2) / Math.sqrt(degrees / 2)) return 0;
  return Math.sqrt(sum / degrees) / Math.abs(c.createModelCurve('up').range);
}

/** Steps of a train along its curve, and deviations of its readings from these steps, in units of the largest reading. */
export type TrainSteps = ReturnType<typeof computeTrainSteps>[number];

/** Weights of successive step deviations in a linear filter, and index of the first weighted step. */
export interface DeviationKernel {
  readonly firstStepIndex: number;
  readonly weights: readonly number[];
}

/** Minimum number of repeated trains at which their mean replaces the fitted curve as reference. */
export const MIN_REPEATED_TRAINS = 3;
/** Number of steps to which a local straight line is fitted; the line is the misfit of a train without repeats. */
const WINDOW_SIZE = 7;

function computeStepsAlong(curve: ModelCurve, elapsed: readonly number[]) {
  const states = computeCurvePositions(curve, elapsed);
  const n = Math.max(0, elapsed.length - 1);
  const list = () => new Float64Array(n);
  const [stepSums, stepNorms, retained] = [list(), list(), list()];
  for (let i = 0; i < n; i++) {
    let [h, kept, squares] = [states[i]!, 1, 0];
    for (const count of splitPulseCount(elapsed[i + 1]! - elapsed[i]!)) {
      const [next, slope] = advanceWithSlope(curve, h, count);
      kept *= slope;
      squares += (next - h) ** 2 / count;
      h = next;
    }
    retained[i] = clip(kept, -1, 1);
    stepSums[i] = Math.abs(curve.range * (states[i + 1]! - states[i]!));
    stepNorms[i] = Math.abs(curve.range) * Math.sqrt(squares);
  }
  return {
    /** Absolute sum of the steps between two successive readings; `stepNorms`: square root of the sum of their squares. */
    stepSums,
    stepNorms,
    /** Factor by which the pulses between two readings multiply a deviation from the curve at the first of them. */
    retained,
    curveLevels: states.map((h) => curve.startBound + curve.range * h),
  };
}

/**
 * Deviations of the steps of all trains from their curves.
 * @param stride uses every stride-th reading, starting at each of the first `stride` readings in turn
 */
export function computeTrainSteps(
  trains: readonly Train[],
  c: CandidateFit,
  factors: ReadonlyMap<string, DeviceFactors>,
  stride = 1,
) {
  return trains.flatMap((train, trainIndex) => {
    const curve = c.createModelCurve(train.direction, factors.get(train.device));
    const sign = Math.sign(curve.range); // deviations are positive in the direction of the steps
    return Array.from({ length: stride }, (_, first) => {
      const isTaken = (__: number, i: number) => i % stride === first;
      const own = computeStepsAlong(curve, train.elapsed.filter(isTaken));
      const above = train.conductance.filter(isTaken).map((g, n) => g / c.conductanceUnit - own.curveLevels[n]!);
      const off = own.retained.map((factor, n) => sign * (above[n + 1]! - factor * above[n]!));
      return {
        ...own,
        trainIndex,
        direction: train.direction,
        /** Deviation of each reading from the curve, minus `retained` times the deviation of the previous reading. */
        off,
        /** Weights of the step deviations from which each entry of `off` was computed. */
        kernels: Array.from(off, (__, from): DeviationKernel => ({ firstStepIndex: from, weights: [1] })),
      };
    });
  });
}

export function groupRepeatedTrains(trains: readonly Train[]): number[][] {
  return groupBy([...trains.keys()], (t) => [trains[t]!.device, trains[t]!.direction]);
}

/** Subtracts the misfit of the model from step deviations: the mean over repeated trains, or a train's local trend. */
export function subtractModelMisfit(
  steps: readonly TrainSteps[],
  groups: readonly (readonly number[])[],
): TrainSteps[] {
  const repeated = new Set(groups.filter((g) => g.length >= MIN_REPEATED_TRAINS).flat());
  const out = steps.map((s) => (repeated.has(s.trainIndex) ? { ...s, off: s.off.slice() } : removeLocalTrend(s)));
  for (const group of groups) {
    if (group.length < MIN_REPEATED_TRAINS) continue;
    const own = out.filter(({ trainIndex }) => group.includes(trainIndex));
    const longest = Math.max(...own.map(({ off }) => off.length));
    for (let i = 0; i < longest; i++) {
      const there = own.filter(({ off }) => i < off.length);
      const middle = mean(there.map(({ off }) => off[i]!));
      const widen = there.length > 1 ? Math.sqrt(there.length / (there.length - 1)) : 0;
      for (const { off } of there) off[i] = (off[i]! - middle) * widen;
    }
  }
  return out;
}

/** Subtracts a local straight line from the step deviations of a pulse train. */
function removeLocalTrend(steps: TrainSteps): TrainSteps {
  const { off } = steps;
  const size = Math.min(WINDOW_SIZE, off.length);
  const kernels = Array.from(off, (_, i): DeviationKernel => {
    const from = clip(i - Math.floor(size / 2), 0, off.length - size);
    const distances = Array.from({ length: size }, (__, k) => k - (size - 1) / 2);
    const own = distances[i - from]!;
    const squares = dot(distances, distances) || 1;
    const weights = distances.map((d) => (d === own ? 1 : 0) - 1 / size - (own * d) / squares);
    return { firstStepIndex: from, weights };
  });
  return { ...steps, kernels, off: Float64Array.from(kernels, (k) => dot(k.weights, off.subarray(k.firstStepIndex))) };
}
