/** Refusals of what recorders cannot work with, before anything is recorded. */
import { UserError } from '../declare/errors.ts';
import { show } from '../declare/show.ts';
import type { Neurons, Population } from '../graph/population.ts';
import type { RowSink } from '../log/tables.ts';

export function checkSink(sink: RowSink, what: string): void {
  if (typeof sink?.write !== 'function')
    throw new UserError(`${what} takes what rows are written to last, such as a MemoryTable, not ${show(sink)}.`);
}

export function checkNeurons({ name, size }: Neurons, neurons: readonly number[]): void {
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
