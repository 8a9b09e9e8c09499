import { splitPulses } from './advance.ts';
import { type Course, follow } from './curves.ts';
import { type Left, placeOf } from './means.ts';
import type { Direction, Train } from './reading/train.ts';

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
    for (const count of splitPulses(elapsed[i + 1]! - elapsed[i]!)) {
      const by = h > 0.5 ? -DIFFERENCE : DIFFERENCE;
      const next = course.advance(h, count);
      kept *= (course.advance(h + by, count) - next) / by;
      squares += (next - h) ** 2 / count;
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
