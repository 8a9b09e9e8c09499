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

/** Reads of a row that one random block has draws for. */
const READS = 4096;

/** What the first stage has learned: weights of `patch × patch × 2` inputs × kernels, row-major, and thresholds, mV. */
export interface Kernel {
  readonly weights: Float32Array;
  readonly thresholds: Float64Array;
}

/** What the first stage did while it learned. */
export interface FirstStageTraining {
  /** Patches that each of its neurons won. */
  readonly wins: readonly number[];
  readonly energy: EnergyAccount;
}

export interface FrontEndOptions {
  readonly config: FeatureConfig;
  readonly kernel: Kernel;
  /** Of an image. */
  readonly rows: number;
  readonly columns: number;
  readonly seed: Seed;
  /** Random block of image 0. */
  readonly firstBlock: number;
  /** Of the replicas; none: weights of no device. */
  readonly device?: DeviceFactory | undefined;
}

/**
 * The first stage, frozen: on- and off-cells of a retina -> replicas of the learned kernel at every place, whose neurons compete there
 * and fire only at spikes of the on-cell in their middle -> pooling to a smaller map of relay neurons, whose rate is kept. Nothing
 * leads back from pooling, so that it is a network of its own, whose clock goes with that of the other.
 */
export class FrontEnd {
  readonly net: Network;
  readonly retina: Stimulus<Poisson>;
  readonly places: Neurons<Lif>;
  readonly replicas: Projection;
  readonly pooling: Network;
  readonly pool: Neurons<Relay>;
  readonly kernel: Kernel;
  /** Where it has learned here. */
  learned: FirstStageTraining | null = null;
  readonly #config: FeatureConfig;
  readonly #firstBlock: number;
  /** Which read of its row is next, by which noise of reading is drawn. */
  readonly #reads: readonly Uint32Array[];
  readonly #passed: Stimulus<RecordedSpikes>;
  readonly #weights: Projection;
  readonly #cells: ContrastCells;
  readonly #silent: Uint32Array;
  readonly #atPlaces = new ImageSink();
  readonly #atPool = new ImageSink();
  readonly #map: Float64Array;
  #spikes: SpikeStore | null = null;
  #maps: Map<number, Uint8Array> | null = null;

  constructor({ config: c, kernel, rows, columns, seed, firstBlock, device }: FrontEndOptions) {
    const count = kernel.thresholds.length;
    const places = rows * columns;
    this.#config = c;
    this.#firstBlock = firstBlock;
    this.kernel = kernel;
    this.#cells = new ContrastCells(rows, columns, c);
    this.#silent = new Uint32Array(places);
    const net = (this.net = new Network({ seed }));
    this.retina = net.population('retina', poisson({ size: 2 * places }));
    const least = kernel.thresholds.reduce((a, b) => Math.min(a, b));
    this.places = net.population(
      'places',
      lif({ size: places * count, tau: c.placeTau, threshold: least, refractory: 0, precision: 'f32' }),
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
    this.#reads = Object.entries(this.replicas.devices?.state ?? {}).flatMap(([name, reads]) =>
      name.endsWith('readout.reads') ? [reads as Uint32Array] : [],
    );
    net.recordSpikes([this.places], this.#atPlaces);
    const pooling = (this.pooling = new Network({ seed }));
    this.#passed = pooling.population('places', {
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
    this.#weights = pooling.projection(this.#passed, this.pool, {
      connect: { pooling: { columns, channels: count, to: [c.grid, c.grid], reach: c.reach, weight: c.poolWeight } },
      delay: c.poolDelay,
    });
    this.#map = new Float64Array(this.pool.size);
    pooling.recordSpikes([this.pool], this.#atPool);
  }

  /** Spikes of the pooling population for image `image`, from its random block: drawn once, where it remembers, and the same again. */
  getSpikes(pixels: Uint8Array, image: number, duration: number): ImageSpikes {
    if (this.#spikes?.has(image)) return this.#spikes.get(image);
    const spikes = this.simulate(pixels, image, duration);
    this.#spikes?.put(image, spikes);
    return spikes;
  }

  /**
   * Spikes at the places, counted as pooling weighs them, as shares of the largest count in steps of 1/255; shares below 4/255 are none.
   * No relay has thinned them.
   */
  getFeatureMap(pixels: Uint8Array, image: number): Uint8Array {
    const known = this.#maps?.get(image);
    if (known) return known;
    const { edges } = this.#weights;
    const map = this.#map.fill(0);
    for (const place of this.#showPlaces(pixels, image, this.#config.duration).neurons)
      for (let k = edges.starts![place]!; k < edges.starts![place + 1]!; k++)
        map[edges.targets![k]!]! += edges.weights![k]!;
    const most = map.reduce((a, b) => Math.max(a, b), 0) || 1;
    const shares = Uint8Array.from(map, (n) => (n < (4 / 255) * most ? 0 : Math.floor((255 * n) / most)));
    this.#maps?.set(image, shares);
    return shares;
  }

  /** Keeps what it makes of each image from now on, and how it has learned. */
  enableCache(learned: FirstStageTraining): this {
    this.#spikes ??= new SpikeStore(this.pool.size);
    this.#maps ??= new Map();
    this.learned = learned;
    return this;
  }

  /** Shows image `image` for `duration` ms, with its random block; spikes of the pooling population, valid until the next call. */
  simulate(pixels: Uint8Array, image: number, duration: number): ImageSpikes {
    const { pooling, pool } = this;
    const start = pooling.now;
    const { times, neurons } = this.#showPlaces(pixels, image, duration);
    for (let k = 0; k < times.length; k++) times[k]! += start;
    pooling.rest();
    pool.model.useBlock(this.#firstBlock + image);
    pooling.change(this.#passed, (model) => model.setSpikes(times, neurons));
    pooling.run(duration);
    pooling.flush();
    return this.#atPool.take(start);
  }

  /** The same, spikes of the neurons at the places. */
  #showPlaces(pixels: Uint8Array, image: number, duration: number): ImageSpikes {
    const { net, retina, places } = this;
    const block = this.#firstBlock + image;
    const rates = this.#cells.encode(pixels, WHITE);
    for (let k = 0; k < rates.length; k++) rates[k]! *= this.#config.retinaRate;
    net.rest();
    // Where the on-cell in the middle is silent nobody can fire.
    let silent = 0;
    for (let g = 0; g < this.#silent.length; g++) if (rates[2 * g] === 0) this.#silent[silent++] = g;
    net.disableGroups(places, this.#silent.subarray(0, silent));
    for (const reads of this.#reads) reads.fill(block * READS);
    const start = net.now;
    net.change(retina, (model) => {
      model.setRates(rates);
      model.useBlock(block);
    });
    net.run(duration);
    net.flush();
    return this.#atPlaces.take(start);
  }
}
