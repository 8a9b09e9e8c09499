import { defineNeuron, type Params } from '../core/declare/define.ts';
import { choice, fromZero, number, positive } from '../core/declare/params.ts';
import { perMs } from '../core/declare/units.ts';
import type { ModelContext } from '../core/factories.ts';
import { exp, log } from '../core/math.ts';
import { CounterRandom } from '../core/random/random.ts';
import { MAX_TIME, snap, TICK } from '../core/time.ts';
import { invertRelaxingHazard, relaxingHazard } from './parts/hazard.ts';
import { CURRENT, F64, SIZE } from './parts/params.ts';
import { type NeuronDynamics, PerNeuronPopulation } from './parts/perNeuron.ts';
import { checkHazard, checkSteadyPotential } from './parts/rest.ts';

const params = {
  size: SIZE,
  tau: positive(10, 'ms', 'membrane time constant'),
  capacitance: positive(250, 'pF', 'membrane capacitance'),
  current: CURRENT,
  threshold: number({ default: 15, unit: 'mV', help: 'potential at which the hazard is `rate`' }),
  slope: positive(4, 'mV', 'the hazard grows e-fold per slope'),
  rate: positive(10, 'Hz', 'hazard at threshold'),
  reset: number({ default: 0, unit: 'mV', help: 'potential after a spike' }),
  refractory: fromZero(1, 'ms', 'dead time: hazard 0, clamped at reset, input discarded'),
  method: choice(['inversion', 'thinning'], {
    default: 'inversion',
    help: 'how spikes are sampled, both exactly: by inverting the integral of the hazard, or as a share of the events of a larger one, constant over pieces of time',
  }),
  precision: F64,
};

/**
 * LIF with escape noise, sampled event by event. A neuron fires when its accumulated hazard has reached a budget drawn
 * from Exp(1) at its last spike; arrivals in between only change how fast it is used up. The budget of spike n of neuron
 * j is drawn from (j, n), so that neurons do not share a stream. Until an arrival comes, the earliest possible crossing
 * (budget / largest hazard) is enough to know; the exact one is solved for only when that time has come.
 *
 * By thinning (Lewis & Shedler 1979, doi:10.1002/nav.3800260304) the budget is used up by a bound on the hazard instead, and
 * the event at its end is a spike with probability hazard / bound, else the next budget is drawn. The bound is constant
 * over pieces of time, each ending where the hazard has changed e-fold, so that one event in e or more is a spike however far the
 * potential has to go. Pieces follow from the potential at their start, never from the budget: else spikes would be biased.
 */
export class EscapeRateDynamics implements NeuronDynamics {
  readonly state;
  readonly #p: Params<typeof params>;
  readonly #vInf: number;
  /** Hazard per ms that belongs to Vinf, the factor in front of the integral. */
  readonly #hazardAtVInf: number;
  /** Its logarithm, for products that would leave the range of a float. */
  readonly #logHazardAtVInf: number;
  /** A hazard below e^idle × floor comes to less than a tenth of a spike in one time constant. */
  readonly #idleExcess: number;
  readonly #random: CounterRandom;
  readonly #acceptance: CounterRandom;
  readonly #v: Float64Array; // potential at `since`
  readonly #since: Float64Array; // in the future while refractory
  readonly #budget: Float64Array; // hazard left at `since`
  readonly #draws: Uint32Array; // budgets drawn after the first
  readonly #isExact: Uint8Array; // whether the budget ends at the predicted time: else it is a bound, or the end of a piece
  /** Whether `next` is asked since a bound of the crossing has come: then the crossing is solved for. */
  #mustSolve = false;

  constructor(p: Params<typeof params>, { arena, seed, name }: ModelContext) {
    const n = p.size;
    arena.reserve(n * 45, `${name} with ${n} neurons`);
    this.#p = p;
    this.#vInf = (p.current * p.tau) / p.capacitance;
    this.#hazardAtVInf = perMs(p.rate) * exp((this.#vInf - p.threshold) / p.slope);
    this.#logHazardAtVInf = log(perMs(p.rate)) + (this.#vInf - p.threshold) / p.slope;
    this.#idleExcess = log(0.1 / p.tau) - this.#logHazardAtVInf;
    this.#random = new CounterRandom(seed, `${name}/budget`);
    this.#acceptance = new CounterRandom(seed, `${name}/acceptance`);
    this.#v = arena.f64(n);
    this.#since = arena.f64(n);
    this.#budget = arena.f64(n);
    this.#draws = arena.u32(n);
    this.#isExact = arena.u8(n);
    this.state = { v: this.#v, since: this.#since, budget: this.#budget, draws: this.#draws, exact: this.#isExact };
    for (let j = 0; j < n; j++) this.#budget[j] = this.#random.exponential(j, 0);
  }

  potential(neuron: number, t: number): number {
    const dt = Math.max(0, t - this.#since[neuron]!);
    return this.#vInf + (this.#v[neuron]! - this.#vInf) * exp(-dt / this.#p.tau);
  }

  overshoot(neuron: number, t: number): number {
    return this.potential(neuron, t) - this.#p.threshold;
  }

  receive(j: number, weight: number, _receptor: number | undefined, t: number): void {
    if (t < this.#since[j]!) return;
    this.#advance(j, t);
    this.#v[j]! += weight;
  }

  /** Arrivals raise the hazard, they never fire a neuron by themselves. */
  predictSpike(j: number): number {
    const wait = this.#mustSolve ? this.#solveCrossing(j) : this.#lowerBound(j);
    this.#mustSolve = false;
    return wait <= MAX_TIME ? this.#since[j]! + Math.max(snap(wait), TICK) : Infinity;
  }

  confirmsSpike(j: number, t: number): boolean {
    const thinning = this.#p.method === 'thinning';
    if (this.#isExact[j] === 1) return !thinning || this.#acceptEvent(j, t);
    this.#advance(j, t);
    this.#mustSolve = !thinning;
    return false;
  }

  postSpikeReset(j: number, t: number): void {
    this.#v[j] = this.#p.reset;
    this.#since[j] = t + snap(this.#p.refractory);
    this.#drawBudget(j);
  }

  inhibit(j: number, t: number, until: number): void {
    this.#advance(j, t);
    this.#v[j] = this.#p.reset;
    this.#since[j] = Math.max(until, this.#since[j]!);
  }

  rest(j: number, t: number): void {
    this.#advance(j, t);
    this.#v[j] = 0;
    this.#since[j] = t;
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
        ? this.#majorant(this.#excess(j)) * dt
        : this.#hazardAtVInf * relaxingHazard(this.#excess(j), dt, this.#p.tau);
    this.#budget[j] = Math.max(0, this.#budget[j]! - used);
    this.#v[j] = this.potential(j, t);
    this.#since[j] = t;
  }

  /** Inversion: no crossing can come before budget / largest hazard. Thinning: the end of the budget or of the piece, whichever is first. */
  #lowerBound(j: number): number {
    const excess = this.#excess(j);
    if (this.#p.method === 'thinning') {
      const wait = this.#budget[j]! / this.#majorant(excess);
      const end = pieceEnd(excess, this.#idleExcess);
      const piece = end === 0 ? Infinity : this.#p.tau * log(excess / end);
      this.#isExact[j] = wait < piece ? 1 : 0;
      return Math.min(wait, piece);
    }
    this.#isExact[j] = 0;
    return this.#budget[j]! / (this.#hazardAtVInf * exp(Math.max(0, excess)));
  }

  /** Thinning: the largest excess of the piece that starts with this one; its hazard is the majorant. */
  #maxExcess(excess: number): number {
    return Math.max(excess, pieceEnd(excess, this.#idleExcess));
  }

  #majorant(excess: number): number {
    return exp(this.#logHazardAtVInf + this.#maxExcess(excess));
  }

  #drawBudget(j: number): void {
    this.#budget[j] = this.#random.exponential(j, ++this.#draws[j]!);
  }

  /** Thinning: whether the event of the majorant at t is a spike; if not, the next one is drawn. */
  #acceptEvent(j: number, t: number): boolean {
    const highest = this.#maxExcess(this.#excess(j));
    this.#advance(j, t);
    // hazards by their ratio: each of them can be beyond what a number holds
    const accepted = this.#acceptance.uniform(j, this.#draws[j]!) < exp(this.#excess(j) - highest);
    if (!accepted) this.#drawBudget(j);
    return accepted;
  }

  #solveCrossing(j: number): number {
    this.#isExact[j] = 1;
    const budget = this.#budget[j]!;
    return budget > 0 ? invertRelaxingHazard(this.#excess(j), budget / this.#hazardAtVInf, this.#p.tau) : 0;
  }
}

/**
 * Where a piece ends that starts with this excess: (V - Vinf) / slope, the logarithm of hazard / floor, which tends to 0. One
 * nearer to 0, or, where less than `idle` remains of the hazard, as far as it stays so; 0 at an infinite time.
 */
function pieceEnd(excess: number, idle: number): number {
  if (excess < 0) return Math.min(0, Math.max(excess + 1, idle));
  if (excess <= 1) return 0;
  return excess > idle ? excess - 1 : 1;
}

export const createEscapeRate = (p: Params<typeof params>, context: ModelContext) =>
  new PerNeuronPopulation(p.size, new EscapeRateDynamics(p, context), context);

/** LIF with exponential escape rate; see the class. */
export const escapeRate = defineNeuron({
  name: 'escapeRate',
  help: 'LIF that fires at random, the likelier the higher its potential (escape noise)',
  equation: 'tau dV/dt = -V + R (I + I_syn); hazard = rate exp((V - threshold) / slope)',
  source: 'Gerstner & Kistler 2002, doi:10.1017/CBO9780511815706, chapter 5',
  params,
  create: (p, context) => {
    const level = (p.current * p.tau) / p.capacitance;
    checkSteadyPotential(p.current, level, `${context.name}.current`);
    checkHazard(p.threshold, level, p.rate * exp((level - p.threshold) / p.slope), context.name);
    return createEscapeRate(p, context);
  },
});
