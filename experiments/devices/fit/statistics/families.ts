import { LINEARITY_ERROR_PER_LABEL, measureDeviation } from '../../../../synapses/devices/neuroSim.ts';
import type { Direction } from '../import/trains.ts';
import { type AdvanceState, advanceByPower, advanceExponentially, advanceLinearly, advanceTowards } from './advance.ts';

/** Change of h by one pulse, without clipping; h: position from start bound (0) to end bound (1). */
export type PulseStep = (h: number) => number;

/** Transformation between a parameter and a fit coordinate; every real coordinate gives an allowed value. */
interface FitCoordinate {
  readonly fromValue: (toValue: number) => number;
  readonly toValue: (coordinate: number) => number;
  readonly low: number;
  readonly high: number;
}

const positive = (low: number, high: number): FitCoordinate => ({
  fromValue: Math.log,
  toValue: Math.exp,
  low: Math.log(low),
  high: Math.log(high),
});
const plain = (low: number, high: number): FitCoordinate => ({ fromValue: (v) => v, toValue: (v) => v, low, high });

interface ShapeParameter {
  readonly name: string;
  readonly coordinate: FitCoordinate;
  /** @param pace initial change of position h per pulse of the mean train */
  readonly getStartValues: (pace: number, pulses: number) => readonly number[];
}

export const FAMILY_NAMES = ['exponential', 'softBound', 'neuroSim', 'linear', 'power'] as const;
export type FamilyName = (typeof FAMILY_NAMES)[number];

export interface ModelFamily {
  readonly name: FamilyName;
  readonly shape: readonly ShapeParameter[];
  /** Creates the function that gives the change of h by one pulse. @param pulses number of pulses in a full train */
  readonly createStep: (shape: readonly number[], pulses: number) => PulseStep;
  /** Creates a function that advances position h by many pulses. @param amount factor of all steps */
  readonly createAdvance: (shape: readonly number[], pulses: number, amount: number) => AdvanceState;
  readonly toModelParameters: (
    direction: Direction,
    shape: readonly number[],
    pulses: number,
  ) => Record<string, number>;
}

const capital = (direction: Direction) => (direction === 'up' ? 'Up' : 'Down');

/** Exponential model, position h += alpha e^(-beta h) (Querlioz et al. 2011). */
export const exponentialFamily: ModelFamily = {
  name: 'exponential',
  shape: [
    { name: 'alpha', coordinate: positive(1e-7, 2), getStartValues: (pace) => [pace, pace * 2.5, pace * 0.7] },
    { name: 'beta', coordinate: plain(0, 40), getStartValues: () => [2, 5, 0.5] },
  ],
  createStep:
    ([alpha, beta]) =>
    (h) =>
      alpha! * Math.exp(-beta! * h),
  createAdvance: ([alpha, beta], _pulses, amount) => advanceExponentially(amount * alpha!, beta!),
  toModelParameters: (direction, [alpha, beta]) => ({
    [`alpha${capital(direction)}`]: alpha!,
    [`beta${capital(direction)}`]: beta!,
  }),
};

/** Soft-bound model, position h += eta (1 - h) (Fusi & Abbott 2007). */
export const softBoundFamily: ModelFamily = {
  name: 'softBound',
  shape: [{ name: 'eta', coordinate: positive(1e-7, 1), getStartValues: (pace) => [pace, pace * 2.5, pace * 0.5] }],
  createStep:
    ([eta]) =>
    (h) =>
      eta! * (1 - h),
  createAdvance: ([eta], _pulses, amount) => advanceTowards(1, amount * eta!),
  toModelParameters: (direction, [eta]) => ({ [`eta${capital(direction)}`]: eta! }),
};

/** Linear model, position h += eta (ConstantStep, Rasch et al. 2021). */
export const linearFamily: ModelFamily = {
  name: 'linear',
  shape: [{ name: 'eta', coordinate: positive(1e-7, 1), getStartValues: (pace) => [pace, pace / 3, pace / 9] }],
  createStep:
    ([eta]) =>
    () =>
      eta!,
  createAdvance: ([eta], _pulses, amount) => advanceLinearly(amount * eta!),
  toModelParameters: (direction, [eta]) => ({ [`eta${capital(direction)}`]: eta! }),
};

/** Power-law model, position h += a (1 - h)^b (Fusi & Abbott 2007); equals softBound for b = 1 and linear for b = 0. */
export const powerFamily: ModelFamily = {
  name: 'power',
  shape: [
    { name: 'a', coordinate: positive(1e-7, 2), getStartValues: (pace) => [pace, pace * 2, pace / 2] },
    { name: 'b', coordinate: plain(0, 20), getStartValues: () => [1, 3, 0.5] },
  ],
  createStep:
    ([a, b]) =>
    (h) =>
      a! * (1 - h) ** b!,
  createAdvance: ([a, b], _pulses, amount) => advanceByPower(amount * a!, b!),
  toModelParameters: (direction, [a, b]) => ({ [`a${capital(direction)}`]: a!, [`b${capital(direction)}`]: b! }),
};

/** Maximum curvature k = pulses/A: slightly above that of NeuroSim's largest label, 9. */
const MAX_CURVATURE = 50;
/** Minimum curvature k = pulses/A, because the formulas become 0/0 for a straight line. */
const MIN_CURVATURE = 1e-6;

/** NeuroSim's nonlinearity label, -9 … 9, for the curvature k = pulses/A; negative if steps grow during a train. */
export const computeNonlinearity = (k: number): number =>
  Math.abs(k) <= MIN_CURVATURE
    ? 0
    : Math.min(9, measureDeviation(1 / Math.abs(k)) / LINEARITY_ERROR_PER_LABEL) * Math.sign(k);

/** Limit b of NeuroSim's curve, and share of the remaining distance to b that a pulse covers. */
function limitAndShare(k: number, pulses: number): [limit: number, share: number] {
  const curved = Math.abs(k) < MIN_CURVATURE ? MIN_CURVATURE : k;
  return [-1 / Math.expm1(-curved), -Math.expm1(-curved / pulses)];
}

/** NeuroSim (Chen, Peng & Yu 2018): h_n = (1 - e^(-n/A))/(1 - e^(-pulses/A)), position h += (b - h)(1 - e^(-1/A)). */
export const neuroSimFamily: ModelFamily = {
  name: 'neuroSim',
  shape: [{ name: 'curvature', coordinate: plain(-MAX_CURVATURE, MAX_CURVATURE), getStartValues: () => [1, 4, 12] }],
  createStep: ([k], pulses) => {
    const [b, share] = limitAndShare(k!, pulses);
    return (h) => (b - h) * share;
  },
  createAdvance: ([k], pulses, amount) => {
    const [b, share] = limitAndShare(k!, pulses);
    return advanceTowards(b, amount * share);
  },
  // In depression trains, NeuroSim's pulse number decreases, so A and the nonlinearity label are negative.
  toModelParameters: (direction, [k], pulses) => ({
    [`nonlinearity${capital(direction)}`]: (direction === 'up' ? 1 : -1) * computeNonlinearity(k!),
    [`pulses${capital(direction)}`]: pulses,
  }),
};
