import { UserError } from '../../../../core/declare/errors.ts';
import { findLargest } from '../../../statistics/score.ts';
import { type SparseCounts, type SpikeCounts, toSparse } from './counts.ts';
import type { Readout } from './readout.ts';

/** Result of combining several predictions per image, by majority. */
export interface Votes {
  /** Share of the predictions for each class, `images x classes`, row-major. */
  readonly shares: Float64Array;
  /** Class with the most predictions; ties go to the lower class. */
  readonly predictions: Uint8Array;
  /** Share of the predictions for the class with the most predictions. */
  readonly confidence: Float64Array;
  /** Entropy H = -Σ_c p_c log2 p_c, bit: 0 if all predictions agree, log2(classes) if classes are equally frequent. */
  readonly entropy: Float64Array;
}

/** Combines the predictions from several presentations of the same images. */
export function votesOf(passes: readonly Uint8Array[], classes = 10): Votes {
  const images = passes[0]?.length ?? 0;
  if (images === 0 || passes.some((one) => one.length !== images))
    throw new UserError(
      `votes: passes over ${passes.map((one) => one.length).join(', ')} images, expected at least one, over the same images`,
    );
  const shares = new Float64Array(images * classes);
  for (const answers of passes)
    for (let i = 0; i < images; i++) {
      const answer = answers[i]!;
      if (answer >= classes)
        throw new UserError(`votes: image ${i} got the answer ${answer}, expected 0 to ${classes - 1}`);
      shares[i * classes + answer]! += 1 / passes.length;
    }
  const predictions = new Uint8Array(images);
  const confidence = new Float64Array(images);
  const entropy = new Float64Array(images);
  for (let i = 0; i < images; i++) {
    for (let c = 0; c < classes; c++) {
      const share = shares[i * classes + c]!;
      if (share === 0) continue;
      entropy[i]! -= share * Math.log2(share);
      if (share <= confidence[i]! + 1e-9) continue; // sums of equal shares may differ by rounding
      confidence[i] = share;
      predictions[i] = c;
    }
    entropy[i] = Math.max(0, entropy[i]!);
  }
  return { shares, predictions, confidence, entropy };
}

/** Code for a neuron group that has no vote, because none of its labelled neurons fired. */
export const NO_VOTE = 255;

/**
 * Prediction of each neuron group on its own, `images x groups`, row-major: class with the largest summed evidence of
 * the group's spikes (ties: lower class). `NO_VOTE` if no labelled neuron fired. All groups have the same size.
 */
export function computeGroupVotes(
  { evidence }: Readout,
  counts: SpikeCounts | SparseCounts,
  neurons: number,
  groups: number,
): Uint8Array {
  const { start, neuron, spikes } = toSparse(counts, neurons);
  const images = start.length - 1;
  const classes = evidence.length / neurons;
  const groupSize = neurons / groups;
  const votes = new Uint8Array(images * groups).fill(NO_VOTE);
  const score = new Float64Array(classes);
  for (let i = 0; i < images; i++)
    for (let s = start[i]!; s < start[i + 1]!; ) {
      const group = Math.floor(neuron[s]! / groupSize);
      score.fill(0);
      let hasEvidence = false;
      for (; s < start[i + 1]! && neuron[s]! < (group + 1) * groupSize; s++)
        for (let c = 0; c < classes; c++) {
          const weight = evidence[neuron[s]! * classes + c]!;
          if (weight !== 0) hasEvidence = true;
          score[c]! += spikes[s]! * weight;
        }
      if (hasEvidence) votes[i * groups + group] = findLargest(score);
    }
  return votes;
}
