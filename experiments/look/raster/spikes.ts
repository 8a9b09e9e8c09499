import { UserError } from '../../../core/declare/errors.ts';
import { show } from '../../../core/declare/show.ts';
import { SPIKES } from '../../../core/log/tables.ts';
import { describeSilentPopulations, noSpikesError } from '../../logs/silence.ts';
import { readPopulationSizes } from '../../logs/sizes.ts';
import { findLogFile, LogTable, type Selection } from '../../logs/table.ts';
import { resolveWindow } from '../../logs/window.ts';
import type { PopulationSize } from '../plots/bands.ts';

/** More spikes than this are not held in memory at once (17 bytes each). */
const MOST_SPIKES = 50_000_000;

export interface SpikeSelection extends Selection {
  /** First and last neuron to show, in every population. */
  readonly neurons?: readonly [number, number] | undefined;
}

/** Columns of the wanted spikes, ascending in time. */
export interface LoadedSpikes {
  readonly times: Float64Array;
  readonly neurons: Uint32Array;
  readonly population: Uint8Array;
  /** The populations that were chosen, else those with spikes; `population` counts them. */
  readonly populations: readonly PopulationSize[];
  /** ms: what was asked for, else the known part of the run. */
  readonly window: readonly [number, number];
  /** Populations that were not drawn because they never fired, in words. */
  readonly silent: readonly string[];
  /** Tells that the log is cut or damaged, once what is whole of it has been shown. */
  requireWhole(): void;
}

/** Arrays that double when they are full. */
class Growing {
  times = new Float64Array(1 << 16);
  neurons = new Uint32Array(1 << 16);
  population = new Uint8Array(1 << 16);
  length = 0;

  push(time: number, neuron: number, population: number): void {
    if (this.length === this.times.length) {
      const { times, neurons } = this;
      this.times = new Float64Array(2 * this.length);
      this.times.set(times);
      this.neurons = new Uint32Array(2 * this.length);
      this.neurons.set(neurons);
      const grown = new Uint8Array(2 * this.length);
      grown.set(this.population);
      this.population = grown;
    }
    this.times[this.length] = time;
    this.neurons[this.length] = neuron;
    this.population[this.length++] = population;
  }
}

/**
 * Reads the wanted spikes of a run directory or log. UserError when it holds no spikes, none that are wanted, or too many of
 * them, and for a window that reaches beyond the run.
 */
export function loadSpikes(path: string, selection: SpikeSelection): LoadedSpikes {
  const table = new LogTable(findLogFile(path), selection, SPIKES);
  const [least, most] = selection.neurons ?? [0, Infinity];
  const rows = new Growing();
  const highest: number[] = [];
  for (const { columns, rows: count } of table.readBatches()) {
    const { time, neuron, population } = columns;
    for (let i = 0; i < count; i++) {
      const j = neuron![i]!;
      if (!(j >= least && j <= most)) continue;
      const p = population![i]!;
      highest[p] = Math.max(highest[p] ?? 0, j);
      rows.push(time![i]!, j, p);
    }
    if (rows.length > MOST_SPIKES) {
      throw new UserError(
        `${path} has more than ${MOST_SPIKES.toLocaleString('en')} spikes there; narrow --from and --to, or choose a --population.`,
      );
    }
  }
  if (rows.length === 0) throw noneOf(table, selection);
  const names = table.group?.names ?? [];
  const sizes = readPopulationSizes(table) ?? [];
  const wanted = selection.populations ?? names.filter((_, id) => highest[id] !== undefined);
  const shown = new Map(wanted.map((name, i) => [names.indexOf(name), i]));
  const { from, to } = resolveWindow(path, table);
  const population = rows.population.subarray(0, rows.length);
  for (let k = 0; k < population.length; k++) population[k] = shown.get(population[k]!)!;
  return {
    times: rows.times.subarray(0, rows.length),
    neurons: rows.neurons.subarray(0, rows.length),
    population,
    populations: wanted.map((name) => {
      const id = names.indexOf(name);
      const size = sizes[id] ?? (highest[id] ?? least) + 1;
      if (least >= size)
        throw new UserError(
          `${table.path}: ${show(name)} has no neuron ${least}, its last is ${size - 1} (--neurons).`,
        );
      return { name, first: least, size: Math.min(most, size - 1) - least + 1 };
    }),
    window: from < to ? [from, to] : [from, from + 1],
    silent: describeSilentPopulations(table, wanted),
    requireWhole: () => table.requireWhole(),
  };
}

function noneOf(table: LogTable, { neurons }: SpikeSelection): UserError {
  if (neurons === undefined) return noSpikesError(table);
  return new UserError(`${table.path} has no spikes of neurons ${neurons[0]} to ${neurons[1]} in what was chosen.`);
}
