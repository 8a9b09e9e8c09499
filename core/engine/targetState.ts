import type { Population } from '../graph/population.ts';
import type { Projection } from '../graph/projection.ts';
import type { DeliveryStrategy } from './deliveryStrategy.ts';

/** A population in the engine: what leads to it and away from it, by id, and the ways of working off what reaches it. */
export class TargetState {
  incoming: readonly Projection[] = [];
  outgoing: readonly Projection[] = [];
  /** The first that serves is taken. */
  strategies: readonly DeliveryStrategy[] = [];
  readonly population: Population;

  constructor(population: Population) {
    this.population = population;
  }

  /** Whether nobody but itself has to know of its spikes. */
  get isSelfContained(): boolean {
    const { population, incoming, outgoing } = this;
    if (population.observers.length > 0 || incoming.some(({ rule, recorder }) => rule ?? recorder)) return false;
    return outgoing.every(({ target }) => target === population);
  }

  /** Whether somebody has to know of each spike of the population at once, but for who records them. */
  get mustCommitEachSpike(): boolean {
    const { population, incoming, outgoing } = this;
    const alone = population.kind === 'neurons' && outgoing.length + population.observers.length === 0;
    return !alone || incoming.some(({ rule, recorder }) => rule ?? recorder);
  }
}
