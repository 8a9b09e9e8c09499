import { defineNeuron, type Params } from '../core/declare/define.ts';
import { createInitialStates, initialUpParam } from '../core/declare/elementParameter.ts';
import { choice, nonNegative, number, positive } from '../core/declare/params.ts';
import type { ModelContext } from '../core/factories.ts';
import { exp } from '../core/math.ts';
import { CounterRandom } from '../core/random/random.ts';
import { SIZE } from './parts/params.ts';
import { type NeuronDynamics, PerNeuronPopulation, timeAfter } from './parts/perNeuron.ts';

const params = {
  size: SIZE,
  tau: positive(10, 'ms', 'mean interval between two updates of a neuron'),
  threshold: number({ default: 0, unit: 'mV', help: 'field at which both states are equally likely after an update' }),
  slope: nonNegative(0, 'mV', 'width of the sigmoid; 0: a step function; a field exactly at threshold keeps the state'),
  up: initialUpParam('neurons in the up state initially and at rest'),
  precision: choice(['f64'], { default: 'f64', help: 'precision of fields and incoming weights' }),
};

/**
 * Dynamics of `glauber`. Only updates that change a state are events. Random draw n of neuron j, its next waiting time, depends on
 * (j, n) only.
 */
class GlauberDynamics implements NeuronDynamics {
  readonly state;
  readonly #p: Params<typeof params>;
  readonly #random: CounterRandom;
  readonly #initialUp: Uint8Array; // 1 if the neuron is up at rest
  readonly #field: Float64Array;
  readonly #up: Uint8Array;
  /** Remaining integrated hazard until the next change of state: drawn from Exp(1), decreases at `#rate`. */
  readonly #remaining: Float64Array;
  readonly #since: Float64Array; // time of `remaining`, ms; in the future while inhibited
  readonly #draws: Uint32Array;

  constructor(p: Params<typeof params>, { arena, seed, name }: ModelContext) {
    const n = p.size;
    arena.reserve(n * 37, `${name} with ${n} neurons`);
    this.#p = p;
    this.#initialUp = createInitialStates(p.up, n, name);
    this.#random = new CounterRandom(seed, `${name}/updates`);
    this.#field = arena.f64(n);
    this.#up = arena.u8(n);
    this.#remaining = arena.f64(n);
    this.#since = arena.f64(n);
    this.#draws = arena.u32(n);
    this.state = { field: this.#field, up: this.#up, left: this.#remaining, since: this.#since, draws: this.#draws };
    this.#up.set(this.#initialUp);
    for (let j = 0; j < n; j++) this.#drawWait(j, 0);
  }

  receive(j: number, weight: number, _receptor: number | undefined, t: number): void {
    const waited = t - this.#since[j]!;
    if (waited > 0) {
      this.#remaining[j] = Math.max(this.#remaining[j]! - waited * this.#rate(j), 0);
      this.#since[j] = t;
    }
    this.#field[j]! += weight;
  }

  predictSpike(j: number): number {
    const rate = this.#rate(j);
    return rate > 0 ? timeAfter(this.#since[j]!, this.#remaining[j]! / rate) : Infinity;
  }

  postSpikeReset(j: number, t: number): void {
    this.#up[j]! ^= 1;
    this.#drawWait(j, t);
  }

  /** Suspends updates until `until`; the state is kept, because other neurons see a change only as a spike. */
  inhibit(j: number, _t: number, until: number): void {
    this.#drawWait(j, Math.max(until, this.#since[j]!));
  }

  rest(j: number, t: number): void {
    this.#field[j] = 0;
    this.#up[j] = this.#initialUp[j]!;
    this.#drawWait(j, t);
  }

  potential(j: number): number {
    return this.#field[j]!;
  }

  overshoot(j: number): number {
    return this.#field[j]! - this.#p.threshold;
  }

  /** True if neuron j is in the up state. */
  isUp(j: number): boolean {
    return this.#up[j] === 1;
  }

  /** Rate of updates that change the state, 1/ms. */
  #rate(j: number): number {
    const { slope, tau } = this.#p;
    const against = this.#up[j] === 1 ? -this.overshoot(j) : this.overshoot(j);
    if (slope === 0) return against > 0 ? 1 / tau : 0;
    return 1 / (1 + exp(-against / slope)) / tau;
  }

  #drawWait(j: number, since: number): void {
    this.#remaining[j] = this.#random.exponential(j, this.#draws[j]!++);
    this.#since[j] = since;
  }
}

/**
 * Binary neuron (up or down) with updates at the times of its own Poisson process. The field h_j is the sum of all
 * arrivals, without decay; a spike is a change of state, alternately up and down. Synapses with `shortTerm:
 * alternating` (and the same `up`) transmit changes with their sign: h_j = Σ w_ij over presynaptic neurons i in the up
 * state. With doubled weights and an initial field, h_j = Σ w_ij s_i, s = ±1. With symmetric weights, states s = 0, 1
 * follow the Boltzmann distribution e^(-E/slope), E = -(1/2) Σ w_ij s_i s_j + threshold Σ s_i (temperature T for s =
 * ±1: slope = T/2).
 */
export const glauber = defineNeuron({
  name: 'glauber',
  help: 'binary neuron (McCulloch-Pitts, Glauber dynamics); a spike is a change of state',
  equation:
    'h_j = sum of arrivals; at an update, on average every tau: up with p = 1 / (1 + e^(-(h - threshold)/slope)), else down',
  source: 'Glauber 1963, doi:10.1063/1.1703954; Ginzburg & Sompolinsky 1994, doi:10.1103/PhysRevE.50.3171',
  params,
  create: (p, context) => new PerNeuronPopulation(p.size, new GlauberDynamics(p, context), context),
});
