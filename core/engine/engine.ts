import type { Population } from '../graph/population.ts';
import type { Projection } from '../graph/projection.ts';
import type { Arena } from '../kernels/arena.ts';
import { TICK } from '../time.ts';
import { BatchedDelivery } from './batchedDelivery.ts';
import { EngineState, type NetworkEventSource } from './engineState.ts';
import { MergedDelivery } from './mergedDelivery.ts';
import { RecurrentDelivery } from './recurrentDelivery.ts';
import { ReferenceDelivery } from './referenceDelivery.ts';
import { SingleQueueDelivery } from './singleQueueDelivery.ts';
import { SpikeCountdown, type StopAfter } from './spikeCountdown.ts';
import { type DeliveryStrategy, TargetState } from './targetState.ts';
import type { Timer } from './timer.ts';

/** Fast delivery strategies, fastest first. */
const STRATEGIES = {
  merged: MergedDelivery,
  recurrent: RecurrentDelivery,
  batched: BatchedDelivery,
  singleQueue: SingleQueueDelivery,
};

export type StrategyName = keyof typeof STRATEGIES;
export const STRATEGY_NAMES = Object.keys(STRATEGIES) as readonly StrategyName[];

/** Creates the delivery strategies of a population: strategies in `names` that support it, then `ReferenceDelivery`. */
function createStrategies(
  target: TargetState,
  engine: Engine,
  names: readonly StrategyName[] = STRATEGY_NAMES,
): readonly DeliveryStrategy[] {
  const fast = names.map((name) => STRATEGIES[name]).filter((strategy) => strategy.supports(target.population));
  return [...fast, ReferenceDelivery].map((Strategy) => new Strategy(target, engine));
}

/**
 * Event loop. At a tick t, the engine processes populations in the order of projections without delay. For each
 * population: (0) neurons whose crossing is predicted for t fire; (1) arrivals are delivered, by projection id, then
 * presynaptic neuron; (2) each touched neuron is tested once; (3) spikes are recorded and enqueued; (4) learning rules get
 * the postsynaptic spikes. A rule gets spikes that travel along a dendrite right after the arrivals of its projection.
 * Results depend neither on the order in which simultaneous arrivals were scheduled nor on the delivery strategies.
 */
export class Engine extends EngineState {
  now = 0;
  /** True while events are processed; false while a timer's function runs, so that its reads of the network are checked. */
  isRunning = false;
  #isEnqueued = false;
  readonly #strategyNames: readonly StrategyName[] | undefined;
  readonly #targetStates = new Map<Population, TargetState>();

  constructor(arena: Arena, strategies?: readonly StrategyName[]) {
    super(arena);
    this.#strategyNames = strategies;
  }

  /** Sets populations and projections, ascending by id, and timers. `invalidateQueue` must follow. */
  setNetwork(populations: readonly Population[], projections: readonly Projection[], timers: readonly Timer[]) {
    this.targetStates = populations.map((population) => {
      const target = this.#targetStates.get(population) ?? new TargetState(population);
      if (!this.#targetStates.has(population)) target.strategies = createStrategies(target, this, this.#strategyNames);
      this.#targetStates.set(population, target);
      target.incoming = projections.filter((projection) => projection.target === population);
      target.outgoing = projections.filter(({ source }) => source === population);
      return target;
    });
    const postQueues = populations.flatMap((population) => (population.kind === 'stimulus' ? [population.post] : []));
    const queues = projections.flatMap((projection) => projection.queues);
    const dendrites = projections.flatMap(({ dendrite }) => (dendrite === null ? [] : [dendrite]));
    this.sources = [...populations, ...postQueues, ...queues, ...dendrites, ...timers];
  }

  /** Makes the next run enqueue all event sources again; required after a change of the network. */
  invalidateQueue() {
    this.#isEnqueued = false;
  }

  #enqueueAll() {
    if (this.#isEnqueued) return;
    this.scheduler.clear();
    for (const { strategies } of this.targetStates) {
      let isTaken = false;
      for (const strategy of strategies) isTaken = strategy.prepareDelivery?.(isTaken) || isTaken;
    }
    for (const source of this.sources) this.scheduler.update(source);
    this.#isEnqueued = true;
  }

  /**
   * Processes all events up to and including `until`. Returns true if the stop condition ended the run earlier. After
   * an interrupt, the run ends at the latest tick to which a population has been processed.
   */
  run(until: number, stop?: StopAfter): boolean {
    this.isRunning = true;
    try {
      return this.#run(until, stop);
    } finally {
      this.isRunning = false;
    }
  }

  #run(horizon: number, stop?: StopAfter): boolean {
    let until = horizon;
    this.reachedTime = this.now;
    const countdown = (this.spikeCountdown = new SpikeCountdown(stop));
    for (;;) {
      this.#enqueueAll();
      const source = this.scheduler.pop(until) as NetworkEventSource | undefined;
      if (source === undefined) break;
      this.now = source.next;
      if (source.kind === 'stimulus') {
        source.emitBlock();
        this.scheduler.update(source.post);
        for (const { queues } of this.targetStates[source.id]!.outgoing)
          for (const queue of queues) this.scheduler.update(queue);
      } else if (source.kind === 'timer') {
        this.isRunning = false;
        source.onDue(source.next);
        this.isRunning = true;
        this.#enqueueAll();
        source.scheduleAfter(source.next);
      } else {
        const target = this.targetStates[(source.kind === 'neurons' ? source : source.target).id]!;
        // After the stop condition (`stopAfter`) is met, only the remaining events of the same tick are processed.
        const end = (countdown.isMet ? this.now : until) + TICK;
        let reached = -1; // stays -1 until a strategy has processed the event
        for (let k = 0; reached < 0; k++) reached = target.strategies[k]!.processEvents(source, end);
        const spikes = this.spikeCollector.commitSpikes(target, reached);
        if (spikes > 0) countdown.countSpikes(target.population, spikes);
        this.now = reached;
      }
      this.scheduler.update(source);
      if (countdown.isMet && this.scheduler.earliestTime > this.now) return true;
      if (Atomics.load(this.interruptFlag, 0) !== 0) until = Math.min(until, Math.max(this.now, this.reachedTime));
    }
    this.now = until;
    return false;
  }
}
