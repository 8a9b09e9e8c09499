/** Pictures of a network that runs in memory. */
import { UserError } from '../../core/declare/errors.ts';
import { show } from '../../core/declare/show.ts';
import { didYouMean } from '../../core/declare/suggest.ts';
import { POTENTIALS, SPIKES, type TableSpec, WEIGHTS } from '../../core/log/tables.ts';
import type { Network } from '../../core/network.ts';
import { MemoryTable } from '../../core/recorders/memoryTable.ts';
import { summarisePoint } from '../devices/characterise/part.ts';
import type { Curve, CurveSeries } from '../look/plots/chart.ts';
import type { Raster } from '../look/plots/raster.ts';
import { attachRecorders, buildNetwork } from '../network/build.ts';
import type { NetworkDescription } from '../network/schema.ts';
import type { ExamplePicture } from './picture.ts';

interface FinishedRun {
  readonly net: Network;
  readonly duration: number;
  readonly tables: ReadonlyMap<TableSpec, MemoryTable>;
}

function runInMemory(description: NetworkDescription): FinishedRun {
  const net = buildNetwork(description);
  net.build();
  const tables = new Map<TableSpec, MemoryTable>();
  attachRecorders(net, description, (spec) => {
    const table = tables.get(spec) ?? new MemoryTable();
    tables.set(spec, table);
    return table;
  });
  net.run(description.duration);
  net.flush();
  return { net, duration: description.duration, tables };
}

const listNames = (entries: Iterable<{ readonly id: number; readonly name: string }>): string[] =>
  [...entries].sort((a, b) => a.id - b.id).map(({ name }) => name);

function takeTable({ tables }: FinishedRun, spec: TableSpec, remedy: string): MemoryTable {
  const table = tables.get(spec);
  if (table === undefined || table.rows === 0) throw new UserError(`The picture has no data: ${remedy}.`);
  return table;
}

function createRaster(run: FinishedRun): Raster {
  const table = takeTable(run, SPIKES, 'no recorded neuron fires');
  const ids = table.array('population');
  const shown = [...run.net.populations.values()]
    .filter(({ id }) => ids.includes(id as never))
    .sort((a, b) => a.id - b.id);
  const indices = new Map(shown.map(({ id }, i) => [id, i]));
  return {
    title: 'Spikes',
    populations: shown.map(({ name, size }) => ({ name, size })),
    window: [0, run.duration],
    times: Float64Array.from(table.array('time')),
    neurons: Uint32Array.from(table.array('neuron')),
    population: Uint8Array.from(ids, (id) => indices.get(id)!),
  };
}

/** Curves by name of the recorded object: all values of one time are summarised as median and 5 to 95 % band. */
function groupCurves(table: MemoryTable, quantity: string, nameOf: (row: number) => string): CurveSeries[] {
  const [times, values] = [table.array('time'), table.array(quantity)];
  const curves = new Map<string, Map<number, number[]>>();
  for (let row = 0; row < table.rows; row++) {
    const name = nameOf(row);
    const points = curves.get(name) ?? new Map<number, number[]>();
    curves.set(name, points);
    const time = times[row]!;
    points.set(time, [...(points.get(time) ?? []), values[row]!]);
  }
  return [...curves].map(([name, points]) => ({
    name,
    points: [...points].map(([time, all]) => summarisePoint(time, all)),
  }));
}

function createPotentialCurves(run: FinishedRun): Curve {
  const table = takeTable(run, POTENTIALS, 'no population has `record.potential`');
  const names = listNames(run.net.populations.values());
  const [populations, neurons] = [table.array('population'), table.array('neuron')];
  return {
    title: 'Membrane potentials',
    x: { label: 'time (ms)' },
    y: { label: 'potential (mV from rest)' },
    series: groupCurves(table, 'potential', (row) => `${names[populations[row]!]} ${neurons[row]}`),
  };
}

function createWeightCurves(run: FinishedRun, quantity: 'weight' | 'efficacy'): Curve {
  const table = takeTable(run, WEIGHTS, 'no projection has `record.weights`');
  const names = listNames(run.net.projections.values());
  const projections = table.array('projection');
  return {
    title: quantity === 'weight' ? 'Weights: median and 5 to 95 % band' : 'Efficacy at each arrival',
    x: { label: 'time (ms)' },
    y: { label: quantity },
    series: groupCurves(table, quantity, (row) => names[projections[row]!]!),
  };
}

export const NETWORK_PICTURES: Readonly<Record<string, (description: NetworkDescription) => ExamplePicture>> = {
  raster: (description) => ({ plot: 'raster', data: createRaster(runInMemory(description)) }),
  potentials: (description) => ({ plot: 'curve', data: createPotentialCurves(runInMemory(description)) }),
  weights: (description) => ({ plot: 'curve', data: createWeightCurves(runInMemory(description), 'weight') }),
  efficacies: (description) => ({ plot: 'curve', data: createWeightCurves(runInMemory(description), 'efficacy') }),
};

/** Mean firing rate of a population, Hz, over the whole run. */
export function measureRate(description: NetworkDescription, name: string): number {
  const net = buildNetwork(description);
  const population = net.populations.get(name);
  if (population === undefined)
    throw new UserError(
      `\`of\` names population ${show(name)}${didYouMean(name, [...net.populations.keys()], 'there')}`,
    );
  net.run(description.duration);
  return (1000 * population.spikes) / population.size / description.duration;
}
