/** What the tests of random models share. */
import { Network } from '../../core/network.ts';
import type { Population } from '../../core/population.ts';
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
