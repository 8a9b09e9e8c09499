import { type Direction, mapDirections } from '../import/trains.ts';
import type { DeviceFactors } from './curves.ts';

export type NumberByDirection = Readonly<Record<Direction, number>>;

export interface NoiseModel {
  /** Kind of read noise: `absolute`, constant standard deviation; `relative`, proportional to the conductance. */
  readonly kind: 'absolute' | 'relative';
  /** Standard deviation of the read noise, in units of the largest reading or as a share of the conductance. */
  readonly reading: number;
  /** Standard deviation of single steps, share of the step. */
  readonly step: NumberByDirection;
  /** Standard deviation of the gain, a factor common to all steps of a train; null: no repeated trains. */
  readonly gain: NumberByDirection | null;
  /** Standard deviation of the start level, share of the range; null: no repeated trains. */
  readonly start: number | null;
}

/** Relative standard deviations between devices of gMin, gMax, steps up and down; 0 if insignificant. */
export interface DeviceSpread extends DeviceFactors {
  /** Correlation between steps up and steps down across devices; null if either does not vary. */
  readonly correlation: number | null;
}

/** Minimum conductance, fraction of the largest, to which relative read noise is proportional; constant below it. */
const MIN_LEVEL = 1e-3;
export const getReadNoiseScale = (kind: NoiseModel['kind'], level: number): number =>
  kind === 'absolute' ? 1 : Math.max(level, MIN_LEVEL);

/** Cycle-to-cycle variability: standard deviation of a step (single-step noise and gain), share of the step. */
export const computeCycleToCycleVariability = ({ step, gain }: NoiseModel): NumberByDirection =>
  mapDirections((d) => Math.hypot(step[d], gain?.[d] ?? 0));

/** Replaces the standard deviations of the steps and of the gain. */
export const mapStepNoise = (
  noise: NoiseModel,
  change: (sd: number, key: 'step' | 'gain', d: Direction) => number,
): NoiseModel => ({
  ...noise,
  step: mapDirections((d) => change(noise.step[d], 'step', d)),
  gain: noise.gain && mapDirections((d) => change(noise.gain![d], 'gain', d)),
});
