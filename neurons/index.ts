/** One line a model: what a network file may name under `populations.….model`. */
export { escapeRate } from './escapeRate.ts';
export { events } from './events.ts';
export { images } from './images.ts';
export { lif } from './lif.ts';
export { poisson } from './poisson.ts';
export { replay } from './replay.ts';
export { spikeTrains } from './spikeTrains.ts';
