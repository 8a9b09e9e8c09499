/** Devices that a network file can name under `projections.….device.model`, one line per model. */
export { binary } from './binary.ts';
export { exponential } from './exponential.ts';
export { ideal } from './ideal.ts';
export { linear } from './linear.ts';
export { linearDrift } from './linearDrift.ts';
export { neuroSim } from './neuroSim.ts';
export { power } from './power.ts';
export { quantised } from './quantised.ts';
export { reconfigurable } from './reconfigurable.ts';
export { secondOrder } from './secondOrder.ts';
export { softBound } from './softBound.ts';
export { stmLtm } from './stmLtm.ts';
export { table } from './table.ts';
export { vteam } from './vteam.ts';
export { yakopcic } from './yakopcic.ts';
