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
import { createWeightRows, WeightRecorder, type WeightRows, weightScheduleShape } from './weights.ts';

const recordedWeights = oneOf(weightScheduleShape, { help: 'schedule at which weights are recorded' });

/** Methods of the network that recorders call. */
interface RecordedNetwork {
  /** Makes stimuli record their spikes up to now. Returns the time up to which all spikes are known, ms. */
  catchUp(): number;
  /** Writes all rows, including rows of the current tick. */
  flush(): void;
  timer(name: string, schedule: Schedule, due: (t: number) => void): void;
}

/** Recorders of a network. Each method creates a recorder and returns its sink, by default a `MemoryTable`. */
export class Recording {
  readonly states = new StateLog();
  readonly #network: RecordedNetwork;
  readonly #weights = new Map<RowSink, WeightRows>();
  readonly #weightProjections = new Set<Projection>();
  #spikes: { readonly sink: RowSink; readonly recorder: SpikeRecorder } | null = null;

  constructor(network: RecordedNetwork) {
    this.#network = network;
  }

  spikes(populations: readonly Population[], sinkOption: RowSink | undefined): RowSink {
    const before = this.#spikes?.sink;
    const sink = sinkOption ?? (before instanceof MemoryTable ? before : new MemoryTable());
    checkSink(sink, 'recordSpikes');
    if (before !== undefined && before !== sink) {
      throw new UserError('recordSpikes: a network writes spikes to one sink only, but another sink is in use.');
    }
    this.#spikes ??= { sink, recorder: new SpikeRecorder(sink, () => this.#network.catchUp()) };
    for (const population of populations) population.recorder = this.#spikes.recorder;
    sink.addSource?.({ populations, flush: () => this.#network.flush() });
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
    this.#network.timer(`populations.${population.name}.record.potential`, schedule, (t) => recorder.sample(t));
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
    if (this.#weightProjections.has(projection)) throw new UserError(`${where} is set already.`);
    this.#weightProjections.add(projection);
    const rows = this.#weights.get(sink) ?? createWeightRows(sink);
    this.#weights.set(sink, rows);
    sink.addSource?.({ flush: () => this.#network.flush() });
    const recorder = new WeightRecorder(projection, rows, 'on' in when ? when : {});
    addRecorder(projection, recorder);
    if (!('on' in when)) this.#network.timer(where, when, (t) => recorder.snapshot(t));
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
    sink.addSource?.({ quantities: () => this.states.quantities, flush: () => this.#network.flush() });
    if (schedule !== null) this.#network.timer(name, schedule, (t) => recorder.snapshot(t));
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

/** Recorder of the potentials of selected neurons, mV relative to rest, at the times of a timer. */
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

/** Checks that a value is a sink. @throws UserError if it is not */
function checkSink(sink: RowSink, method: string): void {
  if (typeof sink?.write !== 'function')
    throw new UserError(
      `${method}: the sink is ${show(sink)}, but must have a method \`write\`, such as a MemoryTable.`,
    );
}

/** Checks that neurons exist in a population. @throws UserError for an index beyond its size */
function checkNeurons({ name, size }: Neurons, neurons: readonly number[]): void {
  if (!Array.isArray(neurons))
    throw new UserError(
      `recordPotential of ${name}: the neurons are ${show(neurons)}, but must be a list of indices, such as [0].`,
    );
  const bad = neurons.findIndex((neuron) => !Number.isInteger(neuron) || neuron < 0 || neuron >= size);
  if (bad >= 0)
    throw new UserError(
      `populations.${name}.record.potential.neurons names ${show(neurons[bad])}, but neurons are 0 to ${size - 1}.`,
    );
}

/** Converts populations to a list. @throws UserError for a value that is not iterable */
export function toPopulationList(populations: Iterable<Population>): Population[] {
  if (typeof populations?.[Symbol.iterator] !== 'function' || typeof populations === 'string')
    throw new UserError('recordSpikes: the first argument must be a list of populations, such as [output].');
  return [...populations];
}
