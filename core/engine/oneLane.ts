import { alone } from './alone.ts';
import { inOneGo } from './inOneGo.ts';
import { arrivals } from './instant.ts';
import type { Loop } from './loop.ts';
import type { Place } from './place.ts';
import { plastic } from './plastic.ts';
import type { Happening, Reception } from './reception.ts';
import { race, stretch } from './stretch.ts';

/** Most spikes of one call, and what fires at the same instant. */
const ROOM = 1024;

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
    if (lane.kind !== 'arrivals') return -1;
    const others = scheduler.time;
    if (!(others > lane.next)) return -1;
    const { population, incoming } = this.#place;
    const horizon = Math.min(others, until);
    if (inOneGo(lane.projection)) {
      // A single arrival at neurons that would not take more in one call.
      if (!('stretch' in population.model) && lane.endBefore(horizon, 2) === lane.head + 1) return -1;
      const { noticed } = this.#place;
      const last = this.#loop.countdown.missing(population);
      if (!noticed) {
        const t = race(lane, horizon, firing, last);
        if (t >= 0) return t;
      }
      const most = noticed ? 1 : Math.min(ROOM, last);
      for (;;) {
        const t = stretch(lane, horizon);
        if (population.kind !== 'neurons') return t;
        firing.collect(population, t);
        const { next } = lane;
        if (firing.count >= most || !(next < horizon && next < population.model.next)) return t;
        if (most === 1 || Atomics.load(interrupt, 0) !== 0) return t;
      }
    }
    const neurons = population.kind === 'neurons' ? population : null;
    if (neurons !== null) neurons.next = Infinity; // own crossings are seen to here; set anew at the end
    for (let t = lane.next; ; ) {
      const crossing = neurons === null ? Infinity : neurons.model.next;
      if (neurons !== null && crossing <= t) {
        neurons.model.cross(t);
        firing.collect(neurons, t);
      }
      const last = crossing > t ? plastic(lane, Math.min(crossing, horizon)) : -1;
      const settled = last >= 0 || (crossing > t && lane.next === t && alone(lane, t));
      if (last >= 0) t = last;
      else if (!settled && lane.next === t) arrivals(lane, t, firing);
      if (neurons !== null) {
        if (!settled) neurons.model.settle(t);
        firing.collect(neurons, t);
      }
      const next = neurons === null ? lane.next : Math.min(lane.next, neurons.model.next);
      if (firing.count > 0 || next >= horizon || Atomics.load(interrupt, 0) !== 0) return t;
      for (const { recorder } of incoming) recorder?.endOfInstant(t);
      t = next;
    }
  }
}
