import { UserError } from '../../../../core/declare/errors.ts';
import { argmax } from '../../../statistics/score.ts';

/** Spike counts, `images x neurons`, row-major. */
export type SpikeCounts = Uint8Array | Uint16Array | Uint32Array;

/** Spike counts above 0 as a sparse matrix (CSR), images × neurons: values `spikes`, columns `neuron` (ascending), row starts `start`. */
export interface SparseSpikeCounts {
  readonly neuronCount: number;
  readonly start: Uint32Array;
  readonly neuronIndices: Uint32Array;
  readonly spikes: Uint32Array;
}

const isSparse = (counts: SpikeCounts | SparseSpikeCounts): counts is SparseSpikeCounts => 'start' in counts;

export function toSparseSpikeCounts(counts: SpikeCounts | SparseSpikeCounts, neurons: number): SparseSpikeCounts {
  if (isSparse(counts)) return counts;
  const images = counts.length / neurons;
  const start = new Uint32Array(images + 1);
  for (let k = 0; k < counts.length; k++) if (counts[k] !== 0) start[Math.floor(k / neurons) + 1]!++;
  for (let i = 0; i < images; i++) start[i + 1]! += start[i]!;
  const neuron = new Uint32Array(start[images]!);
  const spikes = new Uint32Array(start[images]!);
  for (let k = 0, s = 0; k < counts.length; k++) {
    if (counts[k] === 0) continue;
    neuron[s] = k % neurons;
    spikes[s++] = counts[k]!;
  }
  return { neuronCount: neurons, start, neuronIndices: neuron, spikes };
}

/** Counts spikes per image and neuron. @param starts first spike index of each image, then number of spikes @param counted selects spikes */
export function countSpikesPerImage(
  starts: Uint32Array,
  spikeNeurons: Uint32Array,
  counted: (k: number) => boolean,
  neurons: number,
): SparseSpikeCounts {
  const images = starts.length - 1;
  const start = new Uint32Array(images + 1);
  const neuron = new Uint32Array(spikeNeurons.length);
  const spikes = new Uint32Array(spikeNeurons.length);
  const count = new Uint32Array(neurons);
  let end = 0;
  for (let i = 0; i < images; i++) {
    const from = end;
    for (let k = starts[i]!; k < starts[i + 1]!; k++)
      if (counted(k) && count[spikeNeurons[k]!]!++ === 0) neuron[end++] = spikeNeurons[k]!;
    neuron.subarray(from, end).sort();
    for (let s = from; s < end; s++) {
      spikes[s] = count[neuron[s]!]!;
      count[neuron[s]!] = 0;
    }
    start[i + 1] = end;
  }
  return { neuronCount: neurons, start, neuronIndices: neuron.slice(0, end), spikes: spikes.slice(0, end) };
}

/** Trained readout, which predicts the class of an image from the number of spikes of each neuron. */
export interface Readout extends ClassEvidence {
  /** Predicted class of the image whose spike counts begin at `counts[offset]`, one count per neuron. */
  predict(counts: SpikeCounts, offset: number): number;
  /** Difference between largest and second-largest class score; 0 if no labelled neuron fired. */
  computeMargin(counts: SpikeCounts, offset: number): number;
  /** Score of each class; undefined if no labelled neuron fired. The next call overwrites the array. */
  computeScores(counts: SpikeCounts, offset: number): Float64Array | undefined;
  predictAll(counts: SpikeCounts | SparseSpikeCounts): Uint8Array;
}

/** Function that trains a readout. @param counts of training images, `images x neurons`, row-major or sparse @param labels classes, 0–254 */
export type DeterministicReadoutTrainer = (
  counts: SpikeCounts | SparseSpikeCounts,
  labels: Uint8Array,
  images: number,
  neurons: number,
) => Readout;

/** Function that trains a readout. `random` returns uniform numbers in [0, 1). */
export type ReadoutTrainer = (...args: [...Parameters<DeterministicReadoutTrainer>, random: () => number]) => Readout;

/**
 * Linear classifier of spike counts, `neurons x classes`: class = argmax_c bias_c + Σ_j n_j · evidence_jc. n_j: spike
 * count of neuron j. Neurons that were silent in training are ignored. If no other neuron fires, an image gets the most
 * frequent class of the training set. Ties go to the lowest class.
 */
interface ClassEvidence {
  readonly evidence: Float64Array;
  readonly bias: Float64Array;
}

export function createLinearReadout({ evidence, bias }: ClassEvidence, responses: MeanResponses): Readout {
  const { neuronCount, classCount, summedMeans, commonestClass } = responses;
  const score = new Float64Array(classCount);
  /** Scores of the classes for an image; undefined if no neuron with evidence fired. */
  const scoreImage = (
    { start, neuronIndices: neuron, spikes }: SparseSpikeCounts,
    image: number,
  ): Float64Array | undefined => {
    score.set(bias);
    let hasEvidence = false;
    for (let s = start[image]!; s < start[image + 1]!; s++) {
      const j = neuron[s]!;
      if (summedMeans[j] === 0) continue;
      hasEvidence = true;
      for (let c = 0, k = j * classCount; c < classCount; c++, k++) score[c]! += spikes[s]! * evidence[k]!;
    }
    return hasEvidence ? score : undefined;
  };
  const classify = (scores: Float64Array | undefined) => (scores ? argmax(scores) : commonestClass);
  const computeScores = (counts: SpikeCounts, offset: number) =>
    scoreImage(toSparseSpikeCounts(counts.subarray(offset, offset + neuronCount), neuronCount), 0);
  const predict = (counts: SpikeCounts, offset: number) => classify(computeScores(counts, offset));
  const computeMargin = (counts: SpikeCounts, offset: number) => {
    const [first = 0, second = first] = computeScores(counts, offset)?.toSorted().reverse() ?? [];
    return first - second;
  };
  const predictAll = (counts: SpikeCounts | SparseSpikeCounts) => {
    if (!isSparse(counts) && counts.length % neuronCount !== 0) {
      throw new UserError(
        `readout: the number of spike counts must be a multiple of ${neuronCount} neurons (got ${counts.length}).`,
      );
    }
    const sparse = toSparseSpikeCounts(counts, neuronCount);
    return Uint8Array.from({ length: sparse.start.length - 1 }, (_, i) => classify(scoreImage(sparse, i)));
  };
  return { evidence, bias, predict, computeMargin, computeScores, predictAll };
}

export type MeanResponses = ReturnType<typeof computeMeanResponses>;

/** Mean spike count of each neuron per class. @throws UserError for arrays of inconsistent lengths */
export function computeMeanResponses(
  counts: SpikeCounts | SparseSpikeCounts,
  labels: Uint8Array,
  images: number,
  neurons: number,
) {
  if (!(images >= 1 && neurons >= 1))
    throw new UserError(`readout: the numbers of images and neurons must be >= 1 (got ${images} and ${neurons}).`);
  const found = isSparse(counts) ? (counts.start.length - 1) * counts.neuronCount : counts.length;
  if (found !== images * neurons || labels.length !== images) {
    throw new UserError(
      `readout: ${images} images of ${neurons} neurons need ${images * neurons} spike counts and ${images} labels (got ${found} and ${labels.length}).`,
    );
  }
  const { start, neuronIndices: neuron, spikes } = toSparseSpikeCounts(counts, neurons);
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
  return {
    neuronCount: neurons,
    /** Largest label plus one. */
    classCount: classes,
    /** R_jc: mean spike count of neuron j for images of class c, `neurons x classes`; 0 for a class without images. */
    meanCounts: mean,
    /** Sum over classes of the mean spike counts of each neuron; 0 if the neuron never fired. */
    summedMeans: total,
    commonestClass: argmax(seen),
  };
}
