import { binary, programmed } from '../../index.ts';
import type { Learned } from '../../mnist/index.ts';

/** Conductances of both states, S. */
export const OFF = 1e-6;
export const ON = 1e-4;
const LOW = Math.fround(OFF / ON);

/** Errors of reading: those of a selector, or drawn anew at each read and in either direction. */
export type Misreading = NonNullable<Pick<Parameters<typeof binary>[0], 'selector' | 'readErrors'>>;

/**
 * A weight becomes 1 where it is above the mean onto its neuron, else LOW. Each neuron keeps the sum of its weights, or all together do
 * (`of: 'array'`, the control), by a gain, which stands in the threshold: what counts is a potential's share of it.
 */
export function binarised({ weights, thresholds }: Learned, of: 'neuron' | 'array' = 'neuron'): Learned {
  const neurons = thresholds.length;
  const [sums, bits] = [new Float64Array(neurons), new Float64Array(neurons)];
  weights.forEach((w, k) => {
    sums[k % neurons]! += w;
  });
  const on = weights.map((w, k) => (w * weights.length > sums[k % neurons]! * neurons ? 1 : LOW));
  on.forEach((bit, k) => {
    bits[k % neurons]! += bit;
  });
  const total = (values: Float64Array) => values.reduce((a, b) => a + b, 0);
  const gain = (j: number) => (of === 'neuron' ? sums[j]! / bits[j]! : total(sums) / total(bits));
  return { weights: on, thresholds: thresholds.map((theta, j) => theta / gain(j)) };
}

/** Weights after an array was written in which each bit is wrong with this probability, for good. */
export const flipped = (weights: ArrayLike<number>, low: number, rate: number, seed: number): Float64Array =>
  programmed(Float64Array.from(weights), { low, high: 1 }, { flips: rate }, seed);

export const written = (layer: Learned, rate: number, seed: number): Learned => ({
  ...layer,
  weights: Float32Array.from(flipped(layer.weights, LOW, rate, seed)),
});

/** The layer with an array that is misread. */
export const misread = (layer: Learned, errors: Misreading): Learned => ({
  ...layer,
  device: binary({ gMin: OFF, gMax: ON, weightAtGMax: 1, ...errors }),
});
