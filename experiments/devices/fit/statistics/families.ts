import type { Direction } from '../import/trains.ts';
import { type Advance, advanceByPower, advanceExponentially, advanceLinearly, advanceTowards } from './advance.ts';

/** Change of h by one pulse, without clipping; h is the position between the start bound (0) and the end bound (1). */
export type Move = (h: number) => number;

/** Transformation of a parameter for the fit: every real coordinate gives an allowed value. */
interface Coordinate {
  readonly of: (value: number) => number;
  readonly value: (coordinate: number) => number;
  readonly low: number;
  readonly high: number;
}

const positive = (low: number, high: number): Coordinate => ({
  of: Math.log,
  value: Math.exp,
  low: Math.log(low),
  high: Math.log(high),
});
const plain = (low: number, high: number): Coordinate => ({ of: (v) => v, value: (v) => v, low, high });

/** Shape parameter of a model, the same for both directions. */
interface ShapeParameter {
  readonly name: string;
  readonly coordinate: Coordinate;
  /** Starting values, for the initial change of h per pulse of the mean train. */
  readonly starts: (pace: number, pulses: number) => readonly number[];
}

export const FAMILY_NAMES = ['exponential', 'softBound', 'neuroSim', 'linear', 'power'] as const;
export type FamilyName = (typeof FAMILY_NAMES)[number];

/** Device model for the fit: both directions have the same equation in h. */
export interface Family {
  readonly name: FamilyName;
  readonly shape: readonly ShapeParameter[];
  /** Effect of one pulse. @param pulses number of pulses of the full train */
  readonly move: (shape: readonly number[], pulses: number) => Move;
  /** Position after many pulses, each with `amount` times the effect. */
  readonly advance: (shape: readonly number[], pulses: number, amount: number) => Advance;
  /** Parameters of the device model by name, from the shape parameters. */
  readonly publish: (direction: Direction, shape: readonly number[], pulses: number) => Record<string, number>;
}

const capital = (direction: Direction) => (direction === 'up' ? 'Up' : 'Down');

/** Querlioz et al. 2011: h += alpha e^(-beta h). */
export const exponentialFamily: Family = {
  name: 'exponential',
  shape: [
    { name: 'alpha', coordinate: positive(1e-7, 2), starts: (pace) => [pace, pace * 2.5, pace * 0.7] },
    { name: 'beta', coordinate: plain(0, 40), starts: () => [2, 5, 0.5] },
  ],
  move:
    ([alpha, beta]) =>
    (h) =>
      alpha! * Math.exp(-beta! * h),
  advance: ([alpha, beta], _pulses, amount) => advanceExponentially(amount * alpha!, beta!),
  publish: (direction, [alpha, beta]) => ({
    [`alpha${capital(direction)}`]: alpha!,
    [`beta${capital(direction)}`]: beta!,
  }),
};

/** Fusi & Abbott 2007: h += eta (1 - h). */
export const softBoundFamily: Family = {
  name: 'softBound',
  shape: [{ name: 'eta', coordinate: positive(1e-7, 1), starts: (pace) => [pace, pace * 2.5, pace * 0.5] }],
  move:
    ([eta]) =>
    (h) =>
      eta! * (1 - h),
  advance: ([eta], _pulses, amount) => advanceTowards(1, amount * eta!),
  publish: (direction, [eta]) => ({ [`eta${capital(direction)}`]: eta! }),
};

/** Rasch et al. 2021 (ConstantStep): h += eta. */
export const linearFamily: Family = {
  name: 'linear',
  shape: [{ name: 'eta', coordinate: positive(1e-7, 1), starts: (pace) => [pace, pace / 3, pace / 9] }],
  move:
    ([eta]) =>
    () =>
      eta!,
  advance: ([eta], _pulses, amount) => advanceLinearly(amount * eta!),
  publish: (direction, [eta]) => ({ [`eta${capital(direction)}`]: eta! }),
};

/** Fusi & Abbott 2007: h += a (1 - h)^b; b = 1 is softBound, b = 0 linear. */
export const powerFamily: Family = {
  name: 'power',
  shape: [
    { name: 'a', coordinate: positive(1e-7, 2), starts: (pace) => [pace, pace * 2, pace / 2] },
    { name: 'b', coordinate: plain(0, 20), starts: () => [1, 3, 0.5] },
  ],
  move:
    ([a, b]) =>
    (h) =>
      a! * (1 - h) ** b!,
  advance: ([a, b], _pulses, amount) => advanceByPower(amount * a!, b!),
  publish: (direction, [a, b]) => ({ [`a${capital(direction)}`]: a!, [`b${capital(direction)}`]: b! }),
};

/** Maximum height of a curve of nonlinearity 1 above the straight line: 0.07 √2. */
const LABEL = 0.07 * Math.SQRT2;
/** Maximum curvature pulses/A, slightly above that of the maximum label 9. */
const MAX_CURVATURE = 50;
/** Minimum curvature; a straight line would be 0/0. */
const MIN_CURVATURE = 1e-6;

/** Maximum height of the curve h(x) = (1 - e^(-k x))/(1 - e^(-k)) above the straight line, k > 0, over 0.07 √2. */
function bulge(k: number): number {
  const b = -1 / Math.expm1(-k);
  return (b - (1 + Math.log(b * k)) / k) / LABEL;
}

/** NeuroSim's label of nonlinearity, -9 … 9; k = pulses/A, negative if steps grow during a train. */
export const nonlinearityOf = (k: number): number =>
  Math.abs(k) <= MIN_CURVATURE ? 0 : Math.min(9, bulge(Math.abs(k))) * Math.sign(k);

/** Limit b of the curve of NeuroSim, and change per pulse as a share of the distance to it. */
function limitAndShare(k: number, pulses: number): [limit: number, share: number] {
  const curved = Math.abs(k) < MIN_CURVATURE ? MIN_CURVATURE : k;
  return [-1 / Math.expm1(-curved), -Math.expm1(-curved / pulses)];
}

/** Chen, Peng & Yu 2018 (NeuroSim): h_n = (1 - e^(-n/A))/(1 - e^(-pulses/A)), as a recursion h += (b - h)(1 - e^(-1/A)). */
export const neuroSimFamily: Family = {
  name: 'neuroSim',
  shape: [{ name: 'curvature', coordinate: plain(-MAX_CURVATURE, MAX_CURVATURE), starts: () => [1, 4, 12] }],
  move: ([k], pulses) => {
    const [b, share] = limitAndShare(k!, pulses);
    return (h) => (b - h) * share;
  },
  advance: ([k], pulses, amount) => {
    const [b, share] = limitAndShare(k!, pulses);
    return advanceTowards(b, amount * share);
  },
  // NeuroSim counts pulses down in downward trains, so A and the label are negative.
  publish: (direction, [k], pulses) => ({
    [`nonlinearity${capital(direction)}`]: (direction === 'up' ? 1 : -1) * nonlinearityOf(k!),
    [`pulses${capital(direction)}`]: pulses,
  }),
};
