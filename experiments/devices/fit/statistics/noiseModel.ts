import { byDirection, type Direction } from '../import/trains.ts';

export type ByDirection = Readonly<Record<Direction, number>>;

/** Noise of readings and steps about the fitted curve. */
export interface Noise {
  /** `absolute`: read noise has one sd everywhere; `relative`: its sd is proportional to the conductance. */
  readonly kind: 'absolute' | 'relative';
  /** Sd of the read noise, in units of the largest reading or as a share of the conductance. */
  readonly reading: number;
  /** Sd of the noise of single steps, as a share of the step. */
  readonly step: ByDirection;
  /** Sd of the gain that all steps of a train have in common, as a share of a step; null if no train is repeated. */
  readonly gain: ByDirection | null;
  /** Sd of the level at which trains start, as a share of the range; null if no train is repeated. */
  readonly start: number | null;
}

/** Minimum level, as a share of the largest conductance, for the sd of relative read noise. */
const MIN_LEVEL = 1e-3;
/** Sd of the read noise at a level, in units of `Noise.reading`. */
export const scatterAt = (kind: Noise['kind'], level: number): number =>
  kind === 'absolute' ? 1 : Math.max(level, MIN_LEVEL);

/** Cycle-to-cycle variability: sd of a step, single and common noise together, as a share of the step. */
export const cycleToCycle = ({ step, gain }: Noise): ByDirection =>
  byDirection((d) => Math.hypot(step[d], gain?.[d] ?? 0));

/** Noise of steps between that of `a` (share 0) and that of `b` (share 1); variances are interpolated. */
export function interpolateNoise(a: Noise, b: Noise, share: number): Noise {
  const between = (x: ByDirection, y: ByDirection) =>
    byDirection((d) => Math.sqrt(x[d] * x[d] + share * (y[d] * y[d] - x[d] * x[d])));
  return { ...a, step: between(a.step, b.step), gain: a.gain && between(a.gain, b.gain!) };
}

/** Noise whose step noise and gain are multiplied by `share`. */
export function scaleStepNoise({ step, gain, ...rest }: Noise, share: number): Noise {
  const scaled = (x: ByDirection) => byDirection((d) => share * x[d]);
  return { ...rest, step: scaled(step), gain: gain && scaled(gain) };
}
