import { defineStimulus } from '../../core/declare/define.ts';
import { integer, number } from '../../core/declare/params.ts';
import { EncodedStimulus, presentationParams, spacedTimes, windowParam } from './encoded.ts';

interface AmplitudeCode {
  readonly levels: number;
  /** ms */
  readonly period: number;
  readonly window: number;
}

/** Spike trains of `levels` neurons per value; the first round(x levels) neurons spike together every `period`, from 0 on. */
export const amplitudeTrains = (values: ArrayLike<number>, p: AmplitudeCode): number[][] =>
  Array.from(values).flatMap((x) => {
    const train = spacedTimes(p.period, Math.ceil(p.window / p.period));
    return Array.from({ length: p.levels }, (_, k) => (k < Math.round(x * p.levels) ? train : []));
  });

/** Encoder `amplitudeCode`: the number of simultaneous spikes represents the intensity. */
export const amplitudeCode = defineStimulus({
  name: 'amplitudeCode',
  help: 'amplitude code: the number of the `levels` neurons of a value that spike together',
  equation: 'neurons i levels … i levels + round(x_i levels) - 1 fire at start + k period',
  source: 'none needed: a thermometer code',
  params: {
    ...presentationParams,
    window: windowParam,
    levels: integer({ default: 8, min: 1, max: 1024, help: 'number of neurons per value' }),
    period: number({ default: 10, min: 0.1, unit: 'ms', help: 'interval between pulses' }),
  },
  create: (p, context) => new EncodedStimulus(p, (values) => amplitudeTrains(values, p), p.levels, context),
});
