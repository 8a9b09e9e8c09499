/** Devices that a network file can name under `projections.….device.model`. */
export { asymmetricStep } from './asymmetricStep.ts';
export { binary } from './binary.ts';
export { linearDrift } from './linearDrift.ts';
export { neuroSim } from './neuroSim.ts';
export { quantised } from './quantised.ts';
export { reconfigurable } from './reconfigurable.ts';
export { secondOrder } from './secondOrder.ts';
export { exponential, ideal, linear, power, softBound } from './stepDevices.ts';
export { stmLtm } from './stmLtm.ts';
export { table } from './table.ts';
export { vteam } from './vteam.ts';
export { yakopcic } from './yakopcic.ts';
