import { mapDirections, type Train } from '../import/trains.ts';

export type ExcludedReadings = ReadonlySet<string>;
export const createReadingId = (train: number, reading: number): string => `${train} ${reading}`;

export const removeReadings = (trains: readonly Train[], excluded: ExcludedReadings): Train[] =>
  trains.map((train, t) => {
    const isKept = (_: number, i: number) => !excluded.has(createReadingId(t, i));
    return { ...train, elapsed: train.elapsed.filter(isKept), conductance: train.conductance.filter(isKept) };
  });

export type PooledReadings = ReturnType<typeof poolReadings>;

/** Measured trains and their pooled readings: all (`trains`, `whole`), and without outliers (`keptTrains`, `kept`). */
export interface MeasuredTrains {
  readonly trains: readonly Train[];
  readonly whole: PooledReadings;
  readonly keptTrains: readonly Train[];
  readonly kept: PooledReadings;
}

/**
 * Pools readings; `within`: sum of squared deviations from the mean at each pulse number.
 * @param unit conductance that becomes 1 in the pool, S
 * @param take selects readings; default: all
 */
export function poolReadings(
  trains: readonly Train[],
  unit: number,
  take: (train: Train, t: number, i: number) => boolean = () => true,
) {
  let [within, readings] = [0, 0];
  const by = mapDirections((direction) => {
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
    const listOf = (key: 'mean' | 'count') => Float64Array.from(elapsed, (n) => at.get(n)![key]);
    return { elapsed, mean: listOf('mean'), count: listOf('count') };
  });
  return { by, within, readings, unit };
}
