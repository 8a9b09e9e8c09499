import type { Population } from '../graph/population.ts';
import type { Projection } from '../graph/projection.ts';
import type { Arena } from '../kernels/arena.ts';
import { TICK } from '../time.ts';
import { Countdown, type StopAfter } from './countdown.ts';
import { Firing } from './firing.ts';
import type { Loop, Source } from './loop.ts';
import { Place } from './place.ts';
import type { Happening } from './reception.ts';
import { type Faster, receptionsOf } from './receptions.ts';
import { Scheduler } from './scheduler.ts';
import type { Timer } from './timer.ts';

/**
 * The event loop. At an instant t, for one population after the other (along projections without delay): (0) crossings
 * predicted for t fire; (1) every arrival is delivered, by projection id, then presynaptic neuron; (2) each touched neuron
 * is tested once; (3) spikes are recorded and sent off; (4) rules see the postsynaptic spikes. Spikes that come along a
 * dendrite are seen by the rule of their projection right after its arrivals. Nothing depends on the
 * order in which simultaneous arrivals were scheduled, nor on the receptions that work them off.
 */
export class Engine implements Loop {
  now = 0;
  /** Whether events are being worked off: not between them, where timers call what looks at the network. */
  running = false;
  readonly scheduler = new Scheduler();
  readonly firing = new Firing(this.scheduler);
  readonly arena: Arena;
  sources: readonly Source[] = [];
  places: readonly Place[] = [];
  countdown = new Countdown();
  interrupt: Int32Array = new Int32Array(1);
  ahead = 0;
  #inLine = false;
  readonly #receptions: readonly Faster[] | undefined;
  readonly #known = new Map<Population, Place>();

  constructor(arena: Arena, receptions?: readonly Faster[]) {
    this.arena = arena;
    this.#receptions = receptions;
  }

  /** Takes over what a network consists of, populations and projections by id; `schedule` has to follow. */
  arrange(populations: readonly Population[], projections: readonly Projection[], timers: readonly Timer[]): void {
    this.places = populations.map((population) => {
      const place = this.#known.get(population) ?? new Place(population);
      if (!this.#known.has(population)) place.receptions = receptionsOf(place, this, this.#receptions);
      this.#known.set(population, place);
      place.incoming = projections.filter(({ target }) => target === population);
      place.outgoing = projections.filter(({ source }) => source === population);
      return place;
    });
    const posts = populations.flatMap((population) => (population.kind === 'stimulus' ? [population.post] : []));
    const lanes = projections.flatMap((projection) => projection.lanes);
    const dendrites = projections.flatMap(({ dendrite }) => (dendrite === null ? [] : [dendrite]));
    this.sources = [...populations, ...posts, ...lanes, ...dendrites, ...timers];
  }

  /** Has all sources put in line again, after a build, a load or a change from outside. */
  schedule(): void {
    this.#inLine = false;
  }

  #lineUp(): void {
    if (this.#inLine) return;
    this.scheduler.clear();
    for (const { receptions } of this.places) {
      let taken = false;
      for (const reception of receptions) taken = reception.lineUp?.(taken) || taken;
    }
    for (const source of this.sources) this.scheduler.update(source);
    this.#inLine = true;
  }

  /**
   * Works off every event up to and including `until`; returns true when `stop` ended it earlier. Interrupted, it ends at the
   * first instant up to which everything can have happened.
   */
  run(until: number, stop?: StopAfter): boolean {
    this.running = true;
    try {
      return this.#run(until, stop);
    } finally {
      this.running = false;
    }
  }

  #run(horizon: number, stop?: StopAfter): boolean {
    let until = horizon;
    this.ahead = this.now;
    const countdown = (this.countdown = new Countdown(stop));
    for (;;) {
      this.#lineUp();
      const source = this.scheduler.pop(until) as Source | undefined;
      if (source === undefined) break;
      this.now = source.next;
      if (source.kind === 'stimulus') {
        source.refill();
        this.scheduler.update(source.post);
        for (const { lanes } of this.places[source.id]!.outgoing) for (const lane of lanes) this.scheduler.update(lane);
      } else if (source.kind === 'timer') {
        this.running = false;
        source.due(source.next);
        this.running = true;
        this.#lineUp();
        source.after(source.next);
      } else {
        const place = this.places[(source.kind === 'neurons' ? source : source.target).id]!;
        // Of a run that ends early only the instant of the last spike is still worked off.
        const reached = this.#take(place, source, (countdown.over ? this.now : until) + TICK);
        const spikes = this.firing.finish(place, reached);
        if (spikes > 0) countdown.note(place.population, spikes);
        this.now = reached;
      }
      this.scheduler.update(source);
      if (countdown.over && this.scheduler.time > this.now) return true;
      if (Atomics.load(this.interrupt, 0) !== 0) until = Math.min(until, Math.max(this.now, this.ahead));
    }
    this.now = until;
    return false;
  }

  #take({ receptions }: Place, source: Happening, horizon: number): number {
    let reached = -1;
    for (let k = 0; reached < 0; k++) reached = receptions[k]!.take(source, horizon);
    return reached;
  }
}
