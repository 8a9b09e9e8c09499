import { DIRECTIONS, type Direction, type Train } from '../import/trains.ts';

/** Mean and number of readings at each pulse number, for one direction. */
export interface PulseMeans {
  /** Numbers of pulses since the first reading, ascending. */
  readonly elapsed: readonly number[];
  readonly mean: Float64Array;
  readonly count: Float64Array;
}

/** Ids of readings that the fit ignores. */
export type ExcludedReadings = ReadonlySet<string>;
export const readingId = (train: number, reading: number): string => `${train} ${reading}`;

/** Readings of trains, pooled by direction. `within`: sum of squared deviations from the mean at each pulse number. */
export interface PooledReadings {
  readonly by: Readonly<Record<Direction, PulseMeans>>;
  readonly within: number;
  readonly readings: number;
}

/**
 * Pools the readings for which `take` is true; default: all.
 * @param unit conductance that becomes 1 in the pool, S
 */
export function poolReadings(
  trains: readonly Train[],
  unit: number,
  take: (train: Train, t: number, i: number) => boolean = () => true,
): PooledReadings {
  let [within, readings] = [0, 0];
  const of = (direction: Direction): PulseMeans => {
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
  const by = Object.fromEntries(DIRECTIONS.map((d) => [d, of(d)])) as Record<Direction, PulseMeans>;
  return { by, within, readings };
}
