import { UserError } from '../declare/errors.ts';
import { oneOf } from '../declare/params.ts';
import { validate } from '../declare/validate.ts';
import type { Schedule } from '../engine/timer.ts';
import type { Neurons, Population } from '../graph/population.ts';
import type { Projection } from '../graph/projection.ts';
import type { RowSink } from '../log/tables.ts';
import { checkNeurons, checkSink } from './check.ts';
import { MemoryTable } from './memoryTable.ts';
import { PotentialRecorder } from './potentials.ts';
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
