import jstat from 'jstat';
import { linearRegression, standardDeviation } from 'simple-statistics';
import type { Direction, Train } from '../import/trains.ts';
import { type Course, follow } from './curves.ts';
import { type ByDirection, byDirection, type Noise, scatterAt } from './noiseModel.ts';
import { type Left, type Means, placeOf } from './pool.ts';

/** Readings are taken to scatter by this share of the largest at least. */
const MIN_READ_NOISE = 1e-5;

/**
 * Kalman's filter along the curve of one direction: turns what means of readings differ by from a curve, in place from `begin` on,
 * into independent numbers in units of the scatter of one reading; returns where it ended. A step's deviation stays in the state and
 * fades along the curve, that of a reading does not.
 */
export function whitening(course: Course, { elapsed, count }: Means, noise: Noise) {
  const { root, size, keep, level } = passage(course, elapsed);
  const direction = course.range > 0 ? 'up' : 'down';
  const [step, gain] = [noise.step[direction] ** 2, (noise.gain?.[direction] ?? 0) ** 2];
  const own = Math.max(noise.reading, MIN_READ_NOISE);
  const [gains, scales] = [new Float64Array(count.length), new Float64Array(count.length)];
  let state = ((noise.start ?? 0) * course.range) ** 2;
  for (let i = 0; i < count.length; i++) {
    if (i > 0) state = keep[i - 1]! ** 2 * state + step * root[i - 1]! ** 2 + gain * size[i - 1]! ** 2;
    const reading = Math.max(own * scatterAt(noise.kind, level[i]!), MIN_READ_NOISE * MIN_READ_NOISE) ** 2;
    gains[i] = state / (state + reading);
    scales[i] = own / Math.sqrt(state + reading);
    state *= 1 - gains[i]!;
  }
  return (r: Float64Array, begin: number): number => {
    let expected = 0;
    for (let i = 0; i < count.length; i++) {
      const weight = Math.sqrt(count[i]!); // of the mean of so many readings, which the residual carries
      if (i > 0) expected *= keep[i - 1]!;
      const surprise = r[begin + i]! / weight - expected;
      r[begin + i] = surprise * weight * scales[i]!;
      expected += gains[i]! * surprise;
    }
    return begin + count.length;
  };
}

/** Where each train lies between the first and the last of its device and direction: -1/2 … 1/2; 0 of a few. */
export function cyclePlaces(trains: readonly Train[]): number[] {
  const places = trains.map(() => 0);
  for (const group of repeats(trains)) {
    if (group.length < CYCLES) continue;
    for (const [k, t] of group.entries()) places[t] = k / (group.length - 1) - 0.5;
  }
  return places;
}

/** Cycles that wear is told from at least; by an error of so small a probability. */
const [CYCLES, BY_CHANCE] = [4, 1e-3];
/** What changes steps by less than this share of them does not. */
const LEAST = 1e-4;

/** By how much steps grow from the first to the last cycle, as a share of a step; 0 where it is not told from chance. */
export function wearOf(steps: readonly Steps[], places: readonly number[]): ByDirection {
  const of = (direction: Direction): number => {
    const points = steps
      .filter(({ t, direction: d }) => d === direction && places[t] !== 0)
      .map(({ t, off, size }): [number, number] => {
        const own = size.reduce((sum, s, i) => sum + s * off[i]!, 0);
        return [places[t]!, own / size.reduce((sum, s) => sum + s * s, 0)];
      });
    if (points.length < CYCLES) return 0;
    const { m } = linearRegression(points);
    const error =
      standardDeviation(points.map(([x, y]) => y - m * x)) /
      standardDeviation(points.map(([x]) => x)) /
      Math.sqrt(points.length - 2);
    const limit = jstat.jStat.studentt.inv(1 - BY_CHANCE / 2, points.length - 2) * error;
    return Math.abs(m) > Math.max(limit, LEAST) ? m : 0;
  };
  return byDirection(of);
}

/** What is left of steps beside wear. */
export const withoutWear = (steps: readonly Steps[], places: readonly number[], wear: ByDirection): Steps[] =>
  steps.map((s) => ({ ...s, off: s.off.map((d, i) => d - wear[s.direction] * places[s.t]! * s.size[i]!) }));

/** Sd of the first readings of repeats, less what readings scatter by, as a share of the range. */
export function startSpread(
  trains: readonly Train[],
  unit: number,
  left: Left,
  { kind, reading }: Pick<Noise, 'kind' | 'reading'>,
  range: number,
): number {
  let [sum, degrees] = [0, 0];
  for (const group of repeats(trains)) {
    const first = group.filter((t) => !left.has(placeOf(t, 0))).map((t) => trains[t]!.conductance[0]! / unit);
    if (first.length < REPEATS) continue;
    const mean = first.reduce((a, b) => a + b) / first.length;
    const own = (reading * scatterAt(kind, mean)) ** 2;
    sum += first.reduce((s, y) => s + (y - mean) ** 2, 0) - (first.length - 1) * own;
    degrees += first.length - 1;
  }
  if (degrees === 0) return 0;
  return sum / degrees > (2.33 * reading ** 2) / Math.sqrt(degrees / 2) ? Math.sqrt(sum / degrees) / range : 0;
}

/** What a train's readings do from one to the next, beside the curve; in units of the largest reading. */
export interface Steps {
  /** Number of the train. */
  readonly t: number;
  readonly direction: Direction;
  /** Deviation at the later reading less what stays of that at the earlier. */
  readonly off: Float64Array;
  /** Of the step or steps between: size, root of the sum of their squares, share that stays of a deviation; and levels. */
  readonly size: Float64Array;
  readonly root: Float64Array;
  readonly keep: Float64Array;
  readonly level: Float64Array;
}

/** Trains of one direction and device that a mean over repeats is taken of at least. */
export const REPEATS = 3;
/** Neighbours on each side whose mean stands for what a curve that is never repeated misses; the nearest is left out. */
const NEIGHBOURS = [2, 5] as const;
const DIFFERENCE = 1e-5;

/** Size of the steps between the readings of a curve, and what stays of a deviation. */
export function passage(course: Course, elapsed: readonly number[]): Pick<Steps, 'size' | 'root' | 'keep' | 'level'> {
  const way = follow(course, elapsed);
  const n = Math.max(0, elapsed.length - 1);
  const [size, root, keep] = [0, 0, 0].map(() => new Float64Array(n)) as [Float64Array, Float64Array, Float64Array];
  for (let i = 0; i < n; i++) {
    let h = way[i]!;
    let [kept, squares] = [1, 0];
    for (let k = elapsed[i]!; k < elapsed[i + 1]!; k++) {
      const by = h > 0.5 ? -DIFFERENCE : DIFFERENCE;
      const next = course.step(h);
      kept *= (course.step(h + by) - next) / by;
      squares += (next - h) ** 2;
      h = next;
    }
    keep[i] = Math.min(Math.max(kept, -1), 1);
    size[i] = Math.abs(course.range * (way[i + 1]! - way[i]!));
    root[i] = Math.abs(course.range) * Math.sqrt(squares);
  }
  return { size, root, keep, level: way.map((h) => course.from + course.range * h) };
}

/** Steps of all trains about their courses, every stride-th reading from each of the first ones; what is left out apart. */
export function stepsOf(
  trains: readonly Train[],
  unit: number,
  courseOf: (train: Train) => Course,
  left: Left,
  stride = 1,
): Steps[] {
  return trains.flatMap((train, t) => {
    const course = courseOf(train);
    const sign = Math.sign(course.range); // deviations are counted in the direction of the steps
    const kept = train.elapsed.map((_, i) => i).filter((i) => !left.has(placeOf(t, i)));
    return Array.from({ length: stride }, (_, from): Steps => {
      const at = kept.filter((__, n) => n % stride === from);
      const own = passage(
        course,
        at.map((i) => train.elapsed[i]!),
      );
      const above = at.map((i, n) => train.conductance[i]! / unit - own.level[n]!);
      const off = own.keep.map((keep, n) => sign * (above[n + 1]! - keep * above[n]!));
      return { t, direction: train.direction, off, ...own };
    });
  });
}

/** Trains of one device in one direction: each is a repeat of the others. */
export function repeats(trains: readonly Train[]): number[][] {
  const groups = new Map<string, number[]>();
  trains.forEach(({ device, direction }, t) => {
    const id = JSON.stringify([device, direction]);
    groups.set(id, [...(groups.get(id) ?? []), t]);
  });
  return [...groups.values()];
}

/** Takes from the steps of each train what they have in common with repeats, or with their neighbours where there are none. */
export function centred(steps: readonly Steps[], groups: readonly (readonly number[])[]): Steps[] {
  const repeated = new Set(groups.filter((g) => g.length >= REPEATS).flat());
  const out = steps.map((s) => ({ ...s, off: repeated.has(s.t) ? s.off.slice() : smoothed(s.off) }));
  for (const group of groups) {
    if (group.length < REPEATS) continue;
    const own = out.filter(({ t }) => group.includes(t));
    const longest = Math.max(...own.map(({ off }) => off.length));
    for (let i = 0; i < longest; i++) {
      const there = own.filter(({ off }) => i < off.length);
      const mean = there.reduce((sum, { off }) => sum + off[i]!, 0) / there.length;
      const widen = there.length > 1 ? Math.sqrt(there.length / (there.length - 1)) : 0;
      for (const { off } of there) off[i] = (off[i]! - mean) * widen;
    }
  }
  return out;
}

function smoothed(from: Float64Array): Float64Array {
  const [near, far] = NEIGHBOURS;
  return from.map((own, i) => {
    let [sum, count] = [0, 0];
    for (let k = near; k <= far; k++) {
      for (const at of [i - k, i + k]) {
        if (at < 0 || at >= from.length) continue;
        sum += from[at]!;
        count++;
      }
    }
    return (own - (count > 0 ? sum / count : 0)) / Math.sqrt(1 + (count > 0 ? 1 / count : 0));
  });
}
