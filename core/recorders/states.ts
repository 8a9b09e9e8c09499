import * as z from 'zod/mini';
import { UserError } from '../declare/errors.ts';
import { choice, exactlyOne, integer, object, optional, text } from '../declare/params.ts';
import { minLength } from '../declare/ranged.ts';
import { show } from '../declare/show.ts';
import { didYouMean } from '../declare/suggest.ts';
import { type Schedule, scheduleShape } from '../engine/timer.ts';
import type { Neurons } from '../graph/population.ts';
import type { Projection, ProjectionRecorder } from '../graph/projection.ts';
import type { Quantity, RecordableState } from '../hooks.ts';
import { RowBuffer, type RowSink } from '../log/tables.ts';
import type { NeuronModel } from '../model.ts';

/** Quantity with its name in a network, `output.threshold`. Ids ascend by name. */
export interface NamedQuantity extends Quantity {
  readonly name: string;
  id: number;
}

/** Quantities to record of a population or a projection, and the schedule. */
export type StateRecording = {
  /** Names of quantities, such as `threshold`. */
  readonly quantities: readonly string[];
  /** Neurons of the population; for a projection, presynaptic or postsynaptic neurons, depending on the quantity. */
  readonly neurons: readonly number[];
} & (
  | Schedule
  /** Recording at spikes of a population; at arrivals (`pre`) or postsynaptic spikes (`post`) of a projection. */
  | { readonly on: 'spike' | 'pre' | 'post' }
);

const shape = {
  quantities: z.array(text({ help: 'name of a quantity' })).check(minLength(1)),
  neurons: z.array(integer({ min: 0, help: 'index of a neuron' })).check(minLength(1)),
  every: optional(scheduleShape.every),
  times: optional(scheduleShape.times),
};
const exactlyOneSchedule = exactlyOne(['every', 'times', 'on']);

/** Schemas of state recordings, for code and network files. */
export const neuronStateSchema = object({
  ...shape,
  on: optional(choice(['spike'], { help: 'records quantities at each spike of the neuron' })),
}).check(exactlyOneSchedule);
export const synapseStateSchema = object({
  ...shape,
  on: optional(choice(['pre', 'post'], { help: 'recording at arrivals (pre) or postsynaptic spikes (post)' })),
}).check(exactlyOneSchedule);

function selectQuantities(
  known: Readonly<Record<string, Quantity>>,
  { quantities }: StateRecording,
  owner: string,
  where: string,
): NamedQuantity[] {
  return quantities.map((name, i) => {
    const quantity = Object.hasOwn(known, name) ? known[name] : undefined;
    if (quantity === undefined)
      throw new UserError(
        `${where}.quantities[${i}] is ${show(name)}, which is unknown${didYouMean(name, Object.keys(known), 'known quantities')}`,
      );
    return { ...quantity, name: `${owner}.${name}`, id: 0 };
  });
}

const BATCH_ROWS = 1024;

export const createStateRows = (sink: RowSink) =>
  new RowBuffer(sink, {
    time: new Float64Array(BATCH_ROWS),
    index: new Uint32Array(BATCH_ROWS),
    value: new Float64Array(BATCH_ROWS),
    quantity: new Uint8Array(BATCH_ROWS),
  });
export type StateRows = ReturnType<typeof createStateRows>;

/** Writes rows (time, index, value, quantity) at scheduled times, or at the end of ticks with a spike. */
export class StateRecorder implements ProjectionRecorder {
  readonly quantities: readonly NamedQuantity[];
  readonly #neurons: readonly number[];
  readonly #on: 'spike' | 'pre' | 'post' | undefined;
  readonly #rows: StateRows;
  readonly #neuronOf: (row: number) => number;
  readonly #spiked = new Set<number>();

  /** @param neuronOf function from a row of a projection to its presynaptic neuron */
  constructor(
    quantities: readonly NamedQuantity[],
    recording: StateRecording,
    rows: StateRows,
    neuronOf: (row: number) => number = (row) => row,
  ) {
    this.quantities = quantities;
    this.#neurons = recording.neurons;
    this.#on = 'on' in recording ? recording.on : undefined;
    this.#rows = rows;
    this.#neuronOf = neuronOf;
  }

  get atArrivals(): boolean {
    return this.#on === 'pre';
  }

  onArrival(row: number): void {
    if (this.#on === 'pre') this.#spiked.add(this.#neuronOf(row));
  }

  onSpike(neuron: number): void {
    if (this.#on === 'post' || this.#on === 'spike') this.#spiked.add(neuron);
  }

  /** Writes quantities of the spiking side for neurons with a spike in the tick, others for all recorded neurons. */
  finishTick(t: number): void {
    if (this.#spiked.size === 0) return;
    const side = this.#on === 'spike' ? 'neuron' : this.#on;
    for (const quantity of this.quantities)
      for (const neuron of this.#neurons)
        if (quantity.of !== side || this.#spiked.has(neuron)) this.#write(t, quantity, neuron);
    this.#spiked.clear();
  }

  writeValues(t: number): void {
    for (const quantity of this.quantities) for (const neuron of this.#neurons) this.#write(t, quantity, neuron);
  }

  flush(): void {
    this.#rows.flush();
  }

  #write(t: number, { id, read }: NamedQuantity, neuron: number): void {
    const i = this.#rows.addRow();
    const { columns } = this.#rows;
    columns.time[i] = t;
    columns.index[i] = neuron;
    columns.value[i] = read(neuron, t);
    columns.quantity[i] = id;
  }
}

function checkIndices({ neurons }: StateRecording, where: string, size: number, owner: string): void {
  const bad = neurons.find((neuron) => neuron >= size);
  if (bad !== undefined)
    throw new UserError(`${where}.neurons names ${bad}, but neurons of ${owner} are 0 to ${size - 1}.`);
}

/** Recorder of quantities of the neuron model and of the potential. */
export function createPopulationRecorder(
  { name, size, model }: Neurons,
  recording: StateRecording,
  rows: StateRows,
  where: string,
): StateRecorder {
  const potential: Quantity = { unit: 'mV', of: 'neuron', read: (j, t) => model.potential(j, t) };
  const { quantities: more }: NeuronModel & Partial<RecordableState> = model;
  const quantities = selectQuantities({ potential, ...more }, recording, name, where);
  checkIndices(recording, where, size, name);
  return new StateRecorder(quantities, recording, rows);
}

/** Recorder of quantities of short-term dynamics and rule. */
export function createProjectionRecorder(
  { name, sources, source, target, quantities: known, queues }: Projection,
  recording: StateRecording,
  rows: StateRows,
  where: string,
): StateRecorder {
  const chosen = selectQuantities(known, recording, name, where);
  const quantities = chosen.map((quantity) => {
    if (quantity.of === 'post') {
      checkIndices(recording, where, target.size, target.name);
      return quantity;
    }
    if (queues.length > 1)
      throw new UserError(
        `${where}: ${quantity.name} is a quantity of presynaptic terminals and needs a projection with one delay, but this one has ${queues.length}.`,
      );
    checkIndices(recording, where, source.size, source.name);
    const outside = recording.neurons.find((neuron) => sources.terminal(neuron) < 0);
    if (outside !== undefined)
      throw new UserError(`${where}.neurons names ${outside}, which is not among the sources of the projection.`);
    const { read } = quantity;
    return { ...quantity, read: (neuron: number, t: number) => read(sources.terminal(neuron), t) };
  });
  const neuronOf = (row: number) => sources.neuron(row % sources.count);
  return new StateRecorder(quantities, recording, rows, neuronOf);
}

export function addRecorder(projection: Projection, recorder: ProjectionRecorder): void {
  const { recorder: existing } = projection;
  projection.recorder = existing === null ? recorder : new CombinedRecorder(existing, recorder);
}

/** Combination of several recorders of one projection. */
class CombinedRecorder implements ProjectionRecorder {
  readonly #recorders: readonly ProjectionRecorder[];

  constructor(...recorders: readonly ProjectionRecorder[]) {
    this.#recorders = recorders;
  }

  get atArrivals(): boolean {
    return this.#recorders.some((r) => r.atArrivals);
  }
  onArrival(row: number, factor: number): void {
    for (const r of this.#recorders) r.onArrival(row, factor);
  }
  onSpike(column: number): void {
    for (const r of this.#recorders) r.onSpike(column);
  }
  finishTick(t: number): void {
    for (const r of this.#recorders) r.finishTick(t);
  }
  writeValues(t: number): void {
    for (const r of this.#recorders) r.writeValues(t);
  }
  flush(): void {
    for (const r of this.#recorders) r.flush();
  }
}
