/** Modulators that a network file can name under `projections.….modulator.model`. */
export { eligibility } from './eligibility.ts';
export { gate } from './gate.ts';
export { transmission } from './transmission.ts';
