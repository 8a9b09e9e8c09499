import FFT from 'fft.js';

export interface Spectrum {
  /** Hz, from 0 to half the sampling rate. */
  readonly frequencies: readonly number[];
  /** One-sided power spectral density of the rate, Hz^2 / Hz. */
  readonly power: readonly number[];
  readonly segments: number;
}

const MS_PER_S = 1000;

/**
 * Power spectrum of a series by Welch's method: segments that overlap by half, each less its mean, under a periodic Hann
 * window; the mean of their periodograms, as one-sided density. What does not fill a segment is left out.
 * Definition: `elephant.spectral.welch_psd`, which is `scipy.signal.welch` with its defaults (window 'hann',
 * detrend 'constant', scaling 'density'). Source: Welch 1967, doi:10.1109/TAU.1967.1161901.
 */
export class Welch {
  readonly #n: number;
  readonly #fft: FFT;
  readonly #window: Float64Array;
  readonly #data: Float64Array;
  readonly #segment: Float64Array;
  readonly #out: Float64Array;
  readonly #power: Float64Array;
  #filled = 0;
  #segments = 0;

  /** @param n samples a segment, a power of two. */
  constructor(n: number) {
    this.#n = n;
    this.#fft = new FFT(n);
    this.#window = Float64Array.from({ length: n }, (_, i) => 0.5 - 0.5 * Math.cos((2 * Math.PI * i) / n));
    this.#data = new Float64Array(n);
    this.#segment = new Float64Array(n);
    this.#out = new Float64Array(2 * n);
    this.#power = new Float64Array(n / 2 + 1);
  }

  sample(x: number): void {
    this.#data[this.#filled++] = x;
    if (this.#filled < this.#n) return;
    this.#transform();
    this.#data.copyWithin(0, this.#n / 2);
    this.#filled = this.#n / 2;
  }

  /** @param bin ms between samples; @param scale what a sample is multiplied by. */
  result(bin: number, scale: number): Spectrum {
    const rate = MS_PER_S / bin;
    const energy = this.#window.reduce((sum, w) => sum + w * w, 0);
    const density = scale ** 2 / (rate * energy * this.#segments);
    const last = this.#power.length - 1;
    return {
      frequencies: Array.from(this.#power, (_, i) => (i * rate) / this.#n),
      power: Array.from(this.#power, (p, i) => p * density * (i === 0 || i === last ? 1 : 2)),
      segments: this.#segments,
    };
  }

  #transform(): void {
    const mean = this.#data.reduce((sum, x) => sum + x, 0) / this.#n;
    for (let i = 0; i < this.#n; i++) this.#segment[i] = (this.#data[i]! - mean) * this.#window[i]!;
    this.#fft.realTransform(this.#out, this.#segment);
    for (let i = 0; i < this.#power.length; i++) this.#power[i]! += this.#out[2 * i]! ** 2 + this.#out[2 * i + 1]! ** 2;
    this.#segments++;
  }
}
