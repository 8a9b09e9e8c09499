import { UserError } from '../../../core/declare/errors.ts';
import { arrangeReceptiveFields, countOutputs, getInputShape } from '../../training/unsupervised/architecture.ts';
import { countOutputSpikes } from '../../training/unsupervised/evaluate.ts';
import { PREPROCESSORS } from '../../training/unsupervised/images.ts';
import { computeMeanResponses, type Readout } from '../../training/unsupervised/readout/readout.ts';
import { applySoftmax, createLogProbabilityReadout } from '../../training/unsupervised/readout/readouts.ts';
import { Responder } from '../../training/unsupervised/respond.ts';
import { type TrainedLayer, unpackTrainedLayer } from '../../training/unsupervised/trained.ts';
import { latestTraining } from './train.ts';

const SIDE = 28;
const TICK_MS = 1e-3;

export type OpenedNetwork = ReturnType<typeof openNetwork>;
export type Classification = ReturnType<typeof classify>;

let open: { layer: TrainedLayer; responder: Responder; image: Uint8Array; readout: Readout } | undefined;

function takeLatestTraining(): TrainedLayer {
  const { findings } = latestTraining;
  if (findings === undefined) throw new UserError('No network has been trained yet.');
  const { job, learned, evaluation, labelling } = findings;
  const { config } = job;
  const neurons = countOutputs(config);
  const counts = countOutputSpikes(labelling.responses, neurons);
  return {
    config,
    learned,
    responses: computeMeanResponses(counts, labelling.labels, labelling.labels.length, neurons),
    accuracy: evaluation.accuracy.logProbability,
  };
}

export function openNetwork({ bytes }: { readonly bytes?: Uint8Array }) {
  const layer = bytes === undefined ? takeLatestTraining() : unpackTrainedLayer(bytes, 'the trained network');
  const { config, learned, responses } = layer;
  const image = new Uint8Array(SIDE * SIDE);
  const task = {
    config,
    phase: 'test',
    learnedState: learned,
    images: { n: 1, rows: SIDE, columns: SIDE, images: image, labels: new Uint8Array(1) },
    recordInputs: true,
  } as const;
  open = { layer, image, responder: new Responder(task), readout: createLogProbabilityReadout(responses) };
  const { weights, rows, columns } = arrangeReceptiveFields(config, learned.weights, SIDE, SIDE);
  const top = weights.reduce((a, b) => Math.max(a, b), 0) || 1;
  const map = getInputShape(config, SIDE, SIDE);
  const neuronCount = countOutputs(config);
  return {
    neuronCount,
    rows,
    columns,
    /** Number of pixels, or of positions × channels of the feature map. */
    inputCount: map.rows * map.columns * map.channels,
    accuracy: layer.accuracy,
    /** Weights, rows × columns × neurons, scaled to bytes with a maximum of 255. */
    weightBytes: Uint8Array.from(weights, (w) => (255 * Math.max(0, w)) / top),
    /** Class to which each neuron responds most on average; -1 for neurons without responses. */
    neuronClasses: Array.from({ length: neuronCount }, (_, j) => {
      const own = responses.meanCounts.subarray(j * responses.classCount, (j + 1) * responses.classCount);
      const largest = Math.max(...own);
      return largest > 0 ? own.indexOf(largest) : -1;
    }),
  };
}

export function classify({ pixels }: { readonly pixels: Uint8Array }) {
  if (open === undefined) throw new UserError('`classify` needs an open network: call `openNetwork` first.');
  const { layer, responder, image, readout } = open;
  const { config } = layer;
  image.set(PREPROCESSORS[config.preprocessing](pixels, SIDE, SIDE));
  const responses = responder.respond(0, 1);
  const counts = countOutputSpikes(responses, countOutputs(config));
  const scores = readout.computeScores(counts, 0); // logarithms of probabilities
  const probabilities = new Float64Array(layer.responses.classCount);
  if (scores !== undefined) {
    probabilities.set(scores);
    applySoftmax(probabilities);
  }
  const activeNeurons = [...counts].map((spikes, neuron) => ({ neuron, spikes })).filter(({ spikes }) => spikes > 0);
  const order = [...responses.times.keys()].sort((a, b) => responses.times[a]! - responses.times[b]!);
  return {
    /** Class predicted for the image; -1 if no neuron fired. */
    predictedClass: scores === undefined ? -1 : readout.predict(counts, 0),
    /** Posterior probability of each class, for equal priors; 0 if no neuron fired. */
    probabilities: [...probabilities],
    activeNeurons: activeNeurons.sort((a, b) => b.spikes - a.spikes),
    /**
     * Spike raster: ascending times in ticks of `tickLength` ms from image onset; `window` ends at the last spike,
     * ms.
     */
    raster: {
      window: [0, responses.times.reduce((last, t) => Math.max(last, t), 1)] as const,
      tickLength: TICK_MS,
      ticks: Uint32Array.from(order, (i) => Math.round(responses.times[i]! / TICK_MS)),
      neurons: Uint32Array.from(order, (i) => responses.neurons[i]!),
      populationIndices: Uint8Array.from(order, (i) => responses.populations[i]!),
    },
  };
}
