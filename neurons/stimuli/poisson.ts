import * as z from 'zod/mini';
import { defineStimulus, type Params } from '../../core/declare/define.ts';
import { UserError } from '../../core/declare/errors.ts';
import { described, fromZero, number, withDefault } from '../../core/declare/params.ts';
import { show } from '../../core/declare/show.ts';
import { perMs } from '../../core/declare/units.ts';
import type { ModelContext } from '../../core/factories.ts';
import type { PoissonSource } from '../../core/kernels/kernelInputs.ts';
import type { Kernels } from '../../core/kernels/kernels.ts';
import { drawExponential, POISSON_STATE, seedOf, seedPoisson } from '../../core/kernels/poissonSeed.ts';
import type { StimulusModel } from '../../core/model.ts';
import { AliasTable } from '../../core/random/alias.ts';
import { CounterRandom, Stream } from '../../core/random/random.ts';
import { fillZiggurat, ZIGGURAT_LENGTH } from '../../core/random/ziggurat.ts';
import { MAX_TIME, snap } from '../../core/time.ts';
import { SIZE } from '../parts/params.ts';

const MAX_RATE = 1e9;

const isValidRate = (hz: number): boolean => typeof hz === 'number' && hz >= 0 && hz <= MAX_RATE;
const createRateError = (where: string, found: unknown): UserError =>
  new UserError(
    `${where} is ${show(found)}, but must be a number >= 0 and <= ${MAX_RATE} (Hz), or a list of one a neuron.`,
  );

const params = {
  size: SIZE,
  rate: described(
    withDefault(
      z.union([
        number({ min: 0, max: MAX_RATE, unit: 'Hz', help: 'rate of every neuron' }),
        z.array(number({ min: 0, max: MAX_RATE, unit: 'Hz', help: 'rate of one neuron' })),
      ]),
      0,
    ),
    { description: 'rate of every neuron, or a list with one rate a neuron', unit: 'Hz' },
  ),
  start: fromZero(0, 'ms', 'first instant with spikes'),
  stop: number({ default: Infinity, min: 0, infinity: true, unit: 'ms', help: 'no spikes after this' }),
};

/** Hz, all neurons together: the mean gap is then seven steps of the time grid, and finer ones would be lost. */
const MAX_TOTAL_RATE = 1e10;

/**
 * Independent Poisson spike trains. All neurons together are one Poisson process of the summed rate whose events belong
 * to neuron j with probability r_j / sum r: one exponential gap and one table look-up a spike, no queue.
 */
export class Poisson implements StimulusModel {
  readonly size: number;
  readonly #name: string;
  readonly state;
  readonly #random: Uint32Array;
  readonly #blocks: CounterRandom;
  readonly #rates: Float64Array;
  readonly #clock: Float64Array; // [time of the next spike]
  readonly #table: AliasTable;
  readonly #ziggurat: Float64Array;
  readonly #kernels: Kernels;
  readonly #start: number;
  readonly #stop: number;
  #source: PoissonSource;

  constructor(p: Params<typeof params>, { arena, seed, name }: ModelContext) {
    arena.reserve(p.size * 24, `${name} with ${p.size} neurons`);
    this.size = p.size;
    this.#name = name;
    this.#random = arena.u32(POISSON_STATE);
    new Stream(seed, `${name}/spikes`, seedOf(this.#random));
    seedPoisson(this.#random);
    this.#blocks = new CounterRandom(seed, `${name}/blocks`);
    this.#rates = arena.f64(p.size);
    this.#clock = arena.f64(1);
    this.#table = new AliasTable(p.size, arena);
    this.#ziggurat = arena.f64(ZIGGURAT_LENGTH);
    fillZiggurat(this.#ziggurat);
    this.#kernels = arena.kernels;
    this.#start = snap(p.start);
    this.#stop = Math.min(p.stop, MAX_TIME);
    this.state = { random: this.#random, rates: this.#rates, clock: this.#clock };
    this.#source = this.#createSource();
    this.setRates(p.rate);
    this.restart(this.#start);
  }

  get next(): number {
    return this.#clock[0]!;
  }

  get poissonSource(): PoissonSource {
    return this.#source;
  }

  /** Sets the rates in Hz, one for all or one each. Takes effect through `Network.change`. */
  setRates(rates: number | ArrayLike<number>): void {
    const name = `${this.#name}.rate`;
    if (typeof rates === 'number') {
      if (!isValidRate(rates)) throw createRateError(name, rates);
      this.#rates.fill(rates);
    } else {
      if (typeof rates !== 'object' || rates === null) throw createRateError(name, rates);
      if (rates.length !== this.size)
        throw new UserError(`${name} lists ${rates.length} rates, but the population has ${this.size} neurons.`);
      for (let j = 0; j < rates.length; j++)
        if (!isValidRate(rates[j]!)) throw createRateError(`${name}.${j}`, rates[j]);
      this.#rates.set(rates);
    }
    this.restored();
  }

  /** Makes what follows the random block `index`, a stream of its own: the same spikes whatever was drawn before. */
  useBlock(index: number): void {
    this.#blocks.seed(seedOf(this.#random), index);
    seedPoisson(this.#random);
  }

  restored(): void {
    this.#table.build(this.#rates);
    this.#source = this.#createSource();
  }

  emit(times: Float64Array, neurons: Uint32Array, capacity: number): number {
    return this.#kernels.drawPoissonBlock(this.#source, times, neurons, capacity);
  }

  restart(t: number): void {
    const { meanGap } = this.#source;
    const from = Math.max(t, this.#start);
    const next = from + snap(drawExponential(this.#random, this.#ziggurat) * meanGap);
    this.#clock[0] = next <= this.#stop ? next : Infinity;
  }

  #createSource(): PoissonSource {
    const rates = this.#rates;
    const { total, used } = this.#table;
    if (total > MAX_TOTAL_RATE)
      throw new UserError(
        `${this.#name}.rate adds up to ${total} Hz over all neurons, but must not be above ${MAX_TOTAL_RATE} Hz.`,
      );
    let equal = used === rates.length;
    for (let i = 1; i < rates.length && equal; i++) equal = rates[i] === rates[0];
    return {
      state: this.#random,
      clock: this.#clock,
      ziggurat: this.#ziggurat,
      slots: used,
      table: equal ? null : this.#table,
      meanGap: 1 / perMs(total),
      stop: this.#stop,
    };
  }
}

/** Poisson stimulus; see the class. */
export const poisson = defineStimulus({
  name: 'poisson',
  help: 'independent Poisson spike trains, rates changeable at run time',
  equation: 'P(spike of neuron j in dt) = rate_j dt',
  source: 'Daley & Vere-Jones 2003, doi:10.1007/b97277 (superposition)',
  params,
  create: (p, context) => new Poisson(p, context),
});
