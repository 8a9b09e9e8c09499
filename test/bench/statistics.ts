export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

export function spread(values: readonly number[]): { min: number; median: number; max: number } {
  return { min: Math.min(...values), median: median(values), max: Math.max(...values) };
}

/** Median wall time of some runs, ms; `prepare` is not timed. */
export function timed<T>(runs: number, prepare: () => T, run: (prepared: T) => void): number {
  return median(
    Array.from({ length: runs }, () => {
      const prepared = prepare();
      const start = performance.now();
      run(prepared);
      return performance.now() - start;
    }),
  );
}
