import { defineNeuron, type Params } from '../core/declare/define.ts';
import { choice, nonNegative, number, positive } from '../core/declare/params.ts';
import { hzToPerMs } from '../core/declare/units.ts';
import { expm1 } from '../core/elementary.ts';
import type { ModelContext } from '../core/factories.ts';
import { exp, log } from '../core/math.ts';
import { CounterRandom } from '../core/random/random.ts';
import { MAX_TIME, snap, TICK } from '../core/time.ts';
import { findRoot } from './parts/crossing.ts';
import {
  checkSteadyPotential,
  checkThreshold,
  constantCurrentParam,
  precisionParam,
  sizeParam,
} from './parts/params.ts';
import { allocateState, type NeuronDynamics, PerNeuronPopulation } from './parts/perNeuron.ts';

const EULER = 0.5772156649015329;

/** Exponential integral E1(x), x > 0 (Abramowitz & Stegun 5.1.11 and 5.1.22). */
function exponentialIntegral(x: number) {
  if (x <= 1) {
    let sum = -EULER - log(x);
    for (let n = 1, term = 1; n < 60; n++) {
      term *= -x / n;
      sum -= term / n;
      if (Math.abs(term) < 1e-18) break;
    }
    return sum;
  }
  let b = x + 1; // continued fraction, Lentz's method
  let c = 1e300;
  let d = 1 / b;
  let h = d;
  for (let n = 1; n < 500; n++) {
    const a = -n * n;
    b += 2;
    d = 1 / (a * d + b);
    c = b + a / c;
    h *= c * d;
    if (Math.abs(c * d - 1) < 1e-16) break;
  }
  return h * exp(-x);
}

/**
 * Integral of exp(a e^(-s/tau)) over s = 0 … t: integrated escape hazard of a relaxing potential. Series t + tau sum
 * a^n (1 - e^(-n t/tau)) / (n n!); for a < -5 (cancellation), tau (E1(|a| e^(-t/tau)) - E1(|a|)).
 */
export function integrateRelaxingHazard(a: number, t: number, tau: number) {
  if (a < -5) {
    const x = -a * exp(-t / tau);
    return x > 1e-300
      ? tau * (exponentialIntegral(x) - exponentialIntegral(-a))
      : t - tau * (EULER + log(-a) + exponentialIntegral(-a));
  }
  let sum = 0;
  for (let n = 1, power = 1; n < 2000; n++) {
    power *= a / n;
    const term = (power / n) * -expm1((-n * t) / tau);
    sum += term;
    if (Math.abs(power) < 1e-18 * (1 + Math.abs(sum))) break;
  }
  return t + tau * sum;
}

/** Time (ms) at which the hazard integral (`integrateRelaxingHazard`) reaches `target` > 0. */
export function invertHazardIntegral(a: number, target: number, tau: number) {
  const start = exp(a);
  const low = target / Math.max(start, 1);
  const high = target / Math.min(start, 1);
  if (low === high) return low;
  const g = (t: number) => integrateRelaxingHazard(a, t, tau) - target;
  return findRoot(g, (t) => exp(a * exp(-t / tau)), low * (1 - 1e-12), high * (1 + 1e-12));
}

const params = {
  size: sizeParam,
  tau: positive(10, 'ms', 'membrane time constant'),
  capacitance: positive(250, 'pF', 'membrane capacitance'),
  current: constantCurrentParam,
  threshold: number({ default: 15, unit: 'mV', help: 'potential at which the hazard equals the parameter rate' }),
  slope: positive(4, 'mV', 'potential per e-fold change of the hazard'),
  rate: positive(10, 'Hz', 'hazard at threshold'),
  reset: number({ default: 0, unit: 'mV', help: 'reset potential: potential after a spike' }),
  refractory: nonNegative(1, 'ms', 'dead time: hazard 0, V clamped at reset, input discarded'),
  method: choice(['inversion', 'thinning'], {
    default: 'inversion',
    help: 'exact sampling method: inversion of the integrated hazard, or thinning with a piecewise constant majorant',
  }),
  precision: precisionParam,
};

/**
 * LIF neuron with escape noise, sampled event by event. A neuron spikes when its integrated hazard since the last spike reaches a random
 * threshold drawn from Exp(1), the budget. Arrivals change the hazard. Budget n of neuron j depends on (j, n) only. No spike can occur
 * before budget / largest hazard; the exact time is computed only if this lower bound is reached without an arrival.
 *
 * Method `thinning` (Lewis & Shedler 1979, doi:10.1002/nav.3800260304): a majorant of the hazard is integrated instead. When it reaches the
 * budget, a candidate event is accepted as a spike with probability hazard / majorant; otherwise a new budget is drawn. The majorant is
 * constant until the hazard has changed by a factor of e, so that at least one candidate in e is accepted. Its pieces depend on the
 * potential at their start only; if they depended on the budget, spike times would be biased.
 */
function createDynamics(p: Params<typeof params>, { arena, seed, name }: ModelContext): NeuronDynamics {
  const n = p.size;
  arena.requireSpaceFor(n * 45, `${name} with ${n} neurons`);
  const isThinning = p.method === 'thinning';
  const vInf = (p.current * p.tau) / p.capacitance;
  const hazardAtVInf = hzToPerMs(p.rate) * exp((vInf - p.threshold) / p.slope); // 1/ms
  const logHazardAtVInf = log(hzToPerMs(p.rate)) + (vInf - p.threshold) / p.slope; // also if the hazard is outside the range of a double
  const idleExcess = log(0.1 / p.tau) - logHazardAtVInf; // excess at which the expected number of spikes per tau is 0.1
  const random = new CounterRandom(seed, `${name}/budget`);
  const acceptance = new CounterRandom(seed, `${name}/acceptance`);
  const state = allocateState(arena, n, { v: 'f64', since: 'f64', budget: 'f64', draws: 'u32', exact: 'u8' });
  // State per neuron: potential `v` (mV) at `since` (ms; in the future while refractory); `budget`: hazard to integrate until the next spike or,
  // with thinning, candidate event; `draws`: number of budgets drawn after the first; `exact`: 1 if the predicted time is that of the spike
  // or candidate event, 0 if it is a lower bound.
  const { v, since, budget, draws, exact } = state;
  for (let j = 0; j < n; j++) budget[j] = random.exponential(j, 0);
  /** True while `predictSpike` must compute the exact spike time, because a lower bound has been reached. */
  let mustSolve = false;
  const potential = (j: number, t: number) => {
    const dt = Math.max(0, t - since[j]!);
    return vInf + (v[j]! - vInf) * exp(-dt / p.tau);
  };
  const excessOf = (j: number) => (v[j]! - vInf) / p.slope;
  /** Maximum of the excess, (V - Vinf) / slope, in the piece of the majorant (thinning) that starts at `excess`. */
  const maxExcess = (excess: number) => Math.max(excess, computePieceEnd(excess, idleExcess));
  const majorant = (excess: number) => exp(logHazardAtVInf + maxExcess(excess));
  const advance = (j: number, t: number) => {
    const dt = t - since[j]!;
    if (dt <= 0) return;
    const used = isThinning
      ? majorant(excessOf(j)) * dt
      : hazardAtVInf * integrateRelaxingHazard(excessOf(j), dt, p.tau);
    budget[j] = Math.max(0, budget[j]! - used);
    v[j] = potential(j, t);
    since[j] = t;
  };
  const drawBudget = (j: number) => {
    budget[j] = random.exponential(j, ++draws[j]!);
  };
  /** Lower bound of the time to the next spike, ms; with thinning, time to the next candidate event or the next piece of the majorant. */
  const lowerBound = (j: number) => {
    const excess = excessOf(j);
    exact[j] = 0;
    if (!isThinning) return budget[j]! / (hazardAtVInf * exp(Math.max(0, excess)));
    const wait = budget[j]! / majorant(excess);
    const end = computePieceEnd(excess, idleExcess);
    const piece = end === 0 ? Infinity : p.tau * log(excess / end);
    if (wait < piece) exact[j] = 1;
    return Math.min(wait, piece);
  };
  /** True if the thinning accepts the candidate event at t as a spike; else draws a new hazard threshold (budget). */
  const acceptEvent = (j: number, t: number) => {
    const highest = maxExcess(excessOf(j));
    advance(j, t);
    // The ratio of hazards is computed from the difference of their exponents, because each hazard may overflow.
    const accepted = acceptance.uniform(j, draws[j]!) < exp(excessOf(j) - highest);
    if (!accepted) drawBudget(j);
    return accepted;
  };
  const solveCrossing = (j: number) => {
    exact[j] = 1;
    return budget[j]! > 0 ? invertHazardIntegral(excessOf(j), budget[j]! / hazardAtVInf, p.tau) : 0;
  };
  return {
    state,
    potential,
    overshoot: (j, t) => potential(j, t) - p.threshold,
    receiveArrival(j, weight, _receptor, t) {
      if (t < since[j]!) return;
      advance(j, t);
      v[j]! += weight;
    },
    predictSpike(j) {
      const wait = mustSolve ? solveCrossing(j) : lowerBound(j);
      mustSolve = false;
      return wait <= MAX_TIME ? since[j]! + Math.max(snap(wait), TICK) : Infinity;
    },
    confirmsSpike(j, t) {
      if (exact[j] === 1) return !isThinning || acceptEvent(j, t);
      advance(j, t);
      mustSolve = !isThinning;
      return false;
    },
    postSpikeReset(j, t) {
      v[j] = p.reset;
      since[j] = t + snap(p.refractory);
      drawBudget(j);
    },
    inhibit(j, t, until) {
      advance(j, t);
      v[j] = p.reset;
      since[j] = Math.max(until, since[j]!);
    },
    resetDynamicState(j, t) {
      advance(j, t);
      v[j] = 0;
      since[j] = t;
    },
  };
}

/**
 * Excess at the end of the piece of the majorant (thinning) that starts at `excess`. The excess (V - Vinf) / slope = ln(hazard / hazard at
 * Vinf) decays to 0; a piece ends when it is closer to 0 by 1. Below `idle`, where spikes are rare, pieces are longer.
 */
function computePieceEnd(excess: number, idle: number) {
  if (excess < 0) return Math.min(0, Math.max(excess + 1, idle));
  if (excess <= 1) return 0;
  return excess > idle ? excess - 1 : 1;
}

export const createEscapeRatePopulation = (p: Params<typeof params>, context: ModelContext) =>
  new PerNeuronPopulation(p.size, createDynamics(p, context), context);

export const escapeRate = defineNeuron({
  name: 'escapeRate',
  help: 'LIF neuron with escape noise: random spikes with a hazard that grows exponentially with V',
  equation: 'tau dV/dt = -V + R (I + I_syn); hazard = rate exp((V - threshold) / slope)',
  source: 'Gerstner & Kistler 2002, doi:10.1017/CBO9780511815706, chapter 5',
  params,
  create: (p, context) => {
    const level = (p.current * p.tau) / p.capacitance;
    checkSteadyPotential(p.current, level, `${context.name}.current`);
    const hazard = p.rate * exp((level - p.threshold) / p.slope); // without input, Hz
    if (hazard > 1000) checkThreshold(p.threshold, level, `${context.name}.threshold`);
    return createEscapeRatePopulation(p, context);
  },
});
