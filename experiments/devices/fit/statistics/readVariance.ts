import { mean, minimumBy, splitIntoChunks } from '../lists.ts';

/** Read-noise variance in an interval of states, in units of `getReadNoiseScale` squared. */
export interface StateReadVariance {
  readonly meanState: number;
  readonly readVariance: number;
}

/** Finds the items with the nearest states below and above state x; the outermost item twice if x lies beyond all. */
export function findNeighbouringStates<T extends { readonly meanState: number }>(
  items: readonly T[],
  x: number,
): [T, T] {
  const next = items.findIndex(({ meanState }) => meanState > x);
  return [items.at(next <= 0 ? next : next - 1)!, items.at(next)!];
}

/** Interpolates a quantity linearly between device states; beyond the outermost states, it is constant. */
export function interpolateByState<T extends { readonly meanState: number }>(
  items: readonly T[],
  x: number,
  getValue: (item: T) => number,
): number {
  const [a, b] = findNeighbouringStates(items, x);
  if (a === b) return getValue(a);
  return getValue(a) + ((x - a.meanState) / (b.meanState - a.meanState)) * (getValue(b) - getValue(a));
}

export const interpolateReadVariance = (list: readonly StateReadVariance[], x: number): number =>
  interpolateByState(list, x, ({ readVariance }) => readVariance);

/** Largest deviation of a reading from its state that is attributed to read noise, standard deviations. */
const MAX_RESIDUAL = 4;

/**
 * Estimates the read-noise variance in intervals of states with equal numbers of readings.
 * @param squares squared deviation of each reading from its state
 * @param previous variances of the previous round, which exclude outliers
 * @param limits upper limits of each pulse direction
 */
export function estimateReadVariances(
  squares: readonly StateReadVariance[],
  previous: readonly StateReadVariance[],
  limits: readonly (readonly StateReadVariance[])[],
  partCount: number,
): StateReadVariance[] {
  const near = squares
    .filter((s) => s.readVariance <= MAX_RESIDUAL ** 2 * interpolateReadVariance(previous, s.meanState))
    .sort((a, b) => a.meanState - b.meanState);
  if (near.length === 0) return [{ meanState: 0, readVariance: 0 }];
  return splitIntoChunks(near, Math.ceil(near.length / partCount)).map((part) => {
    const meanState = mean(part.map((s) => s.meanState));
    const own = limits.map((list) =>
      partCount === 1 ? minimumBy(list, (v) => v.readVariance).readVariance : interpolateReadVariance(list, meanState),
    );
    return { meanState, readVariance: Math.min(mean(part.map((s) => s.readVariance)), ...own) };
  });
}
