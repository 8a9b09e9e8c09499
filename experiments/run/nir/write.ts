import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createElementParameter, type ElementParameter } from '../../../core/declare/elementParameter.ts';
import { UserError } from '../../../core/declare/errors.ts';
import { getColumn, getRowEnd, getRowStart, getWeight } from '../../../core/graph/edges.ts';
import type { Projection } from '../../../core/graph/projection.ts';
import { Arena } from '../../../core/kernels/arena.ts';
import { WEIGHTS } from '../../../core/log/tables.ts';
import type { Seed } from '../../../core/random/random.ts';
import { LEAKLESS_TAU } from '../../../neurons/lif/deltaDynamics.ts';
import { MembraneParameters } from '../../../neurons/lif/membraneParameters.ts';
import type { LifParams } from '../../../neurons/lif/params.ts';
import { loadHdf5Library } from '../../logs/hdf5.ts';
import { readJson, runConfigSchema } from '../../logs/runJson.ts';
import { LogTable } from '../../logs/table.ts';
import { readLastWeights } from '../../logs/weightMatrix.ts';
import { buildNetwork } from '../../network/build.ts';
import { isStimulusModelName, type ModelChoice } from '../../network/models.ts';
import { readNirOperators } from '../../network/nir/describe.ts';
import type { NirFileNode, Tensor } from '../../network/nir/read.ts';
import { writeNirGraph } from '../../network/nir/write.ts';
import { type ConnectionFile, networkSchema } from '../../network/schema.ts';
import { STIMULUS_READERS } from '../../network/stimuli/recording.ts';
import type { OutputFile } from '../../output/file.ts';
import { readRunConfig } from '../runDirectory.ts';

const fillPerNeuron = (value: (neuron: number) => number, size: number): Tensor => ({
  values: Float64Array.from({ length: size }, (_, j) => value(j)),
  shape: [size],
});

const createPort = (type: 'Input' | 'Output', shape: readonly number[]): NirFileNode => ({
  type,
  fields: { shape: { values: Float64Array.from(shape), shape: [shape.length] } },
});

const MS = 1e-3;

function refuseParameter(path: string, value: unknown, why: string): never {
  throw new UserError(`${path} is ${value}: ${why}, so the network cannot be written as NIR.`);
}

function checkExpressible(p: LifParams, path: string) {
  if (p.adaptive) refuseParameter(`${path}.adaptive`, 'set', 'thresholds of NIR do not adapt');
  if (p.homeostasis) refuseParameter(`${path}.homeostasis`, 'set', 'thresholds of NIR do not move');
  if (p.adaptationCurrent) refuseParameter(`${path}.adaptationCurrent`, 'set', 'NIR has no adaptation currents');
  if (p.noise) refuseParameter(`${path}.noise`, 'set', 'NIR has no noise');
  if (p.initialSynaptic) refuseParameter(`${path}.initialSynaptic`, 'set', 'NIR has no initial synaptic currents');
  if (p.initial !== 0) refuseParameter(`${path}.initial`, JSON.stringify(p.initial), 'NIR has no initial potentials');
}

/**
 * Converts a LIF population to a NIR node. Potentials are in mV from rest, times in s; v_leak includes constant currents.
 * - synapse delta: LIF, tau dv/dt = v_leak - v + r I, with the resistance r = tau: a spike of weight w mV makes v jump by w.
 * - synapse exponential: CubaLIF, where spikes S drive the current I: tau_syn dI/dt = -I + w_in S. With w_in = tau_syn, a
 *   spike makes I jump by its weight in pA.
 * `bias`: constant input of the node: of an IF its current; of a CubaLIF whose synaptic currents start at `startWeights` pA (as of an
 * imported one with a bias) the current that is missing at first. NIR fires at v > v_threshold, memspike at >=. A refractory
 * period is added to `omissions`.
 * Source: Pedersen et al. 2024, "Neuromorphic intermediate representation", doi:10.1038/s41467-024-52259-9.
 */
function createLifNode(
  p: LifParams,
  path: string,
  seed: Seed,
  omissions: string[],
  startWeights: Float64Array | null,
): { readonly node: NirFileNode; readonly bias?: Tensor } {
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
  if (p.synapse === 'delta' && tau.values.every((s) => s >= LEAKLESS_TAU * MS)) {
    const { v_leak: _, ...thresholds } = shared;
    const { current, capacitance } = membranes;
    const bias = fillPerNeuron((j) => current.getValue(j) / (capacitance.getValue(j) * MS), p.size);
    return { node: { type: 'IF', fields: { r: fillPerNeuron(() => 1, p.size), ...thresholds } }, bias };
  }
  if (p.synapse === 'delta') return { node: { type: 'LIF', fields: { tau, r: tau, ...shared } } };
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
  const fields = { tau_mem: tau, tau_syn: tauSyn, w_in: tauSyn, r: resistance, ...shared };
  if (startWeights === null) return { node: { type: 'CubaLIF', fields } };
  const v_leak = fillPerNeuron((j) => vInf.getValue(j) + resistance.values[j]! * startWeights[j]!, p.size);
  const bias = fillPerNeuron((j) => -startWeights[j]! / tauSyn.values[j]!, p.size);
  return { node: { type: 'CubaLIF', fields: { ...fields, v_leak } }, bias };
}

/** Weights of a projection that starts the currents of an imported CubaLIF with bias (source `…_start`, one spike at 0); else null. */
function readStartWeights(p: Projection, { model, trains }: { readonly model?: string; readonly trains?: unknown }) {
  const isStart = p.source.name === `${p.target.name}_start` && model === 'spikeTrains';
  if (!isStart || JSON.stringify(trains) !== '[[0]]' || p.delays.some((ms) => ms > 0) || p.rule) return null;
  const weights = new Float64Array(p.target.size);
  visitSynapses(p, (_, post, edge) => {
    weights[post]! += getWeight(p.edges, edge);
  });
  return weights;
}

const MAX_WEIGHTS = 2 ** 28;

/** Calls `visit` for each synapse; `delay`: index in the projection's list of delays. */
function visitSynapses(
  { edges, sources }: Projection,
  visit: (pre: number, post: number, edge: number, delay: number) => void,
) {
  for (let row = 0; row < edges.rows; row++) {
    const pre = sources.getNeuron(row % sources.neuronCount);
    const delay = Math.floor(row / sources.neuronCount);
    for (let k = getRowStart(edges, row); k < getRowEnd(edges, row); k++)
      visit(pre, getColumn(edges, row, k), k, delay);
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

/** Weights, out × in, of one delay or all: last recorded ones if the projection has a learning rule, else the initial ones. */
function readFrozenWeights(run: string, projection: Projection, delayIndex: number | null): Tensor {
  const { source, target, name, rule } = projection;
  const shape = [target.size, source.size];
  if (target.size * source.size > MAX_WEIGHTS)
    throw new UserError(
      `${name} has ${target.size} x ${source.size} weights, but a matrix of NIR may have at most 2^28.`,
    );
  const values = new Float64Array(target.size * source.size);
  // Synapses without recorded weight keep their initial weight.
  visitSynapses(projection, (pre, post, edge, delay) => {
    if (delayIndex === null || delay === delayIndex)
      values[post * source.size + pre]! += getWeight(projection.edges, edge);
  });
  if (rule) readRecordedWeights(run, projection, values);
  return { values, shape };
}

function createPopulationNode(
  choice: ModelChoice,
  shape: readonly number[],
  path: string,
  seed: Seed,
  omissions: string[],
  startWeights: Float64Array | null,
): ReturnType<typeof createLifNode> {
  if (isStimulusModelName(choice.model)) return { node: createPort('Input', shape) };
  if (choice.model !== 'lif') refuseParameter(`${path}.model`, choice.model, 'NIR has no such neuron');
  if (choice.winnerTakeAll)
    refuseParameter(`${path}.winnerTakeAll`, 'set', 'NIR has no inhibition of a whole population');
  const { node, bias } = createLifNode(choice as ModelChoice & LifParams, path, seed, omissions, startWeights);
  const fields = Object.entries(node.fields).map(([key, field]) => [key, { ...(field as Tensor), shape }]);
  return { node: { type: node.type, fields: Object.fromEntries(fields) }, ...(bias?.values.some(Boolean) && { bias }) };
}

/** Replaces all but letters, digits and underscores, because NIR readers use node names as module names. */
const toNodeName = (name: string) => name.replaceAll(/\W+/g, '_');

/** Delays of a projection per presynaptic or postsynaptic neuron, s; null if synapses of a neuron differ. */
function findNeuronDelays(p: Projection, side: 'pre' | 'post'): Float64Array | null {
  const found = new Float64Array((side === 'pre' ? p.source : p.target).size).fill(Number.NaN);
  let isUnique = true;
  visitSynapses(p, (pre, post, _edge, delay) => {
    const neuron = side === 'pre' ? pre : post;
    const seconds = p.delays[delay]! * MS;
    isUnique &&= Number.isNaN(found[neuron]!) || found[neuron] === seconds;
    found[neuron] = seconds;
  });
  return isUnique ? found.map((seconds) => (Number.isNaN(seconds) ? 0 : seconds)) : null;
}

type NirSource = ReturnType<typeof readNirOperators> & { readonly from: string; readonly to: string };

/**
 * Nodes and edges of a projection: the operators of its NIR file if it was imported with its present weights,
 * otherwise matrices, with delays per neuron before or after them, or one matrix per delay.
 */
function createProjectionNodes(run: string, p: Projection, imported: NirSource | null) {
  if (p.shortTerm) refuseParameter(`${p.name}.shortTerm`, 'set', 'synapses of NIR have no short-term dynamics');
  const name = toNodeName(p.name);
  const [source, target] = [toNodeName(p.source.name), toNodeName(p.target.name)];
  const nodes: [string, NirFileNode][] = [];
  const edges: [string, string][] = [];
  const addChain = (from: string, ...chain: [string, NirFileNode][]) => {
    nodes.push(...chain);
    const names = [from, ...chain.map(([node]) => node), target];
    for (const [k, to] of names.slice(1).entries()) edges.push([names[k]!, to]);
  };
  const wait = (ending: string, values: Float64Array): [string, NirFileNode][] =>
    values.some((seconds) => seconds > 0)
      ? [[`${name}_delay${ending}`, { type: 'Delay', fields: { delay: { values, shape: [values.length] } } }]]
      : [];
  if (imported !== null) {
    const { graph, from, to, weightGain: values, targetShape: shape } = imported;
    const rename = (node: string) => `${name}_${toNodeName(node)}`;
    for (const [node, content] of graph.nodes) nodes.push([rename(node), content]);
    for (const [a, b] of graph.edges)
      edges.push([a === from ? source : rename(a), b === to ? `${name}_scale` : rename(b)]);
    nodes.push([`${name}_scale`, { type: 'Scale', fields: { scale: { values, shape } } }]);
    edges.push([`${name}_scale`, target]);
    return { nodes, edges };
  }
  const linear = (ending = '', delay: number | null = null): [string, NirFileNode] => [
    `${name}${ending}`,
    { type: 'Linear', fields: { weight: readFrozenWeights(run, p, delay) } },
  ];
  const [before, after] = [findNeuronDelays(p, 'pre'), findNeuronDelays(p, 'post')];
  if (before !== null) addChain(source, ...wait('', before), linear());
  else if (after !== null) addChain(source, linear(), ...wait('', after));
  else if (p.rule) refuseParameter(`${p.name}.delay`, 'several delays', 'NIR delays neurons, not synapses that learn');
  else
    for (const [k, ms] of p.delays.entries())
      addChain(source, ...wait(`_${k}`, new Float64Array(p.source.size).fill(ms * MS)), linear(`_${k}`, k));
  return { nodes, edges };
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
  const choices = new Map([...net.projections.values()].map((p, i) => [p, description.projections[i]!]));
  const all = [...choices.keys()].filter(({ isModulatory }) => !isModulatory);
  const readStart = (p: Projection) => readStartWeights(p, description.populations[p.source.name]!);
  const startWeights = new Map(all.map((p) => [p.target.name, readStart(p)] as const).filter(([, w]) => w !== null));
  const projections = all.filter((p) => readStart(p) === null);
  const shapes = new Map<string, readonly number[]>();
  const imports = projections.map((projection): NirSource | null => {
    const { file } = choices.get(projection)!.connect as { file?: ConnectionFile };
    if (typeof file !== 'object' || file.nir === undefined || projection.devices !== null) return null;
    const operators = readNirOperators(file.path, file.nir);
    shapes.set(projection.source.name, operators.sourceShape).set(projection.target.name, operators.targetShape);
    return projection.delays.some((ms) => ms > 0) && file.nir.later > 0 ? null : { ...operators, ...file.nir };
  });
  const shapeOf = (name: string) => shapes.get(name) ?? [net.populations.get(name)!.size];
  for (const [name, choice] of Object.entries(description.populations)) {
    if (name.endsWith('_start') && startWeights.has(name.slice(0, -'_start'.length))) continue;
    const weights = startWeights.get(name) ?? null;
    const path = `populations.${name}`;
    const own = toNodeName(name);
    const made = createPopulationNode(choice as ModelChoice, shapeOf(name), path, description.seed, omissions, weights);
    add(own, made.node);
    if (made.bias === undefined) continue;
    const weight = { values: new Float64Array(made.bias.values.length), shape: [made.bias.values.length, 1] };
    add(`${own}_constant`, createPort('Input', [1]));
    add(`${own}_bias`, { type: 'Affine', fields: { weight, bias: made.bias } });
    edges.push([`${own}_constant`, `${own}_bias`], [`${own}_bias`, own]);
  }
  for (const [i, projection] of projections.entries()) {
    const part = createProjectionNodes(run, projection, imports[i]!);
    for (const [name, node] of part.nodes) add(name, node);
    edges.push(...part.edges);
  }
  const neurons = [...net.populations.values()].filter((p) => p.kind === 'neurons');
  for (const { name } of neurons) {
    if (description.record.spikes && !description.record.spikes.includes(name)) continue;
    add(`${toNodeName(name)}_out`, createPort('Output', shapeOf(name)));
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
