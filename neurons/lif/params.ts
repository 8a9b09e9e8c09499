import * as z from 'zod/mini';
import type { Params } from '../../core/declare/define.ts';
import { VALUE_LIST_HELP } from '../../core/declare/elementParameter.ts';
import {
  choice,
  described,
  distribution,
  named,
  number,
  object,
  optional,
  perElement,
  positive,
  withDefault,
} from '../../core/declare/params.ts';
import { inputCurrentParam } from '../parts/current.ts';
import {
  createCapacitanceParam,
  createMembraneTauParam,
  initialPotentialListParam,
  refractoryTimeParam,
  resetPotentialParam,
  sizeParam,
} from '../parts/params.ts';

/** Range of a time constant, ms. At least 1 ns (67 ticks): computing time grows with simulated time / time constant. */
export const TIME_CONSTANT_RANGE = { min: 1e-6 } as const;

const adaptive = object(
  {
    increment: number({ min: 0, unit: 'mV', help: 'increase of the threshold at each spike of the neuron' }),
    tau: number({
      default: Infinity,
      ...TIME_CONSTANT_RANGE,
      infinity: true,
      unit: 'ms',
      help: 'decay time constant of the threshold increments; homeostatic shifts do not decay',
    }),
  },
  'adaptive threshold',
);

const adaptationCurrent = object(
  {
    increment: number({
      unit: 'pA',
      help: 'increase of the outward (hyperpolarising) current at each spike of the neuron',
    }),
    tau: number({ ...TIME_CONSTANT_RANGE, unit: 'ms', help: 'decay time constant of the adaptation current' }),
  },
  'adaptation current triggered by spikes; for synapse exponential and multiExponential',
);

const homeostasis = object(
  {
    gain: number({
      min: 0,
      unit: 'mV',
      help: 'threshold shift per spike, for N neurons: + gain (1 - 1/N) for the neuron that spikes, - gain/N for all others',
    }),
    minimum: number({ unit: 'mV', help: 'lower limit of thresholds under homeostasis; must be above reset' }),
  },
  'homeostasis: permanent threshold shifts that equalise the firing rates',
);

/** Threshold of neurons that only integrate, mV. */
export const NO_THRESHOLD = 1e300;

const thresholdNoise = object(
  {
    sd: positive(0.1, '1', 'relative standard deviation (normal) of threshold - reset (assumed value)'),
  },
  'random threshold, drawn at each reset of the potential (spike, inhibition or rest); requires synapse delta',
);

const noise = object(
  {
    sigma: distribution({ min: 0, unit: 'mV', help: 'sd of the potential of a neuron that never fires' }),
  },
  'white noise current on the membrane, independent for each neuron; not with synapse conductance',
);

const receptors = named(
  object({
    tau: number({ ...TIME_CONSTANT_RANGE, unit: 'ms', help: 'decay time constant of the synaptic current' }),
    rise: optional(
      number({
        ...TIME_CONSTANT_RANGE,
        unit: 'ms',
        help: 'rise time constant of the synaptic current, at most tau; default: the current jumps',
      }),
    ),
  }),
  'synaptic currents { name: { tau, rise } } for synapse multiExponential; selected by `receptor` of the projection, otherwise the first for positive and the last for negative weights',
);

const decay = (target: string) =>
  number({ ...TIME_CONSTANT_RANGE, unit: 'ms', help: `decay time constant of ${target}` });
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
      'decay time constant of both conductances, or { excitatory, inhibitory }, for synapse conductance; one time constant: closed form, two: series with an error below 1e-9 mV',
    unit: 'ms',
  },
);

const currentDecay = (sign: string) =>
  perElement({
    default: 2,
    ...TIME_CONSTANT_RANGE,
    unit: 'ms',
    help: `decay time constant of the current from ${sign} weights, for synapse exponential; ${VALUE_LIST_HELP}`,
  });
const reversal = (mV: number, sign: string) =>
  number({
    default: mV,
    unit: 'mV',
    help: `reversal potential for ${sign} weights, relative to rest, for synapse conductance; default: excitatory neurons of Diehl & Cook`,
  });

const initialSynaptic = named(
  perElement({ default: 0, help: `current, pA, or conductance, nS, of the receptor; ${VALUE_LIST_HELP}` })._zod.def
    .innerType,
  'synaptic currents or conductances at 0 ms { receptor: value }; receptors of synapse exponential and conductance: excitatory, inhibitory; currents of inhibitory are negative',
);

export const lifParams = {
  size: sizeParam,
  tau: createMembraneTauParam('; at least 1e-6 ms, except with synapse delta; 1e300 ms: no leak'),
  capacitance: createCapacitanceParam('; with synapse delta it scales `current` only'),
  threshold: perElement({
    default: 15,
    unit: 'mV',
    help: `spike threshold, relative to rest; 1e300 mV: never fires; ${VALUE_LIST_HELP}`,
  }),
  reset: resetPotentialParam,
  refractory: refractoryTimeParam,
  refractoryInput: choice(['discard', 'integrate'], {
    default: 'discard',
    help: 'input during refractoriness with synapse delta: discard it, or apply its decayed value at the end; currents and conductances are always integrated',
  }),
  refractoryPotential: choice(['clamp', 'free'], {
    default: 'clamp',
    help: 'potential during refractoriness: clamp: reset; free: V follows its equation from reset and integrates all input, but the neuron fires at the end at the earliest',
  }),
  current: inputCurrentParam,
  initial: initialPotentialListParam,
  synapse: choice(['delta', 'exponential', 'multiExponential', 'conductance'], {
    default: 'delta',
    help: 'effect of an arrival of weight w: delta: V jumps by w mV; exponential: current jumps by w pA; multiExponential: current of a receptor, with peak w pA; conductance: conductance jumps by w nS',
  }),
  tauSynExc: currentDecay('positive'),
  tauSynInh: currentDecay('negative'),
  receptors: withDefault(receptors, { excitatory: { tau: 2 }, inhibitory: { tau: 2 } }),
  initialSynaptic: optional(initialSynaptic),
  tauSyn: withDefault(tauSyn, 2),
  reversalExc: reversal(65, 'positive'),
  reversalInh: reversal(-35, 'negative'),
  leakConductance: optional(
    number({
      min: 0,
      exclusiveMin: true,
      unit: 'nS',
      help: 'leak conductance, only with synapse conductance: synaptic conductances and `current` are divided by it, and capacitance has no effect; tau stays the time constant; default: capacitance / tau',
    }),
  ),
  adaptive: optional(adaptive),
  adaptationCurrent: optional(adaptationCurrent),
  homeostasis: optional(homeostasis),
  thresholdNoise: optional(thresholdNoise),
  noise: optional(noise),
  precision: choice(['f64', 'f32'], {
    default: 'f64',
    help: 'number type of potentials, thresholds and incoming weights: double (f64) or single (f32) precision',
  }),
};

export type LifParams = Params<typeof lifParams>;
