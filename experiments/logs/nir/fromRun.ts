import { UserError } from '../../../core/declare/errors.ts';
import type { Projection } from '../../../core/graph/projection.ts';
import type { Seed } from '../../../core/random/random.ts';
import type { LifParams } from '../../../neurons/lif/params.ts';
import { buildNetwork } from '../../network/build.ts';
import { isStimulus } from '../../network/models.ts';
import { type ModelChoice, networkSchema } from '../../network/schema.ts';
import { STIMULUS_READERS } from '../../network/stimuli/readers.ts';
import { configSchema, readJson } from '../../run/readJson.ts';
import { configOf } from '../../run/runDirectory.ts';
import { eachOne, type NirGraph, type NirNode } from './graph.ts';
import { lifNode, lostOf, refuse } from './lif.ts';
import { frozenWeights } from './weights.ts';

const MS = 1e-3;

function populationNode(choice: ModelChoice, size: number, path: string, seed: Seed): NirNode {
  if (isStimulus(choice.model)) return { type: 'Input', size };
  if (choice.model !== 'lif') refuse(`${path}.model`, choice.model, 'NIR has no such neuron');
  if (choice.winnerTakeAll) refuse(`${path}.winnerTakeAll`, 'set', 'NIR has no inhibition of a whole population');
  return lifNode(choice as ModelChoice & LifParams, path, seed);
}

/** NIR readers make modules of the names, which take letters, digits and underscores. */
const plainName = (name: string): string => name.replaceAll(/\W+/g, '_');

/** The nodes of a projection, each fed by the one before: a delay where there is one, then the weights. */
function projectionNodes(run: string, p: Projection): [string, NirNode][] {
  if (p.shortTerm) refuse(`${p.name}.shortTerm`, 'set', 'synapses of NIR have no short-term dynamics');
  if (p.delays.length > 1) refuse(`${p.name}.delay`, 'several delays', 'NIR delays neurons, not synapses');
  const name = plainName(p.name);
  const [delay = 0] = p.delays;
  const linear: [string, NirNode] = [name, { type: 'Linear', params: { weight: frozenWeights(run, p) } }];
  if (delay === 0) return [linear];
  return [[`${name}_delay`, { type: 'Delay', params: { delay: eachOne(() => delay * MS, p.source.size) } }], linear];
}

/** A graph, and what of the network it cannot say: a sentence each. */
interface Frozen extends NirGraph {
  readonly lost: readonly string[];
}

/**
 * The network of a finished run, frozen, as a NIR graph: stimuli are its inputs, the recorded populations its outputs.
 * UserError naming what NIR cannot express.
 */
export function graphOfRun(run: string): Frozen {
  const config = readJson(run, 'config.json', configSchema);
  if (!('populations' in config))
    throw new UserError(`${run} is not the run of a network file; only such a network can be written as NIR.`);
  const description = configOf(networkSchema, run);
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
    add(plainName(name), populationNode(choice as ModelChoice, size, `populations.${name}`, description.seed));
  }
  for (const projection of net.projections.values()) {
    let from = plainName(projection.source.name);
    for (const [name, node] of projectionNodes(run, projection)) {
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
    choice.model === 'lif' ? lostOf(choice as ModelChoice & LifParams, `populations.${name}`, description.seed) : [],
  );
  return { nodes, edges, lost };
}
