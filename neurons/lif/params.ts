import * as z from 'zod/mini';
import type { Params } from '../../core/declare/define.ts';
import { LIST_HELP, POSITIVE_RANGE } from '../../core/declare/elementParameter.ts';
import {
  choice,
  described,
  named,
  number,
  object,
  ofEach,
  optional,
  positive,
  withDefault,
} from '../../core/declare/params.ts';
import { current } from '../parts/current.ts';
import { SIZE } from '../parts/params.ts';

/** Range of a time constant, ms: at least 1 ns, 67 ticks of the time grid. Work grows with duration over time constant. */
export const TIME_CONSTANT = { min: 1e-6 } as const;

const adaptive = object(
  {
    increment: number({ min: 0, unit: 'mV', help: 'added to the threshold at each own spike' }),
    tau: number({
      default: Infinity,
      ...TIME_CONSTANT,
      infinity: true,
      unit: 'ms',
      help: 'time constant with which the sum of the increments decays; does not act on homeostasis',
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
    minimum: number({ unit: 'mV', help: 'homeostasis lowers no threshold below this; above reset' }),
  },
  'equal shares: thresholds move, for good, until all neurons fire equally often',
);

const thresholdNoise = object(
  {
    sd: positive(0.1, '1', 'relative sd (normal) of threshold - reset (assumed)'),
  },
  'thresholds drawn anew whenever the potential is put back, by a spike, inhibition or rest; for synapse delta',
);

const receptors = named(
  object({
    tau: number({ ...TIME_CONSTANT, unit: 'ms', help: 'decay of the current' }),
    rise: optional(
      number({
        ...TIME_CONSTANT,
        unit: 'ms',
        help: 'rise of the current, shorter than its decay; without it the current jumps',
      }),
    ),
  }),
  'currents of several time constants, { name: { tau, rise } }, for synapse multiExponential; a projection chooses by `receptor`, else positive weights take the first, negative ones the last',
);

const decay = (what: string) => number({ ...TIME_CONSTANT, unit: 'ms', help: `decay of ${what}` });
const tauSyn = described(
  z.union([
    decay('both conductances'),
    object({
      excitatory: decay('the excitatory conductance'),
      inhibitory: decay('the inhibitory conductance'),
    }),
  ]),
  {
    description:
      'decay of both conductances, or { excitatory, inhibitory }, for synapse conductance: one time constant in closed form, two by a series to 1e-9 mV',
    unit: 'ms',
  },
);

/** Parameters of every leaky integrate-and-fire model. */
export const lifParams = {
  size: SIZE,
  tau: ofEach({
    default: 10,
    ...POSITIVE_RANGE,
    unit: 'ms',
    help: `membrane time constant, at least 1e-6 ms but for synapse delta; ${LIST_HELP}`,
  }),
  capacitance: ofEach({
    default: 250,
    ...POSITIVE_RANGE,
    unit: 'pF',
    help: `membrane capacitance; resistance is tau / capacitance, with synapse delta for the current only; ${LIST_HELP}`,
  }),
  threshold: ofEach({ default: 15, unit: 'mV', help: `firing threshold, from rest; ${LIST_HELP}` }),
  reset: ofEach({ default: 0, unit: 'mV', help: `potential after a spike, from rest; ${LIST_HELP}` }),
  refractory: ofEach({
    default: 2,
    min: 0,
    unit: 'ms',
    help: `clamped at reset for this long after a spike; ${LIST_HELP}`,
  }),
  refractoryInput: choice(['discard', 'integrate'], {
    default: 'discard',
    help: 'with synapse delta: what arrives while refractory is lost, or takes effect (decayed) at the end; currents and conductances always go on',
  }),
  current,
  initial: ofEach({
    default: 0,
    unit: 'mV',
    help: `potential at the start, from rest; ${LIST_HELP}`,
  }),
  synapse: choice(['delta', 'exponential', 'multiExponential', 'conductance'], {
    default: 'delta',
    help: 'an arrival of weight w makes the potential jump by w mV, or a decaying current by w pA, or one of several `receptors`, or a decaying conductance by w nS',
  }),
  tauSynExc: ofEach({
    default: 2,
    ...TIME_CONSTANT,
    unit: 'ms',
    help: `decay of the current of positive weights, for synapse exponential; ${LIST_HELP}`,
  }),
  tauSynInh: ofEach({
    default: 2,
    ...TIME_CONSTANT,
    unit: 'ms',
    help: `decay of the current of negative weights, for synapse exponential; ${LIST_HELP}`,
  }),
  receptors: withDefault(receptors, { excitatory: { tau: 2 }, inhibitory: { tau: 2 } }),
  tauSyn: withDefault(tauSyn, 2),
  reversalExc: number({
    default: 65,
    unit: 'mV',
    help: "reversal potential of positive weights, from rest, for synapse conductance; default: Diehl & Cook's excitatory neurons",
  }),
  reversalInh: number({
    default: -35,
    unit: 'mV',
    help: "reversal potential of negative weights, from rest, for synapse conductance; default: Diehl & Cook's excitatory neurons",
  }),
  leakConductance: optional(
    number({
      min: 0,
      exclusiveMin: true,
      unit: 'nS',
      help: 'for synapse conductance; default: capacitance / tau',
    }),
  ),
  adaptive: optional(adaptive),
  homeostasis: optional(homeostasis),
  thresholdNoise: optional(thresholdNoise),
  precision: choice(['f64', 'f32'], { default: 'f64', help: 'of potentials, thresholds and incoming weights' }),
};

export type LifParams = Params<typeof lifParams>;
