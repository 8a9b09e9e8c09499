import { UserError } from '../../../core/declare/errors.ts';
import { show } from '../../../core/declare/show.ts';
import { SPIKES } from '../../../core/log/tables.ts';
import { createNoSpikesError, describeSilentPopulations } from '../../logs/silence.ts';
import { findLogFile, LogTable, type RowSelection, readPopulationSizes } from '../../logs/table.ts';
import { resolveTimeWindow } from '../../logs/window.ts';
import type { PopulationSize } from '../plots/density.ts';

const MAX_SPIKES = 50_000_000; // 17 bytes each

export interface SpikeSelection extends RowSelection {
  /** First and last index of the neurons shown; applies to each population. */
  readonly neurons?: readonly [number, number] | undefined;
}

export type LoadedSpikes = ReturnType<typeof loadSpikes>;

/** Reads the selected spikes from a run directory or log: column arrays, in ascending order of time. */
export function loadSpikes(path: string, selection: SpikeSelection) {
  const table = new LogTable(findLogFile(path), selection, SPIKES);
  const [first, last] = selection.neurons ?? [0, Infinity];
  const highest: number[] = [];
  let count = 0;
  const forEachSelected = (onSpike: (time: number, neuron: number, population: number) => void) =>
    table.forEachRow(['time', 'neuron', 'population'], (time, neuron, population) => {
      if (neuron >= first && neuron <= last) onSpike(time, neuron, population);
    });
  forEachSelected((_, neuron, p) => {
    highest[p] = Math.max(highest[p] ?? 0, neuron);
    count++;
  });
  if (count > MAX_SPIKES)
    throw new UserError(
      `${path} has more than ${MAX_SPIKES.toLocaleString('en')} selected spikes; narrow --from and --to, or choose a --population.`,
    );
  if (count === 0) {
    if (selection.neurons === undefined) throw createNoSpikesError(table);
    throw new UserError(`${table.path} has no spikes of neurons ${first} to ${last} in the selected rows.`);
  }
  const names = table.idColumn?.names ?? [];
  const sizes = readPopulationSizes(table) ?? [];
  const selected = selection.populations ?? names.filter((_, id) => highest[id] !== undefined);
  const indexById = new Map(selected.map((name, i) => [names.indexOf(name), i]));
  const { from, to } = resolveTimeWindow(path, table);
  const [times, neurons, population] = [new Float64Array(count), new Uint32Array(count), new Uint8Array(count)];
  let k = 0;
  forEachSelected((time, neuron, p) => {
    times[k] = time;
    neurons[k] = neuron;
    population[k++] = indexById.get(p)!;
  });
  return {
    times,
    neurons,
    population,
    populations: selected.map((name): PopulationSize => {
      const id = names.indexOf(name);
      const size = sizes[id] ?? (highest[id] ?? first) + 1;
      if (first >= size)
        throw new UserError(
          `${table.path}: ${show(name)} has no neuron ${first}; its last neuron is ${size - 1} (--neurons).`,
        );
      return { name, firstNeuron: first, size: Math.min(last, size - 1) - first + 1 };
    }),
    window: [from, from < to ? to : from + 1] as const, // ms
    silent: describeSilentPopulations(table, selected),
    requireIntact: () => table.requireIntact(),
  };
}
