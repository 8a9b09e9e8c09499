import type { Direction } from '../import/trains.ts';

export type ByDirection = Readonly<Record<Direction, number>>;
export const byDirection = (of: (direction: Direction) => number): ByDirection => ({ up: of('up'), down: of('down') });

/** How readings scatter about the curve. */
export interface Noise {
  /** Whether the scatter of a reading is the same everywhere or goes with the conductance. */
  readonly kind: 'absolute' | 'relative';
  /** Sd of a reading, in units of the largest reading or as a share of the conductance. */
  readonly reading: number;
  /** Sd of a step from pulse to pulse as a share of the step. */
  readonly step: ByDirection;
  /** Sd of what all steps of a train have in common, as a share of a step; null where no train is repeated. */
  readonly gain: ByDirection | null;
  /** By how much steps grow from the first to the last cycle, as a share of a step; null where no train is repeated. */
  readonly wear: ByDirection | null;
  /** Sd of the level that trains start at, as a share of the range; null where no train is repeated. */
  readonly start: number | null;
}

/** Relative noise is taken no smaller than that of this share of the largest conductance. */
const SMALLEST = 1e-3;
export const scatterAt = (kind: Noise['kind'], level: number): number =>
  kind === 'absolute' ? 1 : Math.max(level, SMALLEST);

/** Sd of what the steps of a train have in common: its gain, and wear as what cycles vary by. */
export const common = ({ gain, wear }: Noise): ByDirection =>
  byDirection((d) => Math.hypot(gain?.[d] ?? 0, (wear?.[d] ?? 0) / Math.sqrt(12)));

/** Sd of a step, with what it has in common with the others of its train: what varies from cycle to cycle. */
export const cycleToCycle = (noise: Noise): ByDirection =>
  byDirection((d) => Math.hypot(noise.step[d], common(noise)[d]));

/** Scatter of steps by a share of the way from one noise to another. */
export function between(a: Noise, b: Noise, share: number): Noise {
  const of = (x: ByDirection, y: ByDirection) =>
    byDirection((d) => Math.sqrt(x[d] * x[d] + share * (y[d] * y[d] - x[d] * x[d])));
  return { ...a, step: of(a.step, b.step), gain: a.gain && of(a.gain, b.gain!) };
}

/** All that steps scatter by, this share of it. */
export function lessened({ step, gain, wear, ...rest }: Noise, share: number): Noise {
  const of = (x: ByDirection) => byDirection((d) => share * x[d]);
  return { ...rest, step: of(step), gain: gain && of(gain), wear: wear && of(wear) };
}
