import type { Params } from '../core/declare/define.ts';
import { defineNeuron } from '../core/declare/models.ts';
import { choice, integer, number } from '../core/declare/params.ts';
import { perMs } from '../core/declare/units.ts';
import { stretchByInstant } from '../core/engine/stretch.ts';
import { type Edges, rowEnd, rowStart } from '../core/graph/edges.ts';
import { exp } from '../core/math.ts';
import type { ModelContext, NeuronModel } from '../core/model.ts';
import { CounterRandom } from '../core/random/random.ts';
import { LONGEST, snap, TICK } from '../core/time.ts';
import { invertRelaxingHazard, relaxingHazard } from './parts/hazard.ts';
import { IndexedHeap } from './parts/indexedHeap.ts';

const params = {
  size: integer({ min: 1, max: 2 ** 32 - 1, help: 'number of neurons' }),
  tau: number({ default: 10, min: 0, exclusiveMin: true, unit: 'ms', help: 'membrane time constant' }),
  capacitance: number({ default: 250, min: 0, exclusiveMin: true, unit: 'pF', help: 'membrane capacitance' }),
  current: number({ default: 0, unit: 'pA', help: 'constant input current' }),
  threshold: number({ default: 15, unit: 'mV', help: 'potential at which the hazard is `rate`' }),
  slope: number({ default: 4, min: 0, exclusiveMin: true, unit: 'mV', help: 'the hazard grows e-fold per slope' }),
  rate: number({ default: 10, min: 0, exclusiveMin: true, unit: 'Hz', help: 'hazard at threshold' }),
  reset: number({ default: 0, unit: 'mV', help: 'potential after a spike' }),
  refractory: number({
    default: 1,
    min: 0,
    unit: 'ms',
    help: 'dead time: hazard 0, clamped at reset, input discarded',
  }),
  method: choice(['inversion', 'thinning'], {
    default: 'inversion',
    help: 'how spikes are sampled, both exactly: by inverting the integral of the hazard, or as a share of the events of a larger, constant hazard',
  }),
  precision: choice(['f64'], { default: 'f64', help: 'of potentials and incoming weights' }),
};

/**
 * LIF with escape noise, sampled event by event. A neuron fires when its accumulated hazard has reached a budget drawn
 * from Exp(1) at its last spike; arrivals in between only change how fast it is used up. The budget of spike n of neuron
 * j is drawn from (j, n), so that neurons do not share a stream. Until an arrival comes, the earliest possible crossing
 * (budget / largest hazard) is enough to know; the exact one is solved for only when that time has come.
 *
 * By thinning (Lewis & Shedler 1979, doi:10.1002/nav.3800260304) the budget is used up by the largest hazard instead, and
 * the event at its end is a spike with probability hazard / largest hazard, else the next budget is drawn.
 */
export class EscapeRate implements NeuronModel {
  readonly size: number;
  readonly fired: Uint32Array;
  firedCount = 0;
  readonly state;
  readonly #p: Params<typeof params>;
  readonly #vInf: number;
  readonly #random: CounterRandom;
  readonly #acceptance: CounterRandom;
  readonly #v: Float64Array; // potential at `since`
  readonly #since: Float64Array; // in the future while refractory
  readonly #budget: Float64Array; // hazard left at `since`
  readonly #draws: Uint32Array; // budgets drawn after the first
  readonly #exact: Uint8Array; // whether the predicted time is the crossing, not only a bound
  readonly #heap: IndexedHeap;

  constructor(p: Params<typeof params>, { arena, seed, name }: ModelContext) {
    const n = p.size;
    arena.reserve(n * 45, `${name} with ${n} neurons`);
    this.#p = p;
    this.size = n;
    this.fired = new Uint32Array(n);
    this.#vInf = (p.current * p.tau) / p.capacitance;
    this.#random = new CounterRandom(seed, `${name}/budget`);
    this.#acceptance = new CounterRandom(seed, `${name}/acceptance`);
    this.#v = arena.f64(n);
    this.#since = arena.f64(n);
    this.#budget = arena.f64(n);
    this.#draws = arena.u32(n);
    this.#exact = arena.u8(n);
    this.#heap = new IndexedHeap(arena.f64(n));
    this.state = {
      v: this.#v,
      since: this.#since,
      budget: this.#budget,
      draws: this.#draws,
      exact: this.#exact,
      predicted: this.#heap.times,
    };
    for (let j = 0; j < n; j++) {
      this.#budget[j] = this.#random.exponential(j, 0);
      this.#bound(j);
    }
  }

  get next(): number {
    return this.#heap.next;
  }

  restored(): void {
    this.#heap.rebuild();
  }

  potential(neuron: number, t: number): number {
    const dt = Math.max(0, t - this.#since[neuron]!);
    return this.#vInf + (this.#v[neuron]! - this.#vInf) * exp(-dt / this.#p.tau);
  }

  margin(neuron: number, t: number): number {
    return this.potential(neuron, t) - this.#p.threshold;
  }

  receive(edges: Edges, row: number, factor: number, t: number): void {
    const { weights, targets, weight } = edges;
    const start = rowStart(edges, row);
    for (let k = start; k < rowEnd(edges, row); k++) {
      const j = targets === null ? k - start : targets[k]!;
      if (t < this.#since[j]!) continue;
      this.#advance(j, t);
      this.#v[j]! += (weights === null ? weight : weights[k]!) * factor;
      this.#bound(j);
    }
  }

  /** Arrivals raise the hazard, they never fire a neuron by themselves. */
  settle(): void {
    this.firedCount = 0;
  }

  stretch(edges: Edges, times: Float64Array, rows: Uint32Array, from: number, to: number): number {
    return stretchByInstant(this, edges, times, rows, from, to);
  }

  cross(t: number): void {
    this.firedCount = 0;
    while (this.#heap.next <= t) {
      const j = this.#heap.first;
      if (this.#p.method === 'thinning') {
        if (this.#accepts(j, t)) this.fired[this.firedCount++] = j;
      } else if (this.#exact[j] === 1) {
        this.#heap.set(j, Number.POSITIVE_INFINITY);
        this.fired[this.firedCount++] = j;
      } else {
        this.#advance(j, t);
        this.#solve(j);
      }
    }
    this.fired.subarray(0, this.firedCount).sort();
  }

  spike(neuron: number, t: number): void {
    this.#v[neuron] = this.#p.reset;
    this.#since[neuron] = t + snap(this.#p.refractory);
    this.#draw(neuron);
  }

  inhibit(t: number, until: number): void {
    for (let j = 0; j < this.size; j++) {
      this.#advance(j, t);
      this.#v[j] = this.#p.reset;
      this.#since[j] = Math.max(until, this.#since[j]!);
      this.#bound(j);
    }
  }

  rest(t: number): void {
    for (let j = 0; j < this.size; j++) {
      this.#advance(j, t);
      this.#v[j] = 0;
      this.#since[j] = t;
      this.#bound(j);
    }
  }

  /** Hazard per ms that belongs to Vinf, the factor in front of the integral. */
  #floor(): number {
    return perMs(this.#p.rate) * Math.exp((this.#vInf - this.#p.threshold) / this.#p.slope);
  }

  #excess(j: number): number {
    return (this.#v[j]! - this.#vInf) / this.#p.slope;
  }

  /** Brings neuron j to t: the hazard since its last change leaves its budget. */
  #advance(j: number, t: number): void {
    const dt = t - this.#since[j]!;
    if (dt <= 0) return;
    const used =
      this.#p.method === 'thinning'
        ? this.#largest(j) * dt
        : this.#floor() * relaxingHazard(this.#excess(j), dt, this.#p.tau);
    this.#budget[j] = Math.max(0, this.#budget[j]! - used);
    this.#v[j] = this.potential(j, t);
    this.#since[j] = t;
  }

  /** Largest hazard from `since` on, if nothing arrives. */
  #largest(j: number): number {
    return this.#floor() * Math.exp(Math.max(0, this.#excess(j)));
  }

  /** No crossing can come before budget / largest hazard. */
  #bound(j: number): void {
    this.#exact[j] = 0;
    this.#announce(j, this.#budget[j]! / this.#largest(j));
  }

  #draw(j: number): void {
    this.#budget[j] = this.#random.exponential(j, ++this.#draws[j]!);
    this.#bound(j);
  }

  /** Thinning: whether the event of the largest hazard at t is a spike; if not, the next one is drawn. */
  #accepts(j: number, t: number): boolean {
    const largest = this.#largest(j);
    this.#advance(j, t);
    if (this.#acceptance.uniform(j, this.#draws[j]!) * largest < this.#floor() * Math.exp(this.#excess(j))) {
      this.#heap.set(j, Number.POSITIVE_INFINITY);
      return true;
    }
    this.#draw(j);
    return false;
  }

  #solve(j: number): void {
    this.#exact[j] = 1;
    const budget = this.#budget[j]!;
    this.#announce(j, budget > 0 ? invertRelaxingHazard(this.#excess(j), budget / this.#floor(), this.#p.tau) : 0);
  }

  #announce(j: number, wait: number): void {
    const since = this.#since[j]!;
    this.#heap.set(j, wait <= LONGEST ? since + Math.max(snap(wait), TICK) : Number.POSITIVE_INFINITY);
  }
}

/** LIF with exponential escape rate; see the class. */
export const escapeRate = defineNeuron({
  name: 'escapeRate',
  help: 'LIF that fires at random, the likelier the higher its potential (escape noise)',
  equation: 'tau dV/dt = -V + R (I + I_syn); hazard = rate exp((V - threshold) / slope)',
  source: 'Gerstner & Kistler 2002, doi:10.1017/CBO9780511815706, chapter 5',
  params,
  create: (p, context) => new EscapeRate(p, context),
});
