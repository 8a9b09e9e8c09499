import { UserError } from '../../../core/declare/errors.ts';
import { formatKey } from '../../../core/declare/show.ts';
import { TICK } from '../../../core/time.ts';
import type { Mapping } from '../config/override.ts';
import type { NirSynapseSelection, NirTimingOptions } from '../schema.ts';
import { NirNetwork, type SynapseColumns } from './graph.ts';
import { convertNeurons, isValueType } from './neurons.ts';
import { countElements } from './operators.ts';
import { type NirFileNode, readNirGraph } from './read.ts';
import { type NirTiming, requireTiming, resolveTiming } from './timing.ts';

/** Offset, ms, of a population's time steps from those of its presynaptic population, whose spikes arrive in the same step. */
const STEP_SPACING = 4 * TICK;
const toPopulationName = (name: string) => name.replaceAll(/[^\w-]+/g, '_').replace(/^(?![A-Za-z])/, 'n');

function compactValues(values: Float64Array): number | number[] {
  const [first = 0] = values;
  return values.every((v) => v === first) ? first : [...values];
}

/**
 * Describes a population. `startWeights`: initial synaptic currents minus their constant input, pA, because a CubaLIF
 * begins with I(0) = 0; null without such input. @param depth number of populations before it in the same step
 */
export function describeNeurons(net: NirNetwork, name: string, timing: NirTiming, depth = 0) {
  const [where, shape] = [net.formatNodePath(name), net.getNodeShape(name)];
  const cells = convertNeurons(net.getNode(name), shape, timing, where);
  const constant = net.sumConstantInput(name);
  const drive = constant.map((b, j) => b * cells.inputGain[j]!);
  const tauSyn = cells.tauSyn && compactValues(cells.tauSyn);
  const addsDrive = tauSyn === null || !timing.isStepped;
  const common: Mapping = {
    size: countElements(shape),
    tau: compactValues(cells.tau),
    capacitance: compactValues(cells.capacitance),
    threshold: compactValues(cells.threshold),
    reset: compactValues(cells.reset),
    current: compactValues(cells.leakPotential.map((leak, j) => leak + (addsDrive ? drive[j]! : 0))),
    synapse: cells.synapse,
  };
  if (timing.isStepped) {
    const step = timing.step! * timing.unit;
    const synaptic = tauSyn === null ? {} : { tauSyn, synapticCurrent: compactValues(drive) };
    const resetBy = timing.subtracts ? 'subtraction' : 'value';
    const offset = STEP_SPACING * depth;
    const population: Mapping = { model: 'steppedLif', ...common, step, offset, resetBy, ...synaptic };
    return { population, startWeights: null };
  }
  const synaptic = tauSyn === null ? {} : { tauSynExc: tauSyn, tauSynInh: tauSyn };
  const startsBelow = tauSyn !== null && drive.some((pA) => pA !== 0);
  const population: Mapping = { model: 'lif', ...common, refractory: 0, ...synaptic };
  return { population, startWeights: startsBelow ? [...drive].map((pA) => -pA) : null };
}

/** Finds connections that close cycles of zero delay, by a depth-first search from the inputs. */
function findClosingEdges(names: readonly string[], next: ReadonlyMap<string, readonly string[]>): ReadonlySet<string> {
  const found = new Set<string>();
  const state = new Map<string, 'open' | 'done'>();
  const visit = (name: string) => {
    state.set(name, 'open');
    for (const to of next.get(name) ?? []) {
      if (state.get(to) === 'open') found.add(`${name}\n${to}`);
      else if (state.get(to) === undefined) visit(to);
    }
    state.set(name, 'done');
  };
  for (const name of names) if (state.get(name) === undefined) visit(name);
  return found;
}

const isInput = (net: NirNetwork, name: string) => net.getNode(name).type === 'Input';

/** Targets of each population that some of its spikes reach without delay. */
const findTargetsWithoutDelay = (net: NirNetwork): ReadonlyMap<string, readonly string[]> =>
  new Map(
    net.populations.map((from) => [
      from,
      net.findTargets(from).populations.filter((to) => net.mergeSynapses(from, to).delay!.some((ms) => ms === 0)),
    ]),
  );

/** Connections that close cycles of zero delay, as `from`, line break, `to`. */
export const findCycles = (net: NirNetwork, next = findTargetsWithoutDelay(net)): ReadonlySet<string> =>
  findClosingEdges(
    net.populations.toSorted((a, b) => Number(isInput(net, b)) - Number(isInput(net, a))),
    next,
  );

/** Creates a function that counts the populations on the longest zero-delay path to a population; cycles are cut. */
function createDepthFinder(next: ReadonlyMap<string, readonly string[]>, cycles: ReadonlySet<string>) {
  const known = new Map<string, number>();
  const findDepth = (name: string): number => {
    const sources = [...next.keys()].filter(
      (from) => next.get(from)!.includes(name) && !cycles.has(`${from}\n${name}`),
    );
    const depth = known.get(name) ?? 1 + sources.reduce((most, from) => Math.max(most, findDepth(from)), 0);
    known.set(name, depth);
    return depth;
  };
  return findDepth;
}

/**
 * Converts a NIR file to parts of a network description. Inputs become empty `spikeTrains`, which the user replaces;
 * neurons become `lif`, nodes between neurons become synapses, and outputs become recorded populations.
 */
export function convertNirFile(path: string, options: NirTimingOptions) {
  const written = readNirGraph(path);
  const net = new NirNetwork(written, path, resolveTiming(options).unit);
  const timing = requireTiming(options, written.nodes.values(), path);
  const names = net.populations;
  const targets = new Map(names.map((name) => [name, net.findTargets(name)]));
  const own = new Map(names.map((name) => [name, toPopulationName(name)]));
  const twice = [...own.values()].find((name, i, all) => all.indexOf(name) !== i);
  if (twice !== undefined)
    throw new UserError(`${path}: two nodes would have the name ${formatKey(twice)}; rename one of them.`);
  const withoutDelay = findTargetsWithoutDelay(net);
  const circles = findCycles(net, withoutDelay);
  const findDepth = createDepthFinder(withoutDelay, circles);
  const [circle] = circles;
  if (circle !== undefined && options.mode === undefined)
    throw new UserError(
      `${path} has a cycle without delay (${circle.split('\n').map(formatKey).join(' -> ')}): set import.mode to step (with import.dt: a delay of one step, at most one spike per step) or to exact (no delay).`,
    );
  const delay = timing.isStepped ? delayBySteps(1, timing) : TICK;
  const populations: Record<string, Mapping> = {};
  const projections: Mapping[] = [];
  for (const name of names) {
    const to = own.get(name)!;
    if (isInput(net, name)) {
      const trains = Array.from({ length: countElements(net.getNodeShape(name)) }, () => []);
      populations[to] = { model: 'spikeTrains', trains };
      continue;
    }
    const { population, startWeights } = describeNeurons(net, name, timing, findDepth(name));
    const neurons = Array.from({ length: countElements(net.getNodeShape(name)) }, (_, j) => j);
    const potential = { neurons, every: timing.step === null ? 1 : timing.step * timing.unit };
    const isRecorded = isValueType(net.getNode(name).type) && targets.get(name)!.isOutput;
    populations[to] = isRecorded ? { ...population, record: { potential } } : population;
    if (startWeights === null) continue;
    let start = `${to}_start`;
    while ([...own.values()].includes(start)) start += '_';
    populations[start] = { model: 'spikeTrains', trains: [[0]] };
    const list = startWeights.flatMap((pA, j) => (pA === 0 ? [] : [[0, j, pA]]));
    projections.push({ from: start, to, connect: { list } });
  }
  for (const from of names)
    for (const to of targets.get(from)!.populations) {
      const later = circles.has(`${from}\n${to}`) ? delay : 0;
      const file = { path, nir: { from, to, ...options, later } };
      projections.push({ from: own.get(from)!, to: own.get(to)!, connect: { file } });
    }
  const inputs = names.filter((name) => isInput(net, name)).map((name) => own.get(name)!);
  const recorded = names.filter(
    (name) => targets.get(name)!.isOutput && !isInput(net, name) && !isValueType(net.getNode(name).type),
  );
  return {
    populations,
    projections,
    record: recorded.length > 0 ? { spikes: recorded.map((name) => own.get(name)!) } : {},
    inputs,
  };
}

/** Delay, ms, with which a spike takes effect `count` steps later: it arrives in the middle between two steps. */
const delayBySteps = (count: number, { step, unit }: NirTiming) => (count - 0.5) * step! * unit;

function openNirFile(path: string, { to, ...options }: NirSynapseSelection) {
  const timing = resolveTiming(options);
  const net = new NirNetwork(readNirGraph(path), path, timing.unit);
  const { weightGain } = convertNeurons(net.getNode(to), net.getNodeShape(to), timing, net.formatNodePath(to));
  return { net, timing, weightGain };
}

/** Reads the synapses between two populations of a NIR file, with weights in mV or pA. */
export function readNirSynapses(path: string, selection: NirSynapseSelection): SynapseColumns {
  const { net, timing, weightGain } = openNirFile(path, selection);
  const { pre, post, weight, delay } = net.mergeSynapses(selection.from, selection.to);
  const step = timing.isStepped ? timing.step! * timing.unit : null;
  return {
    pre,
    post,
    weight: weight.map((w, k) => w * weightGain[post[k]!]!),
    delay: delay!.map((ms) =>
      ms === 0 || step === null ? ms + selection.later : delayBySteps(Math.max(1, Math.round(ms / step)), timing),
    ),
  };
}

/**
 * Reads the operators between two populations of a NIR file, without biases and with delays in s. `weightGain` converts
 * their output to mV or pA, per element of the target.
 */
export function readNirOperators(path: string, selection: NirSynapseSelection) {
  const { net, timing, weightGain } = openNirFile(path, selection);
  const { nodes, edges } = net.extractOperators(selection.from, selection.to);
  const adapt = ({ type, fields }: NirFileNode): NirFileNode => {
    const { bias: _, ...others } = fields;
    if (type === 'Affine') return { type: 'Linear', fields: others };
    const scaleField = (name: string, factor: number) => {
      const field = fields[name];
      return typeof field === 'object' && { [name]: { ...field, values: field.values.map((x) => x * factor) } };
    };
    return { type, fields: { ...fields, ...scaleField('bias', 0), ...scaleField('delay', timing.unit / 1000) } };
  };
  return {
    graph: { nodes: new Map([...nodes].map(([name, node]) => [name, adapt(node)] as const)), edges },
    weightGain,
    sourceShape: net.getNodeShape(selection.from),
    targetShape: net.getNodeShape(selection.to),
  };
}
