import { Confluence } from './confluence.ts';
import { Instant } from './instant.ts';
import type { Loop } from './loop.ts';
import { OneLane } from './oneLane.ts';
import type { Place } from './place.ts';
import type { Reception } from './reception.ts';
import { Recurrent } from './recurrent.ts';
import { Stream } from './stream.ts';

/** The faster ways of working off events, the fastest first; null where one never serves a population. */
const MAKERS = {
  confluence: (place: Place, loop: Loop): Reception | null => Confluence.of(place, loop),
  recurrent: (place: Place, loop: Loop): Reception | null => Recurrent.of(place, loop),
  stream: (place: Place, loop: Loop): Reception | null => Stream.of(place, loop),
  oneLane: (place: Place, loop: Loop): Reception | null => new OneLane(place, loop),
};

export type Faster = keyof typeof MAKERS;
export const FASTER = Object.keys(MAKERS) as readonly Faster[];

/** The receptions of a population: of the faster ones those that are wanted. */
export function receptionsOf(place: Place, loop: Loop, wanted: readonly Faster[] = FASTER): readonly Reception[] {
  const faster = wanted.map((name) => MAKERS[name](place, loop)).filter((reception) => reception !== null);
  return [...faster, new Instant(place, loop)];
}
