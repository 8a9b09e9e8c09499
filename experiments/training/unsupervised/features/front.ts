import type { DeviceFactory } from '../../../../core/factories.ts';
import type { Neurons, Stimulus } from '../../../../core/graph/population.ts';
import type { Projection } from '../../../../core/graph/projection.ts';
import { Network } from '../../../../core/network.ts';
import type { Seed } from '../../../../core/random/random.ts';
import { ContrastCells } from '../../../../neurons/encoders/contrast.ts';
import { lif, poisson, relay } from '../../../../neurons/index.ts';
import type { Lif } from '../../../../neurons/lif.ts';
import type { Relay } from '../../../../neurons/relay.ts';
import type { Poisson } from '../../../../neurons/stimuli/poisson.ts';
import { RecordedSpikes } from '../../../../neurons/stimuli/recorded.ts';
import type { EnergyAccount } from '../../../devices/energy/account.ts';
import { type FeatureConfig, WHITE } from './config.ts';
import { ImageSink } from './imageSink.ts';
import { type ImageSpikes, SpikeStore } from './spikeStore.ts';

/** Number of reads of a row per random block. */
const READS_PER_BLOCK = 4096;

/** Learned state of the first stage: weights of `patch × patch × 2` inputs × kernels, row-major, and thresholds, mV. */
export interface Kernel {
  readonly weights: Float32Array;
  readonly thresholds: Float64Array;
}

/** Wins and energy of first-stage training. */
export interface FirstStageTraining {
  /** Number of patches that each neuron won. */
  readonly wins: readonly number[];
  readonly energy: EnergyAccount;
}

export interface FrontEndOptions {
  readonly config: FeatureConfig;
  readonly kernel: Kernel;
  /** Number of pixel rows of an image. */
  readonly rows: number;
  readonly columns: number;
  readonly seed: Seed;
  /** Random block of image 0. */
  readonly firstBlock: number;
  /** Device of the replicas; default: ideal weights. */
  readonly device?: DeviceFactory | undefined;
}

/**
 * Frozen first stage: on- and off-cells of a retina -> replicas of the learned kernel at each position -> pooling by relay neurons with
 * a regulated population rate. Neurons at one position compete and fire only at spikes of the on-cell in their middle. Pooling has no
 * feedback, so it is a separate network that runs after the first one.
 */
export class FrontEnd {
  readonly net: Network;
  readonly retina: Stimulus<Poisson>;
  readonly places: Neurons<Lif>;
  readonly replicas: Projection;
  readonly pooling: Network;
  readonly pool: Neurons<Relay>;
  readonly kernel: Kernel;
  /** Results of training; null if the first stage was not trained in this object. */
  learned: FirstStageTraining | null = null;
  readonly #config: FeatureConfig;
  readonly #firstBlock: number;
  /** Index of the next read of each row, which selects the draws of read noise. */
  readonly #readIndices: readonly Uint32Array[];
  readonly #replayed: Stimulus<RecordedSpikes>;
  readonly #poolSynapses: Projection;
  readonly #cells: ContrastCells;
  readonly #silentPlaces: Uint32Array;
  readonly #placeSpikes = new ImageSink();
  readonly #poolSpikes = new ImageSink();
  readonly #map: Float64Array;
  #spikeCache: SpikeStore | null = null;
  #mapCache: Map<number, Uint8Array> | null = null;

  constructor({ config: c, kernel, rows, columns, seed, firstBlock, device }: FrontEndOptions) {
    const count = kernel.thresholds.length;
    const places = rows * columns;
    this.#config = c;
    this.#firstBlock = firstBlock;
    this.kernel = kernel;
    this.#cells = new ContrastCells(rows, columns, c);
    this.#silentPlaces = new Uint32Array(places);
    const net = (this.net = new Network({ seed }));
    this.retina = net.population('retina', poisson({ size: 2 * places }));
    const minThreshold = kernel.thresholds.reduce((a, b) => Math.min(a, b));
    this.places = net.population(
      'places',
      lif({ size: places * count, tau: c.placeTau, threshold: minThreshold, refractory: 0, precision: 'f32' }),
      { winnerTakeAll: { hold: 0, groups: places } },
    );
    for (let j = 0; j < places * count; j++) this.places.model.setThreshold(j, 0, kernel.thresholds[j % count]!);
    const [size, padding] = [[c.patch, c.patch] as const, c.patch >> 1];
    const { weights: weight } = kernel;
    this.replicas = net.projection(this.retina, this.places, {
      connect: {
        convolution: { columns, channels: 2, size, stride: [1, 1], padding, gate: 0, weight, shared: !device },
      },
      ...(device && { device }),
    });
    this.#readIndices = Object.entries(this.replicas.devices?.state ?? {}).flatMap(([name, reads]) =>
      name.endsWith('readout.reads') ? [reads as Uint32Array] : [],
    );
    net.recordSpikes([this.places], this.#placeSpikes);
    const pooling = (this.pooling = new Network({ seed }));
    this.#replayed = pooling.population('places', {
      kind: 'stimulus' as const,
      create: ({ arena }) => new RecordedSpikes(places * count, new Float64Array(0), new Uint32Array(0), arena),
    });
    this.pool = pooling.population(
      'pool',
      relay({
        size: c.grid * c.grid * count,
        normalise: { rate: c.poolRate, step: c.poolStep },
        sum: { adaptation: c.poolAdaptation, tau: c.poolTau },
      }),
    );
    this.#poolSynapses = pooling.projection(this.#replayed, this.pool, {
      connect: { pooling: { columns, channels: count, to: [c.grid, c.grid], reach: c.reach, weight: c.poolWeight } },
      delay: c.poolDelay,
    });
    this.#map = new Float64Array(this.pool.size);
    pooling.recordSpikes([this.pool], this.#poolSpikes);
  }

  /** Spikes of the pooling population for an image, from the cache if enabled. @param image index, which selects the random block */
  getSpikes(pixels: Uint8Array, image: number, duration: number): ImageSpikes {
    if (this.#spikeCache?.has(image)) return this.#spikeCache.get(image);
    const spikes = this.simulate(pixels, image, duration);
    this.#spikeCache?.put(image, spikes);
    return spikes;
  }

  /** Pooled first-stage spike counts of an image without relay neurons, 255 at the largest count; values below 4 are 0. */
  getFeatureMap(pixels: Uint8Array, image: number): Uint8Array {
    const cached = this.#mapCache?.get(image);
    if (cached) return cached;
    const { edges } = this.#poolSynapses;
    const map = this.#map.fill(0);
    for (const place of this.#simulatePlaces(pixels, image, this.#config.duration).neurons)
      for (let k = edges.starts![place]!; k < edges.starts![place + 1]!; k++)
        map[edges.targets![k]!]! += edges.weights![k]!;
    const highest = map.reduce((a, b) => Math.max(a, b), 0) || 1;
    const shares = Uint8Array.from(map, (n) => (n < (4 / 255) * highest ? 0 : Math.floor((255 * n) / highest)));
    this.#mapCache?.set(image, shares);
    return shares;
  }

  /** Caches the spikes and feature map of each image from now on, and stores the results of training. */
  enableCache(learned: FirstStageTraining): this {
    this.#spikeCache ??= new SpikeStore(this.pool.size);
    this.#mapCache ??= new Map();
    this.learned = learned;
    return this;
  }

  /** Simulates an image for `duration` ms with its random block. Returns spikes of the pooling population, valid until the next call. */
  simulate(pixels: Uint8Array, image: number, duration: number): ImageSpikes {
    const { pooling, pool } = this;
    const start = pooling.now;
    const { times, neurons } = this.#simulatePlaces(pixels, image, duration);
    for (let k = 0; k < times.length; k++) times[k]! += start;
    pooling.rest();
    pool.model.useBlock(this.#firstBlock + image);
    pooling.change(this.#replayed, (model) => model.setSpikes(times, neurons));
    pooling.run(duration);
    pooling.flush();
    return this.#poolSpikes.take(start);
  }

  /** Simulates an image and returns the first-stage spikes, valid until the next call. */
  #simulatePlaces(pixels: Uint8Array, image: number, duration: number): ImageSpikes {
    const { net, retina, places } = this;
    const block = this.#firstBlock + image;
    const rates = this.#cells.encode(pixels, WHITE);
    for (let k = 0; k < rates.length; k++) rates[k]! *= this.#config.retinaRate;
    net.rest();
    // Neurons cannot fire if the on-cell in their middle is silent.
    let silent = 0;
    for (let g = 0; g < this.#silentPlaces.length; g++) if (rates[2 * g] === 0) this.#silentPlaces[silent++] = g;
    net.disableGroups(places, this.#silentPlaces.subarray(0, silent));
    for (const reads of this.#readIndices) reads.fill(block * READS_PER_BLOCK);
    const start = net.now;
    net.change(retina, (model) => {
      model.setRates(rates);
      model.useBlock(block);
    });
    net.run(duration);
    net.flush();
    return this.#placeSpikes.take(start);
  }
}
