import type * as z from 'zod/mini';
import { UserError } from '../../../core/declare/errors.ts';
import { choice, integer, number, object } from '../../../core/declare/params.ts';
import type { Network } from '../../../core/network.ts';
import type { CrossbarLayer } from '../../../synapses/crossbar/index.ts';
import type { CrossbarNet } from './crossbarNet.ts';
import type { Scaling } from './images.ts';
import { isWeighted, matrixShape, type Pooling, type Stage, type WeightedStage } from './model.ts';
import { buildWindowTable } from './sliding.ts';

/** Settings of the spiking version of a net. */
export const spikingParams = object(
  {
    coding: choice(['rate', 'latency'], {
      default: 'rate',
      help: 'code of activations; rate: firing rates; latency: time of the only spike, earlier for larger activations',
    }),
    rate: number({ default: 200, min: 0, exclusiveMin: true, max: 1e5, unit: 'Hz', help: 'rate of a white pixel' }),
    duration: number({ default: 200, min: 1, max: 1e5, unit: 'ms', help: 'time per image (latency: per layer)' }),
    readings: integer({
      default: 8,
      min: 1,
      max: 100,
      help: 'number of readout times; each is twice the previous one',
    }),
    percentile: number({
      default: 99.9,
      min: 50,
      max: 100,
      unit: '%',
      help: 'percentile of the activations of a layer on training images that counts as a white pixel',
    }),
    images: integer({ default: 1000, min: 1, help: 'number of test images' }),
  },
  'test of the trained net as integrate-and-fire neurons',
);
export type SpikingConfig = z.output<typeof spikingParams>;

/** Synapses as lists of presynaptic neuron, postsynaptic neuron and weight. */
export type SynapseList = { readonly pre: number[]; readonly post: number[]; readonly weight: number[] };

/** Spiking net that is tested image by image. */
export interface SpikingNet {
  readonly counters: SpikeCounters;
  /** Simulated time that `show` takes before the outputs receive spikes, ms. */
  readonly leadTime: number;
  /** Starts the presentation of an image; `block`: index of its block of random numbers. */
  show(image: ArrayLike<number>, block: number): void;
  /** Simulates `duration` ms and returns the potentials of the outputs. */
  run(duration: number): Float64Array;
}

/** Number of spikes since the last reset, and the energy of the rows that they read, J. */
export class SpikeCounters {
  spikes = 0;
  energy = 0;
  readonly #net: Network;

  /** @param energyPerSpike energy per spike of each neuron, J, by population name; default: 0 */
  constructor(net: Network, energyPerSpike: ReadonlyMap<string, Float64Array>) {
    this.#net = net;
    const populations = [...net.populations.values()];
    let energyById: (Float64Array | undefined)[] | null = null;
    net.recordSpikes(populations, {
      write: ({ neuron, population }, rows) => {
        energyById ??= Object.assign(
          [],
          Object.fromEntries(populations.map(({ id, name }) => [id, energyPerSpike.get(name)])),
        );
        this.spikes += rows;
        for (let k = 0; k < rows; k++) this.energy += energyById![population![k]!]?.[neuron![k]!] ?? 0;
      },
    });
  }

  reset(): void {
    this.#net.flush();
    this.spikes = this.energy = 0;
  }
}

/** Typed arrays of a list of synapses. */
export const toEdges = ({ pre, post, weight }: SynapseList) => ({
  pre: Uint32Array.from(pre),
  post: Uint32Array.from(post),
  weight: Float64Array.from(weight),
});

/** Energy of one read of a row, J; 0 if devices have no conductance. */
export function rowReadEnergy(layer: CrossbarLayer, row: number): number {
  const { electrical } = layer;
  if (electrical === null) return 0;
  let conductance = 0;
  for (let j = 0; j < layer.columns; j++) conductance += layer.devices.conductance(row * layer.columns + j, layer.now);
  return conductance * electrical.readVoltage ** 2 * electrical.readTime;
}

/** Adds the synapses of a stage, with weights times `scale`, and the energy per spike of each input. */
export function connectStage(
  stage: Stage,
  layer: CrossbarLayer | null,
  scale: number,
  synapses: SynapseList,
  energyPerSpike: Float64Array,
): void {
  if (isWeighted(stage)) connectWeights(stage, layer!, scale, synapses, energyPerSpike);
  else if (stage.kind !== 'relu') connectPooling(stage, synapses);
}

function connectWeights(
  stage: WeightedStage,
  layer: CrossbarLayer,
  scale: number,
  { pre, post, weight }: SynapseList,
  energyPerSpike: Float64Array,
): void {
  const { rows, columns } = matrixShape(stage);
  const rowEnergy = Float64Array.from({ length: rows }, (_, row) => rowReadEnergy(layer, row));
  const table = stage.kind === 'dense' ? null : buildWindowTable(stage);
  const channels = stage.kind === 'dense' ? rows : stage.from.channels;
  const pixels = rows / channels;
  const positions = stage.kind === 'dense' ? 1 : stage.to.rows * stage.to.columns;
  for (let position = 0; position < positions; position++) {
    for (let row = 0; row < rows; row++) {
      const pixel = table ? table[position * pixels + Math.floor(row / channels)]! : 0;
      if (pixel < 0) continue;
      const from = pixel + (row % channels);
      energyPerSpike[from]! += rowEnergy[row]!;
      for (let j = 0; j < columns; j++) {
        pre.push(from);
        post.push(position * columns + j);
        weight.push(stage.weights[row * columns + j]! * scale);
      }
    }
  }
}

function connectPooling(stage: Pooling, { pre, post, weight }: SynapseList): void {
  const table = buildWindowTable(stage);
  const pixels = stage.window.kernel[0] * stage.window.kernel[1];
  const { channels } = stage.from;
  for (let k = 0; k < table.length; k++) {
    if (table[k]! < 0) continue;
    const position = Math.floor(k / pixels);
    const insideCount = table.subarray(position * pixels, (position + 1) * pixels).filter((pixel) => pixel >= 0).length;
    for (let c = 0; c < channels; c++) {
      pre.push(table[k]! + c);
      post.push(position * channels + c);
      weight.push(1 / (stage.countsPadding ? pixels : insideCount));
    }
  }
}

/** Percentile of the positive activations of each stage on crossbars, over `images`; 1 without positive activations. */
export function measureActivations(net: CrossbarNet, images: readonly Float64Array[], percentile: number): number[] {
  const activations = net.stageStates.map(() => [] as number[]);
  for (const image of images) {
    net.forward(image);
    net.stageStates.forEach(({ y }, n) => {
      for (const v of y) if (v > 0) activations[n]!.push(v);
    });
  }
  return activations.map((values) => {
    const sorted = Float64Array.from(values).sort();
    return sorted[Math.min(Math.floor((percentile / 100) * sorted.length), sorted.length - 1)] ?? 1;
  });
}

/** Settings that restrict the spiking version of a net. */
interface Restrictions {
  readonly pixels: Pick<Scaling, 'mean'>;
  readonly lines?: { readonly word: number; readonly bit: number } | undefined;
}

/** Checks that a net has a spiking version. @throws UserError */
export function requireSpiking({ model: { stages }, layers }: CrossbarNet, { pixels, lines }: Restrictions): void {
  if (pixels.mean !== 0)
    throw new UserError(`learn: spiking needs pixels.mean 0, since spikes are not negative, but it is ${pixels.mean}.`);
  if (stages.some(({ kind }) => kind === 'maxPooling'))
    throw new UserError('learn: spiking does not support max pooling; train a cnn with --set pooling=average.');
  const bareStage = stages.slice(0, -1).findIndex((stage, n) => isWeighted(stage) && stages[n + 1]!.kind !== 'relu');
  if (bareStage >= 0)
    throw new UserError(
      `learn: spiking needs a rectifier after every layer but the last, because spikes are not negative, but stage ${bareStage + 1} has none.`,
    );
  if (lines && lines.word + lines.bit > 0)
    throw new UserError('learn: spiking does not support lines (IR drop); leave out lines or spiking.');
  if (layers.some(({ devices }) => !devices.isSteady))
    throw new UserError(
      'learn: spiking needs devices with constant weights, but these change (read noise, retention, drift); leave out these effects or spiking.',
    );
}
