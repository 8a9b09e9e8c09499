import * as z from 'zod/mini';
import { UserError } from './declare/errors.ts';
import { described, KEYS_ELSEWHERE, nameSchema, object, optional } from './declare/params.ts';
import { show } from './declare/show.ts';
import { validate } from './declare/validate.ts';
import { Engine } from './engine/engine.ts';
import { checkStopAfter, type StopAfter } from './engine/spikeCountdown.ts';
import { STRATEGY_NAMES, type StrategyName } from './engine/strategies.ts';
import { type Schedule, Timer } from './engine/timer.ts';
import type { NeuronFactory, StimulusFactory } from './factories.ts';
import { disableGroups } from './graph/disableGroups.ts';
import { guardPotential } from './graph/guard.ts';
import { orderSources } from './graph/order.ts';
import { Neurons, type Population, type PopulationOptions, Stimulus } from './graph/population.ts';
import { createPositions, type Positions } from './graph/positions.ts';
import type { Projection } from './graph/projection.ts';
import { populationModel, populationOptions, projectionOptions } from './graph/schema.ts';
import { type ProjectionOptions, wire } from './graph/wire.ts';
import { checkGroups, WtaGroups } from './graph/wtaGroups.ts';
import { Arena, type Precision } from './kernels/arena.ts';
import type { RowSink } from './log/tables.ts';
import type { NeuronModel, StimulusModel } from './model.ts';
import { type Seed, seed } from './random/random.ts';
import { toPopulationList } from './recorders/check.ts';
import type { MemoryTable } from './recorders/memoryTable.ts';
import { Recording } from './recorders/recording.ts';
import type { StateRecording } from './recorders/states.ts';
import { snap, validateTime } from './time.ts';

export type { ProjectionOptions } from './graph/wire.ts';

/** Options of version 0.1 that were renamed or removed: the rest of the sentence after "X is unknown". */
const FORMER_OPTIONS = {
  receptions: '; it is now named `strategies`.',
  kernels: '; it was removed, because kernels always run as WebAssembly SIMD.',
};
const networkOptions = object({
  seed: described(seed, { description: 'an integer or a text' }),
  strategies: optional(z.array(z.literal(STRATEGY_NAMES))),
}).register(KEYS_ELSEWHERE, FORMER_OPTIONS);

/**
 * A network: populations, projections between them, recorders, and a clock. Results depend on the seed and the names,
 * never on the order of declaration, on what is recorded or on how a run is cut into pieces.
 *
 * ```ts
 * const net = new Network({ seed: 7 });
 * const input = net.population('input', poisson({ size: 100, rate: 20 }));
 * const output = net.population('output', lif({ size: 1, tau: 20, threshold: 15 }));
 * net.projection(input, output, { connect: { all: { weight: 0.5 } }, delay: 1 });
 * net.run(1000);
 * output.spikes;
 * ```
 */
export class Network {
  readonly seed: Seed;
  readonly arena: Arena;
  readonly populations = new Map<string, Population>();
  readonly projections = new Map<string, Projection>();
  readonly #timers: Timer[] = [];
  readonly #engine: Engine;
  readonly #precision = new Map<Population, Precision>();
  readonly #recording = new Recording({
    catchUp: () => {
      this.#recordStimuli();
      return this.now;
    },
    flush: () => this.flush(),
    timer: (name, schedule, due) => this.#addTimer(name, schedule, due),
  });
  #begun = false;
  #built = false;

  /** @param options `strategies`: delivery strategies that the engine may use, all by default; results have the same bits. */
  constructor(options: { seed: Seed; strategies?: readonly StrategyName[] }) {
    const { seed, strategies } = validate(networkOptions, options, 'new Network');
    this.seed = seed;
    this.arena = new Arena();
    this.#engine = new Engine(this.arena, strategies);
  }

  /** The clock, ms. */
  get now(): number {
    return this.#engine.now;
  }

  /** Up to here everything has happened: the clock, or before 0 as long as nothing was run. */
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
    validate(nameSchema, name, 'population: its name');
    const where = `populations.${name}`;
    validate(populationModel, factory, where);
    const { winnerTakeAll, positions } = validate(populationOptions, options, where);
    if (this.populations.has(name)) throw new UserError(`${where} is there already; names must differ.`);
    if (this.populations.size === 255) throw new UserError(`${where} is one too many: a network holds 255.`);
    const context = { arena: this.arena, seed: this.seed, name: where };
    let made: Population;
    if (factory.kind === 'stimulus') {
      if (winnerTakeAll) throw new UserError(`${where}.winnerTakeAll is for neurons, but this is a stimulus.`);
      made = new Stimulus(name, factory.create(context), this.arena);
    } else {
      const { hold: given = 0, groups: count = 1, spikes = Infinity } = winnerTakeAll ?? {};
      const hold = validateTime(given, `${where}.winnerTakeAll.hold`);
      const model = factory.create(count > 1 ? { ...context, groups: count } : context);
      guardPotential(model, where, this.#engine);
      const one = count === 1 && spikes === Infinity;
      if (!one) checkGroups(model, count, where);
      const groups = one ? null : new WtaGroups(count, model.size / count, hold, spikes, this.arena);
      made = new Neurons(name, model, winnerTakeAll ? { ...winnerTakeAll, hold } : null, groups);
      this.#precision.set(made, factory.precision);
    }
    if (positions) made.positions = createPositions(positions as Positions, made.size, this.seed, where);
    this.populations.set(name, made);
    this.#built = false;
    return made;
  }

  projection(source: Population, target: Population, given: ProjectionOptions): Projection {
    this.#checkOwn(source, 'projection: the source');
    this.#checkOwn(target, 'projection: the target');
    const base = `${source.name}->${target.name}`;
    const options = validate(projectionOptions, given, `projections.${given?.name ?? base}`) as ProjectionOptions;
    if (options.modulator) this.#checkOwn(options.modulator.from, `projections.${options.name ?? base}.modulator.from`);
    let name = options.name ?? base;
    for (let n = 2; options.name === undefined && this.projections.has(name); n++) name = `${base}#${n}`;
    const precision = this.#precision.get(target) ?? 'f64';
    const { arena, seed } = this;
    const { projection, modulation } = wire(source, target, options, { name, precision, arena, seed });
    this.#register(projection);
    if (modulation) this.#register(modulation);
    return projection;
  }

  #register(made: Projection): void {
    const { name } = made;
    if (this.projections.has(name)) throw new UserError(`projections.${name} is there already; names must differ.`);
    if (made.source.kind === 'stimulus') made.source.outgoing.push(made);
    if (made.target.kind === 'stimulus') made.target.drivesRules = true;
    made.clock = () => this.now;
    this.projections.set(name, made);
    this.#built = false;
  }

  /** Refuses what is no population of this network, or not of this kind. */
  #checkOwn(population: Population, what: string, kind?: Population['kind']): void {
    const { name } = (population ?? {}) as Partial<Population>;
    if (name === undefined || typeof population !== 'object')
      throw new UserError(`${what} is ${show(population)}, but must be what \`population\` has returned.`);
    if (this.populations.get(name) !== population)
      throw new UserError(`${what} is population ${show(name)} of another network.`);
    if (kind !== undefined && population.kind !== kind)
      throw new UserError(
        `${what} is population ${show(name)}, which is no ${kind === 'neurons' ? 'model of neurons' : kind}.`,
      );
  }

  /**
   * Writes the spikes of these populations, ascending in (time, population, neuron), and returns what they are written to: by
   * default a table in memory, which has `trains(population)` and `of(population)`.
   */
  recordSpikes(populations: Iterable<Population>): MemoryTable;
  recordSpikes<S extends RowSink>(populations: Iterable<Population>, sink: S): S;
  recordSpikes(populations: Iterable<Population>, sink?: RowSink): RowSink {
    const recorded = toPopulationList(populations);
    for (const population of recorded) this.#checkOwn(population, 'recordSpikes: an entry');
    return this.#recording.spikes(recorded, sink);
  }

  /** Writes potentials at set times, after the events of that instant; returns what they are written to, by default a table in memory. */
  recordPotential(population: Neurons, neurons: readonly number[], schedule: Schedule): MemoryTable;
  recordPotential<S extends RowSink>(population: Neurons, neurons: readonly number[], schedule: Schedule, sink: S): S;
  recordPotential(population: Neurons, neurons: readonly number[], schedule: Schedule, sink?: RowSink): RowSink {
    this.#checkOwn(population, 'recordPotential: the population', 'neurons');
    return this.#recording.potential(population, neurons, schedule, sink);
  }

  /**
   * Writes weights at set times, or at the end of each instant with an arrival (`pre`) or a postsynaptic spike (`post`); returns what
   * they are written to, by default a table in memory.
   */
  recordWeights(projection: Projection, when: Schedule | { readonly on: 'pre' | 'post' }): MemoryTable;
  recordWeights<S extends RowSink>(
    projection: Projection,
    when: Schedule | { readonly on: 'pre' | 'post' },
    sink: S,
  ): S;
  recordWeights(projection: Projection, when: Schedule | { readonly on: 'pre' | 'post' }, sink?: RowSink): RowSink {
    if (!projection || this.projections.get(projection.name) !== projection)
      throw new UserError('recordWeights takes a projection of this network first, as `projection` has returned it.');
    return this.#recording.weights(projection, when, sink);
  }

  /**
   * Writes quantities of a population (potential, threshold, currents, conductances) or of a projection (u and x, traces) at set times,
   * or at the end of each instant with a spike, and returns what they are written to: by default a table in memory, which has
   * `course('output.threshold', neuron)`. What there is follows from the model; a name that is not there is refused with those that are.
   */
  recordState(owner: Neurons | Projection, recording: StateRecording): MemoryTable;
  recordState<S extends RowSink>(owner: Neurons | Projection, recording: StateRecording, sink: S): S;
  recordState(owner: Neurons | Projection, recording: StateRecording, sink?: RowSink): RowSink {
    const isProjection = this.projections.get(owner?.name) === owner;
    if (!isProjection) this.#checkOwn(owner as Neurons, 'recordState: the first argument', 'neurons');
    this.#built = false; // its quantities get their numbers
    return this.#recording.state(owner, isProjection, recording, sink);
  }

  /** Names of the quantities that `recordState` records, by their ids. */
  get quantities(): readonly string[] {
    return this.#recording.states.names;
  }

  /** Calls `due` at set times, after all that happens at that instant. */
  at(name: string, schedule: Schedule, due: (t: number) => void): void {
    if (typeof due !== 'function') throw new UserError(`at: ${show(due)} is no function to call.`);
    this.#addTimer(name, schedule, due);
  }

  /**
   * Runs on for `duration` ms, events at the last instant included; with `stopAfter` no further than the instant at which
   * that population, or each of several, has fired so many more times. Returns whether it was stopped by that.
   */
  run(duration: number, stopAfter?: StopAfter): boolean {
    validateTime(duration, 'duration');
    if (stopAfter !== undefined) {
      checkStopAfter(stopAfter, 'run: stopAfter');
      const { population } = stopAfter;
      for (const one of Array.isArray(population) ? population : [population])
        this.#checkOwn(one, 'run: stopAfter.population', 'neurons');
    }
    const until = validateTime(this.now + snap(duration), 'the end of the run');
    this.build();
    this.#begun = true;
    const stopped = this.#engine.run(until, stopAfter);
    this.#recordStimuli();
    return stopped;
  }

  /**
   * As soon as the first entry of `flag` is not 0, `run` ends early, at an instant up to which everything has happened: the
   * clock tells where. The flag may be set by another thread, or by what `at` calls. Where a run is cut changes nothing.
   */
  interruptBy(flag: Int32Array): void {
    if (!(flag instanceof Int32Array) || flag.length === 0)
      throw new UserError(`interruptBy takes an Int32Array with an entry, not ${show(flag)}.`);
    this.#engine.interrupt = flag;
  }

  /** Changes a stimulus from now on: what it would have sent later is taken back. */
  change<M extends StimulusModel>(stimulus: Stimulus<M>, change: (model: M) => void): void {
    this.#checkOwn(stimulus, 'change: the first argument', 'stimulus');
    if (typeof change !== 'function')
      throw new UserError(`change: ${show(change)} is no function that changes the model.`);
    stimulus.recordUntil(this.settledTime);
    change(stimulus.model);
    stimulus.restart(this.settledTime);
    this.#reschedule();
  }

  /**
   * Everything but weights and thresholds goes back to rest, as after a long silence: spikes in flight are gone too.
   * With `keepTraces` rules know of the spikes before it still, and pair them with those to come.
   */
  rest({ keepTraces = false }: { readonly keepTraces?: boolean } = {}): void {
    for (const population of this.populations.values()) {
      if (population.kind === 'stimulus') {
        population.restart(this.settledTime);
        population.post.clear();
      } else {
        population.model.rest(this.now);
        population.groups?.rest();
        population.inhibitedUntil = -Infinity;
        population.next = population.model.next;
      }
    }
    for (const projection of this.projections.values()) {
      for (const lane of projection.queues) lane.clear();
      projection.dendrite?.clear();
      projection.shortTerm?.rest();
      projection.devices?.rest(this.now);
      if (!keepTraces) projection.rule?.rest(this.now);
    }
    this.#reschedule();
  }

  /** Lets these groups of a population under winner-take-all inhibition hear nothing until the network rests. @throws UserError */
  disableGroups(population: Neurons, groups: Iterable<number>): void {
    this.#checkOwn(population, 'silence: the population', 'neurons');
    disableGroups(population, groups, this.now);
    this.#reschedule();
  }

  /** Hands all recorded rows on to their sinks, those of the present instant included. */
  flush(): void {
    this.#recordStimuli();
    this.#recording.flush();
  }

  /** Timers and their times, for a checkpoint. */
  get timers(): readonly Timer[] {
    return this.#timers;
  }

  /** Puts every source in line again after their states were loaded; `past` as it was when they were saved. */
  resumeAt(past: number): void {
    this.build();
    this.#begun = past >= 0;
    this.#engine.now = Math.max(past, 0);
    for (const population of this.populations.values()) population.next = population.model.next;
    for (const timer of this.#timers) timer.after(past);
    this.#reschedule();
  }

  #addTimer(name: string, schedule: Schedule, due: (t: number) => void): void {
    const timer = new Timer(name, schedule, due);
    timer.after(this.settledTime);
    this.#timers.push(timer);
    this.#built = false;
  }

  #recordStimuli(): void {
    for (const population of this.populations.values())
      if (population.kind === 'stimulus') population.recordUntil(this.settledTime);
  }

  /** Settles ids and order, by name; `run` does it by itself. */
  build(): void {
    if (this.#built) return;
    const populations = [...this.populations.values()];
    const projections = [...this.projections.values()];
    orderSources(populations, projections, this.#timers);
    this.#recording.states.number();
    this.#engine.setNetwork(populations, projections, this.#timers);
    this.#built = true;
    this.#reschedule();
  }

  #reschedule(): void {
    if (this.#built) this.#engine.invalidateQueue();
  }
}
