import { binary, programmed } from '../../index.ts';
import type { Learned } from '../../mnist/index.ts';

/** Conductances of both states, S. */
const OFF = 1e-6;
const ON = 1e-4;

/** A layer whose weights have two values. */
export interface Binarised extends Learned {
  readonly low: number;
  readonly high: number;
}

/**
 * A weight becomes high where it is above the mean onto its neuron, else low; low and high stand in the ratio of the conductances, and all
 * weights together keep their sum. Thresholds stay.
 */
export function binarised({ weights, thresholds }: Learned): Binarised {
  const neurons = thresholds.length;
  const means = new Float64Array(neurons);
  weights.forEach((w, k) => {
    means[k % neurons]! += (w * neurons) / weights.length;
  });
  const on = weights.map((w, k) => (w > means[k % neurons]! ? 1 : 0));
  const shares = on.reduce((sum, bit) => sum + (bit === 1 ? 1 : OFF / ON), 0);
  const high = Math.fround(weights.reduce((sum, w) => sum + w, 0) / shares);
  const low = Math.fround((high * OFF) / ON);
  return { weights: on.map((bit) => (bit === 1 ? high : low)), thresholds, low, high };
}

/** The layer after an array was written in which each bit is wrong with this probability, for good. */
export function written({ low, high, ...layer }: Binarised, rate: number, seed: number): Learned {
  return { ...layer, weights: Float32Array.from(programmed(layer.weights, { low, high }, { flips: rate }, seed)) };
}

/** The layer with an array in which each bit is read wrongly with this probability, anew at every read. */
export function misread({ low: _, high, ...layer }: Binarised, rate: number): Learned {
  return { ...layer, device: binary({ gMin: OFF, gMax: ON, weightAtGMax: high, readErrors: { rate } }) };
}
