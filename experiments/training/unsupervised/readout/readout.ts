import { UserError } from '../../../../core/declare/errors.ts';
import { isSparse, type SparseCounts, type SpikeCounts, sparseOf } from './counts.ts';

export type { SparseCounts, SpikeCounts } from './counts.ts';

export interface Readout extends Evidence {
  /** The class of one image from its spikes per neuron, `counts[offset … offset + neurons)`. */
  predict(counts: SpikeCounts, offset: number): number;
  /** How far the score of that class lies above the next one; 0 where no neuron was heard. */
  margin(counts: SpikeCounts, offset: number): number;
  /** The score of each class; undefined where no neuron was heard. Overwritten by the next call. */
  scores(counts: SpikeCounts, offset: number): Float64Array | undefined;
  /** The class of every image of `counts`, which holds whole images. */
  predictAll(counts: SpikeCounts | SparseCounts): Uint8Array;
}

/**
 * Learns a readout from the responses to *training* images only.
 * @param counts spikes, `images x neurons`, row-major, or without zeros
 * @param labels class of each image, 0–254
 * @param random uniform numbers in [0, 1); only `linear` draws from it
 */
export type TrainReadout = (
  counts: SpikeCounts | SparseCounts,
  labels: Uint8Array,
  images: number,
  neurons: number,
  random: () => number,
) => Readout;

/**
 * Every readout here is a table of evidence, `neurons x classes`: class = argmax_c bias_c + Σ_j n_j · evidence_jc, the
 * lowest class on a tie. Neurons that were silent in training say nothing. An image without a spike of the others is
 * given the most frequent class of the training set (the lowest of them on a tie).
 */
interface Evidence {
  readonly evidence: Float64Array;
  readonly bias: Float64Array;
}

export function readoutFrom({ evidence, bias }: Evidence, responses: MeanResponses): Readout {
  const { neurons, classes, total, commonest } = responses;
  const score = new Float64Array(classes);
  /** Adds what n spikes of a neuron say; false where it says nothing. */
  const add = (j: number, n: number): boolean => {
    if (n === 0 || total[j] === 0) return false;
    for (let c = 0, k = j * classes; c < classes; c++, k++) score[c]! += n * evidence[k]!;
    return true;
  };
  /** Fills in `score`; false where no neuron was heard. */
  const hear = (counts: SpikeCounts, offset: number): boolean => {
    score.set(bias);
    let heard = false;
    for (let j = 0; j < neurons; j++) heard = add(j, counts[offset + j]!) || heard;
    return heard;
  };
  const answer = (heard: boolean): number => (heard ? largest(score) : commonest);
  const predict = (counts: SpikeCounts, offset: number): number => answer(hear(counts, offset));
  const margin = (counts: SpikeCounts, offset: number): number => {
    if (!hear(counts, offset)) return 0;
    const [first = 0, second = first] = score.toSorted().reverse();
    return first - second;
  };
  const predictAll = (counts: SpikeCounts | SparseCounts): Uint8Array => {
    if (!isSparse(counts) && counts.length % neurons !== 0) {
      throw new UserError(`readout: ${counts.length} spike counts found, expected a multiple of ${neurons} neurons`);
    }
    const { start, neuron, spikes } = sparseOf(counts, neurons);
    return Uint8Array.from({ length: start.length - 1 }, (_, i) => {
      score.set(bias);
      let heard = false;
      for (let s = start[i]!; s < start[i + 1]!; s++) heard = add(neuron[s]!, spikes[s]!) || heard;
      return answer(heard);
    });
  };
  const scores = (counts: SpikeCounts, offset: number) => (hear(counts, offset) ? score : undefined);
  return { evidence, bias, predict, margin, scores, predictAll };
}

export interface MeanResponses {
  readonly neurons: number;
  /** Number of classes: the largest label plus one. */
  readonly classes: number;
  /** R_jc: mean spikes of neuron j for an image of class c, `neurons x classes`; 0 for a class without images. */
  readonly mean: Float64Array;
  /** Σ_c R_jc. 0 marks a silent neuron. */
  readonly total: Float64Array;
  /** The most frequent class. */
  readonly commonest: number;
}

/** The mean response of every neuron to every class, the ground of all readouts. Refuses arrays that do not fit. */
export function meanResponses(
  counts: SpikeCounts | SparseCounts,
  labels: Uint8Array,
  images: number,
  neurons: number,
): MeanResponses {
  if (!(images >= 1 && neurons >= 1)) {
    throw new UserError(`readout: ${images} images of ${neurons} neurons, expected at least one of each`);
  }
  const found = isSparse(counts) ? (counts.start.length - 1) * counts.neurons : counts.length;
  if (found !== images * neurons || labels.length !== images) {
    throw new UserError(
      `readout: ${found} spike counts and ${labels.length} labels found, ` +
        `expected ${images * neurons} and ${images} for ${images} images of ${neurons} neurons`,
    );
  }
  const { start, neuron, spikes } = sparseOf(counts, neurons);
  const classes = labels.reduce((most, label) => Math.max(most, label), 0) + 1;
  const seen = new Float64Array(classes);
  const mean = new Float64Array(neurons * classes);
  for (let i = 0; i < images; i++) {
    const label = labels[i]!;
    seen[label]!++;
    for (let s = start[i]!; s < start[i + 1]!; s++) mean[neuron[s]! * classes + label]! += spikes[s]!;
  }
  const total = new Float64Array(neurons);
  for (let k = 0; k < mean.length; k++) {
    mean[k]! /= Math.max(1, seen[k % classes]!);
    total[Math.floor(k / classes)]! += mean[k]!;
  }
  return { neurons, classes, mean, total, commonest: largest(seen) };
}

/** Index of the largest value, the first of equals. */
export function largest(values: Float64Array): number {
  let best = 0;
  for (let i = 1; i < values.length; i++) if (values[i]! > values[best]!) best = i;
  return best;
}
