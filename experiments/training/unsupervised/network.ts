import type { Distribution } from '../../../core/declare/distribution.ts';
import type { DeviceFactory } from '../../../core/factories.ts';
import type { Neurons, Stimulus } from '../../../core/graph/population.ts';
import type { Projection } from '../../../core/graph/projection.ts';
import type { Connect, WinnerTakeAll } from '../../../core/graph/schema.ts';
import { Network } from '../../../core/network.ts';
import type { Seed } from '../../../core/random/random.ts';
import { lif, poisson } from '../../../neurons/index.ts';
import type { Lif } from '../../../neurons/lif.ts';
import type { Poisson } from '../../../neurons/stimuli/poisson.ts';
import type { RecordedSpikes } from '../../../neurons/stimuli/recorded.ts';
import type { LabelledImages } from '../../data/dataSet.ts';
import { createModel } from '../../network/models.ts';
import { countNeuronGroups, countOutputNeurons, countWeightMaps, getInputShape, placeWindows } from './architecture.ts';
import type { MnistConfig } from './config.ts';
import { createReplayPopulation, type FeatureKernel, type FrontEnd } from './features/frontEnd.ts';

/** Network with one layer: input spikes -> memristive synapses -> LIF neurons with winner-take-all inhibition. */
export interface SingleLayerNetwork {
  readonly net: Network;
  readonly input: Stimulus<Poisson>;
  readonly output: Neurons<Lif>;
  readonly synapses: Projection;
  /** Input population that replays spikes of a recording or a feature-extraction stage; null for Poisson input. */
  readonly replayInput: Stimulus<RecordedSpikes> | null;
  readonly front?: FrontEnd | undefined;
}

type ImageSize = Pick<LabelledImages, 'rows' | 'columns'>;

/** Builds the layer for training, with adaptive thresholds and devices that the learning rule changes. */
export function buildLearningLayer(c: MnistConfig, size: ImageSize, front?: FrontEnd): SingleLayerNetwork {
  const net = new Network({ seed: c.seed });
  const { input, replayInput } = createInput(net, c, size);
  const { increment, gain, minimum } = c.homeostasis;
  const output = net.population(
    'output',
    lif({ ...getLifParameters(c), adaptive: { increment }, homeostasis: { gain, minimum } }),
    { winnerTakeAll: getInhibition(c, 1) },
  );
  const synapses = net.projection(input, output, {
    connect: getConnection(c, size, { uniform: c.weight.initial }),
    device: createModel('device', c.device),
    ...createShortTerm(c),
    rule: createModel('rule', c.rule),
    itemised: c.recordDevices ?? false,
  });
  return { net, input, replayInput, output, synapses, front };
}

/** Learned state of a layer. Weights, mV: pixels × neurons, row-major; with windows: index order pixel, window, neuron. */
export interface LearnedState {
  readonly weights: Float32Array;
  readonly thresholds: Float64Array;
  /** Device model for labelling and test, including read non-idealities; cannot be sent to worker threads. */
  readonly device?: DeviceFactory;
  readonly kernel?: FeatureKernel;
}

/** Reads the weights, mV, and thresholds, mV, of a layer at the present time; unmasks masked devices. */
export function extractLearnedState({ net, output, synapses, front }: SingleLayerNetwork): LearnedState {
  synapses.devices?.unmaskSynapses?.();
  synapses.devices?.refreshWeights(net.now);
  return {
    weights: synapses.edges.weights as Float32Array,
    thresholds: Float64Array.from({ length: output.size }, (_, j) => output.model.thresholds.thresholdAt(j, net.now)),
    ...(front && { kernel: front.kernel }),
  };
}

/** Builds a layer for labelling and test, with a frozen copy of the learned weights. */
export function buildFrozenLayer(
  c: MnistConfig,
  size: ImageSize,
  learned: LearnedState,
  seed: Seed,
  { spikes = c.testSpikes, front }: { readonly spikes?: number; readonly front?: FrontEnd | undefined } = {},
): SingleLayerNetwork {
  const net = new Network({ seed });
  const { input, replayInput } = createInput(net, c, size);
  const { readNoise, readThreshold } = c.neuron;
  const noise = readNoise > 0 ? { thresholdNoise: { sd: readNoise } } : {};
  const output = net.population('output', lif({ ...getLifParameters(c), ...noise }), {
    winnerTakeAll: getInhibition(c, spikes),
  });
  const synapses = net.projection(input, output, {
    connect: getConnection(c, size, learned.weights),
    ...createShortTerm(c),
    ...(learned.device && { device: learned.device }),
  });
  for (const [j, mV] of learned.thresholds.entries()) output.model.setThreshold(j, 0, mV * readThreshold);
  return { net, input, replayInput, output, synapses, front };
}

/** Creates the short-term plasticity, which is active in training, labelling and test. */
const createShortTerm = ({ shortTerm }: MnistConfig) =>
  shortTerm ? { shortTerm: createModel('shortTerm', shortTerm) } : {};

function createInput(
  net: Network,
  c: MnistConfig,
  image: ImageSize,
): Pick<SingleLayerNetwork, 'input' | 'replayInput'> {
  const { rows, columns, channels } = getInputShape(c, image.rows, image.columns);
  const size = rows * columns * channels;
  const isReplayed = countWeightMaps(c) > 1 || (c.network === 'features' && c.features!.handover !== 'poisson');
  if (!isReplayed) return { input: net.population('input', poisson({ size })), replayInput: null };
  const replayInput = createReplayPopulation(net, 'input', size);
  return { input: replayInput as Stimulus<Poisson | RecordedSpikes> as Stimulus<Poisson>, replayInput };
}

function getConnection(c: MnistConfig, { rows, columns }: ImageSize, weight: Distribution | Float32Array): Connect {
  if (countNeuronGroups(c) > 1 || c.network === 'features') {
    const map = getInputShape(c, rows, columns);
    const { channels } = map;
    return { windows: { columns: map.columns, channels, ...placeWindows(c, map.rows, map.columns), weight } };
  }
  return weight instanceof Float32Array ? { matrix: { weights: weight } } : { all: { weight } };
}

function getLifParameters(c: MnistConfig) {
  const { tau, threshold } = c.neuron;
  return { size: countOutputNeurons(c), tau, threshold, refractory: 0, precision: 'f32' } as const;
}

/** Winner-take-all parameters. If there are several groups, a group that has fired `spikes` spikes is disabled. */
const getInhibition = (c: MnistConfig, spikes: number): WinnerTakeAll =>
  countNeuronGroups(c) === 1 ? { hold: c.neuron.hold } : { hold: c.neuron.hold, groups: countNeuronGroups(c), spikes };
