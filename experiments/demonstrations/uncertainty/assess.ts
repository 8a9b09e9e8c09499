import { accuracy, accuracyAfterRejection, auroc, votesOf } from '../../index.ts';

/** Smallest share of the votes of a confident answer. */
const CONFIDENT = 0.9;
/** Shares of the answers that are rejected. */
export const REJECTED = Array.from({ length: 16 }, (_, i) => i * 0.02);

/**
 * Errors among the `count` most confident answers, in percent of all answers. If the limit falls among equally confident answers,
 * each of them counts proportionately.
 */
function errorsAmong(count: number, right: readonly boolean[], confidence: ArrayLike<number>): number {
  if (count === 0) return 0;
  const doubt = Array.from(confidence, (c) => -c);
  return ((100 - accuracyAfterRejection(right, doubt, 1 - count / right.length)) * count) / right.length;
}

/** Measures of one seed: accuracy, separation of right from wrong answers, and gain by rejection. */
export function assessVotes(
  passes: readonly Uint8Array[],
  twin: Uint8Array,
  margins: readonly number[],
  labels: Uint8Array,
) {
  const votes = votesOf(passes);
  const right = Array.from(labels, (label, i) => votes.predictions[i] === label);
  const twinRight = Array.from(labels, (label, i) => twin[i] === label);
  const doubt = margins.map((margin) => -margin);
  const separation = (uncertainty: ArrayLike<number>, hits: readonly boolean[]) => {
    const select = (which: boolean) => Array.from(uncertainty).filter((_, i) => hits[i] === which);
    return auroc(select(false), select(true));
  };
  const confident = Array.from(votes.confidence).filter((share) => share >= CONFIDENT).length;
  const gain = (hits: readonly boolean[], uncertainty: ArrayLike<number>) =>
    accuracyAfterRejection(hits, uncertainty, 0.1) - accuracyAfterRejection(hits, uncertainty, 0);
  return {
    votes,
    right,
    single: passes.reduce((sum, predictions) => sum + accuracy(labels, predictions), 0) / passes.length,
    voted: accuracy(labels, votes.predictions),
    twin: accuracy(labels, twin),
    auroc: separation(votes.entropy, right),
    marginAuroc: separation(doubt, twinRight),
    rejection: REJECTED.map((rejected) => ({
      rejected,
      votes: accuracyAfterRejection(right, votes.entropy, rejected),
      margin: accuracyAfterRejection(twinRight, doubt, rejected),
    })),
    gain: gain(right, votes.entropy),
    marginGain: gain(twinRight, doubt),
    confident: (100 * confident) / labels.length,
    confidentlyWrong: errorsAmong(confident, right, votes.confidence),
    twinConfidentlyWrong: errorsAmong(confident, twinRight, margins),
  };
}
