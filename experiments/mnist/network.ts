import type { Distribution } from '../../core/declare/distribution.ts';
import type { DeviceFactory } from '../../core/factories.ts';
import type { Connect } from '../../core/graph/connected.ts';
import type { Neurons, Stimulus } from '../../core/graph/population.ts';
import type { Projection } from '../../core/graph/projection.ts';
import type { KernelChoice } from '../../core/kernels/arena.ts';
import { Network } from '../../core/network.ts';
import type { Seed } from '../../core/random/random.ts';
import { lif, poisson } from '../../neurons/index.ts';
import type { Lif } from '../../neurons/lif.ts';
import type { Poisson } from '../../neurons/stimuli/poisson.ts';
import { made } from '../network/build.ts';
import { outputsOf, windowsOf, winnerTakeAllOf } from './architecture.ts';
import type { MnistConfig } from './config.ts';

/** One layer: Poisson pixels -> memristive synapses -> LIF neurons under winner-take-all inhibition. */
export interface Layer {
  readonly net: Network;
  readonly input: Stimulus<Poisson>;
  readonly output: Neurons<Lif>;
  readonly synapses: Projection;
}

/** The layer that learns: adaptive thresholds, devices moved by the rule. */
export function learningLayer(c: MnistConfig, pixels: number, kernels: KernelChoice, columns?: number): Layer {
  const net = new Network({ seed: c.seed, kernels });
  const input = net.population('input', poisson({ size: pixels }));
  const { increment, gain, minimum } = c.homeostasis;
  const output = net.population(
    'output',
    lif({ ...neuronOf(c), adaptive: { increment }, homeostasis: { gain, minimum } }),
    { winnerTakeAll: winnerTakeAllOf(c, 1) },
  );
  const synapses = net.projection(input, output, {
    connect: connectOf(c, pixels, columns, { uniform: c.weight.initial }),
    device: made('device', c.device),
    ...terminalOf(c),
    rule: made('rule', c.rule),
    itemised: c.recordDevices ?? false,
  });
  return { net, input, output, synapses };
}

/** What the layer has learned. Weights are pixels × neurons, row-major; of windows those that there are, by pixel, window and neuron. */
export interface Learned {
  readonly weights: Float32Array;
  readonly thresholds: Float64Array;
  /** Devices that hold the weights in labelling and test, for what is wrong with reading them; they cannot go to workers. */
  readonly device?: DeviceFactory;
}

/** What the layer has learned. Hidden synapses are revealed for it. */
export function learnedBy({ net, output, synapses }: Layer): Learned {
  synapses.devices?.reveal?.();
  synapses.devices?.refresh(net.now);
  return {
    weights: synapses.edges.weights as Float32Array,
    thresholds: Float64Array.from({ length: output.size }, (_, j) => output.model.thresholds.at(j, net.now)),
  };
}

/** The same layer frozen, for labelling and test. It has the weights of its own arena. */
export function frozenLayer(
  c: MnistConfig,
  pixels: number,
  learned: Learned,
  seed: Seed,
  kernels: KernelChoice,
  { columns, spikes = c.testSpikes }: { readonly columns?: number | undefined; readonly spikes?: number } = {},
): Layer {
  const net = new Network({ seed, kernels });
  const input = net.population('input', poisson({ size: pixels }));
  const { readNoise } = c.neuron;
  const noise = readNoise > 0 ? { thresholdNoise: { sd: readNoise } } : {};
  const output = net.population('output', lif({ ...neuronOf(c), ...noise }), {
    winnerTakeAll: winnerTakeAllOf(c, spikes),
  });
  const synapses = net.projection(input, output, {
    connect: connectOf(c, pixels, columns, learned.weights),
    ...terminalOf(c),
    ...(learned.device && { device: learned.device }),
  });
  learned.thresholds.forEach((mV, j) => {
    output.model.setThreshold(j, 0, mV * c.neuron.readThreshold);
  });
  return { net, input, output, synapses };
}

/** Short-term dynamics, in labelling and test too: they are no learning. */
const terminalOf = ({ shortTerm }: MnistConfig) => (shortTerm ? { shortTerm: made('shortTerm', shortTerm) } : {});

/** From all pixels to all neurons, or from windows of the image, whose rows have so many `columns`, to a group each. */
function connectOf(
  c: MnistConfig,
  pixels: number,
  columns = Math.sqrt(pixels),
  weight: Distribution | Float32Array,
): Connect {
  if (c.network === 'windows') return { windows: { columns, ...windowsOf(c, pixels / columns, columns), weight } };
  return weight instanceof Float32Array ? { matrix: { weights: weight } } : { all: { weight } };
}

const neuronOf = (c: MnistConfig) =>
  ({
    size: outputsOf(c),
    tau: c.neuron.tau,
    threshold: c.neuron.threshold,
    refractory: 0,
    precision: 'f32',
  }) as const;
