import { Stream } from '../../core/random/random.ts';
import { accuracy, confusionMatrix, READOUTS, type ReadoutName, wilsonInterval } from './readout/index.ts';
import type { Responses } from './respond.ts';

/** The output neurons among the populations of responses. */
export const OUTPUT = 1;

/** Output spikes per image and neuron, `images x neurons`, of the images `from` … `to - 1`. */
export function countsOf(r: Responses, neurons: number): Uint16Array {
  const images = r.starts.length - 1;
  const counts = new Uint16Array(images * neurons);
  for (let i = 0; i < images; i++) {
    for (let k = r.starts[i]!; k < r.starts[i + 1]!; k++) {
      if (r.populations[k] === OUTPUT) counts[i * neurons + r.neurons[k]!]!++;
    }
  }
  return counts;
}

export interface Evaluation {
  /** Percent of the test images, by readout. */
  readonly accuracy: Record<ReadoutName, number>;
  /** 95 % interval of the log-probability accuracy. */
  readonly interval: { readonly low: number; readonly high: number };
  /** Predictions of the log-probability readout. */
  readonly predictions: Uint8Array;
  readonly confusion: Uint32Array;
}

/** Learns every readout from the labelling responses (training images) and applies it to the test responses. */
export function evaluate(
  neurons: number,
  labelling: { responses: Responses; labels: Uint8Array },
  test: { responses: Responses; labels: Uint8Array },
  seed: number | string,
  classes = 10,
): Evaluation {
  const learnFrom = countsOf(labelling.responses, neurons);
  const testOn = countsOf(test.responses, neurons);
  const predictions = Object.fromEntries(
    Object.entries(READOUTS).map(([name, train]) => {
      const stream = new Stream(seed, `readout/${name}`);
      const readout = train(learnFrom, labelling.labels, labelling.labels.length, neurons, () => stream.uniform());
      return [name, readout.predictAll(testOn)];
    }),
  ) as Record<ReadoutName, Uint8Array>;
  const percent = Object.fromEntries(
    Object.entries(predictions).map(([name, p]) => [name, accuracy(test.labels, p)]),
  ) as Record<ReadoutName, number>;
  const best = predictions.logProbability;
  const hits = best.reduce((sum, p, i) => sum + (p === test.labels[i] ? 1 : 0), 0);
  return {
    accuracy: percent,
    interval: wilsonInterval(hits, test.labels.length),
    predictions: best,
    confusion: confusionMatrix(test.labels, best, classes),
  };
}
