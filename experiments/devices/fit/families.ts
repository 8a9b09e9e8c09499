import { type Advance, advanceByPower, advanceExponentially, advanceLinearly, advanceTowards } from './advance.ts';
import type { Direction } from './reading/train.ts';

/** Change of the normalised conductance g by one pulse, without clipping; h is the way already gone in its direction. */
export type Move = (h: number) => number;

/** A transformed coordinate in which a parameter is fitted: any real number gives an allowed value. */
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

/** A shape parameter: what it is called for each direction, and values to start the fit from, one a start. */
interface ShapeParameter {
  readonly name: string;
  readonly coordinate: Coordinate;
  /** Starting values, given the share of the way that the mean train goes per pulse at first. */
  readonly starts: (pace: number, pulses: number) => readonly number[];
}

export const FAMILY_NAMES = ['exponential', 'softBound', 'neuroSim', 'linear', 'power'] as const;
export type FamilyName = (typeof FAMILY_NAMES)[number];

/** A device model as the fit sees it: the same shape parameters for both directions, seen from the bound that is left. */
export interface Family {
  readonly name: FamilyName;
  readonly shape: readonly ShapeParameter[];
  /** One pulse, h the way gone as a share of the range; `pulses` the length of the full train. */
  readonly move: (shape: readonly number[], pulses: number) => Move;
  /** State after many such pulses, each `amount` times as large. */
  readonly advance: (shape: readonly number[], pulses: number, amount: number) => Advance;
  /** Parameters of the device model, by name, from the values of the shape. */
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

/** 0.07 √2: so much does a curve of nonlinearity 1 rise above the straight line at most. */
const LABEL = 0.07 * Math.SQRT2;
/** Curvatures pulses/A of the label 9, beyond which no label is defined. */
const MOST_CURVED = 50;
/** Below this a curve is as good as straight, and its formula 0/0. */
const STRAIGHT = 1e-6;

/** Largest height of the curve h(x) = (1 - e^(-k x))/(1 - e^(-k)) above the straight line, k > 0, over 0.07 √2. */
function bulge(k: number): number {
  const b = -1 / Math.expm1(-k);
  return (b - (1 + Math.log(b * k)) / k) / LABEL;
}

/** NeuroSim's label of nonlinearity, -9 … 9; k = pulses/A, negative where steps grow on the way. */
export const nonlinearityOf = (k: number): number =>
  Math.abs(k) <= STRAIGHT ? 0 : Math.min(9, bulge(Math.abs(k))) * Math.sign(k);

function limitAndShare(k: number, pulses: number): [limit: number, share: number] {
  const curved = Math.abs(k) < STRAIGHT ? STRAIGHT : k;
  return [-1 / Math.expm1(-curved), -Math.expm1(-curved / pulses)];
}

/** Chen, Peng & Yu 2018 (NeuroSim): h_n = (1 - e^(-n/A))/(1 - e^(-pulses/A)), as a recursion h += (b - h)(1 - e^(-1/A)). */
export const neuroSimFamily: Family = {
  name: 'neuroSim',
  shape: [{ name: 'curvature', coordinate: plain(-MOST_CURVED, MOST_CURVED), starts: () => [1, 4, 12] }],
  move: ([k], pulses) => {
    const [b, share] = limitAndShare(k!, pulses);
    return (h) => (b - h) * share;
  },
  advance: ([k], pulses, amount) => {
    const [b, share] = limitAndShare(k!, pulses);
    return advanceTowards(b, amount * share);
  },
  // Downwards pulses are counted down and A is negative, and so is the label: NeuroSim's convention.
  publish: (direction, [k], pulses) => ({
    [`nonlinearity${capital(direction)}`]: (direction === 'up' ? 1 : -1) * nonlinearityOf(k!),
    [`pulses${capital(direction)}`]: pulses,
  }),
};
