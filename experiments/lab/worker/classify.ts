import { UserError } from '../../../core/declare/errors.ts';
import { arrangeFields, countOutputs, getInputShape } from '../../training/unsupervised/architecture.ts';
import { countsOf } from '../../training/unsupervised/evaluate.ts';
import { createOrientationMaps, deskewImages } from '../../training/unsupervised/images.ts';
import { computeMeanResponses, type Readout } from '../../training/unsupervised/readout/readout.ts';
import { logProbabilityOf } from '../../training/unsupervised/readout/readouts.ts';
import { Responder } from '../../training/unsupervised/respond.ts';
import { type TrainedLayer, unpackTrained } from '../../training/unsupervised/trained.ts';
import { latestTraining } from './train.ts';

const SIDE = 28;
const TICK_MS = 1e-3;

/** Trained network, opened to classify drawn digits. */
export interface OpenedNetwork {
  readonly neurons: number;
  /** Number of input neurons: one per pixel, or those of the pooled feature map. */
  readonly inputs: number;
  /** Accuracy on the test images, %. */
  readonly accuracy: number;
  /** Size of a receptive field: rows and columns. */
  readonly rows: number;
  readonly columns: number;
  /** Weights of all neurons, rows × columns × neurons, scaled to bytes with a maximum of 255. */
  readonly levels: Uint8Array;
  /** Class to which each neuron responds most on average; -1 for neurons without responses. */
  readonly classes: readonly number[];
}

/** Answer of the network to a drawn digit. */
export interface Classification {
  /** Predicted class; -1 if no neuron fired. */
  readonly answer: number;
  /** Posterior probability of each class, for equal priors. */
  readonly probabilities: readonly number[];
  /** Neurons that fired, in descending order of spike count. */
  readonly activeNeurons: readonly { readonly neuron: number; readonly spikes: number }[];
  /** Time of the last spike after image onset, ms. */
  readonly duration: number;
  /** Spike times in ascending order, in ticks of 1 µs. */
  readonly ticks: Uint32Array;
  readonly neurons: Uint32Array;
  readonly populations: Uint8Array;
}

let open:
  | {
      readonly layer: TrainedLayer;
      readonly responder: Responder;
      readonly image: Uint8Array;
      readonly readout: Readout;
    }
  | undefined;

function takeLatestTraining(): TrainedLayer {
  const { findings } = latestTraining;
  if (findings === undefined) throw new UserError('This worker has not trained a network yet.');
  const { job, learned, evaluation, labelling } = findings;
  const { config } = job;
  const neurons = countOutputs(config);
  const counts = countsOf(labelling.responses, neurons);
  return {
    config,
    learned,
    responses: computeMeanResponses(counts, labelling.labels, labelling.labels.length, neurons),
    accuracy: evaluation.accuracy.logProbability,
  };
}

/** Opens a network from the bytes of a file, or the network of the latest training. */
export function openNetwork({ bytes }: { readonly bytes?: Uint8Array }): OpenedNetwork {
  const layer = bytes === undefined ? takeLatestTraining() : unpackTrained(bytes, 'the trained network');
  const { config, learned, responses } = layer;
  const image = new Uint8Array(SIDE * SIDE);
  const task = {
    config,
    phase: 'test',
    learned,
    data: { n: 1, rows: SIDE, columns: SIDE, images: image, labels: new Uint8Array(1) },
    recordInputs: true,
  } as const;
  open = { layer, image, responder: new Responder(task), readout: logProbabilityOf(responses) };
  const { weights, rows, columns } = arrangeFields(config, learned.weights, SIDE, SIDE);
  const top = weights.reduce((a, b) => Math.max(a, b), 0) || 1;
  const map = getInputShape(config, SIDE, SIDE);
  const neurons = countOutputs(config);
  return {
    neurons,
    rows,
    columns,
    inputs: map.rows * map.columns * map.channels,
    accuracy: layer.accuracy,
    levels: Uint8Array.from(weights, (w) => (255 * Math.max(0, w)) / top),
    classes: Array.from({ length: neurons }, (_, j) => {
      const own = responses.mean.subarray(j * responses.classes, (j + 1) * responses.classes);
      const largest = Math.max(...own);
      return largest > 0 ? own.indexOf(largest) : -1;
    }),
  };
}

const PREPROCESSORS = {
  none: (image: Uint8Array) => image,
  deskew: (image: Uint8Array) => deskewImages(image, SIDE, SIDE),
  orientation: (image: Uint8Array) => createOrientationMaps(image, SIDE, SIDE),
};

export function classify({ pixels }: { readonly pixels: Uint8Array }): Classification {
  if (open === undefined) throw new UserError('Open a network before it classifies images.');
  const { layer, responder, image, readout } = open;
  const { config } = layer;
  image.set(PREPROCESSORS[config.preprocessing](pixels));
  const responses = responder.respond(0, 1);
  const counts = countsOf(responses, countOutputs(config));
  const scores = readout.scores(counts, 0);
  const activeNeurons = [...counts].map((spikes, neuron) => ({ neuron, spikes })).filter(({ spikes }) => spikes > 0);
  const order = [...responses.times.keys()].sort((a, b) => responses.times[a]! - responses.times[b]!);
  return {
    answer: scores === undefined ? -1 : readout.predict(counts, 0),
    probabilities: scores === undefined ? new Array<number>(layer.responses.classes).fill(0) : softmax(scores),
    activeNeurons: activeNeurons.sort((a, b) => b.spikes - a.spikes),
    duration: responses.times.reduce((last, t) => Math.max(last, t), 1),
    ticks: Uint32Array.from(order, (i) => Math.round(responses.times[i]! / TICK_MS)),
    neurons: Uint32Array.from(order, (i) => responses.neurons[i]!),
    populations: Uint8Array.from(order, (i) => responses.populations[i]!),
  };
}

/** Softmax exp(s_c) / Σ exp(s), for the log-probability readout, whose scores are logarithms of probabilities. */
function softmax(scores: Float64Array): number[] {
  const top = scores.reduce((a, b) => Math.max(a, b));
  const weights = [...scores].map((s) => Math.exp(s - top));
  const sum = weights.reduce((a, b) => a + b);
  return weights.map((w) => w / sum);
}
