/** One line a device: what a network file may name under `projections.….device.model`. */
export { exponential } from './exponential.ts';
export { ideal } from './ideal.ts';
export { linear } from './linear.ts';
export { neuroSim } from './neuroSim.ts';
export { softBound } from './softBound.ts';
