import { RandomStream } from '../../../core/random/random.ts';
import { countCorrect } from '../../statistics/score.ts';
import { accuracy, confusionMatrix, READOUTS, type ReadoutName, wilsonInterval } from './readout/index.ts';
import { computeGroupVotes } from './readout/measures.ts';
import { countSpikesPerImage, type SparseSpikeCounts } from './readout/readout.ts';
import type { SpikeResponses } from './respond.ts';

export const OUTPUT_POPULATION_ID = 1;

/** Number of output spikes per image and neuron, shape (images, neurons), row-major. */
export function countOutputSpikes(r: SpikeResponses, neurons: number) {
  const images = r.starts.length - 1;
  const counts = new Uint16Array(images * neurons);
  for (let i = 0; i < images; i++) {
    for (let k = r.starts[i]!; k < r.starts[i + 1]!; k++) {
      if (r.populations[k] === OUTPUT_POPULATION_ID) counts[i * neurons + r.neurons[k]!]!++;
    }
  }
  return counts;
}

const countSparse = ({ starts, neurons, populations }: SpikeResponses, size: number): SparseSpikeCounts =>
  countSpikesPerImage(starts, neurons, (k) => populations[k] === OUTPUT_POPULATION_ID, size);

/** Test accuracy of each readout, %; predictions and confusion matrix (classes × classes) are those of the log-probability readout. */
export interface ReadoutEvaluation {
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
  labelling: { responses: SpikeResponses; labels: Uint8Array },
  test: { responses: SpikeResponses; labels: Uint8Array },
  seed: number | string,
  classes = 10,
  groups = 1,
): ReadoutEvaluation {
  const labellingCounts = countSparse(labelling.responses, neurons);
  const testCounts = countSparse(test.responses, neurons);
  const { labels } = labelling;
  const readouts = Object.entries(READOUTS).map(([name, train]) => {
    const stream = new RandomStream(seed, `readout/${name}`);
    const readout = train(labellingCounts, labels, labels.length, neurons, () => stream.uniform());
    return { name: name as ReadoutName, readout, predictions: readout.predictAll(testCounts) };
  });
  const accuracies = readouts.map(({ name, predictions }) => [name, accuracy(test.labels, predictions)]);
  const { readout, predictions: best } = readouts.find(({ name }) => name === 'logProbability')!;
  const votes = groups > 1 ? computeGroupVotes(readout, testCounts, neurons, groups) : null;
  const accuracyOfGroups = (all: Uint8Array) =>
    Array.from({ length: groups }, (_, g) => {
      const votesOfGroup = all.filter((_, k) => k % groups === g);
      return accuracy(test.labels, votesOfGroup);
    });
  return {
    accuracy: Object.fromEntries(accuracies),
    accuracyInterval: wilsonInterval(countCorrect(test.labels, best), test.labels.length),
    predictions: best,
    confusion: confusionMatrix(test.labels, best, classes),
    ...(votes && { groups: { votes, accuracy: accuracyOfGroups(votes) } }),
  };
}
