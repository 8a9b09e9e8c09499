import { defineNeuron, type Params } from '../core/declare/define.ts';
import {
  createElementParameter,
  type ElementParameter,
  LIST_HELP,
  POSITIVE_RANGE,
} from '../core/declare/elementParameter.ts';
import { UserError } from '../core/declare/errors.ts';
import { perElement } from '../core/declare/params.ts';
import { atan, expm1, log1p } from '../core/elementary.ts';
import type { ModelContext } from '../core/factories.ts';
import { cos, exp, sin } from '../core/math.ts';
import { snap } from '../core/time.ts';
import { createCurrent, current, type StepCurrent } from './parts/current.ts';
import { checkSteadyPotential, createInitialSampler, SIZE } from './parts/params.ts';
import { type NeuronDynamics, PerNeuronPopulation, timeAfter } from './parts/perNeuron.ts';

const params = {
  size: SIZE,
  tau: perElement({
    default: 10,
    ...POSITIVE_RANGE,
    unit: 'ms',
    help: `membrane time constant near rest; ${LIST_HELP}`,
  }),
  capacitance: perElement({
    default: 250,
    ...POSITIVE_RANGE,
    unit: 'pF',
    help: `membrane capacitance; the resistance is tau / capacitance; ${LIST_HELP}`,
  }),
  critical: perElement({
    default: 15,
    ...POSITIVE_RANGE,
    unit: 'mV',
    help: `critical potential, relative to rest, above which V grows to the threshold without input; ${LIST_HELP}`,
  }),
  threshold: perElement({
    default: 30,
    unit: 'mV',
    help: `spike threshold, relative to rest; must be above critical; ${LIST_HELP}`,
  }),
  reset: perElement({ default: 0, unit: 'mV', help: `potential after a spike, relative to rest; ${LIST_HELP}` }),
  refractory: perElement({
    default: 2,
    min: 0,
    unit: 'ms',
    help: `refractory time: V is clamped at reset after a spike; ${LIST_HELP}`,
  }),
  current,
  initial: perElement({ default: 0, unit: 'mV', help: `initial potential, relative to rest; ${LIST_HELP}` }),
};

/** Solution of y' = y^2 + q at x, with y the value at x = 0 (tan, tanh or hyperbola); Infinity after its pole. */
export function solveQuadratic(y: number, q: number, x: number): number {
  const w = Math.sqrt(Math.abs(q));
  if (q > 0 && w * x >= Math.PI) return Infinity;
  let [c, s] = [1, x];
  if (q > 0 && w > 0) [c, s] = [cos(w * x), sin(w * x) / w];
  else if (w > 0) [c, s] = [(1 + exp(-2 * w * x)) / 2, -expm1(-2 * w * x) / (2 * w)];
  const below = c - y * s;
  return below > 0 ? (y * c + q * s) / below : Infinity;
}

/** Value of x at which the solution of y' = y^2 + q, starting from y, reaches `end` > y; Infinity if never. */
export function solveQuadraticCrossing(y: number, q: number, end: number): number {
  const w = Math.sqrt(Math.abs(q));
  const [rise, room] = [w * (end - y), q + y * end];
  if (q > 0) return (room > 0 ? atan(rise / room) : Math.PI / 2 + atan(-room / rise)) / w;
  if (!(room > 0)) return Infinity;
  if (w === 0) return (end - y) / room;
  return rise < room ? log1p((2 * rise) / (room - rise)) / (2 * w) : Infinity;
}

class QuadraticDynamics implements NeuronDynamics {
  readonly state;
  readonly #size: number;
  readonly #tau: ElementParameter;
  readonly #capacitance: ElementParameter;
  readonly #critical: ElementParameter;
  readonly #threshold: ElementParameter;
  readonly #reset: ElementParameter;
  readonly #refractory: ElementParameter;
  readonly #current: ElementParameter;
  readonly #currentSteps: StepCurrent | null;
  readonly #v: Float64Array;
  readonly #since: Float64Array; // time of `v`, ms; in the future while clamped

  constructor(p: Params<typeof params>, context: ModelContext) {
    const { arena, name } = context;
    const n = (this.#size = p.size);
    arena.reserve(n * 24, `${name} with ${n} neurons`);
    this.#tau = createElementParameter(p.tau, n, 'tau', context, POSITIVE_RANGE);
    this.#capacitance = createElementParameter(p.capacitance, n, 'capacitance', context, POSITIVE_RANGE);
    this.#critical = createElementParameter(p.critical, n, 'critical', context, POSITIVE_RANGE);
    this.#threshold = createElementParameter(p.threshold, n, 'threshold', context);
    this.#reset = createElementParameter(p.reset, n, 'reset', context);
    this.#refractory = createElementParameter(p.refractory, n, 'refractory', context, { min: 0 });
    const { each, changes } = createCurrent(p.current, n, context);
    [this.#current, this.#currentSteps] = [each, changes];
    for (let j = 0; j < n; j++) {
      const [bar, least] = [this.#threshold.at(j), Math.max(this.#reset.at(j), this.#critical.at(j))];
      if (!(bar > least))
        throw new UserError(
          `${this.#threshold.path(`${name}.threshold`, j)} is ${bar}, but must lie above reset and critical, ${this.#reset.at(j)} and ${this.#critical.at(j)} mV.`,
        );
    }
    for (let j = 0; j < n; j++)
      for (const pA of changes?.values ?? [each.at(j)])
        checkSteadyPotential(pA, this.#driveTerm(j, pA), each.path(`${name}.current`, j));
    this.#v = arena.f64(n);
    this.#since = arena.f64(n);
    this.state = { v: this.#v, since: this.#since, ...changes?.state };
    const draw = createInitialSampler(p, n, context);
    for (let j = 0; j < n; j++) this.#v[j] = draw();
  }

  get nextChange(): number {
    return this.#currentSteps?.nextChange ?? Infinity;
  }

  applyChange(t: number): void {
    for (let j = 0; j < this.#size; j++) this.#advance(j, t);
    this.#currentSteps!.advance();
    this.restored();
  }

  restored(): void {
    this.#currentSteps?.restored();
    if (this.#currentSteps) this.#current.values[0] = this.#currentSteps.value;
  }

  receive(j: number, weight: number, _receptor: number | undefined, t: number): void {
    if (t < this.#since[j]!) return;
    this.#advance(j, t);
    this.#v[j]! += weight;
  }

  predictSpike(j: number, t: number): number {
    const start = Math.max(t, this.#since[j]!);
    const v = this.potential(j, start);
    const end = this.#threshold.at(j);
    if (v >= end) return start;
    const middle = this.#critical.at(j) / 2;
    return timeAfter(start, solveQuadraticCrossing(v - middle, this.#driveTerm(j), end - middle) / this.#rate(j));
  }

  postSpikeReset(j: number, t: number): void {
    this.inhibit(j, t, t + snap(this.#refractory.at(j)));
  }

  inhibit(j: number, _t: number, until: number): void {
    this.#v[j] = this.#reset.at(j);
    this.#since[j] = Math.max(until, this.#since[j]!);
  }

  rest(j: number, t: number): void {
    this.#v[j] = 0;
    this.#since[j] = t;
  }

  potential(j: number, t: number): number {
    const dt = t - this.#since[j]!;
    if (dt <= 0) return this.#v[j]!;
    const middle = this.#critical.at(j) / 2;
    const v = middle + solveQuadratic(this.#v[j]! - middle, this.#driveTerm(j), dt * this.#rate(j));
    return Math.min(v, this.#threshold.at(j));
  }

  overshoot(j: number, t: number): number {
    return this.potential(j, t) - this.#threshold.at(j);
  }

  #advance(j: number, t: number): void {
    if (t <= this.#since[j]!) return;
    this.#v[j] = this.potential(j, t);
    this.#since[j] = t;
  }

  /** Constant q (mV²) of y' = y^2 + q, with y = V - critical/2 (mV) and time in units of tau × critical. */
  #driveTerm(j: number, pA = this.#current.at(j)): number {
    const critical = this.#critical.at(j);
    const drive = (pA * this.#tau.at(j)) / this.#capacitance.at(j);
    return critical * (drive - critical / 4);
  }

  #rate(j: number): number {
    return 1 / (this.#tau.at(j) * this.#critical.at(j));
  }
}

/**
 * Quadratic integrate-and-fire neuron, the normal form of type I excitability (arbitrarily low firing rates): leaky near rest, and
 * V grows without bound above `critical`. Potentials between events and spike times have closed forms (tan, tanh). An arrival of
 * weight w makes V jump by w mV; input during refractoriness is lost. A constant current above capacitance × critical/(4 tau)
 * makes the neuron fire without further input.
 */
export const quadratic = defineNeuron({
  name: 'quadratic',
  help: 'quadratic integrate-and-fire neuron, exact potentials and spike times',
  equation:
    'tau dV/dt = V (V - critical)/critical + R I + I_syn; spike when V >= threshold; V = reset while refractory; R = tau/capacitance',
  source:
    'Ermentrout & Kopell 1986, doi:10.1137/0146017; Latham et al. 2000, doi:10.1152/jn.2000.83.2.808; Gerstner et al. 2014, Neuronal Dynamics, chapter 5.3',
  params,
  create: (p, context) => new PerNeuronPopulation(p.size, new QuadraticDynamics(p, context), context),
});
