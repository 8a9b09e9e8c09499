import { defineNeuron, type Params } from '../core/declare/define.ts';
import { choice, nonNegative, number, positive } from '../core/declare/params.ts';
import { perMs } from '../core/declare/units.ts';
import { expm1 } from '../core/elementary.ts';
import type { ModelContext } from '../core/factories.ts';
import { exp } from '../core/math.ts';
import { CounterRandom } from '../core/random/random.ts';
import { snap } from '../core/time.ts';
import { currentParam, F64, SIZE } from './parts/params.ts';
import { type NeuronDynamics, PerNeuronPopulation } from './parts/perNeuron.ts';

const params = {
  size: SIZE,
  tau: positive(10, 'ms', 'membrane time constant'),
  capacitance: positive(250, 'pF', 'membrane capacitance'),
  current: currentParam,
  threshold: number({ default: 15, unit: 'mV', help: 'potential at which the spike probability per event is 1/2' }),
  slope: positive(4, 'mV', 'width of the sigmoid (perEvent), or potential per e-fold change of the hazard (perTime)'),
  law: choice(['perEvent', 'perTime'], {
    default: 'perEvent',
    help: 'quantity that is a sigmoid of V: spike probability per input event (perEvent) or hazard rate at input events (perTime)',
  }),
  rate: positive(10, 'Hz', 'hazard at threshold, for law perTime'),
  reset: number({ default: 0, unit: 'mV', help: 'reset potential: potential after a spike' }),
  refractory: nonNegative(1, 'ms', 'refractory time: V is clamped at reset, input is discarded'),
  precision: F64,
};

/** Dynamics of `bernoulli`. Random draw n of neuron j depends on (j, n) only, where n counts its input events. */
class BernoulliDynamics implements NeuronDynamics {
  readonly state;
  readonly #p: Params<typeof params>;
  readonly #vInf: number;
  readonly #random: CounterRandom;
  readonly #v: Float64Array;
  readonly #since: Float64Array; // time of `v`, ms; in the future while clamped
  readonly #testTime: Float64Array; // time of the last event or of the end of the clamp, ms
  readonly #eventCounts: Uint32Array;

  constructor(p: Params<typeof params>, { arena, seed, name }: ModelContext) {
    arena.reserve(p.size * 48, `${name} with ${p.size} neurons`);
    this.#p = p;
    this.#vInf = (p.current * p.tau) / p.capacitance;
    this.#random = new CounterRandom(seed, `${name}/events`);
    this.#v = arena.f64(p.size);
    this.#since = arena.f64(p.size);
    this.#testTime = arena.f64(p.size);
    this.#eventCounts = arena.u32(p.size);
    this.state = { v: this.#v, since: this.#since, tested: this.#testTime, events: this.#eventCounts };
  }

  receive(j: number, weight: number, _receptor: number | undefined, t: number): void {
    if (t < this.#since[j]!) return;
    this.#v[j] = this.potential(j, t) + weight;
    this.#since[j] = t;
  }

  predictSpike(j: number, t: number, arrived: boolean): number {
    if (!arrived || t < this.#since[j]!) return Infinity;
    const x = this.overshoot(j, t) / this.#p.slope;
    const hazard = perMs(this.#p.rate) * exp(x);
    const p = this.#p.law === 'perEvent' ? 1 / (1 + exp(-x)) : -expm1(-hazard * (t - this.#testTime[j]!));
    this.#testTime[j] = t;
    return this.#random.uniform(j, this.#eventCounts[j]!++) < p ? t : Infinity;
  }

  postSpikeReset(j: number, t: number): void {
    this.inhibit(j, t, t + snap(this.#p.refractory));
  }

  inhibit(j: number, _t: number, until: number): void {
    this.#clamp(j, this.#p.reset, Math.max(until, this.#since[j]!));
  }

  rest(j: number, t: number): void {
    this.#clamp(j, 0, t);
  }

  potential(j: number, t: number): number {
    const dt = t - this.#since[j]!;
    return dt > 0 ? this.#vInf + (this.#v[j]! - this.#vInf) * exp(-dt / this.#p.tau) : this.#v[j]!;
  }

  overshoot(j: number, t: number): number {
    return this.potential(j, t) - this.#p.threshold;
  }

  #clamp(j: number, mV: number, until: number): void {
    this.#v[j] = mV;
    this.#since[j] = this.#testTime[j] = until;
  }
}

/**
 * LIF neuron that spikes at input events only, at random. Law `perEvent`: the spike probability of an event is a
 * sigmoid of V, so the rate grows with the event rate. Law `perTime`: the sigmoid is a hazard rate, assumed constant
 * since the last event, so at constant V the firing rate does not depend on the event rate.
 */
export const bernoulli = defineNeuron({
  name: 'bernoulli',
  help: 'LIF neuron that spikes at input events with a probability given by its potential',
  equation:
    'tau dV/dt = -V + R (I + I_syn); at an event p = 1 / (1 + e^(-(V - threshold)/slope)) or, per time, p = 1 - exp(-rate e^((V - threshold)/slope) (t - last event))',
  source: 'Hinton & Sejnowski 1983; per event as in clocked binary networks',
  params,
  create: (p, context) => new PerNeuronPopulation(p.size, new BernoulliDynamics(p, context), context),
});
