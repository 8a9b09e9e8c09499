import { binary, programmed } from '../../index.ts';
import type { Learned } from '../../mnist/index.ts';

/** Conductances of both states, S. */
export const OFF = 1e-6;
export const ON = 1e-4;
const LOW_WEIGHT = Math.fround(OFF / ON);

/** Read errors: of a selector, or random at each read in either direction. */
export type ReadErrors = NonNullable<Pick<Parameters<typeof binary>[0], 'selector' | 'readErrors'>>;

/**
 * Binarises weights: 1 if the weight is above the mean of its neuron, else LOW_WEIGHT. Thresholds are divided by a gain that
 * preserves the sum of the weights of each neuron or, as a control, of the whole array.
 */
export function binarise({ weights, thresholds }: Learned, per: 'neuron' | 'array' = 'neuron'): Learned {
  const neurons = thresholds.length;
  const [sums, bitSums] = [new Float64Array(neurons), new Float64Array(neurons)];
  weights.forEach((w, k) => {
    sums[k % neurons]! += w;
  });
  const bits = weights.map((w, k) => (w * weights.length > sums[k % neurons]! * neurons ? 1 : LOW_WEIGHT));
  bits.forEach((bit, k) => {
    bitSums[k % neurons]! += bit;
  });
  const total = (values: Float64Array) => values.reduce((a, b) => a + b, 0);
  const gain = (j: number) => (per === 'neuron' ? sums[j]! / bitSums[j]! : total(sums) / total(bitSums));
  return { weights: bits, thresholds: thresholds.map((theta, j) => theta / gain(j)) };
}

/** Weights of an array in which each bit was written wrongly with probability `rate`. */
export const flipBits = (weights: ArrayLike<number>, low: number, rate: number, seed: number): Float64Array =>
  programmed(Float64Array.from(weights), { low, high: 1 }, { flips: rate }, seed);

export const addWriteErrors = (layer: Learned, rate: number, seed: number): Learned => ({
  ...layer,
  weights: Float32Array.from(flipBits(layer.weights, LOW_WEIGHT, rate, seed)),
});

export const addReadErrors = (layer: Learned, errors: ReadErrors): Learned => ({
  ...layer,
  device: binary({ gMin: OFF, gMax: ON, weightAtGMax: 1, ...errors }),
});
