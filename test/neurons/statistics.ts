/** What the tests of random models share. */

import type { Population } from '../../core/graph/population.ts';
import { Network } from '../../core/network.ts';
import { Rows } from '../support.ts';

/** Spike times of each neuron of a population that runs on its own. */
export function trainsOf(build: (net: Network) => Population, seed: number, duration: number): number[][] {
  const net = new Network({ seed });
  const population = build(net);
  const rows = new Rows();
  net.recordSpikes([population], rows);
  net.run(duration);
  net.flush();
  const trains: number[][] = Array.from({ length: population.size }, () => []);
  for (const { time, neuron } of rows.rows) trains[neuron!]!.push(time!);
  return trains;
}

/** Intervals between spikes, over all trains. */
export const intervals = (trains: readonly number[][]): number[] =>
  trains.flatMap((train) => train.slice(1).map((t, i) => t - train[i]!));

export function moments(values: readonly number[]): { mean: number; cv: number } {
  const mean = values.reduce((a, b) => a + b) / values.length;
  const variance = values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / (values.length - 1);
  return { mean, cv: Math.sqrt(variance) / mean };
}

/** Kolmogorov-Smirnov distance from a distribution, times sqrt(n): above 1.95 in one of a thousand cases. */
export function kolmogorovSmirnov(values: readonly number[], distribution: (x: number) => number): number {
  const n = values.length;
  const sorted = [...values].sort((a, b) => a - b);
  const worst = sorted.reduce((most, x, i) => {
    const f = distribution(x);
    return Math.max(most, (i + 1) / n - f, f - i / n);
  }, 0);
  return worst * Math.sqrt(n);
}

/** Distance of chi² from its mean in standard deviations. */
export function chiSquared(counts: readonly number[], expected: readonly number[]): number {
  const chi = counts.reduce((sum, c, i) => sum + (c - expected[i]!) ** 2 / expected[i]!, 0);
  return (chi - (counts.length - 1)) / Math.sqrt(2 * (counts.length - 1));
}

/** Standard normal distribution function, by its series and, far out, by the continued fraction of erfc. */
export function normalDistribution(z: number): number {
  if (z > 6) return 1 - normalDistribution(-z);
  const x = z / Math.SQRT2;
  if (x < -3) {
    let fraction = 0;
    for (let k = 60; k > 0; k--) fraction = k / 2 / (-x + fraction);
    return Math.exp(-x * x) / (2 * Math.sqrt(Math.PI) * (-x + fraction));
  }
  let term = x;
  let sum = x;
  for (let n = 1; n < 200; n++) {
    term *= (-x * x) / n;
    sum += term / (2 * n + 1);
  }
  return 0.5 + sum / Math.sqrt(Math.PI);
}

/** Kolmogorov-Smirnov distance of two samples, times sqrt(n m / (n + m)): above 1.95 in one of a thousand cases. */
export function twoSampleKs(a: readonly number[], b: readonly number[]): number {
  const [x, y] = [[...a].sort((p, q) => p - q), [...b].sort((p, q) => p - q)];
  let [i, j, worst] = [0, 0, 0];
  while (i < x.length && j < y.length) {
    if (x[i]! <= y[j]!) i++;
    else j++;
    worst = Math.max(worst, Math.abs(i / x.length - j / y.length));
  }
  return worst * Math.sqrt((x.length * y.length) / (x.length + y.length));
}
