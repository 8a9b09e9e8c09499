import { accuracy, type RandomStream, READOUTS, type RecordedSpikes, type SpikeCounts } from '../index.ts';

interface LabelledCounts {
  readonly counts: SpikeCounts; // shape (presentations, neurons), row-major
  readonly labels: Uint8Array;
}

/** Counts spikes per presentation and neuron (presentations × neurons, row-major); a presentation lasts `duration` ms. */
export function countSpikes({ times, neurons }: RecordedSpikes, count: number, duration: number, size: number) {
  const counts = new Uint32Array(count * size);
  times.forEach((time, k) => {
    const presentation = Math.min(Math.floor(time / duration), count - 1);
    counts[presentation * size + neurons[k]!]!++;
  });
  return counts;
}

export function measureArgmaxAccuracy(labels: Uint8Array, scoresOf: (image: number) => ArrayLike<number>): number {
  const predictions = labels.map((_, image) => {
    const scores = Array.from(scoresOf(image));
    return scores.indexOf(Math.max(...scores));
  });
  return accuracy(labels, predictions);
}

/** Test accuracy (%) if each neuron stands for the class with its largest mean count in training. */
export function measureMaxRateAccuracy({ counts, labels }: LabelledCounts, test: LabelledCounts): number {
  const readout = READOUTS.maxRate(counts, labels, labels.length, counts.length / labels.length);
  return accuracy(test.labels, readout.predictAll(test.counts));
}

/** Test accuracy (%) of softmax regression on spike counts; `stream` draws the order of the training counts. */
export function measureLinearAccuracy({ counts, labels }: LabelledCounts, test: LabelledCounts, stream: RandomStream) {
  const inputCount = counts.length / labels.length;
  const readout = READOUTS.linear(counts, labels, labels.length, inputCount, () => stream.uniform());
  return accuracy(test.labels, readout.predictAll(test.counts));
}
