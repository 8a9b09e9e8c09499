import { UserError } from '../../../core/declare/errors.ts';
import { countOutputNeurons, getInputShape } from '../../training/unsupervised/architecture.ts';
import { countOutputSpikes } from '../../training/unsupervised/evaluate.ts';
import { computeMeanResponses } from '../../training/unsupervised/readout/readout.ts';
import { applySoftmax } from '../../training/unsupervised/readout/readouts.ts';
import { unpackTrainedLayer } from '../../training/unsupervised/trained.ts';
import { fetchBytes } from '../browser/fetch.ts';
import { DigitClassifier } from '../digitClassifier.ts';
import { latestTraining } from './train.ts';

const SIDE = 28;
const TICK_MS = 1e-3;
/** Maximum number of training images from which the recognition limits of a network are chosen. */
const LIMIT_IMAGES = 500;

export type OpenedNetwork = Awaited<ReturnType<typeof openNetwork>>;
export type Classification = ReturnType<typeof classifyImage>;

let open: DigitClassifier | undefined;

function openLatestTraining(): DigitClassifier {
  const { findings } = latestTraining;
  if (findings === undefined) throw new UserError('No network has been trained yet.');
  const { job, learned, evaluation, labelling } = findings;
  const { config } = job;
  const neurons = countOutputNeurons(config);
  const counts = countOutputSpikes(labelling.responses, neurons);
  const layer = {
    config,
    learned,
    responses: computeMeanResponses(counts, labelling.labels, labelling.labels.length, neurons),
    accuracy: evaluation.accuracy.logProbability,
  };
  const { images, labels } = job.trainImages;
  const limits = new DigitClassifier(layer).chooseRecognitionLimits(images, labels.subarray(0, LIMIT_IMAGES));
  return new DigitClassifier({ ...layer, limits });
}

/** Opens the network that this worker has trained, or the network of the lab. */
export async function openNetwork({ isTrained }: { readonly isTrained: boolean }) {
  open = isTrained
    ? openLatestTraining()
    : new DigitClassifier(unpackTrainedLayer(await fetchBytes('digits.bin'), 'the trained network'));
  const { layer, neuronCount, receptiveFields: fields } = open;
  const { responses } = layer;
  const { weights, rows, columns } = fields;
  const top = weights.reduce((a, b) => Math.max(a, b), 0) || 1;
  const map = getInputShape(layer.config, SIDE, SIDE);
  return {
    neuronCount,
    rows,
    columns,
    /** Number of inputs of the output neurons: pixels, or positions × channels of the feature map. */
    inputCount: map.rows * map.columns * map.channels,
    accuracy: layer.accuracy,
    testCount: layer.config.test,
    /** Presentation time of an image, ms. */
    presentationTime: layer.config.stimulus.duration,
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

export function classifyImage({ pixels }: { readonly pixels: Uint8Array }) {
  if (open === undefined) throw new UserError('`classify` needs an open network: call `openNetwork` first.');
  const { limits, responses: meanResponses } = open.layer;
  const { responses, counts, scores, predictedClass, margin, match } = open.classify(pixels);
  const probabilities = new Float64Array(meanResponses.classCount);
  if (scores !== undefined) {
    probabilities.set(scores);
    applySoftmax(probabilities);
  }
  const activeNeurons = [...counts].map((spikes, neuron) => ({ neuron, spikes })).filter(({ spikes }) => spikes > 0);
  const order = [...responses.times.keys()].sort((a, b) => responses.times[a]! - responses.times[b]!);
  return {
    /** Class predicted for the image; -1 if no neuron fired. */
    predictedClass,
    /** Posterior probability of each class, for equal priors; 0 if no neuron fired. */
    probabilities: [...probabilities],
    margin,
    match,
    /** Smallest `margin` and `match` (0 to 1) of an accepted drawing. */
    limits,
    activeNeurons: activeNeurons.sort((a, b) => b.spikes - a.spikes),
    /** Spike raster: ascending times in ticks of `tickLength` ms from image onset; `window` ends at the last spike, ms. */
    raster: {
      window: [0, responses.times.reduce((last, t) => Math.max(last, t), 1)] as const,
      tickLength: TICK_MS,
      ticks: Uint32Array.from(order, (i) => Math.round(responses.times[i]! / TICK_MS)),
      neurons: Uint32Array.from(order, (i) => responses.neurons[i]!),
      populationIndices: Uint8Array.from(order, (i) => responses.populations[i]!),
    },
  };
}
