import { defineStimulus } from '../../core/declare/define.ts';
import { integer, positive } from '../../core/declare/params.ts';
import { cutoffParam, EncodedStimulus, encodeEach, presentationParams, spacedTimes } from './encoded.ts';

interface IntervalCode {
  /** ms at intensity 1 and 0. */
  readonly shortest: number;
  readonly longest: number;
  readonly count: number;
  readonly cutoff: number;
}

/** `count` spikes a value from 0 on, longest - x (longest - shortest) apart. */
export const intervalTrains = (values: ArrayLike<number>, p: IntervalCode): number[][] =>
  encodeEach(values, p, (x) => spacedTimes(p.longest - x * (p.longest - p.shortest), p.count));

/** Intensity as the interval between spikes. */
export const intervalCode = defineStimulus({
  name: 'intervalCode',
  help: 'shows intensities as the interval between spikes: the stronger, the shorter',
  equation: 'interval = longest - x (longest - shortest), count spikes from start on',
  source: 'none needed',
  params: {
    ...presentationParams,
    shortest: positive(2, 'ms', 'interval at intensity 1'),
    longest: positive(50, 'ms', 'interval at intensity 0'),
    count: integer({ default: 2, min: 2, max: 1000, help: 'spikes a value' }),
    cutoff: cutoffParam,
  },
  create: (p, context) => new EncodedStimulus(p, (values) => intervalTrains(values, p), 1, context),
});
