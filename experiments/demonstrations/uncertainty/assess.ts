import { accuracy, accuracyAfterRejection, auroc, votesOf } from '../../index.ts';

/** From this share of the votes on an answer counts as confident. */
const CONFIDENT = 0.9;
/** Shares of the answers that are refused. */
export const REJECTED = Array.from({ length: 16 }, (_, i) => i * 0.02);

/**
 * Errors among the `count` most confident answers, in percent of all. Where the limit falls among equally confident ones, each of
 * those counts by the share that belongs to them.
 */
function wrongAmong(count: number, right: readonly boolean[], confidence: ArrayLike<number>): number {
  if (count === 0) return 0;
  const doubt = Array.from(confidence, (c) => -c);
  return ((100 - accuracyAfterRejection(right, doubt, 1 - count / right.length)) * count) / right.length;
}

/** What one seed comes to. */
export function assess(
  passes: readonly Uint8Array[],
  twin: Uint8Array,
  margins: readonly number[],
  labels: Uint8Array,
) {
  const votes = votesOf(passes);
  const right = Array.from(labels, (label, i) => votes.predictions[i] === label);
  const twinRight = Array.from(labels, (label, i) => twin[i] === label);
  const doubt = margins.map((margin) => -margin);
  const split = (of: ArrayLike<number>, hits: readonly boolean[], which: boolean) =>
    Array.from(of).filter((_, i) => hits[i] === which);
  const confident = Array.from(votes.confidence).filter((share) => share >= CONFIDENT).length;
  const gainOf = (hits: readonly boolean[], uncertainty: ArrayLike<number>) =>
    accuracyAfterRejection(hits, uncertainty, 0.1) - accuracyAfterRejection(hits, uncertainty, 0);
  return {
    votes,
    right,
    single: passes.reduce((sum, answers) => sum + accuracy(labels, answers), 0) / passes.length,
    voted: accuracy(labels, votes.predictions),
    twin: accuracy(labels, twin),
    auroc: auroc(split(votes.entropy, right, false), split(votes.entropy, right, true)),
    marginAuroc: auroc(split(doubt, twinRight, false), split(doubt, twinRight, true)),
    rejection: REJECTED.map((share) => accuracyAfterRejection(right, votes.entropy, share)),
    marginRejection: REJECTED.map((share) => accuracyAfterRejection(twinRight, doubt, share)),
    gain: gainOf(right, votes.entropy),
    marginGain: gainOf(twinRight, doubt),
    confident: (100 * confident) / labels.length,
    confidentlyWrong: wrongAmong(confident, right, votes.confidence),
    twinConfidentlyWrong: wrongAmong(confident, twinRight, margins),
  };
}

export type Assessed = ReturnType<typeof assess>;
