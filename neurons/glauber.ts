import { defineNeuron, type Params } from '../core/declare/define.ts';
import { createTwoStateInitialStates, initialUpStateIndicesSchema } from '../core/declare/elementParameter.ts';
import { choice, nonNegative, number, positive } from '../core/declare/params.ts';
import type { ModelContext } from '../core/factories.ts';
import { exp } from '../core/math.ts';
import { CounterRandom } from '../core/random/random.ts';
import { sizeParam } from './parts/params.ts';
import { allocateState, type NeuronDynamics, PerNeuronPopulation, timeAfter } from './parts/perNeuron.ts';

const params = {
  size: sizeParam,
  tau: positive(10, 'ms', 'mean interval between two updates of a neuron'),
  threshold: number({ default: 0, unit: 'mV', help: 'input field h at which both states are equally likely' }),
  slope: nonNegative(0, 'mV', 'width of the sigmoid; 0: a step function; a field exactly at threshold keeps the state'),
  up: initialUpStateIndicesSchema('neurons in the up state initially and at rest'),
  precision: choice(['f64'], { default: 'f64', help: 'precision of the input sums h and of incoming weights' }),
};

/** Dynamics of Glauber neurons: events are changes of state. Waiting time n of neuron j depends on (j, n) only. */
function createDynamics(p: Params<typeof params>, { arena, seed, name }: ModelContext) {
  const n = p.size;
  arena.requireSpaceFor(n * 37, `${name} with ${n} neurons`);
  const initialUp = createTwoStateInitialStates(p.up, n, name);
  const random = new CounterRandom(seed, `${name}/updates`);
  const state = allocateState(arena, n, { field: 'f64', up: 'u8', left: 'f64', since: 'f64', draws: 'u32' });
  // State per neuron: `left`, remaining integrated flip hazard at time `since`, drawn from Exp(1); the neuron flips when it reaches 0. While a
  // neuron is inhibited, its `since` lies in the future.
  const { field, up, left, since, draws } = state;
  const overshoot = (j: number) => field[j]! - p.threshold;
  const computeFlipRate = (j: number) => {
    const against = up[j] === 1 ? -overshoot(j) : overshoot(j);
    if (p.slope === 0) return against > 0 ? 1 / p.tau : 0;
    return 1 / (1 + exp(-against / p.slope)) / p.tau;
  };
  const drawWait = (j: number, from: number) => {
    left[j] = random.exponential(j, draws[j]!++);
    since[j] = from;
  };
  up.set(initialUp);
  for (let j = 0; j < n; j++) drawWait(j, 0);
  return {
    state,
    receiveArrival(j, weight, _receptor, t) {
      const waited = t - since[j]!;
      if (waited > 0) {
        left[j] = Math.max(left[j]! - waited * computeFlipRate(j), 0);
        since[j] = t;
      }
      field[j]! += weight;
    },
    predictSpike(j) {
      const rate = computeFlipRate(j);
      return rate > 0 ? timeAfter(since[j]!, left[j]! / rate) : Infinity;
    },
    postSpikeReset(j, t) {
      up[j]! ^= 1;
      drawWait(j, t);
    },
    /** Suspends the updates of neuron j until time `until`, ms; the state of the neuron is kept. */
    inhibit: (j, _t, until) => drawWait(j, Math.max(until, since[j]!)),
    resetDynamicState(j, t) {
      field[j] = 0;
      up[j] = initialUp[j]!;
      drawWait(j, t);
    },
    potential: (j) => field[j]!,
    overshoot,
    isUp: (j: number) => up[j] === 1,
  } satisfies NeuronDynamics & { isUp(j: number): boolean };
}

/**
 * Binary neuron with updates at the times of its own Poisson process. A spike is a change of state, alternately up and down. Synapses with
 * `shortTerm: alternating` (and the same list `up`) transmit changes with their sign, so that the field h_j = Σ w_ij over presynaptic neurons i
 * in the up state; with doubled weights and an initial field, h_j = Σ w_ij s_i, s = ±1. With symmetric weights, states s = 0, 1 follow the
 * Boltzmann distribution e^(-E/slope), E = -(1/2) Σ w_ij s_i s_j + threshold Σ s_i (temperature T for s = ±1: slope = T/2).
 */
export const glauber = defineNeuron({
  name: 'glauber',
  help: 'binary neuron (McCulloch-Pitts, Glauber dynamics); a spike is a change of state',
  equation:
    'h_j = sum of arrivals; at an update, on average every tau: up with p = 1 / (1 + e^(-(h - threshold)/slope)), else down',
  source: 'Glauber 1963, doi:10.1063/1.1703954; Ginzburg & Sompolinsky 1994, doi:10.1103/PhysRevE.50.3171',
  params,
  create: (p, context) => new PerNeuronPopulation(p.size, createDynamics(p, context), context),
});
