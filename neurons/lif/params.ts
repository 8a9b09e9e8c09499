import type { z } from 'zod';
import { choice, distribution, integer, number, object } from '../../core/params.ts';

const adaptive = object(
  {
    increment: number({ min: 0, unit: 'mV', help: 'added to the threshold at each own spike' }),
    tau: number({
      default: Infinity,
      min: 0,
      exclusiveMin: true,
      infinity: true,
      unit: 'ms',
      help: 'decay of what was added',
    }),
  },
  'adaptive threshold',
);

const homeostasis = object(
  {
    gain: number({
      min: 0,
      unit: 'mV',
      help: 'at a spike of neuron j of N: its threshold + gain (1 - 1/N), all others - gain/N',
    }),
    minimum: number({ unit: 'mV', help: 'no threshold falls below this; above reset' }),
  },
  'equal shares: thresholds move until all neurons fire equally often',
);

/** Parameters of every leaky integrate-and-fire model. */
export const lifParams = object({
  size: integer({ min: 1, max: 2 ** 32 - 1, help: 'number of neurons' }),
  tau: number({ default: 10, min: 0, exclusiveMin: true, unit: 'ms', help: 'membrane time constant' }),
  capacitance: number({
    default: 250,
    min: 0,
    exclusiveMin: true,
    unit: 'pF',
    help: 'membrane capacitance; resistance is tau / capacitance',
  }),
  threshold: number({ default: 15, unit: 'mV', help: 'firing threshold, from rest' }),
  reset: number({ default: 0, unit: 'mV', help: 'potential after a spike, from rest' }),
  refractory: number({ default: 2, min: 0, unit: 'ms', help: 'clamped at reset for this long after a spike' }),
  refractoryInput: choice(['discard', 'integrate'], {
    default: 'discard',
    help: 'what arrives while refractory is lost, or takes effect (decayed) at the end',
  }),
  current: number({ default: 0, unit: 'pA', help: 'constant input current' }),
  initial: distribution({ default: 0, unit: 'mV', help: 'potential at the start, from rest' }),
  synapse: choice(['delta', 'exponential'], {
    default: 'delta',
    help: 'an arrival of weight w makes the potential jump by w mV, or a decaying current by w pA',
  }),
  tauSynExc: number({
    default: 2,
    min: 0,
    exclusiveMin: true,
    unit: 'ms',
    help: 'decay of the current of positive weights, for synapse exponential',
  }),
  tauSynInh: number({
    default: 2,
    min: 0,
    exclusiveMin: true,
    unit: 'ms',
    help: 'decay of the current of negative weights, for synapse exponential',
  }),
  adaptive: adaptive.optional(),
  homeostasis: homeostasis.optional(),
  precision: choice(['f64', 'f32'], { default: 'f64', help: 'of potentials, thresholds and incoming weights' }),
});

export type LifParams = z.output<typeof lifParams>;
