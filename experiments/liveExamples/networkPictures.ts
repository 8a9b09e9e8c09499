/** Pictures of live examples of networks, which run in memory. */
import { UserError } from '../../core/declare/errors.ts';
import { show } from '../../core/declare/show.ts';
import { didYouMean } from '../../core/declare/suggest.ts';
import { POTENTIALS, SPIKES, type TableSpec, WEIGHTS } from '../../core/log/tables.ts';
import type { Network } from '../../core/network.ts';
import { MemoryTable } from '../../core/recorders/memoryTable.ts';
import { createMedianPoint } from '../devices/characterise/measurementReport.ts';
import type { CurveSeries } from '../look/plots/chart.ts';
import { attachRecorders, buildNetwork } from '../network/build.ts';
import type { NetworkDescription } from '../network/schema.ts';
import { groupBy } from '../statistics/groupBy.ts';
import type { ExamplePicture } from './picture.ts';

/** Runs a network and records one table. @throws UserError with `remedy` if the table is empty */
function recordTable(
  description: NetworkDescription,
  spec: TableSpec,
  remedy: string,
): { readonly net: Network; readonly table: MemoryTable } {
  const net = buildNetwork(description);
  net.build();
  const table = new MemoryTable();
  attachRecorders(net, description, (recorded) => (recorded === spec ? table : new MemoryTable()));
  net.run(description.duration);
  net.flush();
  if (table.rows === 0) throw new UserError(`The picture of the network has no data: ${remedy}.`);
  return { net, table };
}

const sortById = <T extends { readonly id: number; readonly name: string }>(entries: Iterable<T>): T[] =>
  [...entries].sort((a, b) => a.id - b.id);

function createRaster(description: NetworkDescription): ExamplePicture {
  const { net, table } = recordTable(description, SPIKES, 'no recorded neuron fires');
  const ids = Uint8Array.from(table.array('population'));
  const shown = sortById(net.populations.values()).filter(({ id }) => ids.includes(id));
  const indices = new Map(shown.map(({ id }, i) => [id, i]));
  return {
    plot: 'raster',
    data: {
      title: 'Spikes',
      populations: shown.map(({ name, size }) => ({ name, size })),
      window: [0, description.duration],
      times: Float64Array.from(table.array('time')),
      neurons: Uint32Array.from(table.array('neuron')),
      population: ids.map((id) => indices.get(id)!),
    },
  };
}

/**
 * Groups the rows of a table into one curve per neuron or projection. Several values at one time are summarised as median and 5
 * to 95 % band. @param names names of the populations or projections by id
 */
export function groupRowsIntoCurves(
  table: MemoryTable,
  quantity: 'potential' | 'weight' | 'efficacy',
  names: readonly string[],
): CurveSeries[] {
  const isPotential = quantity === 'potential';
  const owners = table.array(isPotential ? 'population' : 'projection');
  const neurons = isPotential ? table.array('neuron') : undefined;
  const [times, values] = [table.array('time'), table.array(quantity)];
  const nameOf = (row: number) => `${names[owners[row]!]!}${neurons ? ` ${neurons[row]}` : ''}`;
  const rows = groupBy(Array(table.rows).keys(), nameOf);
  return [...rows].map(([name, own]) => ({
    name,
    points: [...groupBy(own, (row) => times[row]!)].map(([time, all]) =>
      createMedianPoint(
        time,
        all.map((row) => values[row]!),
      ),
    ),
  }));
}

function createCurves(
  { net, table }: ReturnType<typeof recordTable>,
  quantity: 'potential' | 'weight' | 'efficacy',
  text: { readonly title: string; readonly label: string },
): ExamplePicture {
  const named: ReadonlyMap<string, { readonly id: number; readonly name: string }> =
    quantity === 'potential' ? net.populations : net.projections;
  const names = sortById(named.values()).map(({ name }) => name);
  const series = groupRowsIntoCurves(table, quantity, names);
  return { plot: 'curve', data: { title: text.title, x: { label: 'time (ms)' }, y: { label: text.label }, series } };
}

const recordWeights = (description: NetworkDescription) =>
  recordTable(description, WEIGHTS, 'no projection has `record.weights`');

export const NETWORK_PICTURE_CREATORS: Readonly<Record<string, (description: NetworkDescription) => ExamplePicture>> = {
  raster: createRaster,
  potentials: (description) =>
    createCurves(recordTable(description, POTENTIALS, 'no population has `record.potential`'), 'potential', {
      title: 'Membrane potentials',
      label: 'potential (mV from rest)',
    }),
  weights: (description) =>
    createCurves(recordWeights(description), 'weight', {
      title: 'Weights: median and 5 to 95 % band',
      label: 'weight',
    }),
  efficacies: (description) =>
    createCurves(recordWeights(description), 'efficacy', { title: 'Efficacy at each arrival', label: 'efficacy' }),
};

/** Mean firing rate of a population, Hz, over the whole run. */
export function measureFiringRate(description: NetworkDescription, name: string): number {
  const net = buildNetwork(description);
  const population = net.populations.get(name);
  if (population === undefined)
    throw new UserError(
      `\`of\` names population ${show(name)}${didYouMean(name, [...net.populations.keys()], 'there')}`,
    );
  net.run(description.duration);
  return (1000 * population.spikes) / population.size / description.duration;
}
