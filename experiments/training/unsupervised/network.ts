import type { Distribution } from '../../../core/declare/distribution.ts';
import type { DeviceFactory } from '../../../core/factories.ts';
import type { Connect } from '../../../core/graph/connectOptions.ts';
import type { Neurons, Stimulus } from '../../../core/graph/population.ts';
import type { Projection } from '../../../core/graph/projection.ts';
import { Network } from '../../../core/network.ts';
import type { Seed } from '../../../core/random/random.ts';
import { lif, poisson } from '../../../neurons/index.ts';
import type { Lif } from '../../../neurons/lif.ts';
import type { Poisson } from '../../../neurons/stimuli/poisson.ts';
import { RecordedSpikes } from '../../../neurons/stimuli/recorded.ts';
import { createModel } from '../../network/models.ts';
import {
  countGroups,
  countOutputs,
  countPlanes,
  getInputShape,
  getWinnerTakeAll,
  layOutWindows,
} from './architecture.ts';
import type { MnistConfig } from './config.ts';
import type { FrontEnd, Kernel } from './features/front.ts';

/** One layer: Poisson pixels, or recorded spikes -> memristive synapses -> LIF neurons under winner-take-all inhibition. */
export interface Layer {
  readonly net: Network;
  readonly input: Stimulus<Poisson>;
  readonly output: Neurons<Lif>;
  readonly synapses: Projection;
  /** The input where it plays spikes that there are already: of a recording, or of the pooling population of a first stage. */
  readonly replayed: Stimulus<RecordedSpikes> | null;
  /** The first stage of network features. */
  readonly front?: FrontEnd | undefined;
}

/** The layer that learns: adaptive thresholds, devices moved by the rule. */
export function learningLayer(c: MnistConfig, pixels: number, columns = Math.sqrt(pixels), front?: FrontEnd): Layer {
  const net = new Network({ seed: c.seed });
  const input = createInput(net, c, pixels, columns);
  const { increment, gain, minimum } = c.homeostasis;
  const output = net.population(
    'output',
    lif({ ...getLifParameters(c), adaptive: { increment }, homeostasis: { gain, minimum } }),
    { winnerTakeAll: getWinnerTakeAll(c, 1) },
  );
  const synapses = net.projection(input, output, {
    connect: getConnection(c, pixels, columns, { uniform: c.weight.initial }),
    device: createModel('device', c.device),
    ...createShortTerm(c),
    rule: createModel('rule', c.rule),
    itemised: c.recordDevices ?? false,
  });
  return createLayer(net, c, input, output, synapses, front);
}

/** What the layer has learned. Weights are pixels × neurons, row-major; of windows those that there are, by pixel, window and neuron. */
export interface Learned {
  readonly weights: Float32Array;
  readonly thresholds: Float64Array;
  /** Devices that hold the weights in labelling and test, for what is wrong with reading them; they cannot go to workers. */
  readonly device?: DeviceFactory;
  /** Of network features: what its first stage has learned. */
  readonly kernel?: Kernel;
}

/** What the layer has learned. Hidden synapses are revealed for it. */
export function learnedBy({ net, output, synapses, front }: Layer): Learned {
  synapses.devices?.unmask?.();
  synapses.devices?.refresh(net.now);
  return {
    weights: synapses.edges.weights as Float32Array,
    thresholds: Float64Array.from({ length: output.size }, (_, j) => output.model.thresholds.at(j, net.now)),
    ...(front && { kernel: front.kernel }),
  };
}

/** The same layer frozen, for labelling and test. It has the weights of its own arena. */
export function frozenLayer(
  c: MnistConfig,
  pixels: number,
  learned: Learned,
  seed: Seed,
  {
    columns = Math.sqrt(pixels),
    spikes = c.testSpikes,
    front,
  }: { readonly columns?: number | undefined; readonly spikes?: number; readonly front?: FrontEnd | undefined } = {},
): Layer {
  const net = new Network({ seed });
  const input = createInput(net, c, pixels, columns);
  const { readNoise } = c.neuron;
  const noise = readNoise > 0 ? { thresholdNoise: { sd: readNoise } } : {};
  const output = net.population('output', lif({ ...getLifParameters(c), ...noise }), {
    winnerTakeAll: getWinnerTakeAll(c, spikes),
  });
  const synapses = net.projection(input, output, {
    connect: getConnection(c, pixels, columns, learned.weights),
    ...createShortTerm(c),
    ...(learned.device && { device: learned.device }),
  });
  learned.thresholds.forEach((mV, j) => {
    output.model.setThreshold(j, 0, mV * c.neuron.readThreshold);
  });
  return createLayer(net, c, input, output, synapses, front);
}

/** Short-term dynamics, in labelling and test too: they are no learning. */
const createShortTerm = ({ shortTerm }: MnistConfig) =>
  shortTerm ? { shortTerm: createModel('shortTerm', shortTerm) } : {};

type Input = Stimulus<Poisson> | Stimulus<RecordedSpikes>;

const isReplayed = (c: MnistConfig): boolean =>
  countPlanes(c) > 1 || (c.network === 'features' && c.features!.handover !== 'poisson');

/** Poisson pixels, or what will be the spikes of a recording or of the pooling population. */
function createInput(net: Network, c: MnistConfig, pixels: number, columns: number): Input {
  const { rows, columns: across, channels } = getInputShape(c, pixels / columns, columns);
  const size = rows * across * channels;
  if (!isReplayed(c)) return net.population('input', poisson({ size }));
  return net.population('input', {
    kind: 'stimulus' as const,
    create: ({ arena }) => new RecordedSpikes(size, new Float64Array(0), new Uint32Array(0), arena),
  });
}

function createLayer(
  net: Network,
  c: MnistConfig,
  input: Input,
  output: Neurons<Lif>,
  synapses: Projection,
  front: FrontEnd | undefined,
): Layer {
  const replayed = isReplayed(c) ? (input as Stimulus<RecordedSpikes>) : null;
  return { net, input: input as Stimulus<Poisson>, output, synapses, replayed, front };
}

/** From all pixels to all neurons, or from windows of the image, whose rows have so many `columns`, to a group each. */
function getConnection(c: MnistConfig, pixels: number, columns: number, weight: Distribution | Float32Array): Connect {
  if (countGroups(c) > 1 || c.network === 'features') {
    const map = getInputShape(c, pixels / columns, columns);
    const { channels } = map;
    return { windows: { columns: map.columns, channels, ...layOutWindows(c, map.rows, map.columns), weight } };
  }
  return weight instanceof Float32Array ? { matrix: { weights: weight } } : { all: { weight } };
}

const getLifParameters = (c: MnistConfig) =>
  ({
    size: countOutputs(c),
    tau: c.neuron.tau,
    threshold: c.neuron.threshold,
    refractory: 0,
    precision: 'f32',
  }) as const;
