import { UserError } from '../../core/declare/errors.ts';
import { number } from '../../core/declare/params.ts';
import type { ModelContext } from '../../core/factories.ts';
import type { Quantity } from '../../core/hooks.ts';
import { exp, log } from '../../core/math.ts';
import type { NeuronModel } from '../../core/model.ts';
import { snap, TICK } from '../../core/time.ts';
import type { ChangingCurrent } from './current.ts';
import { DormandPrinceStep } from './dormandPrince.ts';
import { allocateState, type NeuronDynamics, PerNeuronPopulation } from './perNeuron.ts';

/** Equations of neurons without closed form. `variables`: their units by name; `y`: their values for neuron j, first V in mV. */
export interface OdeEquations {
  readonly variables: Readonly<Record<string, string>>;
  initial(neuron: number): readonly number[];
  /** Writes dy/dt, per ms, to `slopes`. */
  derivative(y: Float64Array, slopes: Float64Array, neuron: number): void;
  /** Applies an arrival with the given weight; by default the potential jumps by the weight, mV. */
  jump?(y: Float64Array, weight: number, neuron: number): void;
  /** Potential, mV, whose upward crossings are spikes. */
  threshold(neuron: number): number;
  /** Applies the effects of a spike; `hasSpiked` is false for winner-take-all inhibition, which resets the potential only. */
  reset(y: Float64Array, neuron: number, hasSpiked: boolean): void;
  /** Time without spikes after a spike, ms, default 0. */
  readonly refractory?: number;
  /** Potential during the refractory time; `clamp` (default): constant, while other variables follow their equations. */
  readonly refractoryPotential?: 'clamp' | 'free';
  /** Current that changes at given times, of built-in models; see `createInputCurrent`. */
  readonly currentSteps?: ChangingCurrent | null;
}

export const toleranceParam = number({
  default: 1e-6,
  min: 1e-13,
  max: 0.1,
  unit: '1',
  help: 'error tolerance of integration steps: absolute (unit of each variable) plus relative (share of its value)',
});

/** First and longest integration step, ms; safety factor and limits of the ratio of successive steps. */
const [FIRST_STEP, MAX_STEP, SAFETY, MIN_RATIO, MAX_RATIO] = [1 / 16, 64, 0.9, 0.2, 5] as const;
/** Number of equal parts of an integration step; the potential is compared with the threshold at the end of each. */
const PART_COUNT = 8;

/**
 * Population of neurons that are integrated in adaptive steps of their own (`DormandPrinceStep`). An arrival ends the step at the value of
 * the dense output, which also locates crossings to one tick. Potentials and spike times have errors that fall with `tolerance`.
 */
export function createOdePopulation(size: number, equations: OdeEquations, tolerance: number, context: ModelContext) {
  const dynamics = createDynamics(size, equations, tolerance, context);
  const population: NeuronModel = new PerNeuronPopulation(size, dynamics, context);
  return Object.assign(population, { integrationTolerance: tolerance });
}

function createDynamics(n: number, equations: OdeEquations, tolerance: number, context: ModelContext): NeuronDynamics {
  const { arena, name } = context;
  const names = Object.keys(equations.variables);
  const m = names.length;
  arena.requireSpaceFor(n * (8 * m + 33), `${name} with ${n} neurons`);
  const values = arena.f64(n * m); // at `since`
  const types = {
    since: 'f64',
    stepEnd: 'f64',
    nextStep: 'f64',
    refractoryEnd: 'f64',
    isCrossing: 'u8',
    isArmed: 'u8',
  } as const;
  const own = allocateState(arena, n, types);
  // isArmed: 1 at the start, and once the potential was below the threshold after a spike; 0: no spike at the threshold or above.
  const { since, stepEnd, nextStep, refractoryEnd, isCrossing, isArmed } = own;
  isArmed.fill(1);
  nextStep.fill(FIRST_STEP);
  const step = new DormandPrinceStep(m);
  const y = new Float64Array(m);
  const rowOf = (neuron: number) => values.subarray(neuron * m, (neuron + 1) * m);
  for (let neuron = 0; neuron < n; neuron++) rowOf(neuron).set(equations.initial(neuron));

  const isRefractory = (neuron: number) => since[neuron]! < refractoryEnd[neuron]!;
  const isBelow = (neuron: number) => rowOf(neuron)[0]! < equations.threshold(neuron);
  const takeStep = (neuron: number, length: number) => {
    const isClamped = equations.refractoryPotential !== 'free' && isRefractory(neuron);
    const derivative = (state: Float64Array, slopes: Float64Array) => {
      equations.derivative(state, slopes, neuron);
      if (isClamped) slopes[0] = 0;
    };
    return step.take(rowOf(neuron), length, derivative, tolerance);
  };
  /** Computes the variables of neuron j at t, within its present step. */
  const evaluate = (neuron: number, t: number) => {
    y.set(rowOf(neuron));
    if (t <= since[neuron]! || stepEnd[neuron]! <= since[neuron]!) return y;
    const length = stepEnd[neuron]! - since[neuron]!;
    takeStep(neuron, length);
    const fraction = Math.min((t - since[neuron]!) / length, 1);
    if (fraction === 1) y.set(step.end);
    else for (let i = 0; i < m; i++) y[i] = step.interpolate(i, fraction);
    return y;
  };
  const advance = (neuron: number, t: number) => {
    if (t <= since[neuron]!) return;
    rowOf(neuron).set(evaluate(neuron, t));
    if (isBelow(neuron)) isArmed[neuron] = 1;
    else if (isRefractory(neuron)) isArmed[neuron] = 0;
    since[neuron] = stepEnd[neuron] = t;
  };
  /** Makes the next step of neuron j: the longest one, at least a tick, whose error is within the tolerance. */
  const makeStep = (neuron: number) => {
    const start = since[neuron]!;
    const limit = start < refractoryEnd[neuron]! ? refractoryEnd[neuron]! - start : MAX_STEP;
    for (let length = Math.max(snap(Math.min(nextStep[neuron]!, limit)), TICK); ; ) {
      const error = takeStep(neuron, length);
      const ratio = error > 0 ? SAFETY * exp(-0.2 * log(error)) : MAX_RATIO;
      if (error <= 1 || (length === TICK && step.end.every(Number.isFinite))) {
        if (length < limit || ratio < 1) nextStep[neuron] = length * Math.min(Math.max(ratio, MIN_RATIO), MAX_RATIO);
        stepEnd[neuron] = start + length;
        return;
      }
      if (length === TICK)
        throw new UserError(`${name}: at ${start} ms the variables of neuron ${neuron} are not finite.`);
      const shorter = length * Math.min(Math.max(ratio, MIN_RATIO), SAFETY);
      length = Math.max(Math.floor(shorter / TICK), 1) * TICK;
    }
  };
  /** First upward crossing of the threshold in the present step, ms; Infinity if there is none. */
  const findCrossing = (neuron: number) => {
    const threshold = equations.threshold(neuron);
    const [start, length] = [since[neuron]!, stepEnd[neuron]! - since[neuron]!];
    if (isRefractory(neuron)) return Infinity;
    const isAbove = (fraction: number) => (fraction < 1 ? step.interpolate(0, fraction) : step.end[0]!) >= threshold;
    let part = 1;
    for (let isReady = isArmed[neuron] === 1; part <= PART_COUNT; part++) {
      const above = isAbove(part / PART_COUNT);
      if (above && isReady) break;
      isReady ||= !above;
    }
    if (part > PART_COUNT) return Infinity;
    let [low, high] = [(part - 1) / PART_COUNT, part / PART_COUNT];
    while ((high - low) * length > TICK / 2) {
      const middle = (low + high) / 2;
      if (isAbove(middle)) high = middle;
      else low = middle;
    }
    return Math.max(snap(start + high * length), start + TICK);
  };
  const inhibit = (neuron: number, t: number, until: number, hasSpiked: boolean) => {
    advance(neuron, t);
    const v = rowOf(neuron)[0]!;
    equations.reset(rowOf(neuron), neuron, hasSpiked);
    // The time of a spike is rounded to a tick, so that V may be just below the threshold: it counts as above.
    isArmed[neuron] = Number(isBelow(neuron) && !(hasSpiked && rowOf(neuron)[0] === v));
    refractoryEnd[neuron] = Math.max(refractoryEnd[neuron]!, until);
  };
  const createQuantity = (key: string, i: number): Quantity => {
    return { unit: equations.variables[key]!, owner: 'neuron', read: (neuron, t) => evaluate(neuron, t)[i]! };
  };
  return {
    state: { variables: values, ...own, ...equations.currentSteps?.state },
    quantities: Object.fromEntries(names.slice(1).map((key, i) => [key, createQuantity(key, i + 1)])),
    get nextChange() {
      return equations.currentSteps?.nextChange ?? Infinity;
    },
    applyChange(t) {
      for (let neuron = 0; neuron < n; neuron++) advance(neuron, t);
      equations.currentSteps!.applyNextStep();
    },
    onCheckpointLoaded: () => equations.currentSteps?.onCheckpointLoaded(),
    receiveArrival(neuron, weight, _receptor, t) {
      advance(neuron, t);
      const row = rowOf(neuron);
      const v = row[0]!;
      if (equations.jump) equations.jump(row, weight, neuron);
      else row[0]! += weight;
      if (equations.refractoryPotential !== 'free' && isRefractory(neuron)) row[0] = v;
    },
    predictSpike(neuron, t) {
      advance(neuron, t);
      isCrossing[neuron] = 1;
      if (!isRefractory(neuron) && isArmed[neuron] === 1 && !isBelow(neuron)) return t;
      makeStep(neuron);
      const crossing = findCrossing(neuron);
      isCrossing[neuron] = crossing < Infinity ? 1 : 0;
      return Math.min(crossing, stepEnd[neuron]!);
    },
    confirmsSpike: (neuron) => isCrossing[neuron] === 1,
    postSpikeReset: (neuron, t) => inhibit(neuron, t, t + snap(equations.refractory ?? 0), true),
    inhibit: (neuron, t, until) => inhibit(neuron, t, until, false),
    resetDynamicState(neuron, t) {
      rowOf(neuron).set(equations.initial(neuron));
      since[neuron] = stepEnd[neuron] = refractoryEnd[neuron] = t;
      isArmed[neuron] = 1;
    },
    potential: (neuron, t) =>
      Math.min(
        evaluate(neuron, t)[0]!,
        isArmed[neuron] === 1 && !isRefractory(neuron) ? equations.threshold(neuron) : Infinity,
      ),
    overshoot: (neuron, t) => evaluate(neuron, t)[0]! - equations.threshold(neuron),
  };
}
