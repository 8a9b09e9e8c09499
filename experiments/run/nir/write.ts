import { UserError } from '../../../core/declare/errors.ts';
import type { Projection } from '../../../core/graph/projection.ts';
import type { Seed } from '../../../core/random/random.ts';
import type { LifParams } from '../../../neurons/lif/params.ts';
import { type Group, prepareHdf5, writeHdf5 } from '../../logs/hdf5.ts';
import { configSchema, readJson } from '../../logs/runJson.ts';
import { buildNetwork } from '../../network/build.ts';
import { isStimulus } from '../../network/models.ts';
import { type ModelChoice, networkSchema } from '../../network/schema.ts';
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

/** NIR readers make modules of the names, which take letters, digits and underscores. */
const plainName = (name: string): string => name.replaceAll(/\W+/g, '_');

/** The nodes of a projection, each fed by the one before: a delay where there is one, then the weights. */
function createProjectionNodes(run: string, p: Projection): [string, NirNode][] {
  if (p.shortTerm) refuseParameter(`${p.name}.shortTerm`, 'set', 'synapses of NIR have no short-term dynamics');
  if (p.delays.length > 1) refuseParameter(`${p.name}.delay`, 'several delays', 'NIR delays neurons, not synapses');
  const name = plainName(p.name);
  const [delay = 0] = p.delays;
  const linear: [string, NirNode] = [name, { type: 'Linear', params: { weight: readFrozenWeights(run, p) } }];
  if (delay === 0) return [linear];
  return [
    [`${name}_delay`, { type: 'Delay', params: { delay: fillPerNeuron(() => delay * MS, p.source.size) } }],
    linear,
  ];
}

/** A graph, and what of the network it cannot say: a sentence each. */
interface FrozenGraph extends NirGraph {
  readonly lost: readonly string[];
}

/**
 * The network of a finished run, frozen, as a NIR graph: stimuli are its inputs, the recorded populations its outputs.
 * UserError naming what NIR cannot express.
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
      throw new UserError(`two parts of the network would be called ${name} in NIR; rename one.`);
    nodes[name] = node;
  };
  for (const [name, choice] of Object.entries(description.populations)) {
    const { size } = net.populations.get(name)!;
    add(plainName(name), createPopulationNode(choice as ModelChoice, size, `populations.${name}`, description.seed));
  }
  for (const projection of net.projections.values()) {
    let from = plainName(projection.source.name);
    for (const [name, node] of createProjectionNodes(run, projection)) {
      add(name, node);
      edges.push([from, name]);
      from = name;
    }
    edges.push([from, plainName(projection.target.name)]);
  }
  const neurons = [...net.populations.values()].filter((p) => p.kind === 'neurons');
  for (const { name, size } of neurons) {
    if (description.record.spikes && !description.record.spikes.includes(name)) continue;
    add(`${plainName(name)}_out`, { type: 'Output', size });
    edges.push([plainName(name), `${plainName(name)}_out`]);
  }
  const lost = Object.entries(description.populations as Record<string, ModelChoice>).flatMap(([name, choice]) =>
    choice.model === 'lif'
      ? listLosses(choice as ModelChoice & LifParams, `populations.${name}`, description.seed)
      : [],
  );
  return { nodes, edges, lost };
}

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
  const graph = createGraph(run);
  await writeHdf5('--format nir', out, (root) => writeGraph(root, graph));
  return graph.lost;
}
