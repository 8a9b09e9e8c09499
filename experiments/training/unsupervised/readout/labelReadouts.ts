/** Readouts that assign neurons to classes by their mean responses to labelled training images. */
import { findLargest } from '../../../statistics/score.ts';
import {
  computeMeanResponses,
  type MeanResponses,
  type Readout,
  readoutFrom,
  type TrainLabelReadout,
} from './readout.ts';

const makeReadout = (evidence: Float64Array, responses: MeanResponses): Readout =>
  readoutFrom({ evidence, bias: new Float64Array(responses.classes) }, responses);

/**
 * "All activity": each neuron is labelled with the class of its largest mean response, label(j) = argmax_c R_jc, and the class
 * whose neurons fire most on average wins: class = argmax_c mean_{j: label(j) = c} n_j.
 * Source: P. U. Diehl and M. Cook, Front. Comput. Neurosci. 9:99 (2015).
 */
export const maxRate: TrainLabelReadout = (counts, labels, images, neurons) => {
  const responses = computeMeanResponses(counts, labels, images, neurons);
  const { classes, mean, total } = responses;
  const evidence = new Float64Array(neurons * classes);
  const members = new Float64Array(classes);
  for (let j = 0; j < neurons; j++) {
    if (total[j] === 0) continue;
    const label = findLargest(mean, j * classes, classes);
    members[label]!++;
    evidence[j * classes + label] = 1;
  }
  for (let k = 0; k < evidence.length; k++) evidence[k]! /= Math.max(1, members[k % classes]!);
  return makeReadout(evidence, responses);
};

/**
 * Readout in which each spike of a neuron votes in proportion to its mean responses: class = argmax_c Σ_j n_j · R_jc /
 * Σ_c' R_jc'. n_j: spike count of neuron j; R_jc: its mean spike count for training images of class c.
 */
export const proportion: TrainLabelReadout = (counts, labels, images, neurons) => {
  const responses = computeMeanResponses(counts, labels, images, neurons);
  const { classes, mean, total } = responses;
  return makeReadout(
    mean.map((response, k) => response / (total[Math.floor(k / classes)]! || 1)),
    responses,
  );
};

/** Minimum probability of each class per neuron, so that a single spike cannot exclude a class. */
const MIN_SHARE = 0.002;

/**
 * Votes with log-probabilities: each spike of neuron j is evidence drawn from p(c | j).
 *   class = argmax_c Σ_j n_j · log((R_jc + ε_j) / (Σ_c' R_jc' + C·ε_j)),   ε_j = 0.002 · Σ_c R_jc
 * with n_j the spike count of neuron j, R_jc its mean spike count for training images of class c, C the number of classes.
 */
export const logProbability: TrainLabelReadout = (counts, labels, images, neurons) =>
  logProbabilityOf(computeMeanResponses(counts, labels, images, neurons));

/** Creates the log-probability readout from stored mean responses. */
export function logProbabilityOf(responses: MeanResponses): Readout {
  const { mean, total, classes } = responses;
  const evidence = mean.map((response, k) => {
    const all = total[Math.floor(k / classes)]!;
    return all > 0 ? Math.log((response / all + MIN_SHARE) / (1 + classes * MIN_SHARE)) : 0;
  });
  return makeReadout(evidence, responses);
}
