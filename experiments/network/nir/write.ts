import { type Hdf5Group, writeHdf5 } from '../../logs/hdf5.ts';
import type { OutputFile } from '../../output/file.ts';
import type { NirFileGraph, NirFileNode } from './read.ts';

const NIR_VERSION = '1.0';

const INTEGER_FIELDS: ReadonlySet<string> = new Set([
  ...['shape', 'input_shape', 'input_type', 'start_dim', 'end_dim'],
  ...['kernel_size', 'stride', 'padding', 'dilation', 'groups'],
]);

const writeText = (group: Hdf5Group, name: string, data: string) =>
  group.create_dataset({ name, data, dtype: 'S', shape: [] });

function writeNode(group: Hdf5Group, { type, fields }: NirFileNode) {
  writeText(group, 'type', type);
  for (const [name, field] of Object.entries(fields)) {
    if (typeof field === 'string') {
      writeText(group, name, field);
      continue;
    }
    const { values } = field;
    const shape = [...field.shape];
    if (INTEGER_FIELDS.has(name) && values.every(Number.isInteger))
      group.create_dataset({ name, data: BigInt64Array.from(values, BigInt), shape, dtype: '<q' });
    else if (values.every((value) => Math.fround(value) === value))
      group.create_dataset({ name, data: Float32Array.from(values), shape, dtype: '<f' });
    else group.create_dataset({ name, data: values, shape, dtype: '<d' });
  }
}

/** Writes a graph, in single precision if that keeps each value, in the HDF5 layout that `readNirGraph` reads. @param purpose beginning of error messages */
export const writeNirGraph = ({ nodes, edges }: NirFileGraph, out: OutputFile, purpose: string): Promise<void> =>
  writeHdf5(purpose, out, (root) => {
    writeText(root, 'version', NIR_VERSION);
    const graph = root.create_group('node');
    writeText(graph, 'type', 'NIRGraph');
    graph.create_dataset({ name: 'edges', data: edges.flat(), dtype: 'S', shape: [edges.length, 2] });
    const group = graph.create_group('nodes');
    for (const [name, node] of nodes) writeNode(group.create_group(name), node);
  });
