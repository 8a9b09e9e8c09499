import { UserError } from '../../../core/declare/errors.ts';
import { formatKey } from '../../../core/declare/show.ts';
import { TICK } from '../../../core/time.ts';
import type { Mapping } from '../config/override.ts';
import type { NirSynapseSelection } from '../schema.ts';
import { NirNetwork, type SynapseColumns } from './graph.ts';
import { convertNeurons, detectTimeStep } from './neurons.ts';
import { countElements } from './operators.ts';
import { readNirGraph } from './read.ts';

const MS_TO_S = 1e-3;
const toPopulationName = (name: string) => name.replaceAll(/[^\w-]+/g, '_').replace(/^(?![A-Za-z])/, 'n');

function compactValues(values: Float64Array): number | number[] {
  const [first = 0] = values;
  return values.every((v) => v === first) ? first : [...values];
}

function describeNeurons(net: NirNetwork, name: string, step: number | null): Mapping {
  const [where, shape] = [net.formatNodePath(name), net.getNodeShape(name)];
  const cells = convertNeurons(net.getNode(name), shape, step, where);
  const constant = net.sumConstantInput(name);
  const driven = constant.some((b) => b !== 0);
  if (driven && cells.inputGain === null)
    throw new UserError(`${where}: IF neurons with a bias have no steady-state potential; use LIF neurons.`);
  const current = cells.leakPotential.map((leak, j) => leak + (driven ? constant[j]! * cells.inputGain![j]! : 0));
  const tauSyn = cells.tauSyn && compactValues(cells.tauSyn);
  return {
    model: 'lif',
    size: countElements(shape),
    tau: compactValues(cells.tau),
    capacitance: compactValues(cells.tau),
    threshold: compactValues(cells.threshold),
    reset: compactValues(cells.reset),
    refractory: 0,
    current: compactValues(current),
    synapse: cells.synapse,
    ...(tauSyn === null ? {} : { tauSynExc: tauSyn, tauSynInh: tauSyn }),
  };
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

/**
 * Converts a NIR file to parts of a network description. Inputs become empty `spikeTrains`, which the user replaces;
 * neurons become `lif`, nodes between neurons become synapses, and outputs become recorded populations.
 * @param dt duration of a spike's pulse, ms; 0: pulse of area 1 s, as in NIR; undefined: detected from the parameters
 */
export function convertNirFile(path: string, dt: number | undefined) {
  const written = readNirGraph(path);
  const net = new NirNetwork(written, path);
  const step = dt === undefined ? detectTimeStep(written.nodes.values()) : dt === 0 ? null : dt * MS_TO_S;
  const width = step === null ? 0 : step / MS_TO_S;
  const names = net.populations;
  const targets = new Map(names.map((name) => [name, net.findTargets(name)]));
  const own = new Map(names.map((name) => [name, toPopulationName(name)]));
  const twice = [...own.values()].find((name, i, all) => all.indexOf(name) !== i);
  if (twice !== undefined)
    throw new UserError(`${path}: two nodes would have the name ${formatKey(twice)}; rename one of them.`);
  const withoutDelay = new Map(
    names.map((from) => [
      from,
      targets.get(from)!.populations.filter((to) => net.mergeSynapses(from, to).delay!.some((ms) => ms === 0)),
    ]),
  );
  const isInput = (name: string) => net.getNode(name).type === 'Input';
  const ordered = [...names].sort((a, b) => Number(isInput(b)) - Number(isInput(a)));
  const circles = findClosingEdges(ordered, withoutDelay);
  const populations = names.map((name) => {
    const trains = () => Array.from({ length: countElements(net.getNodeShape(name)) }, () => []);
    return [
      own.get(name)!,
      isInput(name) ? { model: 'spikeTrains', trains: trains() } : describeNeurons(net, name, step),
    ] as const;
  });
  const projections = names.flatMap((from) =>
    targets.get(from)!.populations.map((to) => ({
      from: own.get(from)!,
      to: own.get(to)!,
      connect: {
        file: { path, nir: { from, to, dt: width, later: circles.has(`${from}\n${to}`) ? width || TICK : 0 } },
      },
    })),
  );
  const inputs = names.filter(isInput).map((name) => own.get(name)!);
  const recorded = names.filter((name) => targets.get(name)!.isOutput && !isInput(name));
  return {
    populations: Object.fromEntries(populations),
    projections,
    record: recorded.length > 0 ? { spikes: recorded.map((name) => own.get(name)!) } : {},
    notes: listNotes(net, dt === undefined ? step : null, step, inputs),
  };
}

/** Lists remarks for the user. @param detected time step detected from the file, s; null if none was detected */
function listNotes(net: NirNetwork, detected: number | null, step: number | null, inputs: readonly string[]) {
  const { path } = net;
  const notes: string[] = [];
  if (detected !== null)
    notes.push(
      `${path} was written for time steps of ${detected / MS_TO_S} ms (tau / r has this value in every node): a spike is one step wide, and time constants are adapted to decay equally per step. \`dt: 0\` imports it as a network without time steps.`,
    );
  if (step !== null && net.populations.some((name) => net.getNode(name).type === 'CubaLIF'))
    notes.push(
      `${path}: currents decay between time steps here, so potentials of CubaLIF differ from a network with time steps by the order of one step.`,
    );
  if (inputs.length > 0)
    notes.push(
      `${inputs.join(', ')} ${inputs.length === 1 ? 'gets' : 'get'} no spikes from ${path}; a population of that name in a network file, or --set populations.${inputs[0]}='{ model: poisson, … }', takes its place.`,
    );
  return notes;
}

/** Reads the synapses between two populations of a NIR file, with weights in mV or pA. */
export function readNirSynapses(path: string, { from, to, dt, later }: NirSynapseSelection): SynapseColumns {
  const net = new NirNetwork(readNirGraph(path), path);
  const step = dt === 0 ? null : dt * MS_TO_S;
  const { weightGain: gain } = convertNeurons(net.getNode(to), net.getNodeShape(to), step, net.formatNodePath(to));
  const { pre, post, weight, delay } = net.mergeSynapses(from, to);
  return {
    pre,
    post,
    weight: weight.map((w, k) => w * gain[post[k]!]!),
    delay: delay!.map((ms) => ms + later),
  };
}
