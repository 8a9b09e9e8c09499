import type { PostSpikeQueue } from '../graph/population.ts';
import type { ArrivalQueue, DendriteQueue } from '../graph/projection.ts';
import type { DeliveryStrategy, PopulationEvent } from './deliveryStrategy.ts';
import type { EngineState, Source } from './engineState.ts';
import type { SpikeCollector } from './spikeCollector.ts';
import type { TargetState } from './targetState.ts';

/**
 * Everything that happens to one population at one instant: predicted crossings, then arrivals by projection id and
 * presynaptic neuron, then one test of each touched neuron. It always serves, and defines what is right.
 */
export class ReferenceDelivery implements DeliveryStrategy {
  readonly #population;
  readonly #loop: EngineState;

  constructor({ population }: TargetState, loop: EngineState) {
    this.#population = population;
    this.#loop = loop;
  }

  advance(first: PopulationEvent): number {
    const { scheduler, spikeCollector } = this.#loop;
    const population = this.#population;
    const t = first.next;
    for (let source = first; ; ) {
      if (source.kind === 'neurons') {
        source.next = Infinity; // set anew when the instant is finished
        source.model.collectCrossings(t);
        spikeCollector.collectSpikes(source, t);
      } else if (source.kind !== 'stream') {
        deliverArrivals(source, t, spikeCollector);
      }
      const peer = scheduler.peek() as Source | undefined;
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

/** Delivers what arrives on a lane at t. */
export function deliverArrivals(
  lane: ArrivalQueue | PostSpikeQueue | DendriteQueue,
  t: number,
  firing: SpikeCollector,
): void {
  let count = 0;
  for (; lane.head + count < lane.tail && lane.times[lane.head + count] === t; count++) {
    const row = lane.rows[lane.head + count]!;
    if (lane.kind === 'arrivals') lane.projection.receiveSpike(row, t);
    else if (lane.kind === 'dendrite') lane.projection.receivePostSpike(row, t);
    else firing.add(row, t);
  }
  lane.consume(count);
}
