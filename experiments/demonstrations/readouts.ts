import { accuracy, READOUTS, type RecordedSpikes, type SpikeCounts, type Stream } from '../index.ts';

/** Presentations × neurons, row-major, with the class of each presentation. */
interface LabelledCounts {
  readonly counts: SpikeCounts;
  readonly labels: Uint8Array;
}

/** Spikes per presentation of `duration` ms and neuron, row-major. */
export function countSpikes({ times, neurons }: RecordedSpikes, count: number, duration: number, size: number) {
  const counts = new Uint32Array(count * size);
  times.forEach((time, k) => {
    const presentation = Math.min(Math.floor(time / duration), count - 1);
    counts[presentation * size + neurons[k]!]!++;
  });
  return counts;
}

/** Accuracy (%) if the class with the largest score is predicted. */
export function testScores(labels: Uint8Array, scoresOf: (image: number) => ArrayLike<number>): number {
  const predictions = labels.map((_, image) => {
    const scores = Array.from(scoresOf(image));
    return scores.indexOf(Math.max(...scores));
  });
  return accuracy(labels, predictions);
}

/** Accuracy (%) if each neuron stands for the class that it responds to most in the first argument. */
export function testMaxRate({ counts, labels }: LabelledCounts, test: LabelledCounts): number {
  const readout = READOUTS.maxRate(counts, labels, labels.length, counts.length / labels.length);
  return accuracy(test.labels, readout.predictAll(test.counts));
}

/** Accuracy (%) of softmax regression, trained on the first argument; `stream` draws the order. */
export function testLinear({ counts, labels }: LabelledCounts, test: LabelledCounts, stream: Stream): number {
  const inputCount = counts.length / labels.length;
  const readout = READOUTS.linear(counts, labels, labels.length, inputCount, () => stream.uniform());
  return accuracy(test.labels, readout.predictAll(test.counts));
}
