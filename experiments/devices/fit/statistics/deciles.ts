import { mean, quantileSorted, standardDeviation } from 'simple-statistics';
import { DIRECTIONS, type Direction, type Train } from '../import/trains.ts';

/** Changes of the conductance between successive readings that begin in one decile of the conductance, S. */
export interface DecileChanges {
  readonly direction: Direction;
  /** Lower bound of the decile, S. */
  readonly from: number;
  /** Upper bound of the decile, S. */
  readonly to: number;
  readonly measured: readonly number[];
  readonly simulated: readonly number[];
}

/** Number, mean (S) and sd (S) of changes; NaN if there are too few. */
export interface Moments {
  readonly count: number;
  readonly mean: number;
  readonly sd: number;
}

export const momentsOf = (changes: readonly number[]): Moments => ({
  count: changes.length,
  mean: changes.length > 0 ? mean([...changes]) : Number.NaN,
  sd: changes.length > 1 ? standardDeviation([...changes]) : Number.NaN,
});

const changesOf = (trains: readonly Train[], direction: Direction): (readonly [from: number, by: number])[] =>
  trains
    .filter((t) => t.direction === direction)
    .flatMap(({ conductance: g }) => g.slice(1).map((next, i) => [g[i]!, next - g[i]!] as const));

/**
 * Changes by direction and by decile of the measured readings that have a successor.
 * @param isOpen true if simulated readings beyond the measured ones count in the outer deciles
 */
export function decileChanges(measured: readonly Train[], simulated: readonly Train[], isOpen = true): DecileChanges[] {
  return DIRECTIONS.flatMap((direction) => {
    const [own, made] = [changesOf(measured, direction), changesOf(simulated, direction)];
    if (own.length === 0) return [];
    const sorted = own.map(([g]) => g).sort((a, b) => a - b);
    const ends = Array.from({ length: 11 }, (_, k) => quantileSorted(sorted, k / 10));
    return ends.slice(1).map((to, k): DecileChanges => {
      const from = ends[k]!;
      const isAbove = (g: number) => g >= from || (isOpen && k === 0);
      const isBelow = (g: number) => g < to || (k === 9 && (isOpen || g === to));
      const within = (list: readonly (readonly [number, number])[]) =>
        list.filter(([g]) => isAbove(g) && isBelow(g)).map(([, by]) => by);
      return { direction, from, to, measured: within(own), simulated: within(made) };
    });
  });
}
