import * as z from 'zod/mini';
import { UserError } from './declare/errors.ts';
import { described, nameSchema, object, optional, UNKNOWN_KEY_HINTS } from './declare/params.ts';
import { show } from './declare/show.ts';
import { validate } from './declare/validate.ts';
import { Engine, STRATEGY_NAMES, type StrategyName } from './engine/engine.ts';
import { checkStopAfter, type StopAfter } from './engine/spikeCountdown.ts';
import { type Schedule, Timer } from './engine/timer.ts';
import type { NeuronFactory, StimulusFactory } from './factories.ts';
import { checkPopulation, checkProjection } from './graph/checkOwnership.ts';
import { createProjection, type ProjectionOptions } from './graph/createProjection.ts';
import { orderEventSources } from './graph/orderEventSources.ts';
import {
  createNeurons,
  disableGroups,
  type Neurons,
  type Population,
  type PopulationOptions,
  Stimulus,
} from './graph/population.ts';
import { createPositions, type Positions } from './graph/positions.ts';
import type { Projection } from './graph/projection.ts';
import { populationModelSchema, populationOptionsSchema, projectionOptionsSchema } from './graph/schema.ts';
import { Arena, type Precision } from './kernels/arena.ts';
import type { RowSink } from './log/tables.ts';
import type { NeuronModel, StimulusModel } from './model.ts';
import { type Seed, seedSchema } from './random/random.ts';
import type { MemoryTable } from './recorders/memoryTable.ts';
import { NetworkRecorders, toPopulationList } from './recorders/networkRecorders.ts';
import type { StateRecording } from './recorders/states.ts';
import type { WeightSchedule } from './recorders/weights.ts';
import { snap, validateTime } from './time.ts';
import { type DeliveryOptions, deliveryShape } from './windows/requirements.ts';
import { createWindowEngine, type WindowEngine } from './windows/windowEngine.ts';

export type { ProjectionOptions } from './graph/createProjection.ts';

const networkOptions = object({
  seed: described(seedSchema, { description: 'seed of all random numbers, an integer or a text' }),
  strategies: optional(z.array(z.literal(STRATEGY_NAMES))),
  ...deliveryShape,
}).register(UNKNOWN_KEY_HINTS, {
  // Hints for network options that only version 0.1 had; they end the error message "OPTION is unknown …".
  receptions: '; it is now named `strategies`.',
  kernels: '; it was removed, because kernels always run as WebAssembly SIMD.',
});

/**
 * Network of populations and projections, with recorders and a clock. Results depend on the seed and the names, but not on
 * the order of declaration, on recorders or on the division of a run into parts.
 *
 * ```ts
 * const net = new Network({ seed: 7 });
 * const input = net.population('input', poisson({ size: 100, rate: 20 }));
 * const output = net.population('output', lif({ size: 1, tau: 20, threshold: 15 }));
 * net.projection(input, output, { connect: { all: { weight: 0.5 } }, delay: 1 });
 * net.run(1000);
 * ```
 */
export class Network {
  readonly seed: Seed;
  readonly arena: Arena;
  readonly populations = new Map<string, Population>();
  readonly projections = new Map<string, Projection>();
  /** Engine of a network with `delivery` in windows; null for delivery event by event. */
  readonly windows: WindowEngine | null;
  readonly #timers: Timer[] = [];
  readonly #engine: Engine | WindowEngine;
  readonly #precision = new Map<Population, Precision>();
  readonly #recording = new NetworkRecorders({
    recordStimuli: () => {
      this.#recordStimuli();
      return this.now;
    },
    flush: () => this.flush(),
    addTimer: (label, schedule, action) => this.at(label, schedule, action),
  });
  #begun = false;
  #built = false;

  /** @param options `strategies`: allowed delivery strategies, default all; they do not affect the results. */
  constructor(options: { seed: Seed; strategies?: readonly StrategyName[] } & DeliveryOptions) {
    const valid = validate(networkOptions, options, 'new Network');
    const { seed, strategies } = valid;
    this.seed = seed;
    this.arena = new Arena();
    this.windows = createWindowEngine(this.arena, seed, valid);
    this.#engine = this.windows ?? new Engine(this.arena, strategies);
  }

  /** Current simulation time, ms. */
  get now(): number {
    return this.#engine.now;
  }

  /** Time up to which all events are processed, ms: the clock, or -1 before the first run. */
  get settledTime(): number {
    return this.#begun ? this.now : -1;
  }

  population<M extends NeuronModel>(name: string, factory: NeuronFactory<M>, options?: PopulationOptions): Neurons<M>;
  population<M extends StimulusModel>(
    name: string,
    factory: StimulusFactory<M>,
    options?: Pick<PopulationOptions, 'positions'>,
  ): Stimulus<M>;
  population(name: string, factory: NeuronFactory | StimulusFactory, options: PopulationOptions = {}): Population {
    const where = `populations.${validate(nameSchema, name, 'population: the name')}`;
    validate(populationModelSchema, factory, where);
    const { winnerTakeAll, positions } = validate(populationOptionsSchema, options, where);
    if (this.populations.has(name))
      throw new UserError(`${where} exists already; names of populations must be unique.`);
    if (this.populations.size === 255)
      throw new UserError(`${where} exceeds the limit: at most 255 populations are supported.`);
    const context = { arena: this.arena, seed: this.seed, name: where };
    let made: Population;
    if (factory.kind === 'stimulus') {
      if (winnerTakeAll)
        throw new UserError(`${where}.winnerTakeAll needs a neuron model, but the population is a stimulus.`);
      made = new Stimulus(name, factory.create(context), this.arena);
    } else {
      made = createNeurons(name, factory, winnerTakeAll, context, this.#engine);
      this.#precision.set(made, factory.precision);
    }
    if (positions) made.positions = createPositions(positions as Positions, made.size, this.seed, where);
    this.populations.set(name, made);
    this.#built = false;
    return made;
  }

  projection(source: Population, target: Population, settings: ProjectionOptions): Projection {
    checkPopulation(this.populations, source, 'projection: the source');
    checkPopulation(this.populations, target, 'projection: the target');
    const base = `${source.name}->${target.name}`;
    const options = validate(
      projectionOptionsSchema,
      settings,
      `projections.${settings?.name ?? base}`,
    ) as ProjectionOptions;
    if (options.modulator)
      checkPopulation(this.populations, options.modulator.from, `projections.${options.name ?? base}.modulator.from`);
    let name = options.name ?? base;
    for (let n = 2; options.name === undefined && this.projections.has(name); n++) name = `${base}#${n}`;
    const precision = this.#precision.get(target) ?? 'f64';
    const context = { name, precision, arena: this.arena, seed: this.seed };
    const create = this.windows?.createProjection ?? createProjection;
    const { projection, modulation } = create(source, target, options, context);
    this.#addProjection(projection);
    if (modulation) this.#addProjection(modulation);
    return projection;
  }

  #addProjection(made: Projection) {
    const { name } = made;
    if (this.projections.has(name))
      throw new UserError(`projections.${name} exists already; names of projections must be unique.`);
    if (made.source.kind === 'stimulus') made.source.outgoing.push(made);
    if (made.target.kind === 'stimulus') made.target.drivesRules = true;
    made.clock = () => this.now;
    this.projections.set(name, made);
    this.#built = false;
  }

  /**
   * Records the spikes of populations, ascending by (time, population, neuron). Returns the sink, by default a `MemoryTable`
   * with `trains(population)` and `of(population)`.
   */
  recordSpikes(populations: Iterable<Population>): MemoryTable;
  recordSpikes<S extends RowSink>(populations: Iterable<Population>, sink: S): S;
  recordSpikes(populations: Iterable<Population>, sink?: RowSink): RowSink {
    const list = toPopulationList(populations);
    for (const population of list) checkPopulation(this.populations, population, 'recordSpikes: an entry');
    return this.#recording.recordSpikes(list, sink);
  }

  /** Records potentials at scheduled times, after the events of the tick. Returns the sink, by default a `MemoryTable`. */
  recordPotential(population: Neurons, neurons: readonly number[], schedule: Schedule): MemoryTable;
  recordPotential<S extends RowSink>(population: Neurons, neurons: readonly number[], schedule: Schedule, sink: S): S;
  recordPotential(population: Neurons, neurons: readonly number[], schedule: Schedule, sink?: RowSink): RowSink {
    checkPopulation(this.populations, population, 'recordPotential: the population', 'neurons');
    return this.#recording.recordPotential(population, neurons, schedule, sink);
  }

  /**
   * Records weights at scheduled times, or at the end of each tick with an arrival (`pre`) or a postsynaptic spike (`post`).
   * Returns the sink, by default a `MemoryTable`.
   */
  recordWeights(projection: Projection, when: WeightSchedule): MemoryTable;
  recordWeights<S extends RowSink>(projection: Projection, when: WeightSchedule, sink: S): S;
  recordWeights(projection: Projection, when: WeightSchedule, sink?: RowSink): RowSink {
    checkProjection(this.projections, projection, 'recordWeights');
    return this.#recording.recordWeights(projection, when, sink);
  }

  /**
   * Records quantities of a population (potential, threshold, currents, conductances) or of a projection (u and x,
   * traces), at scheduled times or at the end of each tick with a spike. Returns the sink, by default a `MemoryTable`
   * with `course('output.threshold', neuron)`.
   */
  recordState(owner: Neurons | Projection, recording: StateRecording): MemoryTable;
  recordState<S extends RowSink>(owner: Neurons | Projection, recording: StateRecording, sink: S): S;
  recordState(owner: Neurons | Projection, recording: StateRecording, sink?: RowSink): RowSink {
    const isProjection = this.projections.get(owner?.name) === owner;
    if (!isProjection)
      checkPopulation(this.populations, owner as Neurons, 'recordState: the first argument', 'neurons');
    this.#built = false; // `build` assigns ids to the quantities
    return this.#recording.recordState(owner, isProjection, recording, sink);
  }

  /** Names of the recorded quantities; the index in this list is the quantity's id in logs. */
  get quantities(): readonly string[] {
    return this.#recording.quantityNames;
  }

  /** Calls `action` at scheduled times, after all events of the tick. @param label name of the timer in messages */
  at(label: string, schedule: Schedule, action: (t: number) => void) {
    if (typeof action !== 'function') throw new UserError(`at: \`action\` is ${show(action)}, but must be a function.`);
    const timer = new Timer(label, schedule, action);
    timer.scheduleAfter(this.settledTime);
    this.#timers.push(timer);
    this.#built = false;
  }

  /**
   * Simulates `duration` ms, including events at the last tick. With `stopAfter`, the run ends early once each given
   * population has fired `spikes` spikes since the start of this run. Returns true if `stopAfter` ended the run.
   */
  run(duration: number, stopAfter?: StopAfter): boolean {
    validateTime(duration, 'duration');
    if (stopAfter !== undefined) {
      checkStopAfter(stopAfter, 'run: stopAfter');
      const { population } = stopAfter;
      for (const counted of Array.isArray(population) ? population : [population])
        checkPopulation(this.populations, counted, 'run: stopAfter.population', 'neurons');
    }
    const until = validateTime(this.now + snap(duration), 'the end of the run');
    this.build();
    this.#begun = true;
    const isStopped = this.#engine.run(until, stopAfter);
    this.#recordStimuli();
    return isStopped;
  }

  /**
   * Sets the interrupt flag: if its first entry is not 0, `run` ends early, between two ticks. Another thread, or a function
   * that `at` calls, may set the flag.
   */
  interruptBy(flag: Int32Array) {
    if (!(flag instanceof Int32Array) || flag.length === 0)
      throw new UserError(`interruptBy: the flag is ${show(flag)}, but must be an Int32Array with at least one entry.`);
    this.#engine.interruptFlag = flag;
  }

  /**
   * Replaces the weights of a projection without device from the current time on; spikes in flight arrive with the new ones.
   * @param weights in the order of `Projection.synapses`; with a shared kernel, the kernel
   */
  setWeights(projection: Projection, weights: ArrayLike<number>) {
    this.windows?.refuseMethod('setWeights');
    checkProjection(this.projections, projection, 'setWeights');
    projection.replaceWeights(weights);
    this.#invalidateQueue();
  }

  /** Changes a stimulus from the current time on; its later spikes are discarded and generated again. */
  change<M extends StimulusModel>(stimulus: Stimulus<M>, change: (model: M) => void) {
    this.windows?.refuseMethod('change');
    checkPopulation(this.populations, stimulus, 'change: the first argument', 'stimulus');
    if (typeof change !== 'function')
      throw new UserError(
        `change: the second argument is ${show(change)}, but must be a function that changes the model.`,
      );
    stimulus.recordUntil(this.settledTime);
    change(stimulus.model);
    stimulus.restart(this.settledTime);
    this.#invalidateQueue();
  }

  /**
   * Resets the dynamic state and discards spikes in flight. Weights and adaptive thresholds are kept. With
   * `keepTraces`, rules keep their traces, so that spikes before and after the reset form pairs.
   */
  resetDynamicState({ keepTraces = false }: { readonly keepTraces?: boolean } = {}) {
    this.windows?.refuseMethod('resetDynamicState');
    for (const population of this.populations.values()) {
      if (population.kind === 'stimulus') {
        population.restart(this.settledTime);
        population.post.clear();
      } else {
        population.model.resetDynamicState(this.now);
        population.inhibition.resetDynamicState();
        population.next = population.model.nextSpikeTime;
      }
    }
    for (const projection of this.projections.values()) {
      for (const queue of projection.queues) queue.clear();
      projection.dendrite?.clear();
      projection.shortTerm?.resetDynamicState();
      projection.devices?.resetDynamicState(this.now);
      if (!keepTraces) projection.rule?.resetDynamicState(this.now);
    }
    this.#invalidateQueue();
  }

  /** Inhibits winner-take-all groups until `resetDynamicState`. @throws UserError for groups that do not exist */
  disableGroups(population: Neurons, groups: Iterable<number>) {
    checkPopulation(this.populations, population, 'disableGroups: the population', 'neurons');
    disableGroups(population, groups, this.now);
    this.#invalidateQueue();
  }

  /** Writes all recorded rows to their sinks, including rows of the current tick. */
  flush() {
    this.#recordStimuli();
    this.#recording.flush();
  }

  /** Prepares the network for resuming after `load`. @param settledTime value of `settledTime` when saved, ms */
  resumeAt(settledTime: number) {
    this.build();
    this.#begun = settledTime >= 0;
    this.#engine.now = Math.max(settledTime, 0);
    for (const population of this.populations.values()) population.next = population.model.nextSpikeTime;
    for (const timer of this.#timers) timer.scheduleAfter(settledTime);
    this.#invalidateQueue();
  }

  #recordStimuli() {
    for (const population of this.populations.values())
      if (population.kind === 'stimulus') population.recordUntil(this.settledTime);
  }

  /** Assigns ids and the processing order of simultaneous events. `run` calls this method if needed. */
  build() {
    if (this.#built) return;
    const populations = [...this.populations.values()];
    const projections = [...this.projections.values()];
    orderEventSources(populations, projections, this.#timers);
    this.#recording.assignQuantityIds();
    this.#engine.setNetwork(populations, projections, this.#timers);
    this.#built = true;
    this.#invalidateQueue();
  }

  #invalidateQueue() {
    if (this.#built) this.#engine.invalidateQueue();
  }
}
