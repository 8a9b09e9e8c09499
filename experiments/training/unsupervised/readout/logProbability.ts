import {
  type MeanResponses,
  meanResponses,
  type Readout,
  readoutFrom,
  type SparseCounts,
  type SpikeCounts,
} from './readout.ts';

/** Share of a neuron's whole response that every class gets at least, so that one stray spike cannot veto a class. */
const FLOOR = 0.002;

/**
 * Votes with log-probabilities: each spike of neuron j is evidence drawn from p(c | j).
 *   class = argmax_c Σ_j n_j · log((R_jc + ε_j) / (Σ_c' R_jc' + C·ε_j)),   ε_j = 0.002 · Σ_c R_jc
 * with n_j the spikes of neuron j, R_jc its mean spikes for training images of class c, C the number of classes.
 */
export function logProbability(
  counts: SpikeCounts | SparseCounts,
  labels: Uint8Array,
  images: number,
  neurons: number,
): Readout {
  return logProbabilityOf(meanResponses(counts, labels, images, neurons));
}

/** The same from mean responses as they were learned before. */
export function logProbabilityOf(responses: MeanResponses): Readout {
  const { mean, total, classes } = responses;
  const evidence = mean.map((response, k) => {
    const all = total[Math.floor(k / classes)]!;
    return all > 0 ? Math.log((response / all + FLOOR) / (1 + classes * FLOOR)) : 0;
  });
  return readoutFrom({ evidence, bias: new Float64Array(classes) }, responses);
}
