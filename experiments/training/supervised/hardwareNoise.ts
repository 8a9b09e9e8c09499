import type * as z from 'zod/mini';
import { fraction, integer, nonNegative, object, optional } from '../../../core/declare/params.ts';
import { CounterRandom, type Seed } from '../../../core/random/random.ts';

export const hardwareNoiseParams = object(
  {
    noise: nonNegative(0, '1', 'sd (normal) of the error of each weight, divided by the largest absolute weight'),
    levels: optional(integer({ min: 2, help: 'number of equidistant levels of a weight; default: no quantisation' })),
    stuckLow: fraction(0, 'share of the devices that are stuck at the lowest conductance'),
    stuckHigh: fraction(0, 'share of the devices that are stuck at the highest conductance'),
    lineLoss: nonNegative(0, '1', 'IR drop: resistance of a line segment × largest conductance of a device'),
    clip: nonNegative(
      2.5,
      '1',
      'largest absolute weight, in standard deviations of the weights of a layer; 0: no limit',
    ),
  },
  'hardware-aware training: errors of the devices that are drawn for each batch',
);
export type HardwareNoise = z.output<typeof hardwareNoiseParams>;

/** True if these parameters leave all weights exact. */
export const isExact = ({ noise, levels, stuckLow, stuckHigh, lineLoss }: HardwareNoise) =>
  noise + stuckLow + stuckHigh + lineLoss === 0 && levels === undefined;

/**
 * Creates the injection of device errors into weights: forward and backward passes of a batch see the weights that a
 * crossbar of differential pairs would have, and the update changes the exact weights. A weight w is held by conductances
 * g± = (1 ± w/max |w|)/2; stuck devices have g = 0 or 1; IR drop gives g/(1 + lineLoss g (number of segments)).
 * Sources: aihwkit, WeightModifierParameter (AddNormal, Discretize) and WeightClipParameter (LayerGaussian); IR drop to
 * first order.
 * @param columns number of columns of the weight matrix
 */
export function createNoiseInjector(p: HardwareNoise, columns: number, seed: Seed, name: string) {
  const { noise, levels, stuckLow, stuckHigh, lineLoss, clip } = p;
  const random = new CounterRandom(seed, `${name}/hardware`);
  const hasPairs = stuckLow + stuckHigh + lineLoss > 0;
  return {
    /** Writes the weights with the device errors of batch number `batch` to `out`. */
    inject(weights: Float32Array, batch: number, out: Float32Array) {
      const most = weights.reduce((a, w) => Math.max(a, Math.abs(w)), 0);
      const rows = weights.length / columns;
      for (let k = 0; k < weights.length; k++) {
        let w = most === 0 ? 0 : weights[k]! / most;
        if (levels !== undefined) w = (2 * Math.round(((w + 1) / 2) * (levels - 1))) / (levels - 1) - 1;
        if (noise > 0) w += noise * random.normal(k, 4 * batch);
        if (hasPairs) {
          const segments = (k % columns) + 1 + (rows - Math.floor(k / columns));
          const read = (g: number, n: number) => {
            const u = stuckLow + stuckHigh > 0 ? random.uniform(k, 4 * batch + n) : 1;
            const held = u < stuckLow ? 0 : u < stuckLow + stuckHigh ? 1 : g;
            return held / (1 + lineLoss * held * segments);
          };
          w = read((1 + w) / 2, 1) - read((1 - w) / 2, 2);
        }
        out[k] = w * most;
      }
    },
    /** Limits the weights of a layer to ± `clip` times their root mean square. */
    clipWeights(weights: Float32Array) {
      if (clip === 0) return;
      const limit = clip * Math.sqrt(weights.reduce((sum, w) => sum + w * w, 0) / weights.length);
      for (let k = 0; k < weights.length; k++) weights[k] = Math.min(Math.max(weights[k]!, -limit), limit);
    },
  };
}
