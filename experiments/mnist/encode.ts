import type { MnistConfig } from './config.ts';

/**
 * Turns images into rates: r_i = rate × x_i^gamma / sum_k x_k^gamma (Hz), x the pixel's intensity in [0, 1]. Every image
 * brings the same number of spikes, so that brightness decides nothing. A black image stays silent.
 */
export class RateEncoder {
  readonly rates: Float64Array;
  readonly #power: Float64Array;
  readonly #total: number;

  constructor(pixels: number, { stimulus }: { readonly stimulus: Pick<MnistConfig['stimulus'], 'rate' | 'gamma'> }) {
    this.rates = new Float64Array(pixels);
    this.#power = Float64Array.from({ length: 256 }, (_, v) => (v / 255) ** stimulus.gamma);
    this.#total = stimulus.rate;
  }

  /** Rates of the image that starts at `offset`; overwritten by the next call. */
  encode(images: Uint8Array, offset: number): Float64Array {
    const { rates } = this;
    let sum = 0;
    for (let i = 0; i < rates.length; i++) sum += rates[i] = this.#power[images[offset + i]!]!;
    const scale = sum > 0 ? this.#total / sum : 0;
    for (let i = 0; i < rates.length; i++) rates[i]! *= scale;
    return rates;
  }
}
