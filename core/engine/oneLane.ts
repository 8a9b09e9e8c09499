import { inOneGo } from './inOneGo.ts';
import { arrivals } from './instant.ts';
import type { Loop } from './loop.ts';
import type { Place } from './place.ts';
import { plastic } from './plastic.ts';
import type { Happening, Reception } from './reception.ts';
import { stretch } from './stretch.ts';

/**
 * Instants of one lane and of the neurons that it leads to, as long as nothing else happens, up to the first spike: many
 * arrivals in one call where synapses and neurons can take them so.
 */
export class OneLane implements Reception {
  readonly #place: Place;
  readonly #loop: Loop;

  constructor(place: Place, loop: Loop) {
    this.#place = place;
    this.#loop = loop;
  }

  take(lane: Happening, until: number): number {
    const { scheduler, firing, interrupt } = this.#loop;
    const { population, incoming } = this.#place;
    if (lane.kind !== 'arrivals' || !(scheduler.time > lane.next)) return -1;
    const neurons = population.kind === 'neurons' ? population : null;
    const goOn = inOneGo(lane.projection) ? stretch : plastic;
    // Own crossings are seen to here; `next` is set anew when this is finished. A stretch seldom lasts until one.
    if (neurons !== null && goOn === plastic) neurons.next = Number.POSITIVE_INFINITY;
    const horizon = Math.min(scheduler.time, until);
    for (let t = lane.next; ; ) {
      const crossing = neurons === null ? Number.POSITIVE_INFINITY : neurons.model.next;
      if (neurons !== null && crossing <= t) {
        neurons.model.cross(t);
        firing.collect(neurons, t);
      }
      const last = crossing > t ? goOn(lane, Math.min(crossing, horizon)) : -1;
      if (last >= 0) t = last;
      else if (lane.next === t) arrivals(lane, t, firing);
      if (neurons !== null) {
        if (last < 0) neurons.model.settle(t);
        firing.collect(neurons, t);
      }
      const next = neurons === null ? lane.next : Math.min(lane.next, neurons.model.next);
      if (firing.count > 0 || next >= horizon || Atomics.load(interrupt, 0) !== 0) return t;
      for (const { recorder } of incoming) recorder?.endOfInstant(t);
      t = next;
    }
  }
}
