import { choice, distribution, integer, number } from '../../core/declare/params.ts';

/** Parameters that several models have. */

export const SIZE = integer({ min: 1, max: 2 ** 32 - 1, help: 'number of neurons' });

/** Of models that know no single precision. */
export const F64 = choice(['f64'], { default: 'f64', help: 'of potentials and incoming weights' });

export const CURRENT = number({ default: 0, unit: 'pA', help: 'constant input current' });

export const INITIAL = distribution({ default: 0, unit: 'mV', help: 'potential at the start' });

export const NODE_CAPACITANCE = number({
  default: 250,
  min: 0,
  exclusiveMin: true,
  unit: 'pF',
  help: 'capacitance of the node',
});

export const NODE_RESISTANCE_OFF = number({
  default: 0.04,
  min: 0,
  exclusiveMin: true,
  unit: 'GΩ',
  help: 'resistance of the device while off; with the capacitance the time constant of integration',
});
