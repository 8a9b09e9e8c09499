import type * as z from 'zod/mini';
import { UserError } from '../../../core/declare/errors.ts';
import { choice, integer, number, object } from '../../../core/declare/params.ts';
import type { Network } from '../../../core/network.ts';
import type { CrossbarLayer } from '../../../synapses/crossbar/index.ts';
import type { CrossbarNet } from './crossbarNet.ts';
import type { Scaling } from './images.ts';
import { isWeighted, matrixOf, type Pooling, type Stage, type Weighted } from './model.ts';
import { placesTable } from './sliding.ts';

/** The same net once more, as spikes. */
export const spikingParams = object(
  {
    coding: choice(['rate', 'latency'], {
      default: 'rate',
      help: 'rate: activations are rates; latency: each neuron fires once, the sooner the larger its activation',
    }),
    rate: number({
      default: 200,
      min: 0,
      exclusiveMin: true,
      max: 1e5,
      unit: 'Hz',
      help: 'of a white pixel (Poisson), for coding rate',
    }),
    duration: number({
      default: 200,
      min: 1,
      max: 1e5,
      unit: 'ms',
      help: 'how long an image is shown; latency: the window of each layer, one after the other',
    }),
    readings: integer({
      default: 8,
      min: 1,
      max: 100,
      help: 'times within it (of the last layer) at which the output is read, each twice as late as the one before',
    }),
    percentile: number({
      default: 99.9,
      min: 50,
      max: 100,
      unit: '%',
      help: 'of the activations of a layer on training images: what its neurons fire as a white pixel for',
    }),
    images: integer({ default: 1000, min: 1, help: 'test images that are shown' }),
  },
  'the trained net as integrate-and-fire neurons with rates or first spikes for activations',
);
export type Spiking = z.output<typeof spikingParams>;

/** A synapse: presynaptic neuron, postsynaptic one, weight. */
export type Synapses = { readonly pre: number[]; readonly post: number[]; readonly weight: number[] };

/** A net as spikes, an image at a time. */
export interface SpikingNet {
  readonly books: SpikeBooks;
  /** ms that pass in `show`, before the outputs see anything. */
  readonly lead: number;
  /** Shows an image from now on; `block` numbers what is drawn for it. */
  show(image: ArrayLike<number>, block: number): void;
  /** Runs on for so many ms, and returns what the outputs have integrated. */
  run(duration: number): Float64Array;
}

/** Spikes of a network since they were last set to 0, and J of the rows that they read. */
export class SpikeBooks {
  spikes = 0;
  energy = 0;
  readonly #net: Network;

  /** @param joules of one spike of each neuron, by the name of its population; others cost nothing */
  constructor(net: Network, joules: ReadonlyMap<string, Float64Array>) {
    this.#net = net;
    const populations = [...net.populations.values()];
    let of: (Float64Array | undefined)[] | null = null;
    net.recordSpikes(populations, {
      write: ({ neuron, population }, rows) => {
        of ??= Object.assign([], Object.fromEntries(populations.map(({ id, name }) => [id, joules.get(name)])));
        this.spikes += rows;
        for (let k = 0; k < rows; k++) this.energy += of![population![k]!]?.[neuron![k]!] ?? 0;
      },
    });
  }

  reset(): void {
    this.#net.flush();
    this.spikes = this.energy = 0;
  }
}

export const typed = ({ pre, post, weight }: Synapses) => ({
  pre: Uint32Array.from(pre),
  post: Uint32Array.from(post),
  weight: Float64Array.from(weight),
});

/** J of a read of a row; 0 where devices have no conductance. */
export function readOf(layer: CrossbarLayer, row: number): number {
  const { electrical } = layer;
  if (electrical === null) return 0;
  let siemens = 0;
  for (let j = 0; j < layer.columns; j++) siemens += layer.devices.conductance(row * layer.columns + j, layer.now);
  return siemens * electrical.readVoltage ** 2 * electrical.readTime;
}

/** Adds the synapses of a stage with their weights times `scale`, and what a spike of each input costs to `joules`. */
export function connect(
  stage: Stage,
  layer: CrossbarLayer | null,
  scale: number,
  synapses: Synapses,
  joules: Float64Array,
): void {
  if (isWeighted(stage)) connectWeights(stage, layer!, scale, synapses, joules);
  else if (stage.kind !== 'relu') average(stage, synapses);
}

function connectWeights(
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

/** Settings of a net that its spikes cannot do with, or know nothing of. */
interface Beside {
  readonly pixels: Pick<Scaling, 'mean'>;
  readonly lines?: { readonly word: number; readonly bit: number } | undefined;
}

/** Whether a net can be shown as spikes. @throws UserError if not */
export function requireSpiking({ model: { stages }, layers }: CrossbarNet, { pixels, lines }: Beside): void {
  if (pixels.mean !== 0)
    throw new UserError(`learn: spiking needs pixels.mean 0, since spikes are not negative, but it is ${pixels.mean}.`);
  if (stages.some(({ kind }) => kind === 'maxPooling'))
    throw new UserError('learn: spiking has no maximum of spikes; train a cnn with --set pooling=average.');
  const bare = stages.slice(0, -1).findIndex((stage, n) => isWeighted(stage) && stages[n + 1]!.kind !== 'relu');
  if (bare >= 0)
    throw new UserError(
      `learn: spiking needs a rectifier after every layer but the last, since spikes are not negative, but after stage ${bare + 1} comes none.`,
    );
  if (lines && lines.word + lines.bit > 0)
    throw new UserError(
      'learn: spiking takes the weights as devices hold them, without lines; leave lines or spiking out.',
    );
  if (layers.some(({ devices }) => !devices.isSteady))
    throw new UserError(
      'learn: spiking takes the weights as devices hold them when it begins, but these change by themselves (noise of reading, retention, drift); leave that or spiking out.',
    );
}
