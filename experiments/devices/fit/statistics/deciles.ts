import { mean, quantileSorted, standardDeviation } from 'simple-statistics';
import { DIRECTIONS, type Direction, type Train } from '../import/trains.ts';

/** Changes from a reading to the next that begin in one decile of the conductance: of the measurement, and of one simulated. */
export interface Decile {
  readonly direction: Direction;
  /** S. */
  readonly from: number;
  readonly to: number;
  readonly steps: number;
  /** Sd of the changes, S; null of fewer than two. */
  readonly measured: number | null;
  readonly simulated: number | null;
}

/** By direction, deciles of the readings that a next one follows. */
export function deciles(measured: readonly Train[], simulated: readonly Train[]): Decile[] {
  return DIRECTIONS.flatMap((direction) => {
    const [own, made] = [measured, simulated].map((trains) => changes(trains, direction));
    const sorted = own!.map(({ g }) => g).sort((a, b) => a - b);
    if (sorted.length === 0) return [];
    const ends = Array.from({ length: 11 }, (_, k) => quantileSorted(sorted, k / 10));
    return ends.slice(1).map((to, k): Decile => {
      const from = ends[k]!;
      const within = (list: readonly Change[]) =>
        list.filter(({ g }) => g >= from && (k === 9 ? g <= to : g < to)).map(({ by }) => by);
      const [a, b] = [within(own!), within(made!)];
      const sd = (list: readonly number[]) => (list.length < 2 ? null : standardDeviation(list));
      return { direction, from, to, steps: a.length, measured: sd(a), simulated: sd(b) };
    });
  });
}

interface Change {
  readonly g: number;
  readonly by: number;
}

const changes = (trains: readonly Train[], direction: Direction): Change[] =>
  trains
    .filter((t) => t.direction === direction)
    .flatMap(({ conductance: y }) => y.slice(1).map((next, i) => ({ g: y[i]!, by: next - y[i]! })));

/** Mean and sd, S, of changes from a reading to the next. */
export interface Moments {
  readonly count: number;
  readonly mean: number;
  readonly sd: number;
}

/** Changes that begin in one decile of the conductance: as measured, and as simulated. */
export interface DecileMoments {
  readonly direction: Direction;
  /** S. */
  readonly from: number;
  readonly to: number;
  readonly measured: readonly number[];
  readonly simulated: readonly number[];
}

export const momentsOf = (changes: readonly number[]): Moments => ({
  count: changes.length,
  mean: changes.length > 0 ? mean([...changes]) : Number.NaN,
  sd: changes.length > 1 ? standardDeviation([...changes]) : Number.NaN,
});

const changesOf = (trains: readonly Train[], direction: Direction): (readonly [number, number])[] =>
  trains
    .filter((t) => t.direction === direction)
    .flatMap(({ conductance: g }) => g.slice(1).map((next, i) => [g[i]!, next - g[i]!] as const));

/** By direction, deciles of the readings that a next one follows, the outer ones open, and what changes from there. */
export function decileMoments(measured: readonly Train[], simulated: readonly Train[]): DecileMoments[] {
  return DIRECTIONS.flatMap((direction) => {
    const [own, made] = [changesOf(measured, direction), changesOf(simulated, direction)];
    if (own.length === 0) return [];
    const sorted = own.map(([g]) => g).sort((a, b) => a - b);
    const ends = Array.from({ length: 11 }, (_, k) => quantileSorted(sorted, k / 10));
    return ends.slice(1).map((to, k): DecileMoments => {
      const from = ends[k]!;
      const within = (list: readonly (readonly [number, number])[]) =>
        list.filter(([g]) => (k === 0 || g >= from) && (k === 9 || g < to)).map(([, by]) => by);
      return { direction, from, to, measured: within(own), simulated: within(made) };
    });
  });
}
