import { fileURLToPath } from 'node:url';
import { mean, standardDeviation } from 'simple-statistics';

export function runIfMain(url: string, main: () => unknown) {
  if (process.argv[1] === fileURLToPath(url)) main();
}

/** Mean firing rate (Hz) between two times (ms), and mean CV of the interspike intervals of trains with ≥ 3 spikes. */
export function measureRateAndIrregularity(trains: readonly Float64Array[], from: number, to: number) {
  const windows = trains.map((train) => [...train].filter((t) => t >= from && t <= to));
  const intervals = windows
    .filter(({ length }) => length >= 3)
    .map((times) => times.slice(1).map((t, k) => t - times[k]!));
  const count = windows.reduce((sum, { length }) => sum + length, 0);
  return {
    rate: count / trains.length / ((to - from) / 1000),
    cv: mean(intervals.map((train) => standardDeviation(train) / mean(train))),
  };
}
