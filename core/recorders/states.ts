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

/** A quantity by its name in a network, `output.threshold`. Ids follow the names, not the order in which they were asked for. */
export interface NamedQuantity extends Quantity {
  readonly name: string;
  id: number;
}

/** What to record of a population or a projection, and when. */
export type StateRecording = {
  /** Names of the quantities, such as `threshold`. */
  readonly quantities: readonly string[];
  /** Neurons of the population; of a projection presynaptic or postsynaptic ones, whatever the quantity belongs to. */
  readonly neurons: readonly number[];
} & (
  | Schedule
  /** At own spikes of a population; of a projection at its arrivals (`pre`) or postsynaptic spikes (`post`). */
  | { readonly on: 'spike' | 'pre' | 'post' }
);

const shape = {
  quantities: z.array(text({ help: 'name of a quantity' })).check(minLength(1)),
  neurons: z.array(integer({ min: 0, help: 'index of a neuron' })).check(minLength(1)),
  every: optional(scheduleShape.every),
  times: optional(scheduleShape.times),
};
const oneOfThem = exactlyOne(['every', 'times', 'on']);

/** What `recordState` and network files take, of a population and of a projection. */
export const neuronStateSchema = object({
  ...shape,
  on: optional(choice(['spike'], { help: 'at each spike of the neuron' })),
}).check(oneOfThem);
export const synapseStateSchema = object({
  ...shape,
  on: optional(choice(['pre', 'post'], { help: 'at each presynaptic arrival or postsynaptic spike' })),
}).check(oneOfThem);

/** The quantities of these names. UserError for one that is not there. */
function chosenQuantities(
  known: Readonly<Record<string, Quantity>>,
  { quantities }: StateRecording,
  owner: string,
  where: string,
): NamedQuantity[] {
  return quantities.map((name, i) => {
    const quantity = Object.hasOwn(known, name) ? known[name] : undefined;
    if (quantity === undefined)
      throw new UserError(
        `${where}.quantities[${i}] is ${show(name)}, which is nothing that it has${didYouMean(name, Object.keys(known), 'there')}`,
      );
    return { ...quantity, name: `${owner}.${name}`, id: 0 };
  });
}

const BATCH = 1024;

/** Rows of a log of states. */
export const stateRows = (sink: RowSink) =>
  new RowBuffer(sink, {
    time: new Float64Array(BATCH),
    index: new Uint32Array(BATCH),
    value: new Float64Array(BATCH),
    quantity: new Uint8Array(BATCH),
  });
export type StateRows = ReturnType<typeof stateRows>;

/** Writes rows (time, index, value, quantity) of what is asked for: at times, or at the end of an instant with a spike. */
export class StateRecorder implements ProjectionRecorder {
  readonly #quantities: readonly NamedQuantity[];
  readonly #neurons: readonly number[];
  readonly #on: 'spike' | 'pre' | 'post' | undefined;
  readonly #rows: StateRows;
  readonly #neuronOf: (row: number) => number;
  readonly #seen = new Set<number>();

  /** @param neuronOf the presynaptic neuron of a row of a projection */
  constructor(
    quantities: readonly NamedQuantity[],
    { neurons, ...when }: StateRecording,
    rows: StateRows,
    neuronOf: (row: number) => number = (row) => row,
  ) {
    this.#quantities = quantities;
    this.#neurons = neurons;
    this.#on = 'on' in when ? when.on : undefined;
    this.#rows = rows;
    this.#neuronOf = neuronOf;
  }

  get atArrivals(): boolean {
    return this.#on === 'pre';
  }

  arrival(row: number): void {
    if (this.#on === 'pre') this.#seen.add(this.#neuronOf(row));
  }

  fired(neuron: number): void {
    if (this.#on === 'post' || this.#on === 'spike') this.#seen.add(neuron);
  }

  /** Of the side that has spiked the neurons that have, of the other side all. */
  endOfInstant(t: number): void {
    if (this.#seen.size === 0) return;
    const side = this.#on === 'spike' ? 'neuron' : this.#on;
    for (const quantity of this.#quantities)
      for (const neuron of this.#neurons)
        if (quantity.of !== side || this.#seen.has(neuron)) this.#write(t, quantity, neuron);
    this.#seen.clear();
  }

  snapshot(t: number): void {
    for (const quantity of this.#quantities) for (const neuron of this.#neurons) this.#write(t, quantity, neuron);
  }

  flush(): void {
    this.#rows.flush();
  }

  #write(t: number, { id, read }: NamedQuantity, neuron: number): void {
    const i = this.#rows.next();
    const { columns } = this.#rows;
    columns.time[i] = t;
    columns.index[i] = neuron;
    columns.value[i] = read(neuron, t);
    columns.quantity[i] = id;
  }
}

function checkIndices({ neurons }: StateRecording, where: string, size: number, whose: string): void {
  const bad = neurons.find((neuron) => neuron >= size);
  if (bad !== undefined)
    throw new UserError(`${where}.neurons names ${bad}, but ${whose} has ${size} neurons (0 to ${size - 1}).`);
}

interface Prepared {
  readonly recorder: StateRecorder;
  readonly quantities: readonly NamedQuantity[];
}

/** A recorder of a population: the quantities of its model, and the potential. */
export function createPopulationRecorder(
  { name, size, model }: Neurons,
  recording: StateRecording,
  rows: StateRows,
  where: string,
): Prepared {
  const potential: Quantity = { unit: 'mV', of: 'neuron', read: (j, t) => model.potential(j, t) };
  const { quantities: more }: NeuronModel & Partial<RecordableState> = model;
  const quantities = chosenQuantities({ potential, ...more }, recording, name, where);
  checkIndices(recording, where, size, name);
  return { recorder: new StateRecorder(quantities, recording, rows), quantities };
}

/** A recorder of a projection: the quantities of its short-term dynamics and its rule. */
export function createProjectionRecorder(
  { name, sources, source, target, quantities: known, queues }: Projection,
  recording: StateRecording,
  rows: StateRows,
  where: string,
): Prepared {
  const chosen = chosenQuantities(known, recording, name, where);
  const quantities = chosen.map((quantity) => {
    if (quantity.of === 'post') {
      checkIndices(recording, where, target.size, target.name);
      return quantity;
    }
    if (queues.length > 1)
      throw new UserError(
        `${where}: ${quantity.name} belongs to a presynaptic terminal, and each neuron has ${queues.length} of them, one a delay; record where there is one delay.`,
      );
    checkIndices(recording, where, source.size, source.name);
    const stranger = recording.neurons.find((neuron) => sources.terminal(neuron) < 0);
    if (stranger !== undefined)
      throw new UserError(`${where}.neurons names ${stranger}, which is not among the sources of the projection.`);
    const { read } = quantity;
    return { ...quantity, read: (neuron: number, t: number) => read(sources.terminal(neuron), t) };
  });
  const neuronOf = (row: number) => sources.neuron(row % sources.count);
  return { recorder: new StateRecorder(quantities, recording, rows, neuronOf), quantities };
}

/** Lets one more recorder look at a projection. */
export function addRecorder(projection: Projection, recorder: ProjectionRecorder): void {
  const { recorder: before } = projection;
  projection.recorder = before === null ? recorder : new Several(before, recorder);
}

/** Several recorders of one projection. */
class Several implements ProjectionRecorder {
  readonly #recorders: readonly ProjectionRecorder[];

  constructor(...recorders: readonly ProjectionRecorder[]) {
    this.#recorders = recorders;
  }

  get atArrivals(): boolean {
    return this.#recorders.some((r) => r.atArrivals);
  }
  arrival(row: number, factor: number): void {
    for (const r of this.#recorders) r.arrival(row, factor);
  }
  fired(column: number): void {
    for (const r of this.#recorders) r.fired(column);
  }
  endOfInstant(t: number): void {
    for (const r of this.#recorders) r.endOfInstant(t);
  }
  snapshot(t: number): void {
    for (const r of this.#recorders) r.snapshot(t);
  }
  flush(): void {
    for (const r of this.#recorders) r.flush();
  }
}
