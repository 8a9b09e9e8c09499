import { UserError } from '../../../core/declare/errors.ts';
import { show } from '../../../core/declare/show.ts';
import { type Hdf5Group, writeHdf5 } from '../hdf5.ts';
import { type LogFormat, LogTable, requireSpikeLog } from '../table.ts';

const CHUNK = 65536;

/** One-dimensional dataset of known length, to be filled sequentially. */
function createDataset(
  group: Hdf5Group,
  name: string,
  dtype: string,
  data: Float64Array | BigUint64Array,
  rows: number,
) {
  const chunks = [Math.min(CHUNK, rows)];
  const made = group.create_dataset({ name, data, dtype, shape: [data.length], maxshape: [rows], chunks });
  made.resize([rows]);
  let done = 0;
  return {
    made,
    append: (values: Float64Array | BigUint64Array) => {
      made.write_slice([[done, done + values.length]], values);
      done += values.length;
    },
  };
}

function writePopulation(spikes: Hdf5Group, table: LogTable, name: string) {
  const one = new LogTable(table.path, { ...table.selection, populations: [name] }, table.spec);
  const rows = one.countRows();
  const group = spikes.create_group(name);
  const times = createDataset(group, 'timestamps', '<d', new Float64Array(1), rows);
  times.made.create_attribute('units', 'ms');
  const ids = createDataset(group, 'node_ids', '<Q', new BigUint64Array(1), rows);
  for (const { columns } of one.readBatches()) {
    times.append(columns.time as Float64Array);
    ids.append(BigUint64Array.from(columns.neuron!, BigInt));
  }
}

/**
 * Spikes in the HDF5 layout of SONATA: `/spikes/POPULATION/timestamps` (float64, attribute `units` "ms") and `node_ids`
 * (uint64), in ascending order of time. Populations without spikes and the optional attribute `sorting` are left out.
 * Source: Dai et al. 2020, "The SONATA data format", doi:10.1371/journal.pcbi.1007696.
 */
export const sonataFormat: LogFormat = {
  extension: 'h5',
  help: 'HDF5 with the SONATA layout (needs the package h5wasm)',
  write: async (table, out) => {
    requireSpikeLog(table, 'SONATA');
    const names = table.idColumn?.names;
    if (!names) throw new UserError(`${table.path} lacks the names of its populations, which SONATA needs.`);
    const fired = table.readGroupIds();
    if (fired.size === 0) throw table.createNoRowsError();
    await writeHdf5('--format sonata', out, (root) => {
      const spikes = root.create_group('spikes');
      for (const id of [...fired].sort((a, b) => a - b)) {
        const name = names[id];
        if (name === undefined) throw new UserError(`${table.path} has no name for its population ${id}.`);
        if (!/^(?!\.$)[^/\0]+$/s.test(name))
          throw new UserError(`${table.path}: its population ${show(name)} is not a valid name of an HDF5 group.`);
        writePopulation(spikes, table, name);
      }
    });
  },
};
