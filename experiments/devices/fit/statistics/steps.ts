import type { Direction, Train } from '../import/trains.ts';
import { clip, groupBy, mean } from '../lists.ts';
import { splitPulses } from './advance.ts';
import { followCurve, type ModelCurve } from './curves.ts';
import { type Noise, scaleReadNoise } from './noiseModel.ts';
import { createReadingId, type ExcludedReadings } from './pool.ts';

/** Standard deviation of the initial states of repeated trains, share of the range; 0 if not significant. */
export function estimateStartSpread(
  trains: readonly Train[],
  unit: number,
  left: ExcludedReadings,
  { kind, reading }: Pick<Noise, 'kind' | 'reading'>,
  range: number,
): number {
  let [sum, degrees] = [0, 0];
  for (const group of groupRepeats(trains)) {
    const first = group.filter((t) => !left.has(createReadingId(t, 0))).map((t) => trains[t]!.conductance[0]! / unit);
    if (first.length < MIN_REPEATS) continue;
    const middle = mean(first);
    const own = (reading * scaleReadNoise(kind, middle)) ** 2;
    sum += first.reduce((s, y) => s + (y - middle) ** 2, 0) - (first.length - 1) * own;
    degrees += first.length - 1;
  }
  if (degrees === 0) return 0;
  return sum / degrees > (2.33 * reading ** 2) / Math.sqrt(degrees / 2) ? Math.sqrt(sum / degrees) / range : 0;
}

/** Step sizes of a train, and deviations of its steps from the curve, in units of the largest reading. */
export interface TrainSteps {
  readonly trainIndex: number;
  readonly direction: Direction;
  /** Deviation of each reading from the curve, minus the retained part of the previous reading's deviation. */
  readonly off: Float64Array;
  /** Sum of the steps between successive readings, and square root of their sum of squares. */
  readonly stepSums: Float64Array;
  readonly stepNorms: Float64Array;
  /** Factor by which the steps between two readings reduce an earlier deviation. */
  readonly retained: Float64Array;
  readonly curveLevels: Float64Array;
}

/** Minimum number of repeated trains at which their mean replaces the fitted curve as reference. */
export const MIN_REPEATS = 3;
/**
 * Smallest and largest distance, readings, of neighbours whose mean deviation is the misfit if no train is repeated.
 */
const NEIGHBOURS = [2, 5] as const;
const DIFFERENCE = 1e-5;

function computeStepsAlong(course: ModelCurve, elapsed: readonly number[]) {
  const way = followCurve(course, elapsed);
  const n = Math.max(0, elapsed.length - 1);
  const list = () => new Float64Array(n);
  const [stepSums, stepNorms, retained] = [list(), list(), list()];
  for (let i = 0; i < n; i++) {
    let h = way[i]!;
    let [kept, squares] = [1, 0];
    for (const count of splitPulses(elapsed[i + 1]! - elapsed[i]!)) {
      const by = h > 0.5 ? -DIFFERENCE : DIFFERENCE;
      const next = course.advance(h, count);
      kept *= (course.advance(h + by, count) - next) / by;
      squares += (next - h) ** 2 / count;
      h = next;
    }
    retained[i] = clip(kept, -1, 1);
    stepSums[i] = Math.abs(course.range * (way[i + 1]! - way[i]!));
    stepNorms[i] = Math.abs(course.range) * Math.sqrt(squares);
  }
  return { stepSums, stepNorms, retained, curveLevels: way.map((h) => course.startBound + course.range * h) };
}

/**
 * Deviations of the steps of all trains from their curves.
 * @param stride uses every stride-th reading, starting at each of the first `stride` readings in turn
 */
export function computeSteps(
  trains: readonly Train[],
  unit: number,
  courseOf: (train: Train) => ModelCurve,
  left: ExcludedReadings,
  stride = 1,
): TrainSteps[] {
  return trains.flatMap((train, t) => {
    const course = courseOf(train);
    const sign = Math.sign(course.range); // deviations are positive in the direction of the steps
    const kept = train.elapsed.map((_, i) => i).filter((i) => !left.has(createReadingId(t, i)));
    return Array.from({ length: stride }, (_, from): TrainSteps => {
      const at = kept.filter((__, n) => n % stride === from);
      const elapsed = at.map((i) => train.elapsed[i]!);
      const own = computeStepsAlong(course, elapsed);
      const above = at.map((i, n) => train.conductance[i]! / unit - own.curveLevels[n]!);
      const off = own.retained.map((factor, n) => sign * (above[n + 1]! - factor * above[n]!));
      return { trainIndex: t, direction: train.direction, off, ...own };
    });
  });
}

export function groupRepeats(trains: readonly Train[]): number[][] {
  return groupBy([...trains.keys()], (t) => [trains[t]!.device, trains[t]!.direction]);
}

/** Subtracts the misfit of the curve: mean deviation over repeated trains or neighbouring readings. */
export function removeMisfit(steps: readonly TrainSteps[], groups: readonly (readonly number[])[]): TrainSteps[] {
  const repeated = new Set(groups.filter((g) => g.length >= MIN_REPEATS).flat());
  const out = steps.map((s) => ({ ...s, off: repeated.has(s.trainIndex) ? s.off.slice() : removeLocalMean(s.off) }));
  for (const group of groups) {
    if (group.length < MIN_REPEATS) continue;
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

function removeLocalMean(from: Float64Array): Float64Array {
  const [near, far] = NEIGHBOURS;
  const distances = Array.from({ length: far - near + 1 }, (_, k) => near + k);
  return from.map((own, i) => {
    const around = distances.flatMap((k) => [from[i - k], from[i + k]]).filter((off) => off !== undefined);
    return around.length === 0 ? own : (own - mean(around)) / Math.sqrt(1 + 1 / around.length);
  });
}
