import { DIRECTIONS, type Direction, type Train } from '../import/trains.ts';

/** The readings of one direction as what least squares needs of them: mean and number at each count of pulses. */
export interface Means {
  /** Pulses since the first reading, rising. */
  readonly elapsed: readonly number[];
  readonly mean: Float64Array;
  readonly count: Float64Array;
}

/** A reading that is left out: train and place within it. */
export type Left = ReadonlySet<string>;
export const placeOf = (train: number, reading: number): string => `${train} ${reading}`;

/** Readings of some trains in units of `unit`, by direction; the sum of their squares about the means is common to all curves. */
export interface Pool {
  readonly by: Readonly<Record<Direction, Means>>;
  readonly within: number;
  readonly readings: number;
}

/** Of all trains that `take` takes, but for what is left out. */
export function pool(
  trains: readonly Train[],
  unit: number,
  take: (train: Train, t: number, i: number) => boolean = () => true,
): Pool {
  let [within, readings] = [0, 0];
  const of = (direction: Direction): Means => {
    const at = new Map<number, { count: number; mean: number }>();
    trains.forEach((train, t) => {
      if (train.direction !== direction) return;
      train.elapsed.forEach((n, i) => {
        if (!take(train, t, i)) return;
        const y = train.conductance[i]! / unit;
        const here = at.get(n) ?? { count: 0, mean: 0 };
        at.set(n, here);
        here.count++;
        const off = y - here.mean;
        here.mean += off / here.count;
        within += off * (y - here.mean);
        readings++;
      });
    });
    const elapsed = [...at.keys()].sort((a, b) => a - b);
    return {
      elapsed,
      mean: Float64Array.from(elapsed, (n) => at.get(n)!.mean),
      count: Float64Array.from(elapsed, (n) => at.get(n)!.count),
    };
  };
  const by = Object.fromEntries(DIRECTIONS.map((d) => [d, of(d)])) as Record<Direction, Means>;
  return { by, within, readings };
}
