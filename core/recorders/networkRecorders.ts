import { UserError } from '../declare/errors.ts';
import { oneOf } from '../declare/params.ts';
import { show } from '../declare/show.ts';
import { validate } from '../declare/validate.ts';
import type { Schedule } from '../engine/timer.ts';
import type { Neurons, Population } from '../graph/population.ts';
import type { Projection } from '../graph/projection.ts';
import { RowBuffer, type RowSink, STATES, type TableSpec, WEIGHTS } from '../log/tables.ts';
import { MemoryTable } from './memoryTable.ts';
import { SpikeRecorder } from './spikes.ts';
import {
  addRecorder,
  checkNeuronIndices,
  createPopulationRecorder,
  createProjectionRecorder,
  type NamedQuantity,
  neuronRecordingSchema,
  type StateRecording,
  synapseRecordingSchema,
} from './states.ts';
import { WeightRecorder, type WeightSchedule, weightScheduleOptions } from './weights.ts';

const recordedWeights = oneOf(weightScheduleOptions, { help: 'schedule at which weights are recorded' });

const MAX_QUANTITIES = 256; // ids of quantities have 8 bits

const BUFFER_ROWS = 4096;

interface RecordedNetwork {
  /** Makes stimuli record their spikes up to now. Returns the time up to which all spikes are known, ms. */
  recordStimuli(): number;
  flush(): void;
  addTimer(name: string, schedule: Schedule, due: (t: number) => void): void;
}

/** Recorders of a network. Each method creates a recorder and returns its sink, by default a `MemoryTable`. */
export class NetworkRecorders {
  readonly #network;
  readonly #weights = new Map<RowSink, RowBuffer>();
  readonly #states = new Map<RowSink, RowBuffer>();
  readonly #quantities: NamedQuantity[] = [];
  /** Number of state and weight recorders of each population or projection. */
  readonly #recorderCounts = new Map<string, number>();
  #spikeRecording: { readonly sink: RowSink; readonly recorder: SpikeRecorder } | null = null;

  constructor(network: RecordedNetwork) {
    this.#network = network;
  }

  recordSpikes(populations: readonly Population[], sinkOption: RowSink | undefined): RowSink {
    const before = this.#spikeRecording?.sink;
    const sink = sinkOption ?? (before instanceof MemoryTable ? before : new MemoryTable());
    checkSink(sink, 'recordSpikes');
    if (before !== undefined && before !== sink) {
      throw new UserError('recordSpikes: a network writes spikes to one sink only, but another sink is in use.');
    }
    this.#spikeRecording ??= { sink, recorder: new SpikeRecorder(sink, () => this.#network.recordStimuli()) };
    for (const population of populations) population.recorder = this.#spikeRecording.recorder;
    sink.addSource?.({ populations, flush: () => this.#network.flush() });
    return sink;
  }

  recordPotential(
    population: Neurons,
    neurons: readonly number[],
    schedule: Schedule,
    sink: RowSink = new MemoryTable(),
  ): RowSink {
    checkSink(sink, 'recordPotential');
    checkNeuronIndices({ neurons }, `populations.${population.name}.record.potential`, population);
    const rows = neurons.length;
    this.#network.addTimer(`populations.${population.name}.record.potential`, schedule, (t) => {
      const columns = {
        time: new Float64Array(rows).fill(t),
        neuron: Uint32Array.from(neurons),
        potential: Float64Array.from(neurons, (neuron) => population.model.potential(neuron, t)),
        population: new Uint8Array(rows).fill(population.id),
      };
      sink.write(columns, rows);
    });
    return sink;
  }

  recordWeights(projection: Projection, when: WeightSchedule, sink: RowSink = new MemoryTable()): RowSink {
    const where = `projections.${projection.name}.record.weights`;
    validate(recordedWeights, when, where);
    checkSink(sink, 'recordWeights');
    const rows = getRowBuffer(this.#weights, sink, WEIGHTS);
    sink.addSource?.({ flush: () => this.#network.flush() });
    const recorder = new WeightRecorder(projection, rows, 'on' in when ? when.on : undefined);
    addRecorder(projection, recorder);
    const timer = this.#nameRecorder(where);
    if (!('on' in when)) this.#network.addTimer(timer, when, (t) => recorder.writeValues(t));
    return sink;
  }

  recordState(
    owner: Neurons | Projection,
    isProjection: boolean,
    recording: StateRecording,
    sink: RowSink = new MemoryTable(),
  ): RowSink {
    checkSink(sink, 'recordState');
    const where = `${isProjection ? 'projections' : 'populations'}.${owner.name}.record.state`;
    validate(isProjection ? synapseRecordingSchema : neuronRecordingSchema, recording, where);
    const rows = getRowBuffer(this.#states, sink, STATES);
    const recorder = isProjection
      ? createProjectionRecorder(owner as Projection, recording, rows, where)
      : createPopulationRecorder(owner as Neurons, recording, rows, where);
    this.#quantities.push(...recorder.quantities);
    sink.addSource?.({ quantities: () => this.#quantities, flush: () => this.#network.flush() });
    const timer = this.#nameRecorder(where);
    if ('on' in recording && recording.on !== undefined) {
      if (isProjection) addRecorder(owner as Projection, recorder);
      else (owner as Neurons).observers.push(recorder);
    } else {
      const { every, times } = recording as { readonly every: number; readonly times?: readonly number[] };
      const schedule = times === undefined ? { every } : { times };
      this.#network.addTimer(timer, schedule, (t) => recorder.writeValues(t));
    }
    return sink;
  }

  /** Name of the next recorder of a population or projection: `where`, `where#2` and so on. */
  #nameRecorder(where: string): string {
    const count = (this.#recorderCounts.get(where) ?? 0) + 1;
    this.#recorderCounts.set(where, count);
    return count === 1 ? where : `${where}#${count}`;
  }

  get quantityNames(): readonly string[] {
    return [...new Set(this.#quantities.map(({ name }) => name))].sort();
  }

  assignQuantityIds() {
    const names = this.quantityNames;
    if (names.length > MAX_QUANTITIES)
      throw new UserError(
        `recordState: ${names.length} quantities are requested, but a network records at most ${MAX_QUANTITIES}.`,
      );
    for (const quantity of this.#quantities) quantity.id = names.indexOf(quantity.name);
  }

  flush() {
    this.#spikeRecording?.recorder.flush(Infinity);
    for (const rows of [...this.#weights.values(), ...this.#states.values()]) rows.flush();
  }
}

function getRowBuffer(buffers: Map<RowSink, RowBuffer>, sink: RowSink, spec: TableSpec): RowBuffer {
  const rows = buffers.get(sink) ?? new RowBuffer(sink, spec, BUFFER_ROWS);
  buffers.set(sink, rows);
  return rows;
}

function checkSink(sink: RowSink, method: string) {
  if (typeof sink?.write !== 'function')
    throw new UserError(
      `${method}: the sink is ${show(sink)}, but must have a method \`write\`, such as a MemoryTable.`,
    );
}

export function toPopulationList(populations: Iterable<Population>): Population[] {
  if (typeof populations?.[Symbol.iterator] !== 'function' || typeof populations === 'string')
    throw new UserError('recordSpikes: the first argument must be a list of populations, such as [output].');
  return [...populations];
}
