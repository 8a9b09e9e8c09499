import { defineNeuron, type Params } from '../core/declare/define.ts';
import { nonNegative, number, positive } from '../core/declare/params.ts';
import type { ModelContext } from '../core/factories.ts';
import { exp } from '../core/math.ts';
import { precisionParam, sizeParam } from './parts/params.ts';
import { allocateState, type NeuronDynamics, PerNeuronPopulation } from './parts/perNeuron.ts';

const decreaseParam = (initial: number, help: string) =>
  number({ default: initial, min: 0, max: 1, exclusiveMax: true, unit: '1', help });

const params = {
  size: sizeParam,
  tau: positive(20, 'ms', 'membrane time constant (assumed value)'),
  threshold: positive(15, 'mV', 'spike threshold without injury'),
  refractory: nonNegative(2, 'ms', 'refractory time after a spike, during which input is ignored (assumed value)'),
  facilitation: decreaseParam(
    0.3,
    'facilitation: relative decrease of the threshold directly after a spike (assumed value)',
  ),
  relaxation: positive(100, 'ms', 'relaxation time constant of the filament, i.e. of the facilitation (assumed value)'),
  injuryThreshold: positive(30, 'mV', 'potential above which an arrival causes injury (assumed value)'),
  injuryScale: positive(
    100,
    'mV',
    'excess over injuryThreshold at which one arrival causes full injury (assumed value)',
  ),
  allodynia: decreaseParam(0.4, 'allodynia: relative decrease of the threshold at full injury (assumed value)'),
  hyperalgesia: nonNegative(
    0.5,
    '1',
    'hyperalgesia: relative increase of input weights at full injury (assumed value)',
  ),
  recovery: number({
    default: 1e4,
    min: 0,
    exclusiveMin: true,
    infinity: true,
    unit: 'ms',
    help: 'time constant of the decay of the injury (healing); Infinity: no healing (assumed value)',
  }),
  precision: precisionParam,
};

function createDynamics(p: Params<typeof params>, { arena, name }: ModelContext): NeuronDynamics {
  arena.requireSpaceFor(p.size * 48, `${name} with ${p.size} neurons`);
  const types = { v: 'f64', filament: 'f64', injury: 'f64', since: 'f64', refractoryUntil: 'f64' } as const;
  const state = allocateState(arena, p.size, types);
  // State per neuron at time `since`: potential, filament (decays from 1 after a spike) and injury (0 … 1).
  const { v, filament, injury, since, refractoryUntil } = state;
  const potential = (j: number, t: number) => v[j]! * exp((since[j]! - t) / p.tau);
  const overshoot = (j: number, t: number) => {
    const dt = t - since[j]!;
    const injured = 1 - p.allodynia * injury[j]! * exp(-dt / p.recovery);
    const open = 1 - p.facilitation * filament[j]! * exp(-dt / p.relaxation);
    return potential(j, t) - p.threshold * injured * open;
  };
  const advance = (j: number, t: number) => {
    const dt = t - since[j]!;
    if (dt <= 0) return;
    v[j]! *= exp(-dt / p.tau);
    filament[j]! *= exp(-dt / p.relaxation);
    injury[j]! *= exp(-dt / p.recovery);
    since[j] = t;
  };
  return {
    state,
    receiveArrival(j, weight, _receptor, t) {
      if (t < refractoryUntil[j]!) return;
      advance(j, t);
      v[j]! += weight > 0 ? weight * (1 + p.hyperalgesia * injury[j]!) : weight;
    },
    predictSpike(j, t, arrived) {
      if (!arrived || t < refractoryUntil[j]!) return Infinity; // between arrivals V only decays
      const fires = overshoot(j, t) >= 0;
      const excess = v[j]! - p.injuryThreshold;
      if (excess > 0) injury[j] = Math.min(injury[j]! + excess / p.injuryScale, 1);
      return fires ? t : Infinity;
    },
    postSpikeReset(j, t) {
      advance(j, t);
      v[j] = 0;
      filament[j] = 1;
      refractoryUntil[j] = t + p.refractory;
    },
    inhibit(j, t, until) {
      advance(j, t);
      v[j] = 0;
      refractoryUntil[j] = Math.max(until, refractoryUntil[j]!);
    },
    resetDynamicState(j, t) {
      v[j] = filament[j] = 0;
      if (Number.isFinite(p.recovery)) injury[j] = 0;
      since[j] = refractoryUntil[j] = t;
    },
    potential,
    overshoot,
  };
}

/**
 * Artificial nociceptor: volatile threshold switch with an injury state. Its properties are a threshold; relaxation (a weaker stimulus
 * suffices soon after a spike); no adaptation; and, after a noxious stimulus until healing, a lower threshold (allodynia) and stronger
 * responses (hyperalgesia). An arrival is a pulse of its weight in mV. Spikes occur at arrivals only.
 */
export const nociceptor = defineNeuron({
  name: 'nociceptor',
  help: 'artificial nociceptor: volatile threshold switch that is sensitised by noxious stimuli until it heals',
  equation:
    'tau dV/dt = -V; arrival: V += w (1 + hyperalgesia j); then j += (V - injuryThreshold)+ / injuryScale, at most 1; spike at V >= threshold (1 - allodynia j) (1 - facilitation f): V = 0, f = 1; f and j decay with relaxation and recovery',
  source: 'properties: doi:10.1038/s41467-017-02572-3; behavioural form, constants assumed',
  params,
  create: (p, context) => new PerNeuronPopulation(p.size, createDynamics(p, context), context),
});
