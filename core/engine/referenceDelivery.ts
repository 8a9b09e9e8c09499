import type { PostSpikeQueue } from '../graph/population.ts';
import type { ArrivalQueue, DendriteQueue } from '../graph/projection.ts';
import type { EngineState, NetworkEventSource } from './engineState.ts';
import type { SpikeCollector } from './spikeCollector.ts';
import type { DeliveryStrategy, PopulationEventSource, TargetState } from './targetState.ts';

/**
 * Reference strategy, which supports every population: processes the events of one tick. Order: predicted crossings;
 * arrivals by projection id and presynaptic neuron; one threshold test per touched neuron.
 */
export class ReferenceDelivery implements DeliveryStrategy {
  readonly #population;
  readonly #engine: EngineState;

  constructor({ population }: TargetState, engine: EngineState) {
    this.#population = population;
    this.#engine = engine;
  }

  processEvents(first: PopulationEventSource): number {
    const { scheduler, spikeCollector } = this.#engine;
    const population = this.#population;
    const t = first.next;
    for (let source = first; ; ) {
      if (source.kind === 'neurons') {
        source.next = Infinity; // `commitSpikes` sets `next` again
        source.model.collectCrossings(t);
        spikeCollector.collectSpikes(source, t);
      } else if (source.kind !== 'queueProxy') {
        deliverQueueAt(source, t, spikeCollector);
      }
      const peer = scheduler.peek() as NetworkEventSource | undefined;
      if (source !== first) scheduler.update(source);
      if (peer === undefined || peer.next !== t || peer.kind === 'timer' || peer.kind === 'stimulus') break;
      if ((peer.kind === 'neurons' ? peer : peer.target) !== population) break;
      scheduler.pop();
      source = peer;
    }
    if (population.kind === 'neurons') {
      population.model.testThresholds(t);
      spikeCollector.collectSpikes(population, t);
    }
    return t;
  }
}

export function deliverQueueAt(
  queue: ArrivalQueue | PostSpikeQueue | DendriteQueue,
  t: number,
  spikeCollector: SpikeCollector,
) {
  let count = 0;
  for (; queue.head + count < queue.tail && queue.times[queue.head + count] === t; count++) {
    const row = queue.rows[queue.head + count]!;
    if (queue.kind === 'arrivals') queue.projection.receiveSpike(row, t);
    else if (queue.kind === 'dendrite') queue.projection.receivePostSpike(row, t);
    else spikeCollector.add(row, t);
  }
  queue.removeFirst(count);
}
