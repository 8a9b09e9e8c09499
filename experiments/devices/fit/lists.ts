import { pow } from '../../../core/elementary.ts';
import { groupBy as groupByKey } from '../../statistics/groupBy.ts';

/** Sum in list order; another order may change the last bit. */
export const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);

export const mean = (values: readonly number[]): number => sum(values) / values.length;

export const dot = (x: ArrayLike<number>, y: ArrayLike<number>): number => {
  let total = 0;
  for (let i = 0; i < x.length; i++) total += x[i]! * y[i]!;
  return total;
};

/** Smallest and largest value; [Infinity, -Infinity] if empty. Unlike `Math.min`, takes long lists. */
export function findExtent(values: Iterable<number>): [low: number, high: number] {
  let [low, high] = [Infinity, -Infinity];
  for (const value of values) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return [low, high];
}

export const maxMagnitude = (values: readonly number[]): number => values.reduce((a, b) => Math.max(a, Math.abs(b)), 0);

export const clip = (value: number, low = 0, high = 1): number => Math.min(Math.max(value, low), high);

export const roundForFile = (value: number): number => Number(value.toPrecision(6));

export const formatShareAsPercent = (share: number, digits: number): string =>
  `${Number((100 * share).toPrecision(digits))} %`;

export const splitIntoChunks = <T>(list: readonly T[], size: number): T[][] =>
  Array.from({ length: Math.ceil(list.length / size) }, (_, k) => list.slice(k * size, (k + 1) * size));

export const groupBy = <T>(items: readonly T[], keyOf: (item: T) => unknown): T[][] => [
  ...groupByKey(items, (item) => JSON.stringify(keyOf(item))).values(),
];

export const hasNoDuplicates = (values: readonly unknown[]): boolean => new Set(values).size === values.length;

export const logSpaced = (first: number, last: number, count: number): number[] =>
  Array.from({ length: count }, (_, i) => first * pow(last / first, i / (count - 1)));

/** Item of a list with the smallest value of the function `of`; ties go to the earlier item. */
export const minimumBy = <T>(list: readonly T[], of: (item: T) => number): T =>
  list.map((item): [T, number] => [item, of(item)]).reduce((a, b) => (b[1] < a[1] ? b : a))[0];

/** Correlation of neighbouring residuals within trains. @param residuals residuals of each train */
export function computeAutocorrelation(residuals: readonly ArrayLike<number>[]): number {
  let [sum, squares, count, pairs] = [0, 0, 0, 0];
  for (const train of residuals) {
    for (let i = 0; i < train.length; i++) {
      squares += train[i]! ** 2;
      if (i > 0) sum += train[i]! * train[i - 1]!;
    }
    count += train.length;
    pairs += train.length - 1;
  }
  return squares === 0 ? 0 : (sum / pairs) * (count / squares);
}

/** Number of independent readings equivalent to `readings` residuals with lag-1 autocorrelation `correlation`. */
export function estimateIndependentCount(readings: number, correlation: number): number {
  const r = clip(correlation, 0, 0.99);
  return Math.max(4, (readings * (1 - r)) / (1 + r));
}
