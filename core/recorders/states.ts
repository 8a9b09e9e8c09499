import * as z from 'zod/mini';
import { UserError } from '../declare/errors.ts';
import { choice, integer, object, optional, requireExactlyOneKey, text } from '../declare/params.ts';
import { minLength } from '../declare/ranged.ts';
import { show } from '../declare/show.ts';
import { didYouMean } from '../declare/suggest.ts';
import { type Schedule, scheduleOptions } from '../engine/timer.ts';
import type { Neurons, Population } from '../graph/population.ts';
import type { Projection, ProjectionRecorder } from '../graph/projection.ts';
import type { Quantity, RecordableState } from '../hooks.ts';
import type { RowBuffer } from '../log/tables.ts';
import type { NeuronModel } from '../model.ts';

/** Recordable quantity with its name in a network, for example `output.threshold`. Ids ascend by name. */
export interface NamedQuantity extends Quantity {
  readonly name: string;
  id: number;
}

/** Quantities and neurons that `Network.recordState` records, and the times of recording. */
export type StateRecording = {
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
  every: optional(scheduleOptions.every),
  times: optional(scheduleOptions.times),
};

const createStateSchema = (triggers: readonly string[], events: string) =>
  object({ ...shape, on: optional(choice(triggers, { help: `records the quantities at each ${events}` })) }).check(
    requireExactlyOneKey(['every', 'times', 'on']),
  );

export const neuronRecordingSchema = createStateSchema(['spike'], 'spike of the neuron');
export const synapseRecordingSchema = createStateSchema(['pre', 'post'], 'arrival (pre) or postsynaptic spike (post)');

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

/** Writes rows (time, index, value, quantity) at scheduled times, or at the end of ticks with a spike. */
class StateRecorder implements ProjectionRecorder {
  readonly quantities: readonly NamedQuantity[];
  readonly #neurons;
  readonly #trigger: 'spike' | 'pre' | 'post' | undefined;
  readonly #rows;
  readonly #getNeuron: (row: number) => number;
  readonly #spiked = new Set<number>();

  constructor(
    quantities: readonly NamedQuantity[],
    recording: StateRecording,
    rows: RowBuffer,
    neuronOf: (row: number) => number = (row) => row,
  ) {
    this.quantities = quantities;
    this.#neurons = recording.neurons;
    this.#trigger = 'on' in recording ? recording.on : undefined;
    this.#rows = rows;
    this.#getNeuron = neuronOf;
  }

  get recordsArrivals(): boolean {
    return this.#trigger === 'pre';
  }

  onArrival(row: number) {
    if (this.#trigger === 'pre') this.#spiked.add(this.#getNeuron(row));
  }

  onSpike(neuron: number) {
    if (this.#trigger === 'post' || this.#trigger === 'spike') this.#spiked.add(neuron);
  }

  /**
   * Writes rows at the end of a tick with spikes. A quantity of the spiking neurons gets rows only for neurons that
   * spiked; other quantities get rows for all recorded neurons.
   */
  finishTick(t: number) {
    if (this.#spiked.size === 0) return;
    const side = this.#trigger === 'spike' ? 'neuron' : this.#trigger;
    for (const quantity of this.quantities)
      for (const neuron of this.#neurons)
        if (quantity.owner !== side || this.#spiked.has(neuron)) this.#write(t, quantity, neuron);
    this.#spiked.clear();
  }

  writeValues(t: number) {
    for (const quantity of this.quantities) for (const neuron of this.#neurons) this.#write(t, quantity, neuron);
  }

  #write(t: number, { id, read }: NamedQuantity, neuron: number) {
    const i = this.#rows.addRow();
    const { columns } = this.#rows;
    columns.time![i] = t;
    columns.index![i] = neuron;
    columns.value![i] = read(neuron, t);
    columns.quantity![i] = id;
  }
}

export function checkNeuronIndices(
  { neurons }: Pick<StateRecording, 'neurons'>,
  where: string,
  { name, size }: Pick<Population, 'name' | 'size'>,
) {
  if (!Array.isArray(neurons))
    throw new UserError(`${where}.neurons is ${show(neurons)}, but must be a list of indices, such as [0].`);
  const bad = neurons.findIndex((neuron) => !(Number.isInteger(neuron) && neuron >= 0 && neuron < size));
  if (bad >= 0)
    throw new UserError(`${where}.neurons names ${show(neurons[bad])}, but neurons of ${name} are 0 to ${size - 1}.`);
}

export function createPopulationRecorder(
  { name, size, model }: Neurons,
  recording: StateRecording,
  rows: RowBuffer,
  where: string,
): StateRecorder {
  const potential: Quantity = { unit: 'mV', owner: 'neuron', read: (j, t) => model.potential(j, t) };
  const { quantities: more }: NeuronModel & Partial<RecordableState> = model;
  const quantities = selectQuantities({ potential, ...more }, recording, name, where);
  checkNeuronIndices(recording, where, { name, size });
  return new StateRecorder(quantities, recording, rows);
}

export function createProjectionRecorder(
  { name, sources, source, target, quantities: known, queues }: Projection,
  recording: StateRecording,
  rows: RowBuffer,
  where: string,
): StateRecorder {
  const chosen = selectQuantities(known, recording, name, where);
  const quantities = chosen.map((quantity) => {
    if (quantity.owner === 'post') {
      checkNeuronIndices(recording, where, target);
      return quantity;
    }
    if (queues.length > 1)
      throw new UserError(
        `${where}: ${quantity.name} is a quantity of presynaptic terminals and needs a projection with one delay, but this one has ${queues.length}.`,
      );
    checkNeuronIndices(recording, where, source);
    const outside = recording.neurons.find((neuron) => sources.getTerminal(neuron) < 0);
    if (outside !== undefined)
      throw new UserError(`${where}.neurons names neuron ${outside}, which is not a source neuron of the projection.`);
    const { read } = quantity;
    return { ...quantity, read: (neuron: number, t: number) => read(sources.getTerminal(neuron), t) };
  });
  const neuronOf = (row: number) => sources.getNeuron(row % sources.neuronCount);
  return new StateRecorder(quantities, recording, rows, neuronOf);
}

export function addRecorder(projection: Projection, recorder: ProjectionRecorder) {
  const recorders = projection.recorder === null ? [recorder] : [projection.recorder, recorder];
  projection.recorder = {
    recordsArrivals: recorders.some((r) => r.recordsArrivals),
    onArrival: (row, factor) => {
      for (const r of recorders) r.onArrival(row, factor);
    },
    onSpike: (column) => {
      for (const r of recorders) r.onSpike(column);
    },
    finishTick: (t) => {
      for (const r of recorders) r.finishTick(t);
    },
    writeValues: (t) => {
      for (const r of recorders) r.writeValues(t);
    },
  };
}
