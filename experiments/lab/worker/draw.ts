import { UserError } from '../../../core/declare/errors.ts';
import { mapOf, outputsOf } from '../../mnist/architecture.ts';
import { deskewImages } from '../../mnist/deskew.ts';
import { countsOf } from '../../mnist/evaluate.ts';
import { fieldsOf } from '../../mnist/fields.ts';
import { orientationImages } from '../../mnist/orientation.ts';
import { logProbabilityOf } from '../../mnist/readout/logProbability.ts';
import { meanResponses, type Readout } from '../../mnist/readout/readout.ts';
import { Responder } from '../../mnist/respond.ts';
import { type TrainedLayer, unpackTrained } from '../../mnist/trained.ts';
import { latest } from './train.ts';

const SIDE = 28;
const TICK_MS = 1e-3;

/** A network that answers. */
export interface Opened {
  readonly neurons: number;
  /** What fires for the image: its pixels, or the first stage. */
  readonly inputs: number;
  readonly accuracy: number;
  /** Of what each neuron sees. */
  readonly rows: number;
  readonly columns: number;
  /** A byte a weight, rows × columns × neurons, the largest at 255. */
  readonly levels: Uint8Array;
  /** The class that each neuron stands for. */
  readonly classes: readonly number[];
}

/** What the network says to a digit. */
export interface Said {
  /** -1: no neuron fired. */
  readonly answer: number;
  /** Probability of each class from the spikes, all classes alike before them. */
  readonly shares: readonly number[];
  /** Neurons that fired, the most active first. */
  readonly heard: readonly { readonly neuron: number; readonly spikes: number }[];
  /** ms */
  readonly duration: number;
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

function ofLatest(): TrainedLayer {
  const { findings } = latest;
  if (findings === undefined) throw new UserError('Nothing has been trained here yet.');
  const { job, learned, evaluation, labelling } = findings;
  const { config } = job;
  const neurons = outputsOf(config);
  const counts = countsOf(labelling.responses, neurons);
  return {
    config,
    learned,
    responses: meanResponses(counts, labelling.labels, labelling.labels.length, neurons),
    accuracy: evaluation.accuracy.logProbability,
  };
}

/** Opens a network to be asked: one from a file, or the one that this worker has trained last. */
export function openNetwork({ bytes }: { readonly bytes?: Uint8Array }): Opened {
  const layer = bytes === undefined ? ofLatest() : unpackTrained(bytes, 'the trained network');
  const { config, learned, responses } = layer;
  const image = new Uint8Array(SIDE * SIDE);
  const task = {
    config,
    phase: 'test',
    learned,
    images: image,
    pixels: image.length,
    recordInputs: true,
  } as const;
  open = { layer, image, responder: new Responder(task), readout: logProbabilityOf(responses) };
  const { weights, rows, columns } = fieldsOf(config, learned.weights, SIDE, SIDE);
  const top = weights.reduce((a, b) => Math.max(a, b), 0) || 1;
  const map = mapOf(config, SIDE, SIDE);
  const neurons = outputsOf(config);
  return {
    ...{ neurons, rows, columns },
    inputs: map.rows * map.columns * map.channels,
    accuracy: layer.accuracy,
    levels: Uint8Array.from(weights, (w) => (255 * Math.max(0, w)) / top),
    classes: Array.from({ length: neurons }, (_, j) =>
      mostOf(responses.mean, j * responses.classes, responses.classes),
    ),
  };
}

function mostOf(values: Float64Array, from: number, count: number): number {
  let best = 0;
  for (let c = 1; c < count; c++) if (values[from + c]! > values[from + best]!) best = c;
  return values[from + best]! > 0 ? best : -1;
}

const PREPROCESSED = {
  none: (image: Uint8Array) => image,
  deskew: (image: Uint8Array) => deskewImages(image, SIDE, SIDE),
  orientation: (image: Uint8Array) => orientationImages(image, SIDE, SIDE),
};

/** Shows the open network one image of 28 × 28 grey values. */
export function ask({ pixels }: { readonly pixels: Uint8Array }): Said {
  if (open === undefined) throw new UserError('No network is open.');
  const { layer, responder, image, readout } = open;
  const { config } = layer;
  image.set(PREPROCESSED[config.preprocessing](pixels));
  const responses = responder.respond(0, 1);
  const counts = countsOf(responses, outputsOf(config));
  const scores = readout.scores(counts, 0);
  const heard = [...counts].map((spikes, neuron) => ({ neuron, spikes })).filter(({ spikes }) => spikes > 0);
  const order = [...responses.times.keys()].sort((a, b) => responses.times[a]! - responses.times[b]!);
  return {
    answer: scores === undefined ? -1 : readout.predict(counts, 0),
    shares: scores === undefined ? new Array<number>(layer.responses.classes).fill(0) : softmax(scores),
    heard: heard.sort((a, b) => b.spikes - a.spikes),
    duration: responses.times.reduce((last, t) => Math.max(last, t), 1),
    ticks: Uint32Array.from(order, (i) => Math.round(responses.times[i]! / TICK_MS)),
    neurons: Uint32Array.from(order, (i) => responses.neurons[i]!),
    populations: Uint8Array.from(order, (i) => responses.populations[i]!),
  };
}

/** exp(s_c) / Σ exp(s): scores of the log-probability vote are logarithms of probabilities. */
function softmax(scores: Float64Array): number[] {
  const top = scores.reduce((a, b) => Math.max(a, b));
  const weights = [...scores].map((s) => Math.exp(s - top));
  const sum = weights.reduce((a, b) => a + b);
  return weights.map((w) => w / sum);
}
