import { defineStimulus } from '../../core/declare/define.ts';
import { cutoffParam, EncodedStimulus, encodeEach, presentationParams, windowParam } from './encoded.ts';

interface LatencyCode {
  /** ms */
  readonly window: number;
  readonly cutoff: number;
}

/** One spike a value, at window (1 - x). */
export const latencyTrains = (values: ArrayLike<number>, p: LatencyCode): number[][] =>
  encodeEach(values, p, (x) => [p.window * (1 - x)]);

/** Intensity as time to the first spike. */
export const latencyCode = defineStimulus({
  name: 'latencyCode',
  help: 'shows intensities as the time to one spike: the stronger, the earlier',
  equation: 't = start + window (1 - x)',
  source: 'Hopfield 1995, doi:10.1038/376033a0',
  params: { ...presentationParams, window: windowParam, cutoff: cutoffParam },
  create: (p, context) => new EncodedStimulus(p, (values) => latencyTrains(values, p), 1, context),
});
