import { Confluence } from './confluence.ts';
import { Instant } from './instant.ts';
import type { Loop } from './loop.ts';
import { OneLane } from './oneLane.ts';
import type { Place } from './place.ts';
import type { Reception } from './reception.ts';

/** The faster ways of working off events, the fastest first. */
const FASTER = {
  confluence: Confluence,
  oneLane: OneLane,
};

export type Faster = keyof typeof FASTER;

/** The receptions of a population: of the faster ones those that are wanted. */
export const receptionsOf = (
  place: Place,
  loop: Loop,
  wanted = Object.keys(FASTER) as readonly Faster[],
): Reception[] => [...wanted.map((name) => new FASTER[name](place, loop)), new Instant(place, loop)];
