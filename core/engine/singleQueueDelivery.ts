import { deliverSingle } from './alone.ts';
import type { DeliveryStrategy, PopulationEvent } from './deliveryStrategy.ts';
import type { EngineState } from './engineState.ts';
import { canBatch } from './inOneGo.ts';
import { deliverPlastic } from './plastic.ts';
import { deliverArrivals } from './referenceDelivery.ts';
import { deliverPastSpikes, deliverUntilSpike } from './stretch.ts';
import type { TargetState } from './targetState.ts';

/** Most spikes of one call, and what fires at the same instant. */
const MAX_SPIKES_PER_CALL = 1024;

/**
 * Instants of one lane and of the neurons that it leads to, as long as nothing else happens, up to the first spike: many
 * arrivals in one call where synapses and neurons can take them so.
 */
export class SingleQueueDelivery implements DeliveryStrategy {
  readonly #place: TargetState;
  readonly #loop: EngineState;

  constructor(place: TargetState, loop: EngineState) {
    this.#place = place;
    this.#loop = loop;
  }

  advance(lane: PopulationEvent, until: number): number {
    const { scheduler, spikeCollector, interrupt } = this.#loop;
    if (lane.kind !== 'arrivals') return -1;
    const others = scheduler.time;
    if (!(others > lane.next)) return -1;
    const { population, incoming } = this.#place;
    const horizon = Math.min(others, until);
    if (canBatch(lane.projection)) {
      // A single arrival at neurons that would not take more in one call.
      if (!('receiveUntilSpike' in population.model) && lane.endBefore(horizon, 2) === lane.head + 1) return -1;
      const { mustCommitEachSpike } = this.#place;
      const last = this.#loop.countdown.remaining(population);
      if (!mustCommitEachSpike) {
        const t = deliverPastSpikes(lane, horizon, spikeCollector, last);
        if (t >= 0) return t;
      }
      const most = mustCommitEachSpike ? 1 : Math.min(MAX_SPIKES_PER_CALL, last);
      for (;;) {
        const t = deliverUntilSpike(lane, horizon);
        if (population.kind !== 'neurons') return t;
        spikeCollector.collectSpikes(population, t);
        const { next } = lane;
        if (spikeCollector.count >= most || !(next < horizon && next < population.model.next)) return t;
        if (most === 1 || Atomics.load(interrupt, 0) !== 0) return t;
      }
    }
    const neurons = population.kind === 'neurons' ? population : null;
    if (neurons !== null) neurons.next = Infinity; // own crossings are seen to here; set anew at the end
    for (let t = lane.next; ; ) {
      const crossing = neurons === null ? Infinity : neurons.model.next;
      if (neurons !== null && crossing <= t) {
        neurons.model.collectCrossings(t);
        spikeCollector.collectSpikes(neurons, t);
      }
      const last = crossing > t ? deliverPlastic(lane, Math.min(crossing, horizon)) : -1;
      const settled = last >= 0 || (crossing > t && lane.next === t && deliverSingle(lane, t));
      if (last >= 0) t = last;
      else if (!settled && lane.next === t) deliverArrivals(lane, t, spikeCollector);
      if (neurons !== null) {
        if (!settled) neurons.model.testThresholds(t);
        spikeCollector.collectSpikes(neurons, t);
      }
      const next = neurons === null ? lane.next : Math.min(lane.next, neurons.model.next);
      if (spikeCollector.count > 0 || next >= horizon || Atomics.load(interrupt, 0) !== 0) return t;
      for (const { recorder } of incoming) recorder?.endOfInstant(t);
      t = next;
    }
  }
}
