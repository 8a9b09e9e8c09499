import { Arena } from '../../../core/kernels/arena.ts';
import type { Kernels } from '../../../core/kernels/kernels.ts';
import type { MnistConfig } from './config.ts';

/**
 * Encodes images as firing rates: r_i = rate × x_i^gamma / sum_k x_k^gamma, Hz, with intensity x in [0, 1]. All images
 * have the same total rate, so brightness has no effect. The rates of a black image are 0.
 */
export class RateEncoder {
  readonly rates: Float64Array;
  readonly #image: Uint8Array;
  readonly #power: Float64Array;
  readonly #total: number;
  readonly #kernels: Kernels;

  /** @param rates output array in the arena; default: a new array */
  constructor(
    pixels: number,
    { stimulus }: { readonly stimulus: Pick<MnistConfig['stimulus'], 'rate' | 'gamma'> },
    arena = new Arena(),
    rates: Float64Array = arena.f64(pixels),
  ) {
    this.rates = rates;
    this.#image = arena.u8(pixels);
    this.#power = arena.f64(256);
    for (let v = 0; v < 256; v++) this.#power[v] = (v / 255) ** stimulus.gamma;
    this.#total = stimulus.rate;
    this.#kernels = arena.kernels;
  }

  /** Firing rates for the image at `offset`, Hz; the next call overwrites the array. */
  encode(images: Uint8Array, offset: number): Float64Array {
    const { rates } = this;
    this.#image.set(images.subarray(offset, offset + rates.length));
    const sum = this.#kernels.mapBytes(this.#image, this.#power, rates);
    this.#kernels.traceStrengths(rates, sum > 0 ? this.#total / sum : 0, 0, rates);
    return rates;
  }
}
