import { Stream } from '../../../core/random/random.ts';
import { countCorrect } from '../../statistics/score.ts';
import { accuracy, confusionMatrix, READOUTS, type ReadoutName, wilsonInterval } from './readout/index.ts';
import { computeGroupVotes } from './readout/measures.ts';
import { countSpikes, type SparseCounts } from './readout/readout.ts';
import type { Responses } from './respond.ts';

export const OUTPUT_POPULATION_ID = 1;

/** Output spike counts, `images x neurons`. */
export function countOutputSpikes(r: Responses, neurons: number) {
  const images = r.starts.length - 1;
  const counts = new Uint16Array(images * neurons);
  for (let i = 0; i < images; i++) {
    for (let k = r.starts[i]!; k < r.starts[i + 1]!; k++) {
      if (r.populations[k] === OUTPUT_POPULATION_ID) counts[i * neurons + r.neurons[k]!]!++;
    }
  }
  return counts;
}

const countSparse = ({ starts, neurons, populations }: Responses, size: number): SparseCounts =>
  countSpikes(starts, neurons, (k) => populations[k] === OUTPUT_POPULATION_ID, size);

export interface Evaluation {
  readonly accuracy: Record<ReadoutName, number>;
  /** 95 % confidence interval of the log-probability readout's accuracy, %. */
  readonly accuracyInterval: { readonly low: number; readonly high: number };
  /** Class of each test image, by the log-probability readout. */
  readonly predictions: Uint8Array;
  readonly confusion: Uint32Array;
  /** Class predicted by each neuron group alone, images × groups, and accuracy of each group, %. */
  readonly groups?: { readonly votes: Uint8Array; readonly accuracy: readonly number[] };
}

/** Trains all readouts on labelled responses and applies them to the test responses. */
export function evaluateReadouts(
  neurons: number,
  labelling: { responses: Responses; labels: Uint8Array },
  test: { responses: Responses; labels: Uint8Array },
  seed: number | string,
  classes = 10,
  groups = 1,
): Evaluation {
  const labellingCounts = countSparse(labelling.responses, neurons);
  const testCounts = countSparse(test.responses, neurons);
  const votes: Uint8Array[] = [];
  const predictions = Object.fromEntries(
    Object.entries(READOUTS).map(([name, train]) => {
      const stream = new Stream(seed, `readout/${name}`);
      const { labels } = labelling;
      const readout = train(labellingCounts, labels, labels.length, neurons, () => stream.uniform());
      if (name === 'logProbability' && groups > 1) votes.push(computeGroupVotes(readout, testCounts, neurons, groups));
      return [name, readout.predictAll(testCounts)];
    }),
  ) as Record<ReadoutName, Uint8Array>;
  const percentages = Object.fromEntries(
    Object.entries(predictions).map(([name, p]) => [name, accuracy(test.labels, p)]),
  ) as Record<ReadoutName, number>;
  const accuracyOfGroups = (all: Uint8Array) =>
    Array.from({ length: groups }, (_, g) => {
      const votesOfGroup = all.filter((_, k) => k % groups === g);
      return accuracy(test.labels, votesOfGroup);
    });
  const best = predictions.logProbability;
  return {
    accuracy: percentages,
    accuracyInterval: wilsonInterval(countCorrect(test.labels, best), test.labels.length),
    predictions: best,
    confusion: confusionMatrix(test.labels, best, classes),
    ...(votes[0] && { groups: { votes: votes[0], accuracy: accuracyOfGroups(votes[0]) } }),
  };
}
