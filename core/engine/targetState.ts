import type { Neurons, Population, PostSpikeQueue } from '../graph/population.ts';
import type { ArrivalQueue, DendriteQueue, Projection } from '../graph/projection.ts';
import type { EventSource } from '../graph/spikeQueue.ts';

/** Heap entry that stands for all spike queues of a population. */
interface PopulationQueueProxy extends EventSource {
  readonly kind: 'queueProxy';
  readonly target: Neurons;
}

/** Events of a population: threshold crossings, spike deliveries, and postsynaptic spikes seen by plasticity. */
export type PopulationEventSource = Neurons | ArrivalQueue | PostSpikeQueue | DendriteQueue | PopulationQueueProxy;

/** Delivery strategy (fast path) for the events of a population; results are bit-identical to `ReferenceDelivery`. */
export interface DeliveryStrategy {
  /**
   * Processes `first`, the earliest event of the network, then later events of the population before `horizon`. Ends at
   * the first spike that affects other parts of the network. Spikes go to `SpikeCollector`. Returns the time up to
   * which all events are processed; -1, with no state changed, if the strategy does not apply.
   */
  processEvents(first: PopulationEventSource, horizon: number): number;
  /**
   * Prepares the strategy before all sources are enqueued. Returns true if the strategy applies to every event.
   * @param isTaken true if a strategy of higher priority applies to every event
   */
  prepareDelivery?(isTaken: boolean): boolean;
}

/** State of a population in the engine: its projections, ascending by id, and its delivery strategies. */
export class TargetState {
  incoming: readonly Projection[] = [];
  outgoing: readonly Projection[] = [];
  /** Strategies by priority: the first one that applies is used. */
  strategies: readonly DeliveryStrategy[] = [];
  readonly population: Population;

  constructor(population: Population) {
    this.population = population;
  }

  /** Minimum delay before a spike of the population can affect anything, ms. */
  get outputDelay(): number {
    if (this.#isObserved) return 0;
    let minDelay = Infinity;
    for (const { delays } of this.outgoing) for (const delay of delays) minDelay = Math.min(minDelay, delay);
    return minDelay;
  }

  /** True if an observer, a recorder or a learning rule gets the spikes of the population. */
  get #isObserved(): boolean {
    return this.population.observers.length > 0 || this.incoming.some(({ rule, recorder }) => rule ?? recorder);
  }

  /** True if no other population, no observer and no learning rule gets the population's spikes. */
  get isSelfContained(): boolean {
    return !this.#isObserved && this.outgoing.every(({ target }) => target === this.population);
  }

  /** True if each spike must be committed before the population's next event; false if spikes are only recorded. */
  get mustCommitEachSpike(): boolean {
    return this.population.kind === 'stimulus' || this.outgoing.length > 0 || this.#isObserved;
  }
}
