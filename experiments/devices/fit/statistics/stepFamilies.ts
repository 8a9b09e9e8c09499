import { computeMaxLinearityError, LINEARITY_ERROR_PER_NONLINEARITY } from '../../../../synapses/devices/neuroSim.ts';
import type { Direction } from '../import/trains.ts';
import { clip } from '../lists.ts';
import { advanceByExponentialSteps, advanceByPowerLawSteps, advanceTowardsLimit } from './advance.ts';
import type { FitParameter } from './leastSquares.ts';

/** Conductance steps of a device in one pulse direction; h: position in the range, 0 (start bound) to 1 (end bound). */
export interface StepLaw {
  /** Change of h by one pulse, without clipping. */
  readonly getStep: (h: number) => number;
  /** Position after `count` pulses in closed form, starting from h. */
  readonly advance: (h: number, count: number) => number;
}

interface ShapeParameter extends Omit<FitParameter, 'starts'> {
  readonly name: string;
  /** Start values of the fit. @param pace change of the position h by one pulse at the start of the mean train */
  readonly getStartValues: (pace: number, pulses: number) => readonly number[];
}

export const STEP_FAMILY_NAMES = ['exponential', 'softBound', 'neuroSim', 'linear', 'power'] as const;
export type StepFamilyName = (typeof STEP_FAMILY_NAMES)[number];

export interface StepModelFamily {
  readonly name: StepFamilyName;
  readonly shape: readonly ShapeParameter[];
  /** Creates steps from shape parameters. @param pulses number of pulses of a train over the full range @param amount factor on each step */
  readonly createStepLaw: (shape: readonly number[], pulses: number, amount: number) => StepLaw;
}

/** Exponential model, position h += alpha e^(-beta h) (Querlioz et al. 2011). */
export const exponentialStepFamily: StepModelFamily = {
  name: 'exponential',
  shape: [
    { name: 'alpha', low: 1e-7, high: 2, isLog: true, getStartValues: (pace) => [pace, pace * 2.5, pace * 0.7] },
    { name: 'beta', low: 0, high: 40, getStartValues: () => [2, 5, 0.5] },
  ],
  createStepLaw: ([alpha, beta], _pulses, amount) => ({
    getStep: (h) => amount * (alpha! * Math.exp(-beta! * h)),
    advance: (h, count) => advanceByExponentialSteps(h, count, amount * alpha!, beta!),
  }),
};

/** Soft-bound model, position h += eta (1 - h) (Fusi & Abbott 2007). */
export const softBoundStepFamily: StepModelFamily = {
  name: 'softBound',
  shape: [{ name: 'eta', low: 1e-7, high: 1, isLog: true, getStartValues: (pace) => [pace, pace * 2.5, pace * 0.5] }],
  createStepLaw: ([eta], _pulses, amount) => createApproach(1, eta!, amount),
};

/** Linear model, position h += eta (ConstantStep, Rasch et al. 2021). */
export const linearStepFamily: StepModelFamily = {
  name: 'linear',
  shape: [{ name: 'eta', low: 1e-7, high: 1, isLog: true, getStartValues: (pace) => [pace, pace / 3, pace / 9] }],
  createStepLaw: ([eta], _pulses, amount) => ({
    getStep: () => amount * eta!,
    advance: (h, count) => clip(h + count * (amount * eta!)),
  }),
};

/** Power-law model, position h += a (1 - h)^b (Fusi & Abbott 2007); equals softBound for b = 1 and linear for b = 0. */
export const powerLawStepFamily: StepModelFamily = {
  name: 'power',
  shape: [
    { name: 'a', low: 1e-7, high: 2, isLog: true, getStartValues: (pace) => [pace, pace * 2, pace / 2] },
    { name: 'b', low: 0, high: 20, getStartValues: () => [1, 3, 0.5] },
  ],
  createStepLaw: ([a, b], _pulses, amount) => ({
    getStep: (h) => amount * (a! * (1 - h) ** b!),
    advance: (h, count) => advanceByPowerLawSteps(h, count, amount * a!, b!),
  }),
};

/** Maximum curvature pulses/A, A: NeuroSim's curve parameter, pulses; slightly above that of the largest label, 9. */
const MAX_CURVATURE = 50;
/** Minimum curvature pulses/A, A in pulses; the formulas become 0/0 for a straight line. */
const MIN_CURVATURE = 1e-6;

/** NeuroSim's nonlinearity label, -9 … 9, for curvature k = pulses/A (A: NeuroSim's parameter); negative if steps grow. */
export const computeNonlinearity = (k: number): number =>
  Math.abs(k) <= MIN_CURVATURE
    ? 0
    : Math.min(9, computeMaxLinearityError(1 / Math.abs(k)) / LINEARITY_ERROR_PER_NONLINEARITY) * Math.sign(k);

/** NeuroSim (Chen, Peng & Yu 2018): h_n = (1 - e^(-n/A))/(1 - e^(-pulses/A)), position h += (b - h)(1 - e^(-1/A)). */
export const neuroSimStepFamily: StepModelFamily = {
  name: 'neuroSim',
  shape: [{ name: 'curvature', low: -MAX_CURVATURE, high: MAX_CURVATURE, getStartValues: () => [1, 4, 12] }],
  createStepLaw([k], pulses, amount) {
    const curved = Math.abs(k!) < MIN_CURVATURE ? MIN_CURVATURE : k!;
    return createApproach(-1 / Math.expm1(-curved), -Math.expm1(-curved / pulses), amount);
  },
};

/** Steps that cover a fixed share of the remaining distance to a limit: h += share (limit - h). */
const createApproach = (limit: number, share: number, amount: number): StepLaw => ({
  getStep: (h) => amount * ((limit - h) * share),
  advance: (h, count) => advanceTowardsLimit(h, count, limit, amount * share),
});

/** Converts fitted values to device parameters of a pulse direction. @param pulses number of pulses of a train over the full range */
export function toModelParameters(
  { name, shape }: StepModelFamily,
  direction: Direction,
  values: readonly number[],
  pulses: number,
): Record<string, number> {
  const suffix = direction === 'up' ? 'Up' : 'Down';
  if (name !== 'neuroSim') return Object.fromEntries(shape.map((one, k) => [`${one.name}${suffix}`, values[k]!]));
  // In depression trains, NeuroSim's pulse number decreases, so A and the nonlinearity label are negative.
  const label = (direction === 'up' ? 1 : -1) * computeNonlinearity(values[0]!);
  return { [`nonlinearity${suffix}`]: label, [`pulses${suffix}`]: pulses };
}
