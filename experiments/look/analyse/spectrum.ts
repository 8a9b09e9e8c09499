import FFT from 'fft.js';
import { MS_PER_S } from './counts.ts';

/**
 * Power spectrum of a series by Welch's method with half-overlapping segments. Samples after the last full segment are
 * ignored. Definition: `elephant.spectral.welch_psd`, which is `scipy.signal.welch` with its defaults (window 'hann',
 * detrend 'constant', scaling 'density'). Source: Welch 1967, doi:10.1109/TAU.1967.1161901.
 */
export class WelchSpectrum {
  readonly #fft: FFT;
  readonly #window: Float64Array;
  readonly #samples: Float64Array; // length of a segment: a power of two
  readonly #windowedSegment: Float64Array;
  readonly #fftOutput: Float64Array;
  readonly #powerSum: Float64Array;
  #filled = 0;
  #segments = 0;

  constructor(n: number) {
    this.#fft = new FFT(n);
    this.#window = Float64Array.from({ length: n }, (_, i) => 0.5 - 0.5 * Math.cos((2 * Math.PI * i) / n));
    this.#samples = new Float64Array(n);
    this.#windowedSegment = new Float64Array(n);
    this.#fftOutput = new Float64Array(2 * n);
    this.#powerSum = new Float64Array(n / 2 + 1);
  }

  addSample(x: number): void {
    this.#samples[this.#filled++] = x;
    if (this.#filled < this.#samples.length) return;
    this.#addSegment();
    this.#samples.copyWithin(0, this.#samples.length / 2);
    this.#filled = this.#samples.length / 2;
  }

  /**
   * One-sided power spectral density of the population rate, Hz^2 / Hz, from 0 to half the sampling rate.
   * @param bin sampling interval, ms; @param scale factor applied to every sample
   */
  computeSpectrum(bin: number, scale: number) {
    const samplingRate = MS_PER_S / bin;
    const energy = this.#window.reduce((sum, w) => sum + w * w, 0);
    const density = scale ** 2 / (samplingRate * energy * this.#segments);
    const last = this.#powerSum.length - 1;
    return {
      frequencies: Array.from(this.#powerSum, (_, i) => (i * samplingRate) / this.#samples.length),
      power: Array.from(this.#powerSum, (p, i) => p * density * (i === 0 || i === last ? 1 : 2)),
      segments: this.#segments,
    };
  }

  #addSegment(): void {
    const mean = this.#samples.reduce((sum, x) => sum + x, 0) / this.#samples.length;
    for (let i = 0; i < this.#samples.length; i++)
      this.#windowedSegment[i] = (this.#samples[i]! - mean) * this.#window[i]!;
    this.#fft.realTransform(this.#fftOutput, this.#windowedSegment);
    for (let i = 0; i < this.#powerSum.length; i++)
      this.#powerSum[i]! += this.#fftOutput[2 * i]! ** 2 + this.#fftOutput[2 * i + 1]! ** 2;
    this.#segments++;
  }
}
