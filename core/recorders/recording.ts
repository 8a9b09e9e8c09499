import { UserError } from '../declare/errors.ts';
import { oneOf } from '../declare/params.ts';
import { show } from '../declare/show.ts';
import { validate } from '../declare/validate.ts';
import type { Schedule } from '../engine/timer.ts';
import type { Neurons, Population } from '../graph/population.ts';
import type { Projection } from '../graph/projection.ts';
import type { RowSink } from '../log/tables.ts';
import { MemoryTable } from './memoryTable.ts';
import { SpikeRecorder } from './spikes.ts';
import { StateLog } from './stateLog.ts';
import { addRecorder, type StateRecording } from './states.ts';
import { WeightRecorder, type WeightRows, weightRows, weightScheduleShape } from './weights.ts';

const recordedWeights = oneOf(weightScheduleShape, { help: 'when to record weights' });

/** What recorders ask of their network. */
interface Host {
  /** Makes stimuli append what they have emitted so far and returns the time up to which all is known. */
  catchUp(): number;
  /** Hands on all rows, those of the present instant included. */
  flush(): void;
  timer(name: string, schedule: Schedule, due: (t: number) => void): void;
}

/** All that a network records. Sinks are tables in memory where none is given; each method returns the one that is written to. */
export class Recording {
  readonly states = new StateLog();
  readonly #host: Host;
  readonly #weights = new Map<RowSink, WeightRows>();
  readonly #weighed = new Set<Projection>();
  #spikes: { readonly sink: RowSink; readonly recorder: SpikeRecorder } | null = null;

  constructor(host: Host) {
    this.#host = host;
  }

  spikes(populations: readonly Population[], given: RowSink | undefined): RowSink {
    const before = this.#spikes?.sink;
    const sink = given ?? (before instanceof MemoryTable ? before : new MemoryTable());
    checkSink(sink, 'recordSpikes');
    if (before !== undefined && before !== sink) {
      throw new UserError('spikes are recorded into another sink already; one network writes them to one.');
    }
    this.#spikes ??= { sink, recorder: new SpikeRecorder(sink, () => this.#host.catchUp()) };
    for (const population of populations) population.recorder = this.#spikes.recorder;
    sink.addSource?.({ populations, flush: () => this.#host.flush() });
    return sink;
  }

  potential(
    population: Neurons,
    neurons: readonly number[],
    schedule: Schedule,
    sink: RowSink = new MemoryTable(),
  ): RowSink {
    checkSink(sink, 'recordPotential');
    checkNeurons(population, neurons);
    const recorder = new PotentialRecorder(population, neurons, sink);
    this.#host.timer(`populations.${population.name}.record.potential`, schedule, (t) => recorder.sample(t));
    return sink;
  }

  weights(
    projection: Projection,
    when: Schedule | { readonly on: 'pre' | 'post' },
    sink: RowSink = new MemoryTable(),
  ): RowSink {
    const where = `projections.${projection.name}.record.weights`;
    validate(recordedWeights, when, where);
    checkSink(sink, 'recordWeights');
    if (this.#weighed.has(projection)) throw new UserError(`${where} is set twice.`);
    this.#weighed.add(projection);
    const rows = this.#weights.get(sink) ?? weightRows(sink);
    this.#weights.set(sink, rows);
    sink.addSource?.({ flush: () => this.#host.flush() });
    const recorder = new WeightRecorder(projection, rows, 'on' in when ? when : {});
    addRecorder(projection, recorder);
    if (!('on' in when)) this.#host.timer(where, when, (t) => recorder.snapshot(t));
    return sink;
  }

  state(
    owner: Neurons | Projection,
    isProjection: boolean,
    recording: StateRecording,
    sink: RowSink = new MemoryTable(),
  ): RowSink {
    checkSink(sink, 'recordState');
    const { recorder, schedule, name } = this.states.add(owner, isProjection, recording, sink);
    sink.addSource?.({ quantities: () => this.states.quantities, flush: () => this.#host.flush() });
    if (schedule !== null) this.#host.timer(name, schedule, (t) => recorder.snapshot(t));
    else if (isProjection) addRecorder(owner as Projection, recorder);
    else (owner as Neurons).observers.push(recorder);
    return sink;
  }

  flush(): void {
    this.#spikes?.recorder.flush(Infinity);
    for (const rows of this.#weights.values()) rows.flush();
    this.states.flush();
  }
}

/** Writes the potentials (mV from rest) of chosen neurons at the times a timer asks for. */
class PotentialRecorder {
  readonly #population: Neurons;
  readonly #neurons: readonly number[];
  readonly #sink: RowSink;

  constructor(population: Neurons, neurons: readonly number[], sink: RowSink) {
    this.#population = population;
    this.#neurons = neurons;
    this.#sink = sink;
  }

  sample(t: number): void {
    const { model, id } = this.#population;
    const rows = this.#neurons.length;
    this.#sink.write(
      {
        time: new Float64Array(rows).fill(t),
        neuron: Uint32Array.from(this.#neurons),
        potential: Float64Array.from(this.#neurons, (neuron) => model.potential(neuron, t)),
        population: new Uint8Array(rows).fill(id),
      },
      rows,
    );
  }
}

function checkSink(sink: RowSink, what: string): void {
  if (typeof sink?.write !== 'function')
    throw new UserError(`${what} takes what rows are written to last, such as a MemoryTable, not ${show(sink)}.`);
}

function checkNeurons({ name, size }: Neurons, neurons: readonly number[]): void {
  if (!Array.isArray(neurons))
    throw new UserError(`recordPotential of ${name} takes a list of neurons, such as [0], not ${show(neurons)}.`);
  const bad = neurons.findIndex((neuron) => !Number.isInteger(neuron) || neuron < 0 || neuron >= size);
  if (bad >= 0)
    throw new UserError(
      `populations.${name}.record.potential.neurons names ${show(neurons[bad])}, but there are ${size} (0 to ${size - 1}).`,
    );
}

export function toPopulationList(populations: Iterable<Population>): Population[] {
  if (typeof populations?.[Symbol.iterator] !== 'function' || typeof populations === 'string')
    throw new UserError('recordSpikes takes a list of populations first, such as [output].');
  return [...populations];
}
