import { defineNeuron, type Params } from '../core/declare/define.ts';
import { choice, nonNegative, number, positive } from '../core/declare/params.ts';
import { hzToPerMs } from '../core/declare/units.ts';
import { expm1 } from '../core/elementary.ts';
import type { ModelContext } from '../core/factories.ts';
import { exp } from '../core/math.ts';
import { CounterRandom } from '../core/random/random.ts';
import { snap } from '../core/time.ts';
import { constantCurrentParam, precisionParam, sizeParam } from './parts/params.ts';
import { allocateState, type NeuronDynamics, PerNeuronPopulation } from './parts/perNeuron.ts';

const params = {
  size: sizeParam,
  tau: positive(10, 'ms', 'membrane time constant'),
  capacitance: positive(250, 'pF', 'membrane capacitance'),
  current: constantCurrentParam,
  threshold: number({ default: 15, unit: 'mV', help: 'potential at which the spike probability per event is 1/2' }),
  slope: positive(4, 'mV', 'width of the sigmoid (perEvent), or potential per e-fold change of the hazard (perTime)'),
  law: choice(['perEvent', 'perTime'], {
    default: 'perEvent',
    help: 'quantity that is a sigmoid of V: spike probability per input event (perEvent), or hazard rate since the last input event (perTime)',
  }),
  rate: positive(10, 'Hz', 'hazard at threshold, for law perTime'),
  reset: number({ default: 0, unit: 'mV', help: 'reset potential: potential after a spike' }),
  refractory: nonNegative(1, 'ms', 'refractory time: V is clamped at reset, input is discarded'),
  precision: precisionParam,
};

/** Dynamics of bernoulli neurons. The draw at input event n of neuron j depends on (j, n) only. */
function createDynamics(p: Params<typeof params>, { arena, seed, name }: ModelContext): NeuronDynamics {
  arena.requireSpaceFor(p.size * 48, `${name} with ${p.size} neurons`);
  const state = allocateState(arena, p.size, { v: 'f64', since: 'f64', tested: 'f64', events: 'u32' });
  // State per neuron: potential `v` at time `since` (last event or end of clamp); time `tested` of the last random draw for a spike;
  // number `events` of these draws.
  const { v, since, tested, events } = state;
  const vInf = (p.current * p.tau) / p.capacitance;
  const random = new CounterRandom(seed, `${name}/events`);
  const potential = (j: number, t: number) => {
    const dt = t - since[j]!;
    return dt > 0 ? vInf + (v[j]! - vInf) * exp(-dt / p.tau) : v[j]!;
  };
  const overshoot = (j: number, t: number) => potential(j, t) - p.threshold;
  const clamp = (j: number, mV: number, until: number) => {
    v[j] = mV;
    since[j] = tested[j] = until;
  };
  const inhibit = (j: number, _t: number, until: number) => clamp(j, p.reset, Math.max(until, since[j]!));
  return {
    state,
    receiveArrival(j, weight, _receptor, t) {
      if (t < since[j]!) return;
      v[j] = potential(j, t) + weight;
      since[j] = t;
    },
    predictSpike(j, t, arrived) {
      if (!arrived || t < since[j]!) return Infinity;
      const x = overshoot(j, t) / p.slope;
      const hazard = hzToPerMs(p.rate) * exp(x);
      const probability = p.law === 'perEvent' ? 1 / (1 + exp(-x)) : -expm1(-hazard * (t - tested[j]!));
      tested[j] = t;
      return random.uniform(j, events[j]!++) < probability ? t : Infinity;
    },
    postSpikeReset: (j, t) => inhibit(j, t, t + snap(p.refractory)),
    inhibit,
    resetDynamicState: (j, t) => clamp(j, 0, t),
    potential,
    overshoot,
  };
}

/**
 * LIF neuron that spikes at input events only, at random. Law `perEvent`: the rate grows with the event rate. Law `perTime`: the hazard
 * rate is assumed constant since the last event, so at constant V the firing rate does not depend on the event rate.
 */
export const bernoulli = defineNeuron({
  name: 'bernoulli',
  help: 'LIF neuron that spikes at input events with a probability given by its potential',
  equation:
    'tau dV/dt = -V + R (I + I_syn); at an event p = 1 / (1 + e^(-(V - threshold)/slope)) or, per time, p = 1 - exp(-rate e^((V - threshold)/slope) (t - last event))',
  source: 'Hinton & Sejnowski 1983; per event as in clocked binary networks',
  params,
  create: (p, context) => new PerNeuronPopulation(p.size, createDynamics(p, context), context),
});
