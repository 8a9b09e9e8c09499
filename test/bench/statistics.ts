export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

export function spread(values: readonly number[]): { min: number; median: number; max: number } {
  return { min: Math.min(...values), median: median(values), max: Math.max(...values) };
}

/**
 * Processor time that `run` takes, ms: other work on the machine stretches it far less than wall time. What V8 compiles
 * and collects in threads of its own counts too.
 */
export function cpuMs(run: () => void): number {
  const before = process.cpuUsage();
  run();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

/** Median processor time of some runs, ms; `prepare` is not timed. */
export function timed<T>(runs: number, prepare: () => T, run: (prepared: T) => void): number {
  return median(
    Array.from({ length: runs }, () => {
      const prepared = prepare();
      return cpuMs(() => run(prepared));
    }),
  );
}
