import { defineNeuron, type Params } from '../core/declare/define.ts';
import { nonNegative, number, positive } from '../core/declare/params.ts';
import type { ModelContext } from '../core/factories.ts';
import { exp } from '../core/math.ts';
import { F64, SIZE } from './parts/params.ts';
import { type NeuronDynamics, PerNeuronPopulation } from './parts/perNeuron.ts';

const params = {
  size: SIZE,
  tau: positive(20, 'ms', 'membrane time constant (assumed)'),
  threshold: positive(15, 'mV', 'spike threshold without injury'),
  refractory: nonNegative(2, 'ms', 'refractory time after a spike, during which input is ignored (assumed)'),
  facilitation: number({
    default: 0.3,
    min: 0,
    max: 1,
    exclusiveMax: true,
    unit: '1',
    help: 'facilitation: relative decrease of the threshold directly after a spike (assumed)',
  }),
  relaxation: positive(100, 'ms', 'relaxation time constant of the filament, i.e. of the facilitation (assumed)'),
  injuryThreshold: positive(30, 'mV', 'potential above which an arrival causes injury (assumed)'),
  injuryScale: positive(100, 'mV', 'excess over injuryThreshold at which one arrival causes full injury (assumed)'),
  allodynia: number({
    default: 0.4,
    min: 0,
    max: 1,
    exclusiveMax: true,
    unit: '1',
    help: 'allodynia: relative decrease of the threshold at full injury (assumed)',
  }),
  hyperalgesia: nonNegative(0.5, '1', 'hyperalgesia: relative increase of input weights at full injury (assumed)'),
  recovery: number({
    default: 1e4,
    min: 0,
    exclusiveMin: true,
    infinity: true,
    unit: 'ms',
    help: 'time constant of the decay of the injury (healing); Infinity: no healing (assumed)',
  }),
  precision: F64,
};

class NociceptorDynamics implements NeuronDynamics {
  readonly state;
  readonly #p: Params<typeof params>;
  readonly #v: Float64Array;
  /** Filament (decays from 1 after a spike) and injury (0 … 1) of each neuron at time `since`. */
  readonly #filament: Float64Array;
  readonly #injury: Float64Array;
  readonly #since: Float64Array;
  readonly #refractoryUntil: Float64Array;

  constructor(p: Params<typeof params>, { arena, name }: ModelContext) {
    arena.reserve(p.size * 48, `${name} with ${p.size} neurons`);
    this.#p = p;
    this.#v = arena.f64(p.size);
    this.#filament = arena.f64(p.size);
    this.#injury = arena.f64(p.size);
    this.#since = arena.f64(p.size);
    this.#refractoryUntil = arena.f64(p.size);
    this.state = {
      v: this.#v,
      filament: this.#filament,
      injury: this.#injury,
      since: this.#since,
      refractoryUntil: this.#refractoryUntil,
    };
  }

  receive(j: number, weight: number, _receptor: number | undefined, t: number): void {
    if (t < this.#refractoryUntil[j]!) return;
    this.#advance(j, t);
    this.#v[j]! += weight > 0 ? weight * (1 + this.#p.hyperalgesia * this.#injury[j]!) : weight;
  }

  predictSpike(j: number, t: number, arrived: boolean): number {
    if (!arrived || t < this.#refractoryUntil[j]!) return Infinity; // between arrivals V only decays
    const fires = this.overshoot(j, t) >= 0;
    const excess = this.#v[j]! - this.#p.injuryThreshold;
    if (excess > 0) this.#injury[j] = Math.min(this.#injury[j]! + excess / this.#p.injuryScale, 1);
    return fires ? t : Infinity;
  }

  postSpikeReset(j: number, t: number): void {
    this.#advance(j, t);
    this.#v[j] = 0;
    this.#filament[j] = 1;
    this.#refractoryUntil[j] = t + this.#p.refractory;
  }

  inhibit(j: number, t: number, until: number): void {
    this.#advance(j, t);
    this.#v[j] = 0;
    this.#refractoryUntil[j] = Math.max(until, this.#refractoryUntil[j]!);
  }

  rest(j: number, t: number): void {
    this.#since[j] = t;
    this.#v[j] = 0;
    this.#filament[j] = 0;
    if (Number.isFinite(this.#p.recovery)) this.#injury[j] = 0;
    this.#refractoryUntil[j] = t;
  }

  potential(j: number, t: number): number {
    return this.#v[j]! * exp((this.#since[j]! - t) / this.#p.tau);
  }

  overshoot(j: number, t: number): number {
    const { threshold, allodynia, facilitation, relaxation, recovery } = this.#p;
    const dt = t - this.#since[j]!;
    const injured = 1 - allodynia * this.#injury[j]! * exp(-dt / recovery);
    const open = 1 - facilitation * this.#filament[j]! * exp(-dt / relaxation);
    return this.potential(j, t) - threshold * injured * open;
  }

  #advance(j: number, t: number): void {
    const dt = t - this.#since[j]!;
    if (dt <= 0) return;
    const { tau, relaxation, recovery } = this.#p;
    this.#v[j]! *= exp(-dt / tau);
    this.#filament[j]! *= exp(-dt / relaxation);
    this.#injury[j]! *= exp(-dt / recovery);
    this.#since[j] = t;
  }
}

/**
 * Artificial nociceptor: volatile threshold switch with an injury state. It has the four defining properties: a threshold; relaxation
 * (the residual filament facilitates a weaker stimulus soon after a spike); no adaptation (equal stimuli, equal responses); and
 * sensitisation after a noxious stimulus until healing, by a lower threshold (allodynia) and stronger responses (hyperalgesia). An
 * arrival is a pulse of its weight in mV. Spikes occur at arrivals only.
 */
export const nociceptor = defineNeuron({
  name: 'nociceptor',
  help: 'artificial nociceptor: volatile threshold switch that is sensitised by noxious stimuli until it heals',
  equation:
    'tau dV/dt = -V; arrival: V += w (1 + hyperalgesia j); then j += (V - injuryThreshold)+ / injuryScale, at most 1; spike at V >= threshold (1 - allodynia j) (1 - facilitation f): V = 0, f = 1; f and j decay with relaxation and recovery',
  source: 'properties: doi:10.1038/s41467-017-02572-3; behavioural form, constants assumed',
  params,
  create: (p, context) => new PerNeuronPopulation(p.size, new NociceptorDynamics(p, context), context),
});
