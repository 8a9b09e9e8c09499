import type { Params } from '../core/declare/define.ts';
import { defineNeuron } from '../core/declare/models.ts';
import { integer, number, object, optional } from '../core/declare/params.ts';
import { perMs } from '../core/declare/units.ts';
import type { ModelContext } from '../core/factories.ts';
import { exp, log } from '../core/math.ts';
import { CounterRandom } from '../core/random/random.ts';
import { LazyNeurons, type Membrane } from './parts/lazy.ts';

/** Arrivals of a neuron that one random block has draws for. */
const BLOCK = 4096;

const params = {
  size: integer({ min: 1, max: 2 ** 32 - 1, help: 'number of neurons' }),
  normalise: optional(
    object(
      {
        rate: number({ min: 0, exclusiveMin: true, unit: 'Hz', help: 'of all neurons together' }),
        step: number({ default: 0.02, min: 0, exclusiveMin: true, unit: '1', help: 'by how much a spike lowers ln g' }),
        most: number({ default: 8, min: 0, exclusiveMin: true, unit: '1', help: 'largest g' }),
      },
      'a common gain g that brings the population to a rate, whatever arrives',
    ),
  ),
};

class RelayMembrane implements Membrane {
  readonly state;
  readonly #normalise: Params<typeof params>['normalise'];
  readonly #random: CounterRandom;
  readonly #input: Float64Array;
  readonly #draws: Uint32Array;
  readonly #gain: Float64Array; // [time, ln g then]
  readonly #most: number; // of ln g

  constructor(p: Params<typeof params>, { arena, seed, name }: ModelContext) {
    arena.reserve(p.size * 12, `${name} with ${p.size} neurons`);
    this.#normalise = p.normalise;
    this.#random = new CounterRandom(seed, `${name}/relay`);
    this.#input = arena.f64(p.size);
    this.#draws = arena.u32(p.size);
    this.#gain = arena.f64(2);
    this.#most = log(p.normalise?.most ?? 1);
    this.state = { input: this.#input, draws: this.#draws, gain: this.#gain };
  }

  /** Draws what follows from block `index`: the same whatever was drawn before. */
  useBlock(index: number): void {
    this.#draws.fill(index * BLOCK);
  }

  receive(j: number, weight: number): void {
    this.#input[j]! += weight;
  }

  next(j: number, t: number, arrived: boolean): number {
    if (!arrived) return Number.POSITIVE_INFINITY;
    const p = this.#input[j]! * exp(this.#logGain(t));
    this.#input[j] = 0;
    return this.#random.uniform(j, this.#draws[j]!++) < p ? t : Number.POSITIVE_INFINITY;
  }

  spike(_j: number, t: number): void {
    if (this.#normalise === undefined) return;
    this.#gain[1] = this.#logGain(t) - this.#normalise.step;
    this.#gain[0] = t;
  }

  hold(j: number): void {
    this.#input[j] = 0;
  }

  rest(j: number, t: number): void {
    this.#input[j] = 0;
    this.#gain[0] = t;
    this.#gain[1] = 0;
  }

  potential(): number {
    return 0;
  }

  margin(): number {
    return 0;
  }

  #logGain(t: number): number {
    const normalise = this.#normalise;
    if (normalise === undefined) return 0;
    const { rate, step } = normalise;
    return Math.min(this.#most, this.#gain[1]! + step * perMs(rate) * (t - this.#gain[0]!));
  }
}

/** Neurons that pass spikes on; see `relay`. */
export class Relay extends LazyNeurons<RelayMembrane> {
  /** Draws what follows from a random block of its own. */
  useBlock(index: number): void {
    this.membrane.useBlock(index);
  }
}

/**
 * Passes arrivals on: at an instant with arrivals of weight w altogether it fires with probability w g, surely from 1 on. g is 1, or
 * under rate normalisation one gain of the whole population, which grows with step × rate and falls with each of its spikes:
 * where nothing limits it, the population fires at `rate`.
 */
export const relay = defineNeuron({
  name: 'relay',
  help: 'passes spikes on with the probability that weights give, on request at a rate of the population that is kept',
  equation:
    'p = min(1, w g); with normalise d ln g/dt = step rate, g <- g e^(-step) at each spike of the population, g <= most',
  source:
    'probabilistic relay: Bernoulli thinning of point processes, Daley & Vere-Jones 2003, doi:10.1007/b97277; gain: integral control of the rate',
  params,
  create: (p, context) => new Relay(p.size, new RelayMembrane(p, context), context),
});
