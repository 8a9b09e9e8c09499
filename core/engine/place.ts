import type { Population } from '../graph/population.ts';
import type { Projection } from '../graph/projection.ts';
import type { Reception } from './reception.ts';

/** A population in the engine: what leads to it and away from it, by id, and the ways of working off what reaches it. */
export class Place {
  incoming: readonly Projection[] = [];
  outgoing: readonly Projection[] = [];
  /** The first that serves is taken. */
  receptions: readonly Reception[] = [];
  readonly population: Population;

  constructor(population: Population) {
    this.population = population;
  }
}
