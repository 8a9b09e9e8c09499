import { z } from 'zod';
import { AliasTable } from '../core/alias.ts';
import { define } from '../core/define.ts';
import { UserError } from '../core/errors.ts';
import type { ModelContext, StimulusFactory, StimulusModel } from '../core/model.ts';
import { integer, number, object } from '../core/params.ts';
import { CounterRandom, Stream } from '../core/random.ts';
import { LONGEST, snap } from '../core/time.ts';
import { perMs } from '../core/units.ts';

const params = object({
  size: integer({ min: 1, max: 2 ** 32 - 1, help: 'number of neurons' }),
  rate: z
    .union([
      number({ min: 0, max: 1e9, unit: 'Hz', help: 'rate of every neuron' }),
      z.array(number({ min: 0, max: 1e9, unit: 'Hz', help: 'rate of one neuron' })),
    ])
    .default(0)
    .meta({ description: 'rate of every neuron, or a list with one rate a neuron', unit: 'Hz' }),
  start: number({ default: 0, min: 0, unit: 'ms', help: 'first instant with spikes' }),
  stop: number({ default: Infinity, min: 0, infinity: true, unit: 'ms', help: 'no spikes after this' }),
});

/**
 * Independent Poisson spike trains. All neurons together are one Poisson process of the summed rate whose events belong
 * to neuron j with probability r_j / sum r: one exponential gap and one table look-up a spike, no queue.
 */
export class Poisson implements StimulusModel {
  readonly size: number;
  readonly state;
  readonly #stream: Stream;
  readonly #blocks: CounterRandom;
  readonly #rates: Float64Array;
  readonly #clock: Float64Array; // [time of the next spike]
  readonly #table: AliasTable;
  readonly #start: number;
  readonly #stop: number;
  #equal = false;

  constructor(p: z.output<typeof params>, { arena, seed, name }: ModelContext) {
    arena.reserve(p.size * 24, `${name} with ${p.size} neurons`);
    this.size = p.size;
    this.#stream = new Stream(seed, `${name}/spikes`, arena.u32(4));
    this.#blocks = new CounterRandom(seed, `${name}/blocks`);
    this.#rates = arena.f64(p.size);
    this.#clock = arena.f64(1);
    this.#table = new AliasTable(p.size);
    this.#start = snap(p.start);
    this.#stop = p.stop;
    this.state = { random: this.#stream.state, rates: this.#rates, clock: this.#clock };
    if (typeof p.rate !== 'number' && p.rate.length !== p.size) {
      throw new UserError(`${name}.rate lists ${p.rate.length} rates, but the population has ${p.size} neurons.`);
    }
    this.setRates(p.rate);
    this.restart(this.#start);
  }

  get next(): number {
    return this.#clock[0]!;
  }

  /** Sets the rates in Hz, one for all or one each. Takes effect through `Network.change`. */
  setRates(rates: number | ArrayLike<number>): void {
    if (typeof rates === 'number') this.#rates.fill(rates);
    else this.#rates.set(rates);
    this.restored();
  }

  /** Makes what follows the random block `index`, a stream of its own: the same spikes whatever was drawn before. */
  useBlock(index: number): void {
    this.#blocks.seed(this.#stream.state, index);
  }

  restored(): void {
    const rates = this.#rates;
    this.#table.build(rates);
    this.#equal = rates.every((rate) => rate === rates[0]);
  }

  emit(times: Float64Array, neurons: Uint32Array): number {
    let count = 0;
    for (; count < times.length && this.#clock[0]! < Infinity; count++) {
      const t = this.#clock[0]!;
      const neuron = this.#draw();
      let place = count;
      for (; place > 0 && times[place - 1] === t && neurons[place - 1]! > neuron; place--)
        neurons[place] = neurons[place - 1]!;
      times[count] = t;
      neurons[place] = neuron;
      this.#advance(t);
    }
    return count;
  }

  restart(t: number): void {
    this.#advance(Math.max(t, this.#start));
  }

  #draw(): number {
    const column = this.#stream.below(this.size);
    return this.#equal ? column : this.#table.pick(column, this.#stream.uniform());
  }

  #advance(t: number): void {
    const rate = perMs(this.#table.total);
    const next = rate > 0 ? snap(t + this.#stream.exponential() / rate) : Infinity;
    this.#clock[0] = next <= this.#stop && next <= LONGEST ? next : Infinity;
  }
}

/** Poisson stimulus; see the class. */
export const poisson = define({
  name: 'poisson',
  help: 'independent Poisson spike trains, rates changeable at run time',
  equation: 'P(spike of neuron j in dt) = rate_j dt',
  source: 'Daley & Vere-Jones 2003, doi:10.1007/b97277 (superposition)',
  params,
  make: (p): StimulusFactory<Poisson> => ({ kind: 'stimulus', create: (context) => new Poisson(p, context) }),
});
