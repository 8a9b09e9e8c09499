/** Rate (Hz) of spike trains between two times (ms), and the mean coefficient of variation of the intervals of those with at least three spikes. */
export function measureIrregularity(
  trains: readonly Float64Array[],
  from: number,
  to: number,
): { rate: number; cv: number } {
  let [count, sum, of] = [0, 0, 0];
  for (const train of trains) {
    const times = train.filter((t) => t >= from && t <= to);
    count += times.length;
    if (times.length < 3) continue;
    const intervals = times.subarray(1).map((t, k) => t - times[k]!);
    const mean = intervals.reduce((a, b) => a + b, 0) / intervals.length;
    const variance = intervals.reduce((a, b) => a + (b - mean) ** 2, 0) / intervals.length;
    sum += Math.sqrt(variance) / mean;
    of++;
  }
  return { rate: count / trains.length / ((to - from) / 1000), cv: sum / of };
}
