import { largest, meanResponses, type Readout, readoutFrom, type SparseCounts, type SpikeCounts } from './readout.ts';

/**
 * "All activity": each neuron is labelled with the class it answers most, label(j) = argmax_c R_jc, and the class whose
 * neurons fire most on average wins: class = argmax_c mean_{j: label(j) = c} n_j.
 * Source: P. U. Diehl and M. Cook, Front. Comput. Neurosci. 9:99 (2015).
 */
export function maxRate(
  counts: SpikeCounts | SparseCounts,
  labels: Uint8Array,
  images: number,
  neurons: number,
): Readout {
  const responses = meanResponses(counts, labels, images, neurons);
  const { classes, mean, total } = responses;
  const evidence = new Float64Array(neurons * classes);
  const members = new Float64Array(classes);
  for (let j = 0; j < neurons; j++) {
    if (total[j] === 0) continue;
    const label = largest(mean.subarray(j * classes, (j + 1) * classes));
    members[label]!++;
    evidence[j * classes + label] = 1;
  }
  for (let k = 0; k < evidence.length; k++) evidence[k]! /= Math.max(1, members[k % classes]!);
  return readoutFrom({ evidence, bias: new Float64Array(classes) }, responses);
}
