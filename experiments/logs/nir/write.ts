import type { OutputFile } from '../../output/file.ts';
import { fillHdf5, type Group, prepareHdf5 } from '../hdf5.ts';
import { graphOfRun } from './fromRun.ts';
import type { NirGraph, NirNode } from './graph.ts';

/** Of the NIR package whose layout this is. */
const NIR_VERSION = '1.0';

const text = (group: Group, name: string, data: string) => group.create_dataset({ name, data, dtype: 'S', shape: [] });

function writeNode(group: Group, node: NirNode): void {
  text(group, 'type', node.type);
  if ('size' in node) group.create_dataset({ name: 'shape', data: BigInt64Array.of(BigInt(node.size)), dtype: '<q' });
  else {
    for (const [name, { values, shape }] of Object.entries(node.params))
      group.create_dataset({ name, data: values, shape: [...shape], dtype: '<d' });
  }
}

function writeGraph(root: Group, { nodes, edges }: NirGraph): void {
  text(root, 'version', NIR_VERSION);
  const graph = root.create_group('node');
  text(graph, 'type', 'NIRGraph');
  graph.create_dataset({ name: 'edges', data: edges.flat(), dtype: 'S', shape: [edges.length, 2] });
  const group = graph.create_group('nodes');
  for (const [name, node] of Object.entries(nodes)) writeNode(group.create_group(name), node);
}

/**
 * Writes the frozen network of a run as NIR, in the HDF5 layout of the `nir` package: `/version`, `/node/type`
 * "NIRGraph", `/node/edges` (pairs of names) and a group a node under `/node/nodes`. Weights are out × in, times in s.
 * @returns what of the network NIR has no word for, a sentence each
 * Source: Pedersen et al. 2024, doi:10.1038/s41467-024-52259-9; `nir/serialization.py`.
 */
export async function writeNir(run: string, out: OutputFile): Promise<readonly string[]> {
  await prepareHdf5('--format nir');
  const graph = graphOfRun(run);
  await fillHdf5('--format nir', out, (root) => writeGraph(root, graph));
  return graph.lost;
}
