import { defineStimulus } from '../../core/declare/define.ts';
import { integer, positive } from '../../core/declare/params.ts';
import { cutoffParam, EncodedStimulus, encodeEach, presentationParams, spacedTimes } from './encoded.ts';

interface IntervalCode {
  /** Inter-spike interval at intensity 1, ms. */
  readonly shortest: number;
  /** Inter-spike interval at intensity 0, ms. */
  readonly longest: number;
  readonly count: number;
  readonly cutoff: number;
}

/** Spike trains with `count` spikes per value, at intervals of longest - x (longest - shortest). */
export const intervalTrains = (values: ArrayLike<number>, p: IntervalCode): number[][] =>
  encodeEach(values, p, (x) => spacedTimes(p.longest - x * (p.longest - p.shortest), p.count));

/** Encoder `intervalCode`: the inter-spike interval represents the intensity. */
export const intervalCode = defineStimulus({
  name: 'intervalCode',
  help: 'interval code: higher intensity gives shorter inter-spike intervals',
  equation: 'interval = longest - x (longest - shortest), count spikes from start on',
  source: 'none needed',
  params: {
    ...presentationParams,
    shortest: positive(2, 'ms', 'inter-spike interval at intensity 1'),
    longest: positive(50, 'ms', 'inter-spike interval at intensity 0'),
    count: integer({ default: 2, min: 2, max: 1000, help: 'number of spikes per value' }),
    cutoff: cutoffParam,
  },
  create: (p, context) => new EncodedStimulus(p, (values) => intervalTrains(values, p), 1, context),
});
