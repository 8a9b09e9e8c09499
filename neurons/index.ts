/** Neuron models and stimuli that a network file can name under `populations.….model`. */
export { adex } from './adex.ts';
export { bernoulli } from './bernoulli.ts';
export { diffusiveNeuron } from './diffusiveNeuron.ts';
export {
  amplitudeCode,
  burstCode,
  intervalCode,
  latencyCode,
  rankOrderCode,
  rateCode,
} from './encoders/codes.ts';
export { levelCrossing } from './encoders/signals.ts';
export { escapeRate } from './escapeRate.ts';
export { glauber } from './glauber.ts';
export { izhikevich } from './izhikevich.ts';
export { lif } from './lif.ts';
export { mott } from './mott.ts';
export { nociceptor } from './nociceptor.ts';
export { quadratic } from './quadratic.ts';
export { relay } from './relay.ts';
export { steppedLif } from './steppedLif.ts';
export { images, retina } from './stimuli/images.ts';
export { poisson } from './stimuli/poisson.ts';
export { events, replay, spikeTrains } from './stimuli/recorded.ts';
export { sinusoidalPoisson } from './stimuli/sinusoidalPoisson.ts';
export { steppedPoisson } from './stimuli/steppedPoisson.ts';
export { thresholdSwitch } from './thresholdSwitch.ts';
