import { meanResponses, type Readout, readoutFrom, type SparseCounts, type SpikeCounts } from './readout.ts';

/**
 * Every spike votes for all classes in proportion to its neuron's responses:
 *   class = argmax_c Σ_j n_j · R_jc / Σ_c' R_jc'
 * with n_j the spikes of neuron j and R_jc its mean spikes for training images of class c.
 */
export function proportion(
  counts: SpikeCounts | SparseCounts,
  labels: Uint8Array,
  images: number,
  neurons: number,
): Readout {
  const responses = meanResponses(counts, labels, images, neurons);
  const { classes, mean, total } = responses;
  const evidence = mean.map((response, k) => response / (total[Math.floor(k / classes)]! || 1));
  return readoutFrom({ evidence, bias: new Float64Array(classes) }, responses);
}
