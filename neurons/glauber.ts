import { defineNeuron, type Params } from '../core/declare/define.ts';
import { createInitialStates, initialUpParam } from '../core/declare/elementParameter.ts';
import { choice, fromZero, number, positive } from '../core/declare/params.ts';
import type { ModelContext } from '../core/factories.ts';
import { exp } from '../core/math.ts';
import { CounterRandom } from '../core/random/random.ts';
import { SIZE } from './parts/params.ts';
import { type NeuronDynamics, PerNeuronPopulation, timeAfter } from './parts/perNeuron.ts';

const params = {
  size: SIZE,
  tau: positive(10, 'ms', 'mean time between two updates of a neuron'),
  threshold: number({ default: 0, unit: 'mV', help: 'field at which an update leads up as often as down' }),
  slope: fromZero(0, 'mV', 'width of the sigmoid; 0: a step, and a field at threshold changes nothing'),
  up: initialUpParam('neurons that are up at the start and at rest'),
  precision: choice(['f64'], { default: 'f64', help: 'of fields and incoming weights' }),
};

/** See `glauber`. Of updates only those that change a state are events; draw n of neuron j, its wait for one, belongs to (j, n). */
class GlauberDynamics implements NeuronDynamics {
  readonly state;
  readonly #p: Params<typeof params>;
  readonly #random: CounterRandom;
  readonly #initialUp: Uint8Array; // whether it is up at rest
  readonly #field: Float64Array;
  readonly #up: Uint8Array;
  /** Updates that would change the state, until one does: exponential with mean 1, used up at the rate of such updates. */
  readonly #remaining: Float64Array;
  readonly #since: Float64Array; // in the future while held
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

  /** No update before `until`. States and fields stay: a change that nobody is told of would leave other fields wrong. */
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

  /** Whether neuron j is up. */
  isUp(j: number): boolean {
    return this.#up[j] === 1;
  }

  /** Updates per ms that would change the state. */
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
 * Neurons with two states, each updated at the instants of a Poisson process of its own. The field is the sum of what arrives and
 * does not decay; a spike is a change of state, up or down in turns. Synapses with `shortTerm: alternating` (the same `up`) pass on
 * changes with their sign, so that h_j = sum of w_ij over the sources that are up, or with weights 2 w and the field of the start
 * sent once, sum of w_ij s_i with s = ±1. With symmetric weights the states of s = 0, 1 are then found with the probability
 * of Boltzmann, e^(-E/slope) with E = -(1/2) Σ w_ij s_i s_j + threshold Σ s_i (temperature T of s = ±1: slope T/2).
 */
export const glauber = defineNeuron({
  name: 'glauber',
  help: 'neuron with two states (McCulloch-Pitts, Glauber dynamics); its spikes are changes of state',
  equation:
    'h_j = sum of arrivals; at an update, on average every tau: up with p = 1 / (1 + e^(-(h - threshold)/slope)), else down',
  source: 'Glauber 1963, doi:10.1063/1.1703954; Ginzburg & Sompolinsky 1994, doi:10.1103/PhysRevE.50.3171',
  params,
  create: (p, context) => new PerNeuronPopulation(p.size, new GlauberDynamics(p, context), context),
});
