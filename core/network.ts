import { UserError } from './declare/errors.ts';
import { Engine, type StopAfter } from './engine/engine.ts';
import type { Faster } from './engine/receptions.ts';
import { type Schedule, Timer } from './engine/timer.ts';
import { orderSources } from './graph/order.ts';
import { Neurons, type Population, Stimulus, type WinnerTakeAll } from './graph/population.ts';
import type { Projection } from './graph/projection.ts';
import { type ProjectionOptions, wire } from './graph/wire.ts';
import { Arena, type KernelChoice, type Precision } from './kernels/arena.ts';
import type { RowSink } from './log/tables.ts';
import type { NeuronFactory, NeuronModel, StimulusFactory, StimulusModel } from './model.ts';
import type { Seed } from './random/random.ts';
import { PotentialRecorder } from './recorders/potentials.ts';
import { SpikeRecorder } from './recorders/spikes.ts';
import { WeightRecorder, WeightRows } from './recorders/weights.ts';
import { checkedTime, snap } from './time.ts';

export type { ProjectionOptions } from './graph/wire.ts';

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
  readonly #weightRows = new Map<RowSink, WeightRows>();
  #spikeRecorder: SpikeRecorder | null = null;
  #spikeSink: RowSink | null = null;
  #begun = false;
  #built = false;

  /** `receptions`: how the engine may gather events; by default in every way. The results are the same bits. */
  constructor(options: { seed: Seed; kernels?: KernelChoice; receptions?: readonly Faster[] }) {
    this.seed = options.seed;
    this.arena = new Arena(options.kernels);
    this.#engine = new Engine(this.arena, options.receptions);
  }

  /** The clock, ms. */
  get now(): number {
    return this.#engine.now;
  }

  /** Up to here everything has happened: the clock, or before 0 as long as nothing was run. */
  get past(): number {
    return this.#begun ? this.now : -1;
  }

  population<M extends NeuronModel>(
    name: string,
    factory: NeuronFactory<M>,
    options?: { winnerTakeAll?: WinnerTakeAll },
  ): Neurons<M>;
  population<M extends StimulusModel>(name: string, factory: StimulusFactory<M>): Stimulus<M>;
  population(
    name: string,
    factory: NeuronFactory | StimulusFactory,
    options: { winnerTakeAll?: WinnerTakeAll } = {},
  ): Population {
    if (this.populations.has(name)) throw new UserError(`populations.${name} is there already; names must differ.`);
    if (this.populations.size === 255) throw new UserError(`populations.${name} is one too many: a network holds 255.`);
    const context = { arena: this.arena, seed: this.seed, name: `populations.${name}` };
    let made: Population;
    if (factory.kind === 'stimulus') {
      made = new Stimulus(name, factory.create(context), this.arena);
    } else {
      const { winnerTakeAll } = options;
      const hold = winnerTakeAll && { hold: checkedTime(winnerTakeAll.hold, `populations.${name}.winnerTakeAll.hold`) };
      made = new Neurons(name, factory.create(context), hold ?? null);
      this.#precision.set(made, factory.precision);
    }
    this.populations.set(name, made);
    this.#built = false;
    return made;
  }

  projection(source: Population, target: Population, options: ProjectionOptions): Projection {
    const base = `${source.name}->${target.name}`;
    let name = options.name ?? base;
    for (let n = 2; options.name === undefined && this.projections.has(name); n++) name = `${base}#${n}`;
    const precision = this.#precision.get(target) ?? 'f64';
    const { arena, seed } = this;
    const { projection, modulation } = wire(source, target, options, { name, precision, arena, seed });
    this.#add(projection);
    if (modulation) this.#add(modulation);
    return projection;
  }

  #add(made: Projection): void {
    const { name } = made;
    if (this.projections.has(name)) throw new UserError(`projections.${name} is there already; names must differ.`);
    if (made.source.kind === 'stimulus') made.source.outlets.push(made);
    if (made.target.kind === 'stimulus') made.target.taught = true;
    this.projections.set(name, made);
    this.#built = false;
  }

  /** Writes the spikes of these populations, ascending in (time, population, neuron). */
  recordSpikes(populations: Iterable<Population>, sink: RowSink): void {
    if (this.#spikeSink !== null && this.#spikeSink !== sink) {
      throw new UserError('spikes are recorded into another sink already; one network writes them to one.');
    }
    this.#spikeSink = sink;
    this.#spikeRecorder ??= new SpikeRecorder(sink, () => {
      this.#catchUp();
      return this.now;
    });
    for (const population of populations) population.recorder = this.#spikeRecorder;
  }

  /** Writes potentials at set times, after the events of that instant. */
  recordPotential(population: Neurons, neurons: readonly number[], schedule: Schedule, sink: RowSink): void {
    for (const neuron of neurons) {
      if (!Number.isInteger(neuron) || neuron < 0 || neuron >= population.size) {
        throw new UserError(
          `populations.${population.name}.record.potential.neurons names ${neuron}, but there are ${population.size} (0 to ${population.size - 1}).`,
        );
      }
    }
    const recorder = new PotentialRecorder(population, neurons, sink);
    this.#addTimer(`populations.${population.name}.record.potential`, schedule, (t) => recorder.sample(t));
  }

  /** Writes weights at set times, or at the end of each instant with an arrival (`pre`) or a postsynaptic spike (`post`). */
  recordWeights(projection: Projection, when: Schedule | { readonly on: 'pre' | 'post' }, sink: RowSink): void {
    const where = `projections.${projection.name}.record.weights`;
    if (projection.recorder !== null) throw new UserError(`${where} is set twice.`);
    const rows = this.#weightRows.get(sink) ?? new WeightRows(sink);
    this.#weightRows.set(sink, rows);
    const recorder = new WeightRecorder(projection, rows, 'on' in when ? when : {});
    projection.recorder = recorder;
    if (!('on' in when)) this.#addTimer(where, when, (t) => recorder.snapshot(t));
  }

  /** Calls `due` at set times, after all that happens at that instant. */
  at(name: string, schedule: Schedule, due: (t: number) => void): void {
    this.#addTimer(name, schedule, due);
  }

  /**
   * Runs on for `duration` ms, events at the last instant included; with `stopAfter` no further than the instant at which
   * that population has fired so many more times. Returns whether it was stopped by that.
   */
  run(duration: number, stopAfter?: StopAfter): boolean {
    checkedTime(duration, 'duration');
    const until = checkedTime(this.now + snap(duration), 'the end of the run');
    this.build();
    this.#begun = true;
    const stopped = this.#engine.run(until, stopAfter);
    this.#catchUp();
    return stopped;
  }

  /** Changes a stimulus from now on: what it would have sent later is taken back. */
  change<M extends StimulusModel>(stimulus: Stimulus<M>, change: (model: M) => void): void {
    stimulus.note(this.past);
    change(stimulus.model);
    stimulus.restart(this.past);
    this.#reschedule();
  }

  /** Everything but weights and thresholds goes back to rest, as after a long silence: spikes in flight are gone too. */
  rest(): void {
    for (const population of this.populations.values()) {
      if (population.kind === 'stimulus') {
        population.restart(this.past);
        population.post.clear();
      } else {
        population.model.rest(this.now);
        population.deafUntil = Number.NEGATIVE_INFINITY;
        population.next = population.model.next;
      }
    }
    for (const projection of this.projections.values()) {
      for (const lane of projection.lanes) lane.clear();
      projection.dendrite?.clear();
      projection.shortTerm?.rest();
      projection.devices?.rest(this.now);
      projection.rule?.rest(this.now);
    }
    this.#reschedule();
  }

  /** Hands all recorded rows on to their sinks, those of the present instant included. */
  flush(): void {
    this.#catchUp();
    this.#spikeRecorder?.flush(Number.POSITIVE_INFINITY);
    for (const rows of this.#weightRows.values()) rows.flush();
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
    timer.after(this.past);
    this.#timers.push(timer);
    this.#built = false;
  }

  #catchUp(): void {
    for (const population of this.populations.values()) if (population.kind === 'stimulus') population.note(this.past);
  }

  /** Settles ids and order, by name; `run` does it by itself. */
  build(): void {
    if (this.#built) return;
    const populations = [...this.populations.values()];
    const projections = [...this.projections.values()];
    orderSources(populations, projections, this.#timers);
    this.#engine.arrange(populations, projections, this.#timers);
    this.#built = true;
    this.#reschedule();
  }

  #reschedule(): void {
    if (this.#built) this.#engine.schedule();
  }
}
