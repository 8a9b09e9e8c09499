import { Arena } from '../../../core/kernels/arena.ts';
import type { Kernels } from '../../../core/kernels/kernels.ts';
import type { MnistConfig } from './config.ts';

/**
 * Turns images into rates: r_i = rate × x_i^gamma / sum_k x_k^gamma (Hz), x the pixel's intensity in [0, 1]. Every image
 * brings the same number of spikes, so that brightness decides nothing. A black image stays silent.
 */
export class RateEncoder {
  readonly rates: Float64Array;
  readonly #image: Uint8Array;
  readonly #power: Float64Array;
  readonly #total: number;
  readonly #kernels: Kernels;

  /** @param rates where they go to, in the arena; default: to an array of its own */
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

  /** Rates of the image that starts at `offset`; overwritten by the next call. */
  encode(images: Uint8Array, offset: number): Float64Array {
    const { rates } = this;
    this.#image.set(images.subarray(offset, offset + rates.length));
    const sum = this.#kernels.mapBytes(this.#image, this.#power, rates);
    this.#kernels.traceStrengths(rates, sum > 0 ? this.#total / sum : 0, 0, rates);
    return rates;
  }
}
