import { defineStimulus } from '../../core/declare/define.ts';
import { cutoffParam, EncodedStimulus, encodeEach, presentationParams, windowParam } from './encoded.ts';

interface LatencyCode {
  /** Latency at intensity 0, ms. */
  readonly window: number;
  readonly cutoff: number;
}

/** Spike trains with one spike per value, at window (1 - x). */
export const latencyTrains = (values: ArrayLike<number>, p: LatencyCode): number[][] =>
  encodeEach(values, p, (x) => [p.window * (1 - x)]);

/** Encoder `latencyCode`: the time to the first spike represents the intensity. */
export const latencyCode = defineStimulus({
  name: 'latencyCode',
  help: 'latency code: one spike per value, earlier for higher intensity',
  equation: 't = start + window (1 - x)',
  source: 'Hopfield 1995, doi:10.1038/376033a0',
  params: { ...presentationParams, window: windowParam, cutoff: cutoffParam },
  create: (p, context) => new EncodedStimulus(p, (values) => latencyTrains(values, p), 1, context),
});
