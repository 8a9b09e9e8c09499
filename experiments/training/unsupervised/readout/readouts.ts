import { shuffle } from '../../../../core/random/random.ts';
import { argmax } from '../../../statistics/score.ts';
import type { DeterministicReadoutTrainer, MeanResponses, Readout, ReadoutTrainer } from './readout.ts';
import { computeMeanResponses, createLinearReadout, toSparseSpikeCounts } from './readout.ts';

/** Creates a readout from the class evidence of single spikes, which `computeEvidence` derives from mean responses. */
const makeReadout =
  (computeEvidence: (responses: MeanResponses) => Float64Array) =>
  (responses: MeanResponses): Readout => {
    const bias = new Float64Array(responses.classCount);
    return createLinearReadout({ evidence: computeEvidence(responses), bias }, responses);
  };

const trainFromMeans =
  (createReadout: (responses: MeanResponses) => Readout): DeterministicReadoutTrainer =>
  (...labelling) =>
    createReadout(computeMeanResponses(...labelling));

/**
 * "All activity": neuron j gets the class of its largest mean response, label(j) = argmax_c R_jc. The class whose
 * neurons fire most on average wins: class = argmax_c mean_{j: label(j) = c} n_j. n_j: spike count of neuron j; R_jc:
 * its mean spike count for training images of class c.
 * Source: P. U. Diehl and M. Cook, Front. Comput. Neurosci. 9:99 (2015).
 */
const maxRateReadout = trainFromMeans(
  makeReadout(({ neuronCount, classCount, meanCounts, summedMeans }) => {
    const evidence = new Float64Array(neuronCount * classCount);
    const members = new Float64Array(classCount);
    for (let j = 0; j < neuronCount; j++) {
      if (summedMeans[j] === 0) continue;
      const label = argmax(meanCounts, j * classCount, classCount);
      members[label]!++;
      evidence[j * classCount + label] = 1;
    }
    return evidence.map((value, k) => value / Math.max(1, members[k % classCount]!));
  }),
);

/** Votes in proportion to mean responses: class = argmax_c Σ_j n_j · R_jc / Σ_c' R_jc', with spike counts n_j, mean training counts R_jc. */
export const createProportionReadout = makeReadout(({ classCount, meanCounts, summedMeans }) =>
  meanCounts.map((response, k) => response / (summedMeans[Math.floor(k / classCount)]! || 1)),
);
const proportionReadout = trainFromMeans(createProportionReadout);

/** Minimum probability of each class per neuron, so that a single spike cannot exclude a class. */
const MIN_SHARE = 0.002;

/**
 * Votes with log-probabilities: each spike of neuron j is evidence drawn from p(c | j).
 *   class = argmax_c Σ_j n_j · log((R_jc + ε_j) / (Σ_c' R_jc' + C·ε_j)),   ε_j = 0.002 · Σ_c R_jc
 * with n_j the spike count of neuron j, R_jc its mean spike count for training images of class c, C the number of classes.
 */
export const createLogProbabilityReadout = makeReadout(({ classCount, meanCounts, summedMeans }) =>
  meanCounts.map((response, k) => {
    const all = summedMeans[Math.floor(k / classCount)]!;
    return all > 0 ? Math.log((response / all + MIN_SHARE) / (1 + classCount * MIN_SHARE)) : 0;
  }),
);
const logProbabilityReadout = trainFromMeans(createLogProbabilityReadout);

const EPOCHS = 20;
const INITIAL_LEARNING_RATE = 1;

/**
 * Softmax regression on spike counts: p_c = softmax(b_c + Σ_j x_j · W_jc), x = n / s, trained by stochastic gradient
 * descent on the cross-entropy. s is the root mean square length of the vectors of training counts, so that the
 * learning rate suits any number of spikes. Unlike the other readouts this is a trained classifier: report its accuracy
 * separately.
 */
const linearReadout: ReadoutTrainer = (counts, labels, images, neurons, random) => {
  const responses = computeMeanResponses(counts, labels, images, neurons);
  const { classCount } = responses;
  const { start, neuronIndices: neuron, spikes } = toSparseSpikeCounts(counts, neurons);
  const squares = spikes.reduce((sum, n) => sum + n * n, 0);
  const scale = squares > 0 ? Math.sqrt(images / squares) : 1;

  const weights = new Float64Array(neurons * classCount);
  const bias = new Float64Array(classCount);
  const p = new Float64Array(classCount);
  const order = Uint32Array.from(labels.keys());
  for (let epoch = 0; epoch < EPOCHS; epoch++) {
    shuffle(order, (n) => Math.floor(random() * n));
    for (let seen = 0; seen < images; seen++) {
      const i = order[seen]!;
      const step = INITIAL_LEARNING_RATE * (1 - (epoch * images + seen) / (EPOCHS * images));
      p.set(bias);
      for (let s = start[i]!; s < start[i + 1]!; s++) {
        const x = spikes[s]! * scale;
        for (let c = 0, k = neuron[s]! * classCount; c < classCount; c++, k++) p[c]! += x * weights[k]!;
      }
      applySoftmax(p);
      p[labels[i]!]! -= 1; // now the gradient with respect to the scores
      for (let c = 0; c < classCount; c++) bias[c]! -= step * p[c]!;
      for (let s = start[i]!; s < start[i + 1]!; s++) {
        const x = step * spikes[s]! * scale;
        for (let c = 0, k = neuron[s]! * classCount; c < classCount; c++, k++) weights[k]! -= x * p[c]!;
      }
    }
  }
  return createLinearReadout({ evidence: weights.map((w) => w * scale), bias }, responses);
};

export function applySoftmax(scores: Float64Array) {
  const top = scores.reduce((most, score) => Math.max(most, score), -Infinity);
  let sum = 0;
  for (let c = 0; c < scores.length; c++) sum += scores[c] = Math.exp(scores[c]! - top);
  for (let c = 0; c < scores.length; c++) scores[c]! /= sum;
}

/** Functions that train a readout on spike counts and classes, by name of the readout. */
export const READOUT_TRAINERS = {
  logProbability: logProbabilityReadout,
  maxRate: maxRateReadout,
  proportion: proportionReadout,
  linear: linearReadout,
} satisfies Record<string, ReadoutTrainer>;

/** Name of a readout: a key of `READOUT_TRAINERS`. */
export type ReadoutName = keyof typeof READOUT_TRAINERS;
