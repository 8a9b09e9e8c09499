import type { BinnedCounts } from './binnedCounts.ts';

/**
 * Fano factor of a neuron: variance (N in the denominator) / mean of its spike counts in the windows that the counts are of.
 * 1 for a Poisson process. NaN for a silent neuron.
 * Definition: `elephant.statistics.fanofactor`, with consecutive windows of one run in the place of trials.
 * Source: Fano 1947, doi:10.1103/PhysRev.72.26.
 */
export function fano(counts: BinnedCounts, neuron: number): number {
  const { mean, variance } = counts.moments(neuron);
  return variance / mean;
}
