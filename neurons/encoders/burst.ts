import { defineStimulus } from '../../core/declare/define.ts';
import { integer, positive } from '../../core/declare/params.ts';
import { cutoffParam, EncodedStimulus, encodeEach, presentationParams, spacedTimes } from './encoded.ts';

interface BurstCode {
  readonly most: number;
  /** ms between spikes at intensity 1 and 0. */
  readonly shortest: number;
  readonly longest: number;
  readonly cutoff: number;
}

/** ceil(x most) spikes a value from 0 on, longest - x (longest - shortest) apart. */
export const burstTrains = (values: ArrayLike<number>, p: BurstCode): number[][] =>
  encodeEach(values, p, (x) => spacedTimes(p.longest - x * (p.longest - p.shortest), Math.ceil(x * p.most)));

/** Intensity as a burst. */
export const burstCode = defineStimulus({
  name: 'burstCode',
  help: 'shows intensities as bursts: the stronger, the more spikes and the closer together',
  equation: 'ceil(x most) spikes from start on, longest - x (longest - shortest) apart',
  source: 'Guo et al. 2021, doi:10.3389/fnins.2021.638474',
  params: {
    ...presentationParams,
    most: integer({ default: 5, min: 1, max: 1000, help: 'spikes at intensity 1' }),
    shortest: positive(2, 'ms', 'interval at intensity 1'),
    longest: positive(10, 'ms', 'interval at intensity 0'),
    cutoff: cutoffParam,
  },
  create: (p, context) => new EncodedStimulus(p, (values) => burstTrains(values, p), 1, context),
});
