/** One line a device: what a network file may name under `projections.….device.model`. */
export { exponential } from './exponential.ts';
export { ideal } from './ideal.ts';
export { softBound } from './softBound.ts';
