/**
 * Units of memspike: time ms, potential mV, current pA, capacitance pF, neuron conductance nS,
 * device conductance S, energy J, rate Hz. Potentials are relative to rest.
 */
export const UNITS = {
  time: 'ms',
  potential: 'mV',
  current: 'pA',
  capacitance: 'pF',
  leakConductance: 'nS',
  conductance: 'S',
  energy: 'J',
  rate: 'Hz',
} as const;

/** Converts a rate from Hz to 1/ms. */
export const hzToPerMs = (hz: number): number => hz / 1000;
