/** One line an encoder: stimuli that show intensities from 0 to 1 as spikes. */
export { amplitudeCode } from './amplitude.ts';
export { burstCode } from './burst.ts';
export { intervalCode } from './interval.ts';
export { latencyCode } from './latency.ts';
export { rankOrderCode } from './rankOrder.ts';
export { rateCode } from './rate.ts';
