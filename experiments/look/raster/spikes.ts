import { UserError } from '../../../core/declare/errors.ts';
import { show } from '../../../core/declare/show.ts';
import { SPIKES } from '../../../core/log/tables.ts';
import { describeSilentPopulations, noSpikesError } from '../../logs/silence.ts';
import { findLogFile, LogTable, readPopulationSizes, type Selection } from '../../logs/table.ts';
import { resolveWindow } from '../../logs/window.ts';
import type { PopulationSize } from '../plots/spikes.ts';

/** Limit on the spikes held in memory, 17 bytes each. */
const MAX_SPIKES = 50_000_000;

export interface SpikeSelection extends Selection {
  /** Indices of the first and last neuron shown, in every population. */
  readonly neurons?: readonly [number, number] | undefined;
}

/** Selected spikes in columns, ascending in time. */
export interface LoadedSpikes {
  readonly times: Float64Array;
  readonly neurons: Uint32Array;
  /** Indices of `populations`. */
  readonly population: Uint8Array;
  /** Selected populations. Default: populations with spikes. */
  readonly populations: readonly PopulationSize[];
  /** ms. Default: the recorded part of the run. */
  readonly window: readonly [number, number];
  /** Sentences on populations that never fired. */
  readonly silent: readonly string[];
  /** @throws UserError if the log is truncated or damaged */
  requireWhole(): void;
}

/** Growable columns of spikes. */
class SpikeBuffer {
  times = new Float64Array(1 << 16);
  neurons = new Uint32Array(1 << 16);
  population = new Uint8Array(1 << 16);
  length = 0;

  push(time: number, neuron: number, population: number): void {
    if (this.length === this.times.length) {
      const { times, neurons, population } = this;
      this.times = new Float64Array(2 * this.length);
      this.neurons = new Uint32Array(2 * this.length);
      this.population = new Uint8Array(2 * this.length);
      this.times.set(times);
      this.neurons.set(neurons);
      this.population.set(population);
    }
    this.times[this.length] = time;
    this.neurons[this.length] = neuron;
    this.population[this.length++] = population;
  }
}

/**
 * Reads the selected spikes of a run directory or log.
 * @throws UserError if no spikes are selected, if there are too many, or if the window lies outside the run
 */
export function loadSpikes(path: string, selection: SpikeSelection): LoadedSpikes {
  const table = new LogTable(findLogFile(path), selection, SPIKES);
  const [first, last] = selection.neurons ?? [0, Infinity];
  const buffer = new SpikeBuffer();
  const highest: number[] = [];
  for (const { columns, rows } of table.readBatches()) {
    const { time, neuron, population } = columns;
    for (let i = 0; i < rows; i++) {
      const j = neuron![i]!;
      if (!(j >= first && j <= last)) continue;
      const p = population![i]!;
      highest[p] = Math.max(highest[p] ?? 0, j);
      buffer.push(time![i]!, j, p);
    }
    if (buffer.length > MAX_SPIKES)
      throw new UserError(
        `${path} has more than ${MAX_SPIKES.toLocaleString('en')} selected spikes; narrow --from and --to, or choose a --population.`,
      );
  }
  if (buffer.length === 0) {
    if (selection.neurons === undefined) throw noSpikesError(table);
    throw new UserError(`${table.path} has no spikes of neurons ${first} to ${last} in the selected rows.`);
  }
  const names = table.group?.names ?? [];
  const sizes = readPopulationSizes(table) ?? [];
  const selected = selection.populations ?? names.filter((_, id) => highest[id] !== undefined);
  const indexById = new Map(selected.map((name, i) => [names.indexOf(name), i]));
  const { from, to } = resolveWindow(path, table);
  return {
    times: buffer.times.subarray(0, buffer.length),
    neurons: buffer.neurons.subarray(0, buffer.length),
    population: buffer.population.subarray(0, buffer.length).map((id) => indexById.get(id)!),
    populations: selected.map((name) => {
      const id = names.indexOf(name);
      const size = sizes[id] ?? (highest[id] ?? first) + 1;
      if (first >= size)
        throw new UserError(
          `${table.path}: ${show(name)} has no neuron ${first}; its last neuron is ${size - 1} (--neurons).`,
        );
      return { name, first, size: Math.min(last, size - 1) - first + 1 };
    }),
    window: from < to ? [from, to] : [from, from + 1],
    silent: describeSilentPopulations(table, selected),
    requireWhole: () => table.requireWhole(),
  };
}
