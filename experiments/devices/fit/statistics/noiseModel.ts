import { createByDirection, type Direction } from '../import/trains.ts';

export type ByDirection = Readonly<Record<Direction, number>>;

/** Noise of readings and of steps around the fitted curve. */
export interface Noise {
  /** Kind of read noise: `absolute`, constant standard deviation; `relative`, proportional to the conductance. */
  readonly kind: 'absolute' | 'relative';
  /** Standard deviation of the read noise, in units of the largest reading or as a share of the conductance. */
  readonly reading: number;
  /** Standard deviation of single steps, as a share of the step, by direction. */
  readonly step: ByDirection;
  /** Standard deviation of the gain, a factor common to all steps of a train; null without repeated trains. */
  readonly gain: ByDirection | null;
  /** Standard deviation of the start level of trains, as a share of the range; null without repeated trains. */
  readonly start: number | null;
}

/** Level, fraction of the largest conductance, below which relative read noise no longer decreases. */
const MIN_LEVEL = 1e-3;
/** Standard deviation of the read noise at a conductance level, relative to `Noise.reading`. */
export const readNoiseAt = (kind: Noise['kind'], level: number): number =>
  kind === 'absolute' ? 1 : Math.max(level, MIN_LEVEL);

/** Cycle-to-cycle variability: standard deviation of a step (single-step noise and gain), as a share of the step. */
export const cycleToCycle = ({ step, gain }: Noise): ByDirection =>
  createByDirection((d) => Math.hypot(step[d], gain?.[d] ?? 0));

/** Interpolates the step noise between `a` (share 0) and `b` (share 1), linearly in the variances. */
export function interpolateNoise(a: Noise, b: Noise, share: number): Noise {
  const between = (x: ByDirection, y: ByDirection) =>
    createByDirection((d) => Math.sqrt(x[d] * x[d] + share * (y[d] * y[d] - x[d] * x[d])));
  return { ...a, step: between(a.step, b.step), gain: a.gain && between(a.gain, b.gain!) };
}

/** Noise whose step noise and gain are multiplied by `share`. */
export function scaleStepNoise({ step, gain, ...rest }: Noise, share: number): Noise {
  const scaled = (x: ByDirection) => createByDirection((d) => share * x[d]);
  return { ...rest, step: scaled(step), gain: gain && scaled(gain) };
}
