import type { Neurons, Stimulus } from '../../../core/graph/population.ts';
import type { KernelChoice } from '../../../core/kernels/arena.ts';
import { Network } from '../../../core/network.ts';
import type { Seed } from '../../../core/random/random.ts';
import { contrastOf } from '../../../neurons/encoders/contrast.ts';
import { lif, poisson, relay } from '../../../neurons/index.ts';
import type { Relay } from '../../../neurons/relay.ts';
import type { Poisson } from '../../../neurons/stimuli/poisson.ts';
import type { EnergyAccount } from '../../devices/energy/account.ts';
import { CollectedSpikes } from '../collectedSpikes.ts';
import type { FeatureConfig } from './config.ts';

/** What the first stage has learned: weights of `patch × patch × 2` inputs × kernels, row-major, and thresholds. */
export interface Kernel {
  readonly weights: Float32Array;
  readonly thresholds: Float64Array;
}

/** What the first stage did while it learned. */
export interface FirstStage {
  /** Patches that each of its neurons won. */
  readonly wins: readonly number[];
  readonly energy: EnergyAccount;
}

/** Spikes of the pooling population from the start of an image. */
export interface PooledSpikes {
  readonly times: Float64Array;
  readonly neurons: Uint32Array;
}

/**
 * The first stage, frozen: on- and off-cells of a retina -> the learned kernel at every place, whose neurons compete there and fire
 * only at spikes of the on-cell in their middle -> pooling to a smaller map of relay neurons, whose rate is kept.
 */
export class Front {
  readonly net: Network;
  readonly retina: Stimulus<Poisson>;
  readonly places: Neurons;
  readonly pool: Neurons<Relay>;
  readonly #config: FeatureConfig;
  readonly #columns: number;
  #collected = new CollectedSpikes();
  #known: PooledSpikes[] | null = null;
  readonly kernel: Kernel;
  /** Where it has learned here. */
  learned: FirstStage | null = null;

  constructor(c: FeatureConfig, kernel: Kernel, rows: number, columns: number, seed: Seed, kernels: KernelChoice) {
    const count = kernel.thresholds.length;
    this.#config = c;
    this.kernel = kernel;
    this.#columns = columns;
    const net = (this.net = new Network({ seed, kernels }));
    this.retina = net.population('retina', poisson({ size: 2 * rows * columns }));
    this.places = net.population(
      'places',
      lif({ size: rows * columns * count, tau: c.placeTau, threshold: 1, refractory: 0, precision: 'f32' }),
      { winnerTakeAll: { hold: 0, groups: rows * columns } },
    );
    const weight = kernel.weights.map((w, k) => w / kernel.thresholds[k % count]!);
    const [size, padding] = [[c.patch, c.patch] as const, c.patch >> 1];
    net.projection(this.retina, this.places, {
      connect: { convolution: { columns, channels: 2, size, stride: [1, 1], padding, gate: 0, weight } },
    });
    this.pool = net.population(
      'pool',
      relay({ size: c.grid * c.grid * count, normalise: { rate: c.poolRate, step: c.poolStep } }),
    );
    net.projection(this.places, this.pool, {
      connect: { pooling: { columns, channels: count, to: [c.grid, c.grid], reach: c.reach, weight: c.poolWeight } },
      delay: c.poolDelay,
    });
    net.recordSpikes([this.pool], { write: (spikes, n) => this.#collected.write(spikes, n) });
  }

  /** What it makes of image `image`, from its random block: drawn once, where it remembers, and the same again. */
  spikesOf(pixels: Uint8Array, image: number, duration: number): PooledSpikes {
    const known = this.#known?.[image];
    if (known) return known;
    const spikes = this.show(pixels, image, duration);
    if (this.#known) this.#known[image] = spikes;
    return spikes;
  }

  /** Keeps what it makes of each image from now on, and how it has learned. */
  remember(learned: FirstStage): this {
    this.#known ??= [];
    this.learned = learned;
    return this;
  }

  /** Shows one image for `duration` ms, with random block `block`. */
  show(pixels: Uint8Array, block: number, duration: number): PooledSpikes {
    const { net, retina, pool } = this;
    this.#collected = new CollectedSpikes();
    net.rest();
    pool.model.useBlock(block);
    const start = net.now;
    net.change(retina, (model) => {
      model.setRates(this.ratesOf(pixels));
      model.useBlock(block);
    });
    net.run(duration);
    net.flush();
    this.#collected.endImage(start);
    const { times, neurons } = this.#collected.result();
    return { times, neurons };
  }

  /** Rates of on- and off-cells, Hz. */
  ratesOf(pixels: Uint8Array): Float64Array {
    const c = this.#config;
    const contrast = contrastOf(
      Float64Array.from(pixels, (v) => v / 255),
      this.#columns,
      c,
    );
    return contrast.map((x) => x * c.retinaRate);
  }
}
