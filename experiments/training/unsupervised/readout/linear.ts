import { shuffle } from '../../../../core/random/random.ts';
import { toSparse } from './counts.ts';
import { computeMeanResponses, type Readout, readoutFrom, type SparseCounts, type SpikeCounts } from './readout.ts';

const EPOCHS = 20;
const INITIAL_LEARNING_RATE = 1;

/**
 * Softmax regression on spike counts: p_c = softmax(b_c + Σ_j x_j · W_jc), x = n / s, trained by stochastic gradient descent
 * on the cross-entropy, one image at a time. s is the root mean square length of the vectors of training counts, so that the
 * learning rate suits any number of spikes. 20 epochs in random order; the learning rate falls linearly from 1 to 0. Unlike the
 * other readouts this is a trained classifier: report its accuracy separately.
 */
export function linear(
  counts: SpikeCounts | SparseCounts,
  labels: Uint8Array,
  images: number,
  neurons: number,
  random: () => number,
): Readout {
  const responses = computeMeanResponses(counts, labels, images, neurons);
  const { classes } = responses;
  const { start, neuron, spikes } = toSparse(counts, neurons);
  const squares = spikes.reduce((sum, n) => sum + n * n, 0);
  const scale = squares > 0 ? Math.sqrt(images / squares) : 1;

  const weights = new Float64Array(neurons * classes);
  const bias = new Float64Array(classes);
  const p = new Float64Array(classes);
  const order = Uint32Array.from({ length: images }, (_, i) => i);
  for (let epoch = 0; epoch < EPOCHS; epoch++) {
    shuffle(order, (n) => Math.floor(random() * n));
    for (let seen = 0; seen < images; seen++) {
      const i = order[seen]!;
      const step = INITIAL_LEARNING_RATE * (1 - (epoch * images + seen) / (EPOCHS * images));
      p.set(bias);
      for (let s = start[i]!; s < start[i + 1]!; s++) {
        const x = spikes[s]! * scale;
        for (let c = 0, k = neuron[s]! * classes; c < classes; c++, k++) p[c]! += x * weights[k]!;
      }
      softmax(p);
      p[labels[i]!]! -= 1; // now the gradient with respect to the scores
      for (let c = 0; c < classes; c++) bias[c]! -= step * p[c]!;
      for (let s = start[i]!; s < start[i + 1]!; s++) {
        const x = step * spikes[s]! * scale;
        for (let c = 0, k = neuron[s]! * classes; c < classes; c++, k++) weights[k]! -= x * p[c]!;
      }
    }
  }
  return readoutFrom({ evidence: weights.map((w) => w * scale), bias }, responses);
}

function softmax(scores: Float64Array): void {
  const top = scores.reduce((most, score) => Math.max(most, score), -Infinity);
  let sum = 0;
  for (let c = 0; c < scores.length; c++) sum += scores[c] = Math.exp(scores[c]! - top);
  for (let c = 0; c < scores.length; c++) scores[c]! /= sum;
}
