/** Modulators that a network file can name under `projections.….modulator.model`, one line per modulator. */
export { eligibility } from './eligibility.ts';
export { gate } from './gate.ts';
export { transmission } from './transmission.ts';
