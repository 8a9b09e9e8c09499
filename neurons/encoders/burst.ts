import { defineStimulus } from '../../core/declare/define.ts';
import { integer, positive } from '../../core/declare/params.ts';
import { cutoffParam, EncodedStimulus, encodeEach, presentationParams, spacedTimes } from './encoded.ts';

interface BurstCode {
  /** Number of spikes at intensity 1. */
  readonly most: number;
  /** Inter-spike interval at intensity 1, ms. */
  readonly shortest: number;
  /** Inter-spike interval at intensity 0, ms. */
  readonly longest: number;
  readonly cutoff: number;
}

/** Spike trains with ceil(x most) spikes per value, at intervals of longest - x (longest - shortest). */
export const burstTrains = (values: ArrayLike<number>, p: BurstCode): number[][] =>
  encodeEach(values, p, (x) => spacedTimes(p.longest - x * (p.longest - p.shortest), Math.ceil(x * p.most)));

/** Encoder `burstCode`: number and interval of the spikes of a burst represent the intensity. */
export const burstCode = defineStimulus({
  name: 'burstCode',
  help: 'burst code: higher intensity gives more spikes at shorter intervals',
  equation: 'ceil(x most) spikes from start on, longest - x (longest - shortest) apart',
  source: 'Guo et al. 2021, doi:10.3389/fnins.2021.638474',
  params: {
    ...presentationParams,
    most: integer({ default: 5, min: 1, max: 1000, help: 'number of spikes at intensity 1' }),
    shortest: positive(2, 'ms', 'inter-spike interval at intensity 1'),
    longest: positive(10, 'ms', 'inter-spike interval at intensity 0'),
    cutoff: cutoffParam,
  },
  create: (p, context) => new EncodedStimulus(p, (values) => burstTrains(values, p), 1, context),
});
