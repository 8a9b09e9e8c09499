/** One line a stimulus: models of populations whose spikes come from outside. */
export * from '../encoders/index.ts';
export { events } from './events.ts';
export { images } from './images.ts';
export { poisson } from './poisson.ts';
export { replay } from './replay.ts';
export { retina } from './retina.ts';
export { spikeTrains } from './spikeTrains.ts';
