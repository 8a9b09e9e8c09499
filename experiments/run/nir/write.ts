import { UserError } from '../../../core/declare/errors.ts';
import type { Projection } from '../../../core/graph/projection.ts';
import type { Seed } from '../../../core/random/random.ts';
import type { LifParams } from '../../../neurons/lif/params.ts';
import { type Group, prepareHdf5, writeHdf5 } from '../../logs/hdf5.ts';
import { configSchema, readJson } from '../../logs/runJson.ts';
import { buildNetwork } from '../../network/build.ts';
import { isStimulus, type ModelChoice } from '../../network/models.ts';
import { networkSchema } from '../../network/schema.ts';
import { STIMULUS_READERS } from '../../network/stimuli/readers.ts';
import type { OutputFile } from '../../output/file.ts';
import { readRunConfig } from '../runDirectory.ts';
import {
  createLifNode,
  fillPerNeuron,
  listLosses,
  type NirGraph,
  type NirNode,
  readFrozenWeights,
  refuseParameter,
} from './nodes.ts';

const MS = 1e-3;

function createPopulationNode(choice: ModelChoice, size: number, path: string, seed: Seed): NirNode {
  if (isStimulus(choice.model)) return { type: 'Input', size };
  if (choice.model !== 'lif') refuseParameter(`${path}.model`, choice.model, 'NIR has no such neuron');
  if (choice.winnerTakeAll)
    refuseParameter(`${path}.winnerTakeAll`, 'set', 'NIR has no inhibition of a whole population');
  return createLifNode(choice as ModelChoice & LifParams, path, seed);
}

/** Replaces other characters than letters, digits and underscores: NIR readers use names as names of modules. */
const toNodeName = (name: string): string => name.replaceAll(/\W+/g, '_');

/** Nodes of a projection in a chain: a delay if there is one, then the weights. */
function createProjectionNodes(run: string, p: Projection): [string, NirNode][] {
  if (p.shortTerm) refuseParameter(`${p.name}.shortTerm`, 'set', 'synapses of NIR have no short-term dynamics');
  if (p.delays.length > 1) refuseParameter(`${p.name}.delay`, 'several delays', 'NIR delays neurons, not synapses');
  const name = toNodeName(p.name);
  const [delay = 0] = p.delays;
  const linear: [string, NirNode] = [name, { type: 'Linear', params: { weight: readFrozenWeights(run, p) } }];
  if (delay === 0) return [linear];
  return [
    [`${name}_delay`, { type: 'Delay', params: { delay: fillPerNeuron(() => delay * MS, p.source.size) } }],
    linear,
  ];
}

/** Graph, and one sentence for each property of the network that NIR cannot express. */
interface FrozenGraph extends NirGraph {
  readonly lost: readonly string[];
}

/**
 * Converts the network of a finished run to a NIR graph with fixed weights: stimuli are inputs, recorded populations outputs.
 * @throws UserError that names a parameter without an equivalent in NIR
 */
export function createGraph(run: string): FrozenGraph {
  const config = readJson(run, 'config.json', configSchema);
  if (!('populations' in config))
    throw new UserError(`${run} is not the run of a network file; only such a network can be written as NIR.`);
  const description = readRunConfig(networkSchema, run);
  const net = buildNetwork(description, STIMULUS_READERS);
  net.build();
  const nodes: Record<string, NirNode> = {};
  const edges: [string, string][] = [];
  const add = (name: string, node: NirNode) => {
    if (Object.hasOwn(nodes, name))
      throw new UserError(`two parts of the network would have the name ${name} in NIR; rename one of them.`);
    nodes[name] = node;
  };
  for (const [name, choice] of Object.entries(description.populations)) {
    const { size } = net.populations.get(name)!;
    add(toNodeName(name), createPopulationNode(choice as ModelChoice, size, `populations.${name}`, description.seed));
  }
  for (const projection of net.projections.values()) {
    let from = toNodeName(projection.source.name);
    for (const [name, node] of createProjectionNodes(run, projection)) {
      add(name, node);
      edges.push([from, name]);
      from = name;
    }
    edges.push([from, toNodeName(projection.target.name)]);
  }
  const neurons = [...net.populations.values()].filter((p) => p.kind === 'neurons');
  for (const { name, size } of neurons) {
    if (description.record.spikes && !description.record.spikes.includes(name)) continue;
    add(`${toNodeName(name)}_out`, { type: 'Output', size });
    edges.push([toNodeName(name), `${toNodeName(name)}_out`]);
  }
  const lost = Object.entries(description.populations as Record<string, ModelChoice>).flatMap(([name, choice]) =>
    choice.model === 'lif'
      ? listLosses(choice as ModelChoice & LifParams, `populations.${name}`, description.seed)
      : [],
  );
  return { nodes, edges, lost };
}

/** Version of the NIR package with this layout. */
const NIR_VERSION = '1.0';

const writeText = (group: Group, name: string, data: string) =>
  group.create_dataset({ name, data, dtype: 'S', shape: [] });

function writeNode(group: Group, node: NirNode): void {
  writeText(group, 'type', node.type);
  if ('size' in node) group.create_dataset({ name: 'shape', data: BigInt64Array.of(BigInt(node.size)), dtype: '<q' });
  else {
    for (const [name, { values, shape }] of Object.entries(node.params))
      group.create_dataset({ name, data: values, shape: [...shape], dtype: '<d' });
  }
}

function writeGraph(root: Group, { nodes, edges }: NirGraph): void {
  writeText(root, 'version', NIR_VERSION);
  const graph = root.create_group('node');
  writeText(graph, 'type', 'NIRGraph');
  graph.create_dataset({ name: 'edges', data: edges.flat(), dtype: 'S', shape: [edges.length, 2] });
  const group = graph.create_group('nodes');
  for (const [name, node] of Object.entries(nodes)) writeNode(group.create_group(name), node);
}

/**
 * Writes the network of a run with fixed weights as NIR, in the HDF5 layout of the `nir` package: `/version`, `/node/type`
 * "NIRGraph", `/node/edges` (pairs of names) and one group per node under `/node/nodes`. Weights are out × in, times in s.
 * @returns one sentence for each property that NIR cannot express
 * Source: Pedersen et al. 2024, doi:10.1038/s41467-024-52259-9; `nir/serialization.py`.
 */
export async function writeNir(run: string, out: OutputFile): Promise<readonly string[]> {
  await prepareHdf5('--format nir');
  const graph = createGraph(run);
  await writeHdf5('--format nir', out, (root) => writeGraph(root, graph));
  return graph.lost;
}
