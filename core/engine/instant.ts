import type { PostLane } from '../graph/population.ts';
import type { ArrivalLane, DendriteLane } from '../graph/projection.ts';
import type { Firing } from './firing.ts';
import type { Loop, Source } from './loop.ts';
import type { Place } from './place.ts';
import type { Happening, Reception } from './reception.ts';

/**
 * Everything that happens to one population at one instant: predicted crossings, then arrivals by projection id and
 * presynaptic neuron, then one test of each touched neuron. It always serves, and defines what is right.
 */
export class Instant implements Reception {
  readonly #population;
  readonly #loop: Loop;

  constructor({ population }: Place, loop: Loop) {
    this.#population = population;
    this.#loop = loop;
  }

  take(first: Happening): number {
    const { scheduler, firing } = this.#loop;
    const population = this.#population;
    const t = first.next;
    for (let source = first; ; ) {
      if (source.kind === 'neurons') {
        source.next = Infinity; // set anew when the instant is finished
        source.model.cross(t);
        firing.collect(source, t);
      } else if (source.kind !== 'stream') {
        arrivals(source, t, firing);
      }
      const peer = scheduler.peek() as Source | undefined;
      if (source !== first) scheduler.update(source);
      if (peer === undefined || peer.next !== t || peer.kind === 'timer' || peer.kind === 'stimulus') break;
      if ((peer.kind === 'neurons' ? peer : peer.target) !== population) break;
      scheduler.pop();
      source = peer;
    }
    if (population.kind === 'neurons') {
      population.model.settle(t);
      firing.collect(population, t);
    }
    return t;
  }
}

/** Delivers what arrives on a lane at t. */
export function arrivals(lane: ArrivalLane | PostLane | DendriteLane, t: number, firing: Firing): void {
  let count = 0;
  for (; lane.head + count < lane.tail && lane.times[lane.head + count] === t; count++) {
    const row = lane.rows[lane.head + count]!;
    if (lane.kind === 'arrivals') lane.projection.arrive(row, t);
    else if (lane.kind === 'dendrite') lane.projection.backpropagated(row, t);
    else firing.add(row, t);
  }
  lane.consume(count);
}
