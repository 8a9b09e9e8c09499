import type { Candidate } from './candidate.ts';
import { follow, type Variant } from './curves.ts';
import type { Pool } from './means.ts';
import { DIRECTIONS, type Direction } from './reading/train.ts';

export type Bound = 'gMin' | 'gMax';

/** Steps of the exponential model say nothing of bounds; where trains start may. */
const tellsNoBounds = ({ family }: Variant): boolean => family.name === 'exponential';

/** A reading nearer to a bound than this share of the range is at it; trains that end farther off than GAP did not come to it. */
const [AT_BOUND, GAP] = [1e-3, 0.02];

/**
 * Bounds of the exponential model that the trains do not tell. They do where a curve stays at the bound, or where trains
 * begin at it although those that move to it end elsewhere: then it was set. Otherwise it is where they turned round.
 */
export function unreached(c: Candidate, { by }: Pool): Bound[] {
  if (!tellsNoBounds(c.variant)) return [];
  const told = (to: Direction, away: Direction): boolean => {
    const way = follow(c.curves.course(c.p, to), by[to].elapsed);
    const stays = way.filter((h) => h > 1 - AT_BOUND).length > 1;
    const begun = c.curves.course(c.p, away).start <= AT_BOUND;
    return stays || (begun && way.at(-1)! < 1 - GAP);
  };
  return [...(told('down', 'up') ? [] : (['gMin'] as const)), ...(told('up', 'down') ? [] : (['gMax'] as const))];
}

/** The exponential model's range where no train comes to its bounds: what was visited. */
function withinVisited(c: Candidate, p: readonly number[], { by }: Pool): readonly number[] {
  if (!tellsNoBounds(c.variant) || c.variant.starts === 'bounds') return p;
  const ways = DIRECTIONS.flatMap((d) =>
    [...follow(c.curves.course(p, d), by[d].elapsed)].map((h) => (d === 'up' ? h : 1 - h)),
  );
  const [low, high] = [ways.reduce((a, b) => Math.min(a, b)), ways.reduce((a, b) => Math.max(a, b))];
  const [lo, hi, alphaUp, betaUp, alphaDown, betaDown, ...rest] = p as [number, number, number, number, number, number];
  const share = high - low;
  return [
    lo + (hi - lo) * low,
    lo + (hi - lo) * high,
    alphaUp - betaUp * low - Math.log(share),
    betaUp * share,
    alphaDown - betaDown * (1 - high) - Math.log(share),
    betaDown * share,
    ...rest,
  ];
}

/** Parameters of the device model at the coordinates p, conductances in S. */
export function publish(c: Candidate, p: readonly number[], of: Pool, unit: number): Record<string, number> {
  const q = withinVisited(c, p, of);
  const shapes = DIRECTIONS.map((direction) => {
    const { values, pulses } = c.curves.shape(q, direction);
    return c.variant.family.publish(direction, values, pulses);
  });
  return Object.assign({ gMin: Math.max(0, q[0]! * unit), gMax: q[1]! * unit }, ...shapes);
}
