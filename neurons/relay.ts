import { defineNeuron, type Params } from '../core/declare/define.ts';
import { fromZero, number, object, optional, positive } from '../core/declare/params.ts';
import { perMs } from '../core/declare/units.ts';
import type { ModelContext } from '../core/factories.ts';
import { type Edges, rowEnd, rowStart } from '../core/graph/edges.ts';
import type { NeuronHooks } from '../core/hooks.ts';
import type { State } from '../core/kernels/arena.ts';
import { exp, log } from '../core/math.ts';
import type { NeuronModel } from '../core/model.ts';
import { CounterRandom } from '../core/random/random.ts';
import { SIZE } from './parts/params.ts';

/** Arrivals of a neuron that one random block has draws for. */
const BLOCK = 4096;
/** In place of a sum that is to be drawn. */
const BEGINS = Infinity;

const params = {
  size: SIZE,
  normalise: optional(
    object(
      {
        rate: number({ min: 0, exclusiveMin: true, unit: 'Hz', help: 'of all neurons together' }),
        step: positive(0.02, '1', 'by how much a spike lowers ln g'),
        most: positive(8, '1', 'largest g'),
      },
      'a common gain g that brings the population to a rate, whatever arrives',
    ),
  ),
  sum: optional(
    object(
      {
        adaptation: fromZero(0, '1', 'by how much a spike raises the threshold of its neuron, 1'),
        tau: positive(100, 'ms', 'time constant with which that decays'),
      },
      'adds arrivals up and fires where they reach a threshold, in place of drawing',
    ),
  ),
};

/** Neurons that pass spikes on; see `relay`. Between instants with arrivals nothing happens to them but that the gain grows. */
export class Relay implements NeuronModel {
  readonly size: number;
  readonly fired: Uint32Array;
  firedCount = 0;
  readonly next = Infinity;
  readonly state: State;
  readonly #normalise: Params<typeof params>['normalise'];
  readonly #sum: Params<typeof params>['sum'];
  /** With `sum`: threshold above 1 of each neuron, and as of when. */
  readonly #raised: Float64Array;
  readonly #since: Float64Array;
  readonly #random: CounterRandom;
  readonly #input: Float64Array;
  readonly #sums: Float64Array;
  readonly #draws: Uint32Array;
  readonly #gain: Float64Array; // [time, ln g then]
  readonly #most: number; // of ln g
  /** Neurons with arrivals at this instant. */
  readonly #touched: Uint32Array;
  readonly #isTouched: Uint8Array;
  #touchedCount = 0;
  /** Neurons of a group, and until when each group is deaf; none where the population is inhibited as one. */
  readonly #group: number;
  readonly #deafUntil: Float64Array;

  constructor(p: Params<typeof params>, { arena, seed, name, groups = 1 }: ModelContext) {
    arena.reserve(p.size * 17, `${name} with ${p.size} neurons`);
    this.size = p.size;
    this.fired = new Uint32Array(p.size);
    this.#normalise = p.normalise;
    this.#sum = p.sum;
    this.#raised = arena.f64(p.sum ? p.size : 0);
    this.#since = arena.f64(p.sum ? p.size : 0);
    this.#random = new CounterRandom(seed, `${name}/relay`);
    this.#input = arena.f64(p.size);
    this.#sums = arena.f64(p.sum ? p.size : 0);
    this.#draws = arena.u32(p.size);
    this.#gain = arena.f64(2);
    this.#most = log(p.normalise?.most ?? 1);
    this.#touched = new Uint32Array(p.size);
    this.#isTouched = new Uint8Array(p.size);
    this.#group = p.size / groups;
    this.#deafUntil = arena.f64(groups > 1 ? groups : 0).fill(-Infinity);
    const deaf: State = groups > 1 ? { groupsDeafUntil: this.#deafUntil } : {};
    this.state = { input: this.#input, draws: this.#draws, gain: this.#gain, ...deaf };
    if (p.sum) this.state = { ...this.state, sums: this.#sums, raised: this.#raised, since: this.#since };
    this.#sums.fill(BEGINS);
  }

  /** Draws what follows from block `index`: the same whatever was drawn before. */
  useBlock(index: number): void {
    this.#sums.fill(BEGINS);
    this.#draws.fill(index * BLOCK);
    this.#raised.fill(0);
  }

  receive(edges: Edges, row: number, factor: number, t: number): void {
    const { weights, targets, weight } = edges;
    const [start, end] = [rowStart(edges, row), rowEnd(edges, row)];
    const grouped = this.#deafUntil.length > 0;
    const [input, isTouched, touched] = [this.#input, this.#isTouched, this.#touched];
    let count = this.#touchedCount;
    for (let k = start; k < end; k++) {
      const j = targets === null ? k - start : targets[k]!;
      if (grouped && t < this.#deafUntil[Math.floor(j / this.#group)]!) continue;
      input[j]! += (weights === null ? weight : weights[k]!) * factor;
      if (isTouched[j] === 1) continue;
      isTouched[j] = 1;
      touched[count++] = j;
    }
    this.#touchedCount = count;
  }

  /** Sums begin anywhere below the threshold, which is drawn when something arrives. */
  #begin(): void {
    for (let j = 0; j < this.#sums.length; j++) {
      if (this.#sums[j] === BEGINS) this.#draws[j]!++;
      this.#sums[j] = BEGINS;
    }
    this.#raised.fill(0);
  }

  /** Adds to the sum of a neuron; whether that reaches its threshold, which is taken from it then. */
  #reaches(j: number, amount: number, t: number): boolean {
    const sums = this.#sums;
    const before = sums[j]!;
    const sum = (before === BEGINS ? this.#random.uniform(j, this.#draws[j]!++) : before) + amount;
    sums[j] = sum;
    if (sum < 1) return false;
    const { tau, adaptation } = this.#sum!;
    const over = this.#raised[j]!;
    const raised = over === 0 ? 0 : over * exp((this.#since[j]! - t) / tau);
    if (sum < 1 + raised) return false;
    sums[j] = sum - (1 + raised);
    this.#raised[j] = raised + adaptation;
    this.#since[j] = t;
    return true;
  }

  /** Whether a neuron fires at what has arrived. */
  #fires(j: number, amount: number, t: number): boolean {
    return this.#sum ? this.#reaches(j, amount, t) : this.#random.uniform(j, this.#draws[j]!++) < amount;
  }

  testThresholds(t: number): void {
    this.firedCount = 0;
    const count = this.#touchedCount;
    if (count === 0) return;
    const gain = exp(this.#logGain(t));
    const input = this.#input;
    for (let k = 0; k < count; k++) {
      const j = this.#touched[k]!;
      this.#isTouched[j] = 0;
      const amount = input[j]! * gain;
      input[j] = 0;
      if (this.#fires(j, amount, t)) this.fired[this.firedCount++] = j;
    }
    this.#touchedCount = 0;
    if (this.firedCount > 1) this.fired.subarray(0, this.firedCount).sort();
  }

  /** `receive` and `settle` where nothing else arrives at that instant. */
  #alone(edges: Edges, row: number, t: number): void {
    const { weights, targets, weight } = edges;
    const [start, end] = [rowStart(edges, row), rowEnd(edges, row)];
    const gain = exp(this.#logGain(t));
    for (let k = start; k < end; k++) {
      const j = targets === null ? k - start : targets[k]!;
      if (this.#fires(j, (weights === null ? weight : weights[k]!) * gain, t)) this.fired[this.firedCount++] = j;
    }
  }

  receivePastSpikes(
    ...[edges, times, rows, from, to, groups, spikes]: Parameters<NeuronHooks['receivePastSpikes']>
  ): number {
    if (groups) return 0;
    for (let k = from; k < to; ) {
      const t = times[k]!;
      if (edges.distinct && times[k + 1] !== t) this.#alone(edges, rows[k++]!, t);
      else {
        for (; k < to && times[k] === t; k++) this.receive(edges, rows[k]!, 1, t);
        this.testThresholds(t);
      }
      for (let i = 0; i < this.firedCount; i++) {
        spikes.add(this.fired[i]!, t);
        this.postSpikeReset(this.fired[i]!, t);
      }
      this.firedCount = 0;
    }
    return to - from;
  }

  collectCrossings(): void {
    this.firedCount = 0;
  }

  postSpikeReset(_j: number, t: number): void {
    if (this.#normalise === undefined) return;
    this.#gain[1] = this.#logGain(t) - this.#normalise.step;
    this.#gain[0] = t;
  }

  inhibit(): void {
    this.#empty(0, this.size);
  }

  /** Nothing has arrived at these neurons. */
  #empty(from: number, to: number): void {
    this.#input.fill(0, from, to);
    for (let j = from; this.#sum && j < to; j++) {
      if (this.#sums[j] === BEGINS) this.#draws[j]!++;
      this.#sums[j] = 0;
    }
  }

  inhibitGroup(group: number, _t: number, until: number): void {
    if (this.#deafUntil.length > 0) this.#deafUntil[group] = until;
    this.#empty(group * this.#group, (group + 1) * this.#group);
  }

  rest(t: number): void {
    this.#deafUntil.fill(-Infinity);
    this.#input.fill(0);
    this.#begin();
    this.#gain[0] = t;
    this.#gain[1] = 0;
  }

  potential(): number {
    return 0;
  }

  overshoot(): number {
    return 0;
  }

  #logGain(t: number): number {
    const normalise = this.#normalise;
    if (normalise === undefined) return 0;
    const { rate, step } = normalise;
    return Math.min(this.#most, this.#gain[1]! + step * perMs(rate) * (t - this.#gain[0]!));
  }
}

/**
 * Passes arrivals on: at an instant with arrivals of weight w altogether it fires with probability w g, surely from 1 on. With `sum` w g is
 * added up, from anywhere below 1 on, and it fires once where the sum reaches the threshold, which is taken off then; the threshold rises with each spike
 * of the neuron and goes back to 1 with a time constant, so that strong inputs are passed on less than in proportion. g is 1, or
 * under rate normalisation one gain of the whole population, which grows with step × rate and falls with each of its spikes:
 * where nothing limits it, the population fires at `rate`.
 */
export const relay = defineNeuron({
  name: 'relay',
  help: 'passes spikes on with the probability that weights give, on request at a kept rate of the population',
  equation:
    'p = min(1, w g); with sum: s <- s + w g, spike at s >= 1 + a, then s <- s - 1 - a, a <- a + adaptation, da/dt = -a/tau; with normalise d ln g/dt = step rate, g <- g e^(-step) at each spike of the population, g <= most',
  source: 'thinning of point processes: Daley & Vere-Jones 2003, doi:10.1007/b97277; gain: integral control',
  params,
  create: (p, context) => new Relay(p, context),
});
