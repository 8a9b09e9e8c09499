import { defineNeuron, type Params } from '../core/declare/define.ts';
import { createElementParameter, POSITIVE_RANGE, VALUE_LIST_HELP } from '../core/declare/elementParameter.ts';
import { UserError } from '../core/declare/errors.ts';
import { perElement } from '../core/declare/params.ts';
import { atan, expm1, log1p } from '../core/elementary.ts';
import type { ModelContext } from '../core/factories.ts';
import { cos, exp, sin } from '../core/math.ts';
import { snap } from '../core/time.ts';
import { createInputCurrent, inputCurrentParam } from './parts/current.ts';
import {
  checkSteadyPotential,
  createCapacitanceParam,
  createInitialPotentialSampler,
  createMembraneTauParam,
  initialPotentialListParam,
  refractoryTimeParam,
  resetPotentialParam,
  sizeParam,
} from './parts/params.ts';
import { allocateState, type NeuronDynamics, PerNeuronPopulation, timeAfter } from './parts/perNeuron.ts';

const params = {
  size: sizeParam,
  tau: createMembraneTauParam(' near rest'),
  capacitance: createCapacitanceParam(''),
  critical: perElement({
    default: 15,
    ...POSITIVE_RANGE,
    unit: 'mV',
    help: `critical potential, relative to rest, above which V grows to the threshold without input; ${VALUE_LIST_HELP}`,
  }),
  threshold: perElement({
    default: 30,
    unit: 'mV',
    help: `spike threshold, relative to rest; must be above critical; ${VALUE_LIST_HELP}`,
  }),
  reset: resetPotentialParam,
  refractory: refractoryTimeParam,
  current: inputCurrentParam,
  initial: initialPotentialListParam,
};

/** Solution of y' = y^2 + q at x, with y the value at x = 0 (tan, tanh or hyperbola); Infinity after its pole. */
export function solveRiccati(y: number, q: number, x: number) {
  const w = Math.sqrt(Math.abs(q));
  if (q > 0 && w * x >= Math.PI) return Infinity;
  let [c, s] = [1, x];
  if (q > 0 && w > 0) [c, s] = [cos(w * x), sin(w * x) / w];
  else if (w > 0) [c, s] = [(1 + exp(-2 * w * x)) / 2, -expm1(-2 * w * x) / (2 * w)];
  const below = c - y * s;
  return below > 0 ? (y * c + q * s) / below : Infinity;
}

/** Value of x at which the solution of y' = y^2 + q, starting from y, reaches `end` > y; Infinity if never. */
export function solveRiccatiCrossing(y: number, q: number, end: number) {
  const w = Math.sqrt(Math.abs(q));
  const [rise, room] = [w * (end - y), q + y * end];
  if (q > 0) return (room > 0 ? atan(rise / room) : Math.PI / 2 + atan(-room / rise)) / w;
  if (!(room > 0)) return Infinity;
  if (w === 0) return (end - y) / room;
  return rise < room ? log1p((2 * rise) / (room - rise)) / (2 * w) : Infinity;
}

function createDynamics(p: Params<typeof params>, context: ModelContext): NeuronDynamics {
  const { arena, name } = context;
  const n = p.size;
  arena.requireSpaceFor(n * 24, `${name} with ${n} neurons`);
  const tau = createElementParameter(p.tau, n, 'tau', context, POSITIVE_RANGE);
  const capacitance = createElementParameter(p.capacitance, n, 'capacitance', context, POSITIVE_RANGE);
  const critical = createElementParameter(p.critical, n, 'critical', context, POSITIVE_RANGE);
  const threshold = createElementParameter(p.threshold, n, 'threshold', context);
  const reset = createElementParameter(p.reset, n, 'reset', context);
  const refractory = createElementParameter(p.refractory, n, 'refractory', context, { min: 0 });
  const { each: current, changes } = createInputCurrent(p.current, n, context);
  for (let j = 0; j < n; j++) {
    const [bar, least] = [threshold.getValue(j), Math.max(reset.getValue(j), critical.getValue(j))];
    if (!(bar > least))
      throw new UserError(
        `${threshold.formatPath(`${name}.threshold`, j)} is ${bar}, but must lie above reset and critical, ${reset.getValue(j)} and ${critical.getValue(j)} mV.`,
      );
  }
  /** Constant q (mV²) of y' = y^2 + q, with y = V - critical/2 (mV) and time in units of tau × critical. */
  const driveTerm = (j: number, pA = current.getValue(j)) => {
    const drive = (pA * tau.getValue(j)) / capacitance.getValue(j);
    return critical.getValue(j) * (drive - critical.getValue(j) / 4);
  };
  for (let j = 0; j < n; j++)
    for (const pA of changes?.findRange(j) ?? [current.getValue(j)])
      checkSteadyPotential(pA, driveTerm(j, pA), current.formatPath(`${name}.current`, j));
  const own = allocateState(arena, n, { v: 'f64', since: 'f64' });
  const { v, since } = own; // potential at `since`, which lies in the future while the neuron is clamped
  const draw = createInitialPotentialSampler(p, n, context);
  for (let j = 0; j < n; j++) v[j] = draw();
  const rateOf = (j: number) => 1 / (tau.getValue(j) * critical.getValue(j));
  const potential = (j: number, t: number) => {
    const dt = t - since[j]!;
    if (dt <= 0) return v[j]!;
    const middle = critical.getValue(j) / 2;
    const mV = middle + solveRiccati(v[j]! - middle, driveTerm(j), dt * rateOf(j));
    return Math.min(mV, threshold.getValue(j));
  };
  const advance = (j: number, t: number) => {
    if (t <= since[j]!) return;
    v[j] = potential(j, t);
    since[j] = t;
  };
  const inhibit = (j: number, _t: number, until: number) => {
    v[j] = reset.getValue(j);
    since[j] = Math.max(until, since[j]!);
  };
  return {
    state: { ...own, ...changes?.state },
    get nextChange() {
      return changes?.nextChange ?? Infinity;
    },
    applyChange(t) {
      for (let j = 0; j < n; j++) advance(j, t);
      changes!.applyNextStep();
    },
    onCheckpointLoaded: () => changes?.onCheckpointLoaded(),
    receiveArrival(j, weight, _receptor, t) {
      if (t < since[j]!) return;
      advance(j, t);
      v[j]! += weight;
    },
    predictSpike(j, t) {
      const start = Math.max(t, since[j]!);
      const mV = potential(j, start);
      const end = threshold.getValue(j);
      if (mV >= end) return start;
      const middle = critical.getValue(j) / 2;
      return timeAfter(start, solveRiccatiCrossing(mV - middle, driveTerm(j), end - middle) / rateOf(j));
    },
    postSpikeReset: (j, t) => inhibit(j, t, t + snap(refractory.getValue(j))),
    inhibit,
    resetDynamicState(j, t) {
      v[j] = 0;
      since[j] = t;
    },
    potential,
    overshoot: (j, t) => potential(j, t) - threshold.getValue(j),
  };
}

/**
 * Quadratic integrate-and-fire neuron, the normal form of type I excitability (arbitrarily low firing rates). An arrival of weight w makes
 * V jump by w mV; input during refractoriness is lost. A constant current above capacitance × critical/(4 tau) makes the neuron fire
 * without further input.
 */
export const quadratic = defineNeuron({
  name: 'quadratic',
  help: 'quadratic integrate-and-fire neuron, exact potentials and spike times',
  equation:
    'tau dV/dt = V (V - critical)/critical + R I + I_syn; spike when V >= threshold; V = reset while refractory; R = tau/capacitance',
  source:
    'Ermentrout & Kopell 1986, doi:10.1137/0146017; Latham et al. 2000, doi:10.1152/jn.2000.83.2.808; Gerstner et al. 2014, Neuronal Dynamics, chapter 5.3',
  params,
  create: (p, context) => new PerNeuronPopulation(p.size, createDynamics(p, context), context),
});
