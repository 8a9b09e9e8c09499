import { UserError } from '../../../core/declare/errors.ts';
import type { NirTimingOptions } from '../schema.ts';
import type { NirFileNode } from './read.ts';

/** Timing of a NIR file. `unit`: its unit of time, ms; in this unit, `step`: time step (null: none), `area`: area of a spike. */
export interface NirTiming {
  readonly unit: number;
  readonly step: number | null;
  readonly area: number;
  /** True if neurons advance in the time steps of the training. */
  readonly isStepped: boolean;
  /** True if a spike subtracts the threshold instead of setting v_reset. */
  readonly subtracts: boolean;
}

const MS_PER_UNIT = { s: 1000, ms: 1 } as const;

export function resolveTiming({ unit, dt, spikeArea, mode, reset }: NirTimingOptions): NirTiming {
  const step = dt === undefined ? null : dt / MS_PER_UNIT[unit];
  const area = spikeArea ?? step ?? 1;
  return { unit: MS_PER_UNIT[unit], step, area, isStepped: mode === 'step', subtracts: reset === 'subtraction' };
}

/** Time step that the numbers of a file suggest, in units of the file, and the relation that suggests it. */
export interface StepCandidate {
  readonly step: number;
  readonly relation: string;
}

/** Solves r = tau e^(-dt/tau)/dt for dt by bisection: e^(-x)/x falls with x = dt/tau. */
function solveRockpoolStep(tau: number, r: number): number {
  let [low, high] = [1e-12, 50];
  for (let i = 0; i < 200; i++) {
    const x = (low + high) / 2;
    if (Math.exp(-x) / x > r) low = x;
    else high = x;
  }
  return low * tau;
}

/** Relations between parameters and time step of the libraries that write NIR (snnTorch and Lava, Rockpool, spikingjelly). */
const RELATIONS: readonly (readonly [
  relation: string,
  type: RegExp,
  step: (a: number, b: number) => number,
  a: string,
  b: string,
])[] = [
  ['tau/r', /^LIF$/, (tau, r) => tau / r, 'tau', 'r'],
  ['tau_mem/r', /^CubaLIF$/, (tau, r) => tau / r, 'tau_mem', 'r'],
  ['tau_syn/w_in', /^CubaLIF$/, (tau, w) => tau / w, 'tau_syn', 'w_in'],
  ['1/r', /^IF$/, (r) => 1 / r, 'r', 'r'],
  ['r = tau exp(-dt/tau)/dt', /^LIF$/, solveRockpoolStep, 'tau', 'r'],
];

/** Largest accepted step relative to the smallest time constant; with r = 1, Rockpool's relation gives 0.57. */
const MAX_RELATIVE_STEP = 0.5;
/** Maximum relative difference between the time steps of neurons that are treated as equal. */
const TOLERANCE = 1e-4;

const isTimeStep = (step: number, { fields }: NirFileNode) =>
  ['tau', 'tau_mem', 'tau_syn'].every((name) => {
    const field = fields[name];
    return (
      field === undefined || typeof field === 'string' || field.values.every((tau) => step < MAX_RELATIVE_STEP * tau)
    );
  });

/** Lists time steps that a relation gives for all neurons of its type. Steps of single precision are rounded to 5 digits. */
export function listStepCandidates(nodes: Iterable<NirFileNode>): readonly StepCandidate[] {
  const all = [...nodes];
  return RELATIONS.flatMap(([relation, type, computeStep, first, second]) => {
    const found = all.filter((node) => type.test(node.type));
    const steps = found.flatMap((node) => {
      const [a, b] = [node.fields[first], node.fields[second]];
      if (a === undefined || b === undefined || typeof a === 'string' || typeof b === 'string') return [Number.NaN];
      const count = Math.max(a.values.length, b.values.length);
      return Array.from({ length: count }, (_, k) =>
        computeStep(a.values[k % a.values.length]!, b.values[k % b.values.length]!),
      );
    });
    const [step = Number.NaN] = steps;
    const isCommon = step > 0 && steps.every((one) => Math.abs(one / step - 1) < TOLERANCE);
    if (!isCommon || !found.every((node) => isTimeStep(step, node))) return [];
    return [{ step: Number(step.toPrecision(5)), relation }];
  });
}

/** Requires the settings that the numbers of a file do not decide. @throws UserError with the question in one sentence */
export function requireTiming(options: NirTimingOptions, nodes: Iterable<NirFileNode>, path: string): NirTiming {
  const { unit, dt, spikeArea, mode } = options;
  if (mode === 'step' && dt === undefined)
    throw new UserError(`${path}: import.mode is step, so import.dt must state the time step, ms.`);
  if (dt === undefined && spikeArea === undefined) {
    const candidates = listStepCandidates(nodes).map(
      ({ step, relation }) => `${Number((step * MS_PER_UNIT[unit]).toPrecision(5))} by ${relation}`,
    );
    throw new UserError(
      `${path} does not state the area of a spike: set import.dt to the time step of its training, ms${candidates.length > 0 ? ` (perhaps ${candidates.join(' or ')})` : ''}, or import.spikeArea to 1 for Dirac pulses as NIR defines them (memspike nir check ${path} shows more).`,
    );
  }
  return resolveTiming(options);
}
