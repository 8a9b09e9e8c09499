/**
 * The units of memspike, everywhere: time ms, potential mV, current pA, capacitance pF, neuron conductance nS,
 * device conductance S, energy J, rate Hz. Potentials are counted from rest.
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

/** Events per ms for a rate in Hz. */
export const perMs = (hz: number): number => hz / 1000;
