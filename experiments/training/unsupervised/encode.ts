import { Arena } from '../../../core/kernels/arena.ts';
import type { MnistConfig } from './config.ts';

/**
 * Rate encoder of images: r_i = rate × x_i^gamma / sum_k x_k^gamma, Hz, with intensity x in [0, 1]. All images have the same total
 * rate, so that brightness has no effect. A black image has rates of 0.
 */
export class RateEncoder {
  readonly rates: Float64Array;
  readonly #power: Float64Array;
  readonly #total: number;

  /** @param rates output array in the arena; default: a new array */
  constructor(
    pixels: number,
    { stimulus }: { readonly stimulus: Pick<MnistConfig['stimulus'], 'rate' | 'gamma'> },
    arena = new Arena(),
    rates: Float64Array = arena.f64(pixels),
  ) {
    this.rates = rates;
    this.#power = new Float64Array(256);
    for (let v = 1; v < 256; v++) this.#power[v] = (v / 255) ** stimulus.gamma;
    this.#total = stimulus.rate;
  }

  /** Rates of the image at `offset`, Hz; the next call overwrites them. */
  encode(images: Uint8Array, offset: number): Float64Array {
    const { rates } = this;
    const size = rates.length; // reading the length of an arena array is slow
    let sum = 0;
    for (let i = 0; i < size; i++) sum += rates[i] = this.#power[images[offset + i]!]!;
    const factor = sum > 0 ? this.#total / sum : 0;
    for (let i = 0; i < size; i++) rates[i]! *= factor;
    return rates;
  }
}
