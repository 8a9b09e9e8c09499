import type { EventSource } from '../graph/eventSource.ts';
import type { Neurons, PostSpikeQueue } from '../graph/population.ts';
import type { ArrivalQueue, DendriteQueue } from '../graph/projection.ts';

/** Stands in line for the lanes of a population. */
interface QueueProxy extends EventSource {
  readonly kind: 'stream';
  readonly target: Neurons;
}

/** What may happen to a population: its own predicted crossings, arrivals, and spikes that its synapses learn of. */
export type PopulationEvent = Neurons | ArrivalQueue | PostSpikeQueue | DendriteQueue | QueueProxy;

/** A way of working off what reaches a population. Every one leaves the bits of `Instant`; some need fewer calls. */
export interface DeliveryStrategy {
  /**
   * Works off `first`, the earliest event of all, and what follows it before `horizon`, as far as it can before a spike has
   * consequences; spikes go to `Firing`. Returns the time up to which everything has happened; -1, with nothing done, where
   * it does not serve.
   */
  advance(first: PopulationEvent, horizon: number): number;
  /** Called before all sources are put in line; whether it serves without an exception. `taken`: one before it does. */
  beforeEnqueue?(taken: boolean): boolean;
}
