import { wilcoxonRankSum } from 'simple-statistics';
import { UserError } from '../../../../core/declare/errors.ts';
import { groupBy } from '../../../statistics/groupBy.ts';
import { argmax } from '../../../statistics/score.ts';
import { type Readout, type SparseSpikeCounts, type SpikeCounts, toSparseSpikeCounts } from './readout.ts';

/** Result of combining several predictions per image, by majority. */
export interface MajorityVotes {
  /** Share of an image's predictions that name each class, `images x classes`, row-major. */
  readonly classShares: Float64Array;
  /** Class of each image with the most predictions; ties go to the lower class. */
  readonly predictions: Uint8Array;
  readonly confidence: Float64Array;
  /** Entropy H = -Σ_c p_c log2 p_c, bit: 0 if all predictions agree, log2(classes) if classes are equally frequent. */
  readonly entropy: Float64Array;
}

/** Combines the predictions from several presentations of the same images. */
export function combinePredictions(passes: readonly Uint8Array[], classes = 10): MajorityVotes {
  const images = passes[0]?.length ?? 0;
  if (images === 0 || passes.some((one) => one.length !== images))
    throw new UserError(
      `votes: all passes must have the same number of images, at least 1 (got ${passes.map((one) => one.length).join(', ')}).`,
    );
  const shares = new Float64Array(images * classes);
  for (const answers of passes)
    for (let i = 0; i < images; i++) {
      const answer = answers[i]!;
      if (answer >= classes)
        throw new UserError(`votes: image ${i} has answer ${answer}, but answers must be from 0 to ${classes - 1}.`);
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
  return { classShares: shares, predictions, confidence, entropy };
}

/** Value that stands for the vote of a neuron group in which no labelled neuron fired. */
export const NO_VOTE = 255;

/** Class predicted from the spikes of each neuron group alone, `images x groups`; `NO_VOTE` if none of its labelled neurons fired. */
export function computeGroupVotes(
  { evidence }: Readout,
  counts: SpikeCounts | SparseSpikeCounts,
  neurons: number,
  groups: number,
) {
  const { start, neuronIndices: neuron, spikes } = toSparseSpikeCounts(counts, neurons);
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
      if (hasEvidence) votes[i * groups + group] = argmax(score);
    }
  return votes;
}

/**
 * Area under the receiver operating characteristic: probability that a score of `positives` exceeds a score of `negatives`; ties
 * count half. AUROC = (R - n (n + 1)/2)/(n m), R: rank sum of the n positives (Mann & Whitney 1947, doi:10.1214/aoms/1177730491).
 */
export function computeAuroc(positives: readonly number[], negatives: readonly number[]) {
  const [n, m] = [positives.length, negatives.length];
  if (n === 0 || m === 0)
    throw new UserError(`AUROC needs at least one positive and one negative score (got ${n} and ${m}).`);
  return (wilcoxonRankSum([...positives], [...negatives]) - (n * (n + 1)) / 2) / (n * m);
}

/** Accuracy, %, without the `rejected` share of most uncertain answers; equally uncertain answers at the limit count proportionally. */
export function computeRejectionAccuracy(right: readonly boolean[], uncertainty: ArrayLike<number>, rejected: number) {
  if (right.length === 0 || right.length !== uncertainty.length || !(rejected >= 0 && rejected < 1))
    throw new UserError(
      `accuracyAfterRejection: right and uncertainty need equal lengths >= 1, and rejected must be >= 0 and < 1 (got lengths ${right.length} and ${uncertainty.length}, rejected ${rejected}).`,
    );
  const keep = right.length * (1 - rejected);
  let [kept, hits] = [0, 0];
  for (const [, group] of groupSorted(right.keys(), (i) => uncertainty[i]!)) {
    const share = Math.min(1, (keep - kept) / group.length);
    if (share <= 0) break;
    kept += share * group.length;
    hits += share * group.filter((i) => right[i]).length;
  }
  return (100 * hits) / kept;
}

/** Number, mean confidence and accuracy of the answers whose confidence lies in one bin. */
export interface ReliabilityBin {
  readonly answerCount: number;
  /** Mean confidence of the answers in the bin, 0 to 1. */
  readonly confidence: number;
  /** Share of correct answers in the bin, 0 to 1. */
  readonly accuracy: number;
}

/** Accuracy and mean confidence (0 to 1) in bins of confidence; equal if the calibration is perfect. */
export interface ReliabilityDiagram {
  readonly bins: readonly ReliabilityBin[];
  /** Expected calibration error: Σ |accuracy - confidence| answerCount / n over all bins, n: number of answers. */
  readonly calibrationError: number;
}

/** Computes a reliability diagram with `count` bins of equal width: Guo et al. 2017, arXiv:1706.04599. */
export function computeReliabilityDiagram(
  right: readonly boolean[],
  confidence: ArrayLike<number>,
  count = 10,
): ReliabilityDiagram {
  if (right.length === 0 || right.length !== confidence.length)
    throw new UserError(
      `reliability: right and confidence need equal lengths >= 1 (got ${right.length} and ${confidence.length}).`,
    );
  const bins = groupSorted(right.keys(), (i) => Math.min(count - 1, Math.floor(confidence[i]! * count))).map(
    ([, all]) => ({
      answerCount: all.length,
      confidence: all.reduce((sum, i) => sum + confidence[i]!, 0) / all.length,
      accuracy: all.filter((i) => right[i]).length / all.length,
    }),
  );
  const gaps = bins.map((bin) => bin.answerCount * Math.abs(bin.accuracy - bin.confidence));
  return { bins, calibrationError: gaps.reduce((sum, gap) => sum + gap, 0) / right.length };
}

const groupSorted = (answers: Iterable<number>, key: (answer: number) => number): [number, number[]][] =>
  [...groupBy(answers, key)].sort(([a], [b]) => a - b);

/** Orientation selectivity of a neuron: index from 0 to 1, and preferred orientation in degrees. */
export interface OrientationSelectivity {
  /** Orientation selectivity index: 1 for response to a single orientation, 0 for equal responses to all. */
  readonly selectivityIndex: number;
  /** Preferred orientation, degrees, from 0 to below 180. */
  readonly preferredOrientation: number;
}

/**
 * Orientation selectivity of a neuron from its responses r(theta) >= 0: |Σ r e^(2 i theta)| / Σ r, which is 1 -
 * circular variance; the preferred orientation is half the angle of the sum. A silent neuron has index 0.
 * Source: Ringach, Shapley & Hawken 2002, doi:10.1523/JNEUROSCI.22-13-05639.2002.
 * @param degrees orientations, spread evenly over 180°
 */
export function computeOrientationSelectivity(
  degrees: readonly number[],
  responses: ArrayLike<number>,
): OrientationSelectivity {
  if (degrees.length < 2 || degrees.length !== responses.length)
    throw new UserError(
      `orientationSelectivity: degrees and responses need equal lengths >= 2 (got ${degrees.length} and ${responses.length}).`,
    );
  let [x, y, sum] = [0, 0, 0];
  degrees.forEach((angle, i) => {
    const twice = (2 * angle * Math.PI) / 180;
    x += responses[i]! * Math.cos(twice);
    y += responses[i]! * Math.sin(twice);
    sum += responses[i]!;
  });
  if (sum === 0) return { selectivityIndex: 0, preferredOrientation: 0 };
  return {
    selectivityIndex: Math.hypot(x, y) / sum,
    preferredOrientation: ((Math.atan2(y, x) * 90) / Math.PI + 180) % 180,
  };
}

/** Errors of a self-organising map, dimensionless; 0 is best. */
export interface SomErrors {
  /** Mean distance of inputs from the weights of their best-matching units, all of length 1; 0 to sqrt(2) without negative components. */
  readonly quantisationError: number;
  /** Share of input vectors whose two best-matching units are not adjacent on the lattice; diagonal neighbours are adjacent. */
  readonly topographicError: number;
}

/** Weights and rectangular arrangement of the units of a self-organising map. */
export interface SomLattice {
  /** Incoming weights of the units, inputs × units, row-major. */
  readonly weights: ArrayLike<number>;
  readonly units: number;
  /** Number of units per row of the lattice. */
  readonly width: number;
}

/**
 * Computes the errors of a self-organising map for vectors and weights normalised to length 1; zero vectors are
 * ignored.
 * Source: Kohonen 1982, doi:10.1007/BF00337288; topographic error: Kiviluoto 1996, doi:10.1109/ICNN.1996.548907.
 * @param vectors concatenated input vectors, each as long as a weight vector
 */
export function computeSomErrors(vectors: ArrayLike<number>, { weights, units, width }: SomLattice): SomErrors {
  const length = weights.length / units;
  const count = vectors.length / length;
  if (!Number.isInteger(length) || !Number.isInteger(count) || count === 0 || units % width !== 0 || units < 2)
    throw new UserError(
      `topography: units must be >= 2 and a multiple of width, and weights and vectors must hold whole vectors (got ${units} units, width ${width}, ${weights.length} weights, ${vectors.length} vector components).`,
    );
  const norms = new Float64Array(units);
  for (let i = 0; i < length; i++) for (let j = 0; j < units; j++) norms[j]! += weights[i * units + j]! ** 2;
  const similarity = new Float64Array(units);
  let [seen, distance, topographicErrors] = [0, 0, 0];
  for (let v = 0; v < count; v++) {
    similarity.fill(0);
    let square = 0;
    for (let i = 0; i < length; i++) {
      const x = vectors[v * length + i]!;
      if (x === 0) continue;
      square += x * x;
      for (let j = 0; j < units; j++) similarity[j]! += x * weights[i * units + j]!;
    }
    if (square === 0) continue;
    for (let j = 0; j < units; j++) similarity[j] = norms[j]! > 0 ? similarity[j]! / Math.sqrt(norms[j]! * square) : 0;
    const [best, second] = twoLargest(similarity);
    seen++;
    distance += Math.sqrt(Math.max(0, 2 - 2 * similarity[best]!));
    if (!adjacent(best, second, width)) topographicErrors++;
  }
  return { quantisationError: distance / seen, topographicError: topographicErrors / seen };
}

function twoLargest(values: Float64Array): [number, number] {
  let [best, second] = values[1]! > values[0]! ? [1, 0] : [0, 1];
  for (let j = 2; j < values.length; j++) {
    if (values[j]! > values[best]!) [best, second] = [j, best];
    else if (values[j]! > values[second]!) second = j;
  }
  return [best, second];
}

const adjacent = (a: number, b: number, width: number) =>
  Math.abs((a % width) - (b % width)) <= 1 && Math.abs(Math.floor(a / width) - Math.floor(b / width)) <= 1;
