import type { Lane } from '../graph/lane.ts';
import type { Neurons, Population, PostLane, Stimulus } from '../graph/population.ts';
import type { ArrivalLane, DendriteLane, Projection } from '../graph/projection.ts';
import { TICK } from '../time.ts';
import { Confluence, foreignTo } from './confluence.ts';
import { Scheduler } from './scheduler.ts';
import type { Timer } from './timer.ts';

export type Source = Stimulus | Neurons | ArrivalLane | PostLane | DendriteLane | Timer;

/** Stop early: when `population` has fired `spikes` more times, at the end of that instant. */
export interface StopAfter {
  readonly population: Neurons;
  readonly spikes: number;
}

/**
 * The event loop. At an instant t, for one population after the other (along projections without delay): (0) crossings
 * predicted for t fire; (1) every arrival is delivered, by projection id, then presynaptic neuron; (2) each touched neuron
 * is tested once; (3) spikes are recorded and sent off; (4) rules see the postsynaptic spikes. Spikes that come along a
 * dendrite are seen by the rule of their projection right after its arrivals. Nothing depends on the
 * order in which simultaneous arrivals were scheduled. A lane that is alone until the next other event runs through all
 * of that stretch in one call; only the number of calls changes by it.
 */
export class Engine {
  now = 0;
  /** Whether events are being worked off: not between them, where timers call what looks at the network. */
  running = false;
  readonly #scheduler = new Scheduler();
  /** Neurons of the population at hand that fired at this instant. */
  #fired = new Uint32Array(64);
  #firedCount = 0;
  #sources: readonly Source[] = [];
  #countdown = Number.POSITIVE_INFINITY;
  #counted: Population | null = null;

  /** Puts sources in line again, after a build, a load or a change from outside. */
  schedule(sources: Iterable<Source>): void {
    this.#scheduler.clear();
    this.#sources = [...sources];
    for (const source of this.#sources) {
      this.#scheduler.update(source);
      if (source.kind === 'neurons' && source.confluence !== null) source.confluence.foreign = null;
    }
  }

  /** Works off every event up to and including `until`; returns true when `stop` ended it earlier. */
  run(until: number, stop?: StopAfter): boolean {
    this.running = true;
    try {
      return this.#run(until, stop);
    } finally {
      this.running = false;
    }
  }

  #run(until: number, stop?: StopAfter): boolean {
    this.#counted = stop?.population ?? null;
    this.#countdown = stop?.spikes ?? Number.POSITIVE_INFINITY;
    for (let source = this.#next(until); source !== undefined; source = this.#next(until)) {
      this.now = source.next;
      const end = this.#countdown <= 0 ? this.now : until; // only the instant of the stop is still worked off
      if (source.kind === 'stimulus') {
        source.refill();
        this.#scheduler.update(source.post);
        for (const projection of source.outgoing) for (const lane of projection.lanes) this.#scheduler.update(lane);
      } else if (source.kind === 'timer') {
        this.running = false;
        source.due(source.next);
        this.running = true;
        source.after(source.next);
      } else if (source.kind === 'arrivals' && this.#confluence(source, end)) {
        // All that was due before the next other event, or before a spike has consequences, is done.
      } else if (source.kind === 'arrivals' && this.#scheduler.time > source.next) {
        if (source.projection.inOneGo) this.#stretch(source, end);
        else this.#alone(source, end);
      } else {
        this.#instant(source);
      }
      this.#scheduler.update(source);
      if (this.#countdown <= 0 && this.#scheduler.time > this.now) return true;
    }
    this.now = until;
    return false;
  }

  #next(until: number): Source | undefined {
    const source = this.#scheduler.peek() as Source | undefined;
    if (source === undefined || source.next > until) return undefined;
    this.#scheduler.pop();
    return source;
  }

  /** Everything that happens to one population at one instant. */
  #instant(first: Neurons | ArrivalLane | PostLane | DendriteLane): void {
    const t = first.next;
    const target = populationOf(first);
    for (let source = first; ; ) {
      if (source.kind === 'neurons') {
        source.next = Number.POSITIVE_INFINITY; // set anew in #finish
        source.model.cross(t);
        this.#collect(source, t);
      } else {
        this.#arrivals(source, t);
      }
      const peer = this.#scheduler.peek() as Source | undefined;
      if (source !== first) this.#scheduler.update(source);
      if (peer === undefined || peer.next !== t || peer.kind === 'timer' || peer.kind === 'stimulus') break;
      if (populationOf(peer) !== target) break;
      this.#scheduler.pop();
      source = peer;
    }
    if (target.kind === 'neurons') {
      target.model.settle(t);
      this.#collect(target, t);
    }
    this.#finish(target, t);
  }

  /** Arrivals of one lane before any other event, up to the first spike. */
  #stretch(lane: ArrivalLane, until: number): void {
    const { projection } = lane;
    const { target } = projection;
    const horizon = this.#scheduler.time;
    const end = lane.endBefore(horizon, until);
    let heard = lane.head;
    let taken = end - lane.head;
    let last = lane.times[end - 1]!;
    if (target.kind === 'neurons') {
      heard = lane.head;
      while (heard < end && lane.times[heard]! < target.deafUntil) heard++;
      projection.read(lane, lane.head, heard);
      if (heard < end) {
        taken = heard - lane.head + projection.stretch(target.model, lane, heard, end);
        last = lane.times[lane.head + taken - 1]!;
      } else {
        target.model.firedCount = 0;
      }
    } else {
      projection.read(lane, lane.head, end);
    }
    projection.note(lane, taken, heard - lane.head);
    lane.consume(taken);
    this.now = last;
    if (target.kind === 'neurons') this.#collect(target, last);
    this.#finish(target, last);
  }

  /**
   * Arrivals of all lanes of one population, spikes included, as far as no other event can reach it; false if that cannot
   * be. Other populations may be behind then, but the clock stays at the first of their events.
   */
  #confluence({ next, target }: ArrivalLane, until: number): boolean {
    if (target.kind !== 'neurons' || target.confluence === null || !Confluence.serves(target)) return false;
    const { confluence, model } = target;
    const reach = this.#counted === null ? Confluence.reach(target) : 0;
    confluence.foreign ??= foreignTo(target, this.#sources);
    let horizon = until + TICK;
    for (const { source, lag } of confluence.foreign) {
      if (source.kind === 'stimulus' && source.direct?.target === target) continue;
      horizon = Math.min(horizon, source.next + (reach > 0 ? lag : 0));
    }
    if (horizon <= next || confluence.run(model.delta!(next)!, horizon, reach) === 0) return false;
    for (const { source, lanes } of target.incoming) {
      for (const lane of lanes) this.#scheduler.update(lane);
      if (source.kind === 'stimulus') this.#scheduler.update(source);
    }
    for (let k = 0; k < confluence.count; ) {
      const t = confluence.times[k]!;
      for (; confluence.times[k] === t && k < confluence.count; k++) this.#add(confluence.neurons[k]!);
      this.#finish(target, t);
    }
    if (reach === 0) this.now = confluence.last;
    return true;
  }

  /** Instants of one lane and of the neurons it leads to before any other event, up to the first spike. */
  #alone(lane: ArrivalLane, until: number): void {
    const { target } = lane.projection;
    const neurons = target.kind === 'neurons' ? target : null;
    target.next = neurons === null ? target.next : Number.POSITIVE_INFINITY; // set anew in #finish
    const horizon = this.#scheduler.time;
    let t = lane.next;
    for (;;) {
      this.now = t;
      if (neurons !== null && neurons.model.next <= t) {
        neurons.model.cross(t);
        this.#collect(neurons, t);
      }
      if (lane.next === t) {
        const end = neurons === null ? t : Math.min(horizon, neurons.model.next, until + TICK);
        const taken = end > t ? lane.projection.plastic(lane, end) : 0;
        if (taken > 0) {
          this.now = t = lane.times[lane.head + taken - 1]!;
          lane.consume(taken);
        } else {
          this.#arrivals(lane, t);
        }
      }
      if (neurons !== null) {
        neurons.model.settle(t);
        this.#collect(neurons, t);
      }
      const next = neurons === null ? lane.next : Math.min(lane.next, neurons.model.next);
      if (this.#firedCount > 0 || next >= horizon || next > until) break;
      for (const projection of target.incoming) projection.recorder?.endOfInstant(t);
      t = next;
    }
    this.#finish(target, t);
  }

  #arrivals(lane: ArrivalLane | PostLane | DendriteLane, t: number): void {
    let count = 0;
    for (; lane.head + count < lane.tail && lane.times[lane.head + count] === t; count++) {
      const row = lane.rows[lane.head + count]!;
      if (lane.kind === 'post') this.#add(row);
      else if (lane.kind === 'dendrite') lane.projection.backpropagated(row, t);
      else lane.projection.arrive(row, t);
    }
    lane.consume(count);
  }

  /** Takes over the neurons that the model says have fired; under winner-take-all the one furthest above threshold. */
  #collect(population: Neurons, t: number): void {
    const { model, winnerTakeAll } = population;
    let { firedCount } = model;
    if (firedCount === 0) return;
    if (winnerTakeAll !== null && firedCount > 1) {
      let winner = model.fired[0]!;
      let best = model.margin(winner, t);
      for (let k = 1; k < firedCount; k++) {
        const margin = model.margin(model.fired[k]!, t);
        if (margin > best) {
          best = margin;
          winner = model.fired[k]!;
        }
      }
      model.fired[0] = winner;
      firedCount = 1;
    }
    for (let k = 0; k < firedCount; k++) {
      this.#add(model.fired[k]!);
      model.spike(model.fired[k]!, t);
    }
    model.firedCount = 0;
    if (winnerTakeAll !== null) {
      population.deafUntil = t + winnerTakeAll.hold;
      model.inhibit(t, population.deafUntil);
    }
  }

  #add(neuron: number): void {
    if (this.#firedCount === this.#fired.length) {
      const bigger = new Uint32Array(2 * this.#fired.length);
      bigger.set(this.#fired);
      this.#fired = bigger;
    }
    this.#fired[this.#firedCount++] = neuron;
  }

  /** Records and sends off the spikes of this instant, then lets the rules of incoming projections see them. */
  #finish(population: Population, t: number): void {
    const count = this.#firedCount;
    if (count > 0) {
      const fired = this.#fired;
      if (count > 1) fired.subarray(0, count).sort();
      if (population.kind === 'neurons') this.#sendOff(population, t);
      for (const projection of population.incoming) for (let k = 0; k < count; k++) projection.fire(fired[k]!, t);
      if (population === this.#counted) this.#countdown -= count;
      this.#firedCount = 0;
    }
    for (const projection of population.incoming) {
      projection.recorder?.endOfInstant(t);
      if (count > 0 && projection.dendrite !== null) this.#scheduler.update(projection.dendrite);
    }
    if (population.kind === 'neurons') {
      population.next = population.model.next;
      this.#scheduler.update(population);
    }
  }

  #sendOff(population: Neurons, t: number): void {
    population.spikes += this.#firedCount;
    population.lastSpike = this.#fired[this.#firedCount - 1]!;
    for (let k = 0; k < this.#firedCount; k++) population.recorder?.append(population.id, t, this.#fired[k]!);
    for (const projection of population.outgoing) {
      const { lanes } = projection;
      for (let l = 0; l < lanes.length; l++) this.#launch(projection, lanes[l]!, l, t);
    }
  }

  #launch(projection: Projection, lane: Lane, l: number, t: number): void {
    const { first, count } = projection;
    for (let k = 0; k < this.#firedCount; k++) {
      const i = this.#fired[k]! - first;
      if (i >= 0 && i < count) lane.push(t + projection.delays[l]!, l * count + i);
    }
    this.#scheduler.update(lane);
  }
}

const populationOf = (source: Neurons | ArrivalLane | PostLane | DendriteLane): Population =>
  source.kind === 'neurons' ? source : source.target;
