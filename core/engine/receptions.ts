import { Confluence } from './confluence.ts';
import { Instant } from './instant.ts';
import type { Loop } from './loop.ts';
import { OneLane } from './oneLane.ts';
import type { Place } from './place.ts';
import type { Reception } from './reception.ts';

/** The faster ways of working off events, the fastest first; null where one never serves a population. */
const FASTER = {
  confluence: (place: Place, loop: Loop): Reception | null => Confluence.of(place, loop),
  oneLane: (place: Place, loop: Loop): Reception | null => new OneLane(place, loop),
};

export type Faster = keyof typeof FASTER;

/** The receptions of a population: of the faster ones those that are wanted. */
export function receptionsOf(
  place: Place,
  loop: Loop,
  wanted = Object.keys(FASTER) as readonly Faster[],
): readonly Reception[] {
  const faster = wanted.map((name) => FASTER[name](place, loop)).filter((reception) => reception !== null);
  return [...faster, new Instant(place, loop)];
}
