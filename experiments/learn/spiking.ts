import type * as z from 'zod/mini';
import { UserError } from '../../core/declare/errors.ts';
import { integer, number, object } from '../../core/declare/params.ts';
import type { Neurons, Stimulus } from '../../core/graph/population.ts';
import type { KernelChoice } from '../../core/kernels/arena.ts';
import { Network } from '../../core/network.ts';
import type { Seed } from '../../core/random/random.ts';
import { lif, poisson } from '../../neurons/index.ts';
import type { Lif } from '../../neurons/lif.ts';
import type { Poisson } from '../../neurons/stimuli/poisson.ts';
import type { CrossbarLayer } from '../../synapses/crossbar/index.ts';
import type { CrossbarNet } from './crossbarNet.ts';
import type { Scaling } from './images.ts';
import { isWeighted, type Model, matrixOf, outputsOf, type Pooling, sizeOf, type Weighted } from './model.ts';
import { placesTable } from './sliding.ts';

/** The same net once more, as spikes. */
export const spikingParams = object(
  {
    rate: number({
      default: 200,
      min: 0,
      exclusiveMin: true,
      max: 1e5,
      unit: 'Hz',
      help: 'of a white pixel (Poisson)',
    }),
    duration: number({ default: 200, min: 1, max: 1e5, unit: 'ms', help: 'how long an image is shown' }),
    readings: integer({
      default: 8,
      min: 1,
      max: 100,
      help: 'times within it at which the output is read, each twice as late as the one before',
    }),
    percentile: number({
      default: 99.9,
      min: 50,
      max: 100,
      unit: '%',
      help: 'of the activations of a layer on training images: what its neurons fire at the rate of a white pixel for',
    }),
    images: integer({ default: 1000, min: 1, help: 'test images that are shown' }),
  },
  'the trained net as integrate-and-fire neurons with rates for activations',
);
export type Spiking = z.output<typeof spikingParams>;

/** A synapse: presynaptic neuron, postsynaptic one, weight. */
type Synapses = { readonly pre: number[]; readonly post: number[]; readonly weight: number[] };

/** Without leak: mV decay by 1e-7 in 100 ms. */
const NO_LEAK = 1e9;
/** No output neuron gets there: what it integrates is its score. */
const NEVER = 1e12;

/**
 * The net on its crossbars with spikes between layers (Diehl et al. 2015, doi:10.1109/IJCNN.2015.7280696; Rueckauer et al. 2017,
 * doi:10.3389/fnins.2017.00682): rectifiers are integrate-and-fire neurons without leak, whose rate stands for the activation as a
 * share of the `percentile` of its layer (threshold balancing: weights times λ_before/λ, threshold 1). Averages are synapses of
 * fixed weight onto neurons of their own. A bias is one more input that fires as a white pixel. The outputs only integrate.
 * Weights are those that the devices hold; a spike reads the devices of its row once.
 */
export class SpikingNet {
  readonly net: Network;
  readonly input: Stimulus<Poisson>;
  readonly output: Neurons<Lif>;
  /** Synapses of each neuron, and J of one spike of it, by population: what reading its row takes. */
  readonly joules: Float64Array[] = [];
  /** Spikes of all populations and what they cost, since they were set to 0. */
  spikes = 0;
  energy = 0;

  constructor(crossbars: CrossbarNet, lambdas: readonly number[], rate: number, seed: Seed, kernels: KernelChoice) {
    requireSpiking(crossbars.model, { mean: 0 });
    const model = crossbars.trained();
    this.net = new Network({ seed, kernels });
    const pixels = sizeOf(model.input);
    this.input = this.net.population('layer0', poisson({ size: pixels + 1 }));
    this.input.model.setRates(new Float64Array(pixels + 1).fill(rate));
    let [source, lambda]: [Stimulus<Poisson> | Neurons<Lif>, number] = [this.input, 1];
    this.joules.push(new Float64Array(pixels + 1));
    let output: Neurons<Lif> | null = null;
    model.stages.forEach((stage, n) => {
      if (stage.kind === 'relu') return;
      const last = n === model.stages.length - 1;
      const next = stage.kind === 'averagePooling' ? lambda : lambdas[n]!;
      const size = outputsOf(stage);
      const threshold = last ? NEVER : 1;
      const target = this.net.population(
        `layer${n + 1}`,
        lif({ size, tau: NO_LEAK, threshold, refractory: 0, reset: 0 }),
      );
      const joules = this.joules.at(-1)!;
      const synapses: Synapses = { pre: [], post: [], weight: [] };
      if (stage.kind === 'averagePooling') average(stage, synapses);
      else if (isWeighted(stage)) {
        const { layer } = crossbars.rooms[n]!;
        connect(stage, layer!, lambda / next, synapses, joules);
        this.#bias(stage, layer!, next, target, n);
      }
      this.net.projection(source, target, { name: `synapses${n + 1}`, connect: { edges: typed(synapses) } });
      this.joules.push(new Float64Array(size));
      [source, lambda, output] = [target, next, target];
    });
    this.output = output!;
    const populations = [...this.net.populations.values()];
    this.net.recordSpikes(populations, {
      write: ({ neuron, population }, rows) => {
        this.spikes += rows;
        for (let k = 0; k < rows; k++) this.energy += this.joules[population![k]!]![neuron![k]!]!;
      },
    });
  }

  /** Shows an image: its grey values as shares of the rate of a white pixel. */
  show(image: ArrayLike<number>, rate: number, block: number): void {
    this.net.flush();
    this.spikes = this.energy = 0;
    this.net.rest();
    this.net.change(this.input, (model) => {
      const rates = new Float64Array(image.length + 1).fill(rate);
      for (let i = 0; i < image.length; i++) rates[i] = rate * image[i]!;
      model.setRates(rates);
      model.useBlock(block);
    });
  }

  /** Runs on, and returns what the outputs have integrated. */
  run(duration: number): Float64Array {
    this.net.run(duration);
    this.net.flush();
    return Float64Array.from({ length: this.output.size }, (_, j) => this.output.model.potential(j, this.net.now));
  }

  #bias(stage: Weighted, layer: CrossbarLayer, lambda: number, target: Neurons<Lif>, n: number): void {
    const places = outputsOf(stage) / stage.bias.length;
    const from = this.input.size - 1;
    const post = Array.from({ length: target.size }, (_, j) => j);
    const weight = post.map((j) => stage.bias[j % stage.bias.length]! / lambda);
    this.net.projection(this.input, target, {
      name: `biases${n + 1}`,
      connect: { edges: typed({ pre: post.map(() => from), post, weight }) },
    });
    for (let row = matrixOf(stage).rows; row < layer.rows; row++) this.joules[0]![from]! += places * readOf(layer, row);
  }
}

const typed = ({ pre, post, weight }: Synapses) => ({
  pre: Uint32Array.from(pre),
  post: Uint32Array.from(post),
  weight: Float64Array.from(weight),
});

/** J of a read of a row; 0 where devices have no conductance. */
function readOf(layer: CrossbarLayer, row: number): number {
  const { electrical } = layer;
  if (electrical === null) return 0;
  let siemens = 0;
  for (let j = 0; j < layer.columns; j++) siemens += layer.devices.conductance(row * layer.columns + j, layer.now);
  return siemens * electrical.readVoltage ** 2 * electrical.readTime;
}

function connect(
  stage: Weighted,
  layer: CrossbarLayer,
  scale: number,
  { pre, post, weight }: Synapses,
  joules: Float64Array,
): void {
  const { rows, columns } = matrixOf(stage);
  const reads = Float64Array.from({ length: rows }, (_, row) => readOf(layer, row));
  const table = stage.kind === 'dense' ? null : placesTable(stage);
  const channels = stage.kind === 'dense' ? rows : stage.from.channels;
  const pixels = rows / channels;
  const places = stage.kind === 'dense' ? 1 : stage.to.rows * stage.to.columns;
  for (let place = 0; place < places; place++) {
    for (let row = 0; row < rows; row++) {
      const pixel = table ? table[place * pixels + Math.floor(row / channels)]! : 0;
      if (pixel < 0) continue;
      const from = pixel + (row % channels);
      joules[from]! += reads[row]!;
      for (let j = 0; j < columns; j++) {
        pre.push(from);
        post.push(place * columns + j);
        weight.push(stage.weights[row * columns + j]! * scale);
      }
    }
  }
}

function average(stage: Pooling, { pre, post, weight }: Synapses): void {
  const table = placesTable(stage);
  const pixels = stage.window.kernel[0] * stage.window.kernel[1];
  const { channels } = stage.from;
  for (let k = 0; k < table.length; k++) {
    if (table[k]! < 0) continue;
    const place = Math.floor(k / pixels);
    const inside = table.subarray(place * pixels, (place + 1) * pixels).filter((pixel) => pixel >= 0).length;
    for (let c = 0; c < channels; c++) {
      pre.push(table[k]! + c);
      post.push(place * channels + c);
      weight.push(1 / (stage.countsPadding ? pixels : inside));
    }
  }
}

/** Of each stage, the percentile of its activations over these images as the crossbars give them; at least that of a small number. */
export function activationsOf(crossbars: CrossbarNet, images: readonly Float64Array[], percentile: number): number[] {
  const seen = crossbars.rooms.map(() => [] as number[]);
  for (const image of images) {
    crossbars.forward(image);
    crossbars.rooms.forEach(({ y }, n) => {
      for (const v of y) if (v > 0) seen[n]!.push(v);
    });
  }
  return seen.map((values) => {
    const sorted = Float64Array.from(values).sort();
    return sorted[Math.min(Math.floor((percentile / 100) * sorted.length), sorted.length - 1)] ?? 1;
  });
}

/** Whether a model can be shown as spikes. @throws UserError if not */
export function requireSpiking({ stages }: Model, { mean }: Pick<Scaling, 'mean'>): void {
  if (mean !== 0)
    throw new UserError(`learn: spiking needs pixels.mean 0, since rates are not negative, but it is ${mean}.`);
  if (stages.some(({ kind }) => kind === 'maxPooling'))
    throw new UserError('learn: spiking has no maximum of spikes; train a cnn with --set pooling=average.');
}
