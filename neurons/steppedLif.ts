import { defineNeuron, type Params } from '../core/declare/define.ts';
import { createElementParameter, POSITIVE_RANGE, VALUE_LIST_HELP } from '../core/declare/elementParameter.ts';
import { choice, nonNegative, perElement, positive } from '../core/declare/params.ts';
import type { ModelContext } from '../core/factories.ts';
import { MAX_TIME, snap, TICK } from '../core/time.ts';
import { createCapacitanceParam, createMembraneTauParam, resetPotentialParam, sizeParam } from './parts/params.ts';
import { allocateState, type NeuronDynamics, PerNeuronPopulation } from './parts/perNeuron.ts';

const params = {
  size: sizeParam,
  step: positive(1, 'ms', 'time step'),
  offset: nonNegative(0, 'ms', 'time of the first step; arrivals at the time of a step count at the next step'),
  tau: createMembraneTauParam(''),
  capacitance: createCapacitanceParam(''),
  threshold: perElement({ default: 15, unit: 'mV', help: `spike threshold, relative to rest; ${VALUE_LIST_HELP}` }),
  reset: resetPotentialParam,
  resetBy: choice(['value', 'subtraction'], {
    default: 'value',
    help: 'effect of a spike on V: value: V = reset; subtraction: V falls by threshold',
  }),
  current: perElement({ default: 0, unit: 'pA', help: `constant input current; ${VALUE_LIST_HELP}` }),
  synapse: choice(['delta', 'exponential'], {
    default: 'delta',
    help: 'effect of an arrival of weight w: delta: V jumps by w mV; exponential: synaptic current jumps by w pA',
  }),
  tauSyn: perElement({
    default: 2,
    ...POSITIVE_RANGE,
    unit: 'ms',
    help: `time constant of the synaptic current; ${VALUE_LIST_HELP}`,
  }),
  synapticCurrent: perElement({
    default: 0,
    unit: 'pA',
    help: `steady synaptic current without arrivals, approached from 0 pA; ${VALUE_LIST_HELP}`,
  }),
};

/** Dynamics of all neurons of a population, which advance together at the common times of the steps. */
function createDynamics(p: Params<typeof params>, context: ModelContext): NeuronDynamics {
  const { arena, name } = context;
  const n = p.size;
  arena.requireSpaceFor(n * 40, `${name} with ${n} neurons`);
  const read = (key: 'tau' | 'capacitance' | 'threshold' | 'reset' | 'current' | 'tauSyn' | 'synapticCurrent') =>
    createElementParameter(p[key], n, key, context, /tau|capacitance/.test(key) ? POSITIVE_RANGE : undefined);
  const [tau, capacitance, threshold, reset] = [read('tau'), read('capacitance'), read('threshold'), read('reset')];
  const [current, tauSyn, synapticCurrent] = [read('current'), read('tauSyn'), read('synapticCurrent')];
  const isDelta = p.synapse === 'delta';
  const types = { v: 'f64', synaptic: 'f64', input: 'f64', due: 'f64', until: 'f64' } as const;
  const own = allocateState(arena, n, types);
  const steps = arena.f64(1);
  // State per neuron: potential `v` (mV) and current `synaptic` (pA) after the last step; `input`: sum of the weights since; `due`: time of
  // the spike of the last step (Infinity: none); `until`: end of inhibition; `steps`: number of steps.
  const { v, synaptic, input, due, until } = own;
  due.fill(Infinity);
  return {
    state: { ...own, steps },
    get nextChange() {
      const t = snap(steps[0]! * p.step) + snap(p.offset);
      return t <= MAX_TIME ? t : Infinity;
    },
    applyChange(t) {
      steps[0]!++;
      for (let j = 0; j < n; j++) {
        const decay = p.step / tauSyn.getValue(j);
        synaptic[j]! += decay * (synapticCurrent.getValue(j) - synaptic[j]!) + (isDelta ? 0 : input[j]!);
        const total = current.getValue(j) + synaptic[j]!;
        if (t >= until[j]!) {
          const change = total / capacitance.getValue(j) - v[j]! / tau.getValue(j);
          v[j]! += p.step * change + (isDelta ? input[j]! : 0);
          if (v[j]! > threshold.getValue(j)) due[j] = t + TICK;
        }
        input[j] = 0;
      }
    },
    receiveArrival(j, weight) {
      input[j]! += weight;
    },
    predictSpike: (j) => due[j]!,
    postSpikeReset(j) {
      v[j] = p.resetBy === 'value' ? reset.getValue(j) : v[j]! - threshold.getValue(j);
      due[j] = Infinity;
    },
    inhibit(j, _t, end) {
      v[j] = reset.getValue(j);
      due[j] = Infinity;
      until[j] = Math.max(end, until[j]!);
    },
    resetDynamicState(j) {
      v[j] = synaptic[j] = input[j] = until[j] = 0;
      due[j] = Infinity;
    },
    potential: (j) => v[j]!,
    overshoot: (j) => v[j]! - threshold.getValue(j),
  };
}

/**
 * LIF neuron in time steps (forward Euler), as libraries for surrogate-gradient training compute it: for networks that were trained in
 * steps and whose results depend on them. At each step the sum of the weights that arrived since the last step is added, then the
 * threshold is tested; a neuron spikes at most once per step, one tick after the step. V is constant between steps.
 */
export const steppedLif = defineNeuron({
  name: 'steppedLif',
  help: 'leaky integrate-and-fire neuron in time steps, as in networks trained by surrogate gradients; at most one spike per step',
  equation:
    'per step: I <- I + (step/tauSyn) (synapticCurrent - I) + w, then V <- V + step ((current + I)/capacitance - V/tau), + w with synapse delta; spike if V > threshold',
  source:
    'Pedersen et al. 2024, doi:10.1038/s41467-024-52259-9 (discretised NIR); Eshraghian et al. 2023, doi:10.1109/JPROC.2023.3308088',
  params,
  create: (p, context) => new PerNeuronPopulation(p.size, createDynamics(p, context), context),
});
