import type { Population } from '../graph/population.ts';
import type { Projection } from '../graph/projection.ts';
import type { Arena } from '../kernels/arena.ts';
import { TICK } from '../time.ts';
import type { PopulationEvent } from './deliveryStrategy.ts';
import type { EngineState, Source } from './engineState.ts';
import { Scheduler } from './scheduler.ts';
import { SpikeCollector } from './spikeCollector.ts';
import { SpikeCountdown, type StopAfter } from './spikeCountdown.ts';
import { createStrategies, type StrategyName } from './strategies.ts';
import { TargetState } from './targetState.ts';
import type { Timer } from './timer.ts';

/**
 * The event loop. At an instant t, for one population after the other (along projections without delay): (0) crossings
 * predicted for t fire; (1) every arrival is delivered, by projection id, then presynaptic neuron; (2) each touched neuron
 * is tested once; (3) spikes are recorded and sent off; (4) rules see the postsynaptic spikes. Spikes that come along a
 * dendrite are seen by the rule of their projection right after its arrivals. Nothing depends on the
 * order in which simultaneous arrivals were scheduled, nor on the strategies that work them off.
 */
export class Engine implements EngineState {
  now = 0;
  /** Whether events are being worked off: not between them, where timers call what looks at the network. */
  running = false;
  readonly scheduler = new Scheduler();
  readonly spikeCollector = new SpikeCollector(this.scheduler);
  readonly arena: Arena;
  sources: readonly Source[] = [];
  targets: readonly TargetState[] = [];
  countdown = new SpikeCountdown();
  interrupt: Int32Array = new Int32Array(1);
  reachedTime = 0;
  #isEnqueued = false;
  readonly #strategies: readonly StrategyName[] | undefined;
  readonly #targetStates = new Map<Population, TargetState>();

  constructor(arena: Arena, strategies?: readonly StrategyName[]) {
    this.arena = arena;
    this.#strategies = strategies;
  }

  /** Takes over what a network consists of, populations and projections by id; `schedule` has to follow. */
  setNetwork(populations: readonly Population[], projections: readonly Projection[], timers: readonly Timer[]): void {
    this.targets = populations.map((population) => {
      const place = this.#targetStates.get(population) ?? new TargetState(population);
      if (!this.#targetStates.has(population)) place.strategies = createStrategies(place, this, this.#strategies);
      this.#targetStates.set(population, place);
      place.incoming = projections.filter(({ target }) => target === population);
      place.outgoing = projections.filter(({ source }) => source === population);
      return place;
    });
    const posts = populations.flatMap((population) => (population.kind === 'stimulus' ? [population.post] : []));
    const lanes = projections.flatMap((projection) => projection.queues);
    const dendrites = projections.flatMap(({ dendrite }) => (dendrite === null ? [] : [dendrite]));
    this.sources = [...populations, ...posts, ...lanes, ...dendrites, ...timers];
  }

  /** Has all sources put in line again, after a build, a load or a change from outside. */
  invalidateQueue(): void {
    this.#isEnqueued = false;
  }

  #enqueueAll(): void {
    if (this.#isEnqueued) return;
    this.scheduler.clear();
    for (const { strategies } of this.targets) {
      let taken = false;
      for (const reception of strategies) taken = reception.beforeEnqueue?.(taken) || taken;
    }
    for (const source of this.sources) this.scheduler.update(source);
    this.#isEnqueued = true;
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
    this.reachedTime = this.now;
    const countdown = (this.countdown = new SpikeCountdown(stop));
    for (;;) {
      this.#enqueueAll();
      const source = this.scheduler.pop(until) as Source | undefined;
      if (source === undefined) break;
      this.now = source.next;
      if (source.kind === 'stimulus') {
        source.emitBlock();
        this.scheduler.update(source.post);
        for (const { queues } of this.targets[source.id]!.outgoing)
          for (const lane of queues) this.scheduler.update(lane);
      } else if (source.kind === 'timer') {
        this.running = false;
        source.due(source.next);
        this.running = true;
        this.#enqueueAll();
        source.after(source.next);
      } else {
        const place = this.targets[(source.kind === 'neurons' ? source : source.target).id]!;
        // Of a run that ends early only the instant of the last spike is still worked off.
        const reached = this.#take(place, source, (countdown.over ? this.now : until) + TICK);
        const spikes = this.spikeCollector.commitSpikes(place, reached);
        if (spikes > 0) countdown.countSpikes(place.population, spikes);
        this.now = reached;
      }
      this.scheduler.update(source);
      if (countdown.over && this.scheduler.time > this.now) return true;
      if (Atomics.load(this.interrupt, 0) !== 0) until = Math.min(until, Math.max(this.now, this.reachedTime));
    }
    this.now = until;
    return false;
  }

  #take({ strategies }: TargetState, source: PopulationEvent, horizon: number): number {
    let reached = -1;
    for (let k = 0; reached < 0; k++) reached = strategies[k]!.advance(source, horizon);
    return reached;
  }
}
