import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createElementParameter, type ElementParameter } from '../../../core/declare/elementParameter.ts';
import { UserError } from '../../../core/declare/errors.ts';
import { getColumn, getWeight, rowEnd, rowStart } from '../../../core/graph/edges.ts';
import type { Projection } from '../../../core/graph/projection.ts';
import { Arena } from '../../../core/kernels/arena.ts';
import { WEIGHTS } from '../../../core/log/tables.ts';
import type { Seed } from '../../../core/random/random.ts';
import { MembraneParameters } from '../../../neurons/lif/membraneParameters.ts';
import type { LifParams } from '../../../neurons/lif/params.ts';
import { loadHdf5Library } from '../../logs/hdf5.ts';
import { readJson, runConfigSchema } from '../../logs/runJson.ts';
import { LogTable } from '../../logs/table.ts';
import { readLastWeights } from '../../logs/weightMatrix.ts';
import { buildNetwork } from '../../network/build.ts';
import { isStimulusModelName, type ModelChoice } from '../../network/models.ts';
import type { NirFileNode, Tensor } from '../../network/nir/read.ts';
import { writeNirGraph } from '../../network/nir/write.ts';
import { networkSchema } from '../../network/schema.ts';
import { STIMULUS_READERS } from '../../network/stimuli/recording.ts';
import type { OutputFile } from '../../output/file.ts';
import { readRunConfig } from '../runDirectory.ts';

const fillPerNeuron = (value: (neuron: number) => number, size: number): Tensor => ({
  values: Float64Array.from({ length: size }, (_, j) => value(j)),
  shape: [size],
});

const createPort = (type: 'Input' | 'Output', size: number): NirFileNode => ({
  type,
  fields: { shape: { values: Float64Array.of(size), shape: [1] } },
});

const MS = 1e-3;

function refuseParameter(path: string, value: unknown, why: string): never {
  throw new UserError(`${path} is ${value}: ${why}, so the network cannot be written as NIR.`);
}

function checkExpressible(p: LifParams, path: string) {
  if (p.adaptive) refuseParameter(`${path}.adaptive`, 'set', 'thresholds of NIR do not adapt');
  if (p.homeostasis) refuseParameter(`${path}.homeostasis`, 'set', 'thresholds of NIR do not move');
  if (p.noise) refuseParameter(`${path}.noise`, 'set', 'NIR has no noise');
  if (p.initial !== 0) refuseParameter(`${path}.initial`, JSON.stringify(p.initial), 'NIR has no initial potentials');
}

/**
 * Converts a LIF population to a NIR node. Potentials are in mV from rest, times in s; v_leak includes constant currents.
 * - synapse delta: LIF, tau dv/dt = v_leak - v + r I, with the resistance r = tau: a spike of weight w mV makes v jump by w.
 * - synapse exponential: CubaLIF, where spikes S drive the current I: tau_syn dI/dt = -I + w_in S. With w_in = tau_syn, a
 *   spike makes I jump by its weight in pA.
 * NIR fires at v > v_threshold, memspike at >=. A refractory period is added to `omissions`.
 * Source: Pedersen et al. 2024, "Neuromorphic intermediate representation", doi:10.1038/s41467-024-52259-9.
 */
function createLifNode(p: LifParams, path: string, seed: Seed, omissions: string[]): NirFileNode {
  checkExpressible(p, path);
  const context = { arena: new Arena(), seed, name: path };
  const membranes = new MembraneParameters(p, context, (pA, tau, capacitance) => (tau / capacitance) * pA);
  if (membranes.currentSteps)
    refuseParameter(`${path}.current`, 'a list of changes', 'inputs of NIR nodes are constant');
  const each = (values: ElementParameter, factor = 1) => fillPerNeuron((j) => values.getValue(j) * factor, p.size);
  const resistance = fillPerNeuron((j) => membranes.tau.getValue(j) / membranes.capacitance.getValue(j), p.size);
  const { vInf, threshold, reset, refractoryTime: refractory } = membranes;
  const ms = refractory.isShared ? `${refractory.getValue(0)} ms` : 'not 0 ms for all';
  if (membranes.hasRefractoriness)
    omissions.push(
      `${path}.refractory is ${ms}, but neurons of NIR have no refractory period: the written neurons can fire again at once.`,
    );
  const shared = { v_leak: each(vInf), v_threshold: each(threshold), v_reset: each(reset) };
  const tau = each(membranes.tau, MS);
  if (p.synapse === 'delta') return { type: 'LIF', fields: { tau, r: tau, ...shared } };
  if (p.synapse !== 'exponential') refuseParameter(`${path}.synapse`, p.synapse, 'NIR has no such synapse');
  const [exc, inh] = (['tauSynExc', 'tauSynInh'] as const).map((key) =>
    createElementParameter(p[key], p.size, key, context),
  ) as [ElementParameter, ElementParameter];
  for (let j = 0; j < p.size; j++)
    if (exc.getValue(j) !== inh.getValue(j))
      refuseParameter(
        inh.formatPath(`${path}.tauSynInh`, j),
        `${inh.getValue(j)} ms`,
        `NIR has one synaptic time constant and ${exc.formatPath('tauSynExc', j)} is ${exc.getValue(j)} ms`,
      );
  const tauSyn = each(exc, MS);
  return { type: 'CubaLIF', fields: { tau_mem: tau, tau_syn: tauSyn, w_in: tauSyn, r: resistance, ...shared } };
}

const MAX_WEIGHTS = 2 ** 28;

function addInitialWeights({ edges, source, sources }: Projection, into: Float64Array) {
  for (let row = 0; row < edges.rows; row++) {
    const pre = sources.getNeuron(row % sources.neuronCount);
    for (let k = rowStart(edges, row); k < rowEnd(edges, row); k++) {
      into[getColumn(edges, row, k) * source.size + pre]! += getWeight(edges, k);
    }
  }
}

function readRecordedWeights(run: string, { name, source, edges }: Projection, into: Float64Array) {
  const path = join(run, 'weights.arrows');
  const hint = `record its weights (record: { weights: ... }) to export them`;
  if (!existsSync(path)) throw new UserError(`${run} holds no weights of ${name}, which has a learning rule; ${hint}.`);
  if (!edges.hasDistinctTargets)
    throw new UserError(`${name} connects some neurons twice, so its recorded weights are ambiguous.`);
  const table = new LogTable(path, { populations: [name] }, WEIGHTS);
  const { weights: values, preCount: pre, postCount: post } = readLastWeights(table);
  table.requireIntact();
  for (let i = 0; i < pre; i++) {
    for (let j = 0; j < post; j++) {
      const weight = values[i * post + j]!;
      if (!Number.isNaN(weight)) into[j * source.size + i] = weight;
    }
  }
}

/** Weights, out × in: last recorded ones if the projection has a learning rule, else the initial ones. */
function readFrozenWeights(run: string, projection: Projection): Tensor {
  const { source, target, name, rule } = projection;
  const shape = [target.size, source.size];
  if (target.size * source.size > MAX_WEIGHTS)
    throw new UserError(
      `${name} has ${target.size} x ${source.size} weights, but a matrix of NIR may have at most 2^28.`,
    );
  const values = new Float64Array(target.size * source.size);
  // Synapses without recorded weight keep their initial weight.
  addInitialWeights(projection, values);
  if (rule) readRecordedWeights(run, projection, values);
  return { values, shape };
}

function createPopulationNode(
  choice: ModelChoice,
  size: number,
  path: string,
  seed: Seed,
  omissions: string[],
): NirFileNode {
  if (isStimulusModelName(choice.model)) return createPort('Input', size);
  if (choice.model !== 'lif') refuseParameter(`${path}.model`, choice.model, 'NIR has no such neuron');
  if (choice.winnerTakeAll)
    refuseParameter(`${path}.winnerTakeAll`, 'set', 'NIR has no inhibition of a whole population');
  return createLifNode(choice as ModelChoice & LifParams, path, seed, omissions);
}

/** Replaces all but letters, digits and underscores, because NIR readers use node names as module names. */
const toNodeName = (name: string) => name.replaceAll(/\W+/g, '_');

function createProjectionNodes(run: string, p: Projection): [string, NirFileNode][] {
  if (p.shortTerm) refuseParameter(`${p.name}.shortTerm`, 'set', 'synapses of NIR have no short-term dynamics');
  if (p.delays.length > 1) refuseParameter(`${p.name}.delay`, 'several delays', 'NIR delays neurons, not synapses');
  const name = toNodeName(p.name);
  const [delay = 0] = p.delays;
  const linear: [string, NirFileNode] = [name, { type: 'Linear', fields: { weight: readFrozenWeights(run, p) } }];
  if (delay === 0) return [linear];
  return [
    [`${name}_delay`, { type: 'Delay', fields: { delay: fillPerNeuron(() => delay * MS, p.source.size) } }],
    linear,
  ];
}

/** Converts the network of a run to a NIR graph. `omissions`: sentences on properties that NIR cannot express. */
export function createNirGraph(run: string) {
  const config = readJson(run, 'config.json', runConfigSchema);
  if (!('populations' in config))
    throw new UserError(`${run} is not the run of a network file; only such a network can be written as NIR.`);
  const description = readRunConfig(networkSchema, run);
  const net = buildNetwork(description, STIMULUS_READERS);
  net.build();
  const nodes = new Map<string, NirFileNode>();
  const edges: [string, string][] = [];
  const omissions: string[] = [];
  const add = (name: string, node: NirFileNode) => {
    if (nodes.has(name))
      throw new UserError(`two parts of the network would have the name ${name} in NIR; rename one of them.`);
    nodes.set(name, node);
  };
  for (const [name, choice] of Object.entries(description.populations)) {
    const { size } = net.populations.get(name)!;
    const path = `populations.${name}`;
    add(toNodeName(name), createPopulationNode(choice as ModelChoice, size, path, description.seed, omissions));
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
    add(`${toNodeName(name)}_out`, createPort('Output', size));
    edges.push([toNodeName(name), `${toNodeName(name)}_out`]);
  }
  return { nodes, edges, omissions };
}

/** Writes the network of a run as NIR with fixed weights. @returns one sentence per property that NIR cannot express */
export async function writeNir(run: string, out: OutputFile): Promise<readonly string[]> {
  await loadHdf5Library('--format nir');
  const graph = createNirGraph(run);
  await writeNirGraph(graph, out, '--format nir');
  return graph.omissions;
}
