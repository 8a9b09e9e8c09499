import { wilcoxonRankSum } from 'simple-statistics';
import { UserError } from '../../../../core/declare/errors.ts';
import { groupBy } from '../../../statistics/groupBy.ts';

/**
 * Area under the receiver operating characteristic: the probability that a score of `positives` lies above one of
 * `negatives`, ties counted half; 0.5 for an uninformative score. AUROC = (R - n (n + 1)/2)/(n m), R the rank sum of
 * the n positives among all (Mann & Whitney 1947, doi:10.1214/aoms/1177730491).
 */
export function auroc(positives: readonly number[], negatives: readonly number[]): number {
  const [n, m] = [positives.length, negatives.length];
  if (n === 0 || m === 0)
    throw new UserError(`AUROC: ${n} positive and ${m} negative scores, expected at least one of each`);
  return (wilcoxonRankSum([...positives], [...negatives]) - (n * (n + 1)) / 2) / (n * m);
}

/**
 * Accuracy, %, of the remaining answers after the share `rejected` with the highest uncertainty is rejected. Among
 * answers whose uncertainty equals the limit, each is weighted by the share of them that is kept.
 */
export function accuracyAfterRejection(
  right: readonly boolean[],
  uncertainty: ArrayLike<number>,
  rejected: number,
): number {
  if (right.length === 0 || right.length !== uncertainty.length || !(rejected >= 0 && rejected < 1))
    throw new UserError(
      `rejection: ${right.length} answers, ${uncertainty.length} uncertainties and a share of ${rejected}, expected equal numbers and a share from 0 to below 1`,
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

/** Bin of a reliability diagram: number of answers with similar confidence, and their means. */
export interface ReliabilityBin {
  readonly count: number;
  /** Mean confidence of the answers in the bin, 0 to 1; `accuracy`: share of correct answers. */
  readonly confidence: number;
  readonly accuracy: number;
}

export interface Reliability {
  /** Non-empty bins, by ascending confidence. */
  readonly bins: readonly ReliabilityBin[];
  /** Expected calibration error, Σ count/n |accuracy - confidence|. */
  readonly expectedError: number;
}

/** Reliability diagram and expected calibration error: Guo et al. 2017, arXiv:1706.04599. Bins divide 0 to 1 evenly. */
export function reliability(right: readonly boolean[], confidence: ArrayLike<number>, count = 10): Reliability {
  if (right.length === 0 || right.length !== confidence.length)
    throw new UserError(
      `reliability: ${right.length} answers and ${confidence.length} confidences, expected equal numbers, at least one`,
    );
  const bins = groupSorted(right.keys(), (i) => Math.min(count - 1, Math.floor(confidence[i]! * count))).map(
    ([, all]) => ({
      count: all.length,
      confidence: all.reduce((sum, i) => sum + confidence[i]!, 0) / all.length,
      accuracy: all.filter((i) => right[i]).length / all.length,
    }),
  );
  const gaps = bins.map((bin) => bin.count * Math.abs(bin.accuracy - bin.confidence));
  return { bins, expectedError: gaps.reduce((sum, gap) => sum + gap, 0) / right.length };
}

/** Groups answers by the number that `key` returns, in ascending order of this number. */
const groupSorted = (answers: Iterable<number>, key: (answer: number) => number): [number, number[]][] =>
  [...groupBy(answers, key)].sort(([a], [b]) => a - b);
