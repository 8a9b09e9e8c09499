import { defineStimulus } from '../../core/declare/define.ts';
import { choice, number } from '../../core/declare/params.ts';
import { perMs } from '../../core/declare/units.ts';
import { log } from '../../core/math.ts';
import { EncodedStimulus, presentationParams, spacedTimes, type UniformDraw, windowParam } from './encoded.ts';

interface RateCode {
  /** Rate at intensity 0, Hz. */
  readonly low: number;
  /** Rate at intensity 1, Hz. */
  readonly high: number;
  readonly process: 'regular' | 'poisson';
  /** Duration of the presentation, ms. */
  readonly window: number;
}

/** Spike trains with rate low + x (high - low): regular (first spike after half an interval) or Poisson. */
export function rateTrains(values: ArrayLike<number>, p: RateCode, draw: UniformDraw): number[][] {
  return Array.from(values, (x, neuron) => {
    const rate = perMs(p.low + x * (p.high - p.low));
    if (!(rate > 0)) return [];
    if (p.process === 'regular')
      return spacedTimes(1 / rate, Math.floor(p.window * rate + 0.5)).map((t) => t + 0.5 / rate);
    const train: number[] = [];
    for (let n = 0, t = 0; ; n++) {
      t -= log(draw(neuron, n)) / rate;
      if (t > p.window) return train;
      train.push(t);
    }
  });
}

const rate = { min: 0, max: 1e4, unit: 'Hz' };

/** Encoder `rateCode`: the firing rate represents the intensity. For Poisson trains without end use `poisson`. */
export const rateCode = defineStimulus({
  name: 'rateCode',
  help: 'rate code: firing rate proportional to intensity during the window',
  equation: 'rate = low + x (high - low)',
  source: 'Adrian & Zotterman 1926, doi:10.1113/jphysiol.1926.sp002281',
  params: {
    ...presentationParams,
    window: windowParam,
    low: number({ ...rate, default: 0, help: 'rate at intensity 0' }),
    high: number({ ...rate, default: 100, help: 'rate at intensity 1' }),
    process: choice(['regular', 'poisson'], { default: 'regular', help: 'regular spacing or Poisson process' }),
  },
  create: (p, context) => new EncodedStimulus(p, (values, draw) => rateTrains(values, p, draw), 1, context),
});
