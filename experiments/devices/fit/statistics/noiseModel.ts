import { type Direction, mapDirections } from '../import/trains.ts';
import type { DeviceFactors } from './curves.ts';

export type NumberByDirection = Readonly<Record<Direction, number>>;

export interface NoiseModel {
  /** Kind of read noise: `absolute`, constant standard deviation; `relative`, proportional to the conductance. */
  readonly kind: 'absolute' | 'relative';
  /** Standard deviation of the read noise, in units of the largest reading or as a share of the conductance. */
  readonly readSd: number;
  /** Standard deviation of the conductance step of a single pulse, share of the step. */
  readonly stepSd: NumberByDirection;
  /** Standard deviation of the gain, a factor common to all steps of a train; null: no repeated trains. */
  readonly trainGainSd: NumberByDirection | null;
  /** Standard deviation of the start level, share of the range; null: no repeated trains. */
  readonly startSd: number | null;
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
export const computeCycleToCycleVariability = ({ stepSd, trainGainSd }: NoiseModel): NumberByDirection =>
  mapDirections((d) => Math.hypot(stepSd[d], trainGainSd?.[d] ?? 0));

/** Copy of the noise in which `change` replaces the standard deviations of single steps and of the gain of trains. */
export const mapStepNoise = (
  noise: NoiseModel,
  change: (sd: number, key: 'stepSd' | 'trainGainSd', d: Direction) => number,
): NoiseModel => ({
  ...noise,
  stepSd: mapDirections((d) => change(noise.stepSd[d], 'stepSd', d)),
  trainGainSd: noise.trainGainSd && mapDirections((d) => change(noise.trainGainSd![d], 'trainGainSd', d)),
});
