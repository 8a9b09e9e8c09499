import { UserError } from '../../core/declare/errors.ts';
import { number } from '../../core/declare/params.ts';
import type { ModelContext } from '../../core/factories.ts';
import type { Quantity } from '../../core/hooks.ts';
import { exp, log } from '../../core/math.ts';
import type { NeuronModel } from '../../core/model.ts';
import { snap, TICK } from '../../core/time.ts';
import type { StepCurrent } from './current.ts';
import { DormandPrinceStep } from './dormandPrince.ts';
import { allocateState, type NeuronDynamics, PerNeuronPopulation } from './perNeuron.ts';

/** Equations of neurons without closed form. `variables`: their units by name; `y`: their values for neuron j, first V in mV. */
export interface OdeEquations {
  readonly variables: Readonly<Record<string, string>>;
  initial(j: number): readonly number[];
  /** Writes dy/dt, per ms, to `slopes`. */
  derivative(y: Float64Array, slopes: Float64Array, j: number): void;
  /** Applies an arrival with the given weight; by default the potential jumps by the weight, mV. */
  jump?(y: Float64Array, weight: number, j: number): void;
  threshold(j: number): number;
  /** Applies the effects of a spike; `hasSpiked` is false for winner-take-all inhibition, which resets the potential only. */
  reset(y: Float64Array, j: number, hasSpiked: boolean): void;
  /** Time for which the potential is clamped after a spike, ms, default 0; all other variables follow their equations. */
  readonly refractory?: number;
  readonly currentSteps?: StepCurrent | null;
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
  return Object.assign(new PerNeuronPopulation(size, dynamics, context) as NeuronModel, { tolerance });
}

function createDynamics(n: number, equations: OdeEquations, tolerance: number, context: ModelContext): NeuronDynamics {
  const { arena, name } = context;
  const names = Object.keys(equations.variables);
  const m = names.length;
  arena.requireSpaceFor(n * (8 * m + 33), `${name} with ${n} neurons`);
  const values = arena.f64(n * m); // at `since`
  const types = { since: 'f64', stepEnd: 'f64', nextStep: 'f64', clampEnd: 'f64', isCrossing: 'u8' } as const;
  const own = allocateState(arena, n, types);
  const { since, stepEnd, nextStep, clampEnd, isCrossing } = own;
  nextStep.fill(FIRST_STEP);
  const step = new DormandPrinceStep(m);
  const y = new Float64Array(m);
  const rowOf = (j: number) => values.subarray(j * m, (j + 1) * m);
  for (let j = 0; j < n; j++) rowOf(j).set(equations.initial(j));

  const takeStep = (j: number, length: number) => {
    const isClamped = since[j]! < clampEnd[j]!;
    const derivative = (state: Float64Array, slopes: Float64Array) => {
      equations.derivative(state, slopes, j);
      if (isClamped) slopes[0] = 0;
    };
    return step.take(rowOf(j), length, derivative, tolerance);
  };
  /** Computes the variables of neuron j at t, within its present step. */
  const evaluate = (j: number, t: number) => {
    y.set(rowOf(j));
    if (t <= since[j]! || stepEnd[j]! <= since[j]!) return y;
    const length = stepEnd[j]! - since[j]!;
    takeStep(j, length);
    const fraction = Math.min((t - since[j]!) / length, 1);
    if (fraction === 1) y.set(step.end);
    else for (let i = 0; i < m; i++) y[i] = step.interpolate(i, fraction);
    return y;
  };
  const advance = (j: number, t: number) => {
    if (t <= since[j]!) return;
    rowOf(j).set(evaluate(j, t));
    since[j] = stepEnd[j] = t;
  };
  /** Makes the next step of neuron j: the longest one, at least a tick, whose error is within the tolerance. */
  const makeStep = (j: number) => {
    const start = since[j]!;
    const limit = start < clampEnd[j]! ? clampEnd[j]! - start : MAX_STEP;
    for (let length = Math.max(snap(Math.min(nextStep[j]!, limit)), TICK); ; ) {
      const error = takeStep(j, length);
      const ratio = error > 0 ? SAFETY * exp(-0.2 * log(error)) : MAX_RATIO;
      if (error <= 1 || (length === TICK && step.end.every(Number.isFinite))) {
        if (length < limit || ratio < 1) nextStep[j] = length * Math.min(Math.max(ratio, MIN_RATIO), MAX_RATIO);
        stepEnd[j] = start + length;
        return;
      }
      if (length === TICK) throw new UserError(`${name}: at ${start} ms the variables of neuron ${j} are not finite.`);
      const shorter = length * Math.min(Math.max(ratio, MIN_RATIO), SAFETY);
      length = Math.max(Math.floor(shorter / TICK), 1) * TICK;
    }
  };
  /** First time at which the potential reaches the threshold in the present step, ms; Infinity if it does not. */
  const findCrossing = (j: number) => {
    const threshold = equations.threshold(j);
    const [start, length] = [since[j]!, stepEnd[j]! - since[j]!];
    if (start < clampEnd[j]!) return Infinity;
    const isAbove = (fraction: number) => (fraction < 1 ? step.interpolate(0, fraction) : step.end[0]!) >= threshold;
    let part = 1;
    while (part <= PART_COUNT && !isAbove(part / PART_COUNT)) part++;
    if (part > PART_COUNT) return Infinity;
    let [low, high] = [(part - 1) / PART_COUNT, part / PART_COUNT];
    while ((high - low) * length > TICK / 2) {
      const middle = (low + high) / 2;
      if (isAbove(middle)) high = middle;
      else low = middle;
    }
    return Math.max(snap(start + high * length), start + TICK);
  };
  const inhibit = (j: number, t: number, until: number, hasSpiked: boolean) => {
    advance(j, t);
    equations.reset(rowOf(j), j, hasSpiked);
    clampEnd[j] = Math.max(clampEnd[j]!, until);
  };
  const createQuantity = (key: string, i: number): Quantity => {
    return { unit: equations.variables[key]!, owner: 'neuron', read: (j, t) => evaluate(j, t)[i]! };
  };
  return {
    state: { variables: values, ...own, ...equations.currentSteps?.state },
    quantities: Object.fromEntries(names.slice(1).map((key, i) => [key, createQuantity(key, i + 1)])),
    get nextChange() {
      return equations.currentSteps?.nextChange ?? Infinity;
    },
    applyChange(t) {
      for (let j = 0; j < n; j++) advance(j, t);
      equations.currentSteps!.applyNextStep();
    },
    onCheckpointLoaded: () => equations.currentSteps?.onCheckpointLoaded(),
    receiveArrival(j, weight, _receptor, t) {
      advance(j, t);
      const row = rowOf(j);
      const v = row[0]!;
      if (equations.jump) equations.jump(row, weight, j);
      else row[0]! += weight;
      if (t < clampEnd[j]!) row[0] = v;
    },
    predictSpike(j, t) {
      advance(j, t);
      isCrossing[j] = 1;
      if (t >= clampEnd[j]! && rowOf(j)[0]! >= equations.threshold(j)) return t;
      makeStep(j);
      const crossing = findCrossing(j);
      isCrossing[j] = crossing < Infinity ? 1 : 0;
      return Math.min(crossing, stepEnd[j]!);
    },
    confirmsSpike: (j) => isCrossing[j] === 1,
    postSpikeReset: (j, t) => inhibit(j, t, t + snap(equations.refractory ?? 0), true),
    inhibit: (j, t, until) => inhibit(j, t, until, false),
    resetDynamicState(j, t) {
      rowOf(j).set(equations.initial(j));
      since[j] = stepEnd[j] = clampEnd[j] = t;
    },
    potential: (j, t) => Math.min(evaluate(j, t)[0]!, equations.threshold(j)),
    overshoot: (j, t) => evaluate(j, t)[0]! - equations.threshold(j),
  };
}
