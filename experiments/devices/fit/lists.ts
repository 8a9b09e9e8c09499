/** Sum of the values, added in list order; another order may change the last bit of the result. */
export const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);

/** Arithmetic mean; NaN for an empty list. */
export const mean = (values: readonly number[]): number => sum(values) / values.length;

/** Inner product; `y` is at least as long as `x`. */
export const dot = (x: ArrayLike<number>, y: ArrayLike<number>): number => {
  let total = 0;
  for (let i = 0; i < x.length; i++) total += x[i]! * y[i]!;
  return total;
};

/** Smallest and largest value; [Infinity, -Infinity] if empty. Unlike `Math.min`, takes lists of any length. */
export function extentOf(values: Iterable<number>): [low: number, high: number] {
  let [low, high] = [Infinity, -Infinity];
  for (const value of values) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return [low, high];
}

/** Largest absolute value; 0 for an empty list. */
export const largestMagnitude = (values: readonly number[]): number =>
  values.reduce((a, b) => Math.max(a, Math.abs(b)), 0);

/** Groups items by key, in the order in which the keys first occur. */
export function groupBy<T>(items: readonly T[], keyOf: (item: T) => unknown): T[][] {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = JSON.stringify(keyOf(item));
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return [...groups.values()];
}

/** True if all values differ. */
export const isDistinct = (values: readonly unknown[]): boolean => new Set(values).size === values.length;
