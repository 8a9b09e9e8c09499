/** Rules that a network file can name under `projections.….rule.model`. */
export { diehlCook } from './diehlCook.ts';
export { eachSpike } from './eachSpike.ts';
export { neighbourhood } from './neighbourhood.ts';
export { pairStdp } from './pairStdp.ts';
export { postTrace } from './postTrace.ts';
export { postTriggered } from './postTriggered.ts';
export { pulseOverlap } from './pulseOverlap.ts';
export { spikeDriven } from './spikeDriven.ts';
export { stochasticBinary } from './stochasticBinary.ts';
export { tripletStdp } from './tripletStdp.ts';
export { vogelsInhibitory } from './vogelsInhibitory.ts';
