import jstat from 'jstat';
import { linearRegression, standardDeviation } from 'simple-statistics';
import { type Left, placeOf } from './means.ts';
import type { Direction, Train } from './reading/train.ts';
import { type ByDirection, byDirection, type Noise, scatterAt } from './scatter.ts';
import { REPEATS, repeats, type Steps } from './steps.ts';

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
